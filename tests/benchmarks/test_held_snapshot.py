"""Somebody keeps an old state of the database open while 100,000 due clocks are fired: what a tick costs then.

On PostgreSQL what was fired stays in the index for as long as a transaction may still look at it, and each tick passes
over all of it; on SQLite it stays in the log. The same clocks are drained with and without such a reader; then ticks
with nothing due are made in turn on both databases, so that a busy moment of the machine hits both alike.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.ticker import STEPS_PER_COMMIT
from storage import schema
from storage.database import Database
from tests.benchmarks.draining import ticking
from tests.benchmarks.figures import at_share, middle, ms, report
from tests.benchmarks.many_clocks import copied, fill
from tests.benchmarks.open_clocks import NOW
from tests.benchmarks.standing import seconds_of
from tests.databases import PostgresqlServer

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

DUE = 100_000
TICKS, TURNS = 5, 20
"""So many ticks on one database, then as many on the other, so many times."""
IN_STEPS_MOST = STEPS_PER_COMMIT
"""A tick that finds nothing may take as long as the steps of one commit do, in the same drain."""
DRAIN_MOST = 1.5
IS_HELD = {False: "nobody reads", True: "an old state is held open"}
Urls = dict[bool, str]
"""By whether somebody holds the state of before the drain."""


@pytest.fixture
def sqlite_urls(tmp_path: Path) -> Urls:
    file = tmp_path / "held.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        schema.upgrade(database)
    fill(f"sqlite:///{file}", clocks=DUE, due=DUE, now=NOW)
    return {held: f"sqlite:///{copied(file, tmp_path / f'{held}.db')}" for held in IS_HELD}


@pytest.fixture
def postgresql_urls(postgresql_server: PostgresqlServer) -> Iterator[Urls]:
    with ExitStack() as stack:
        urls = {held: stack.enter_context(postgresql_server.fresh("migrated")) for held in IS_HELD}
        for url in urls.values():
            fill(url, clocks=DUE, due=DUE, now=NOW)
        yield urls


def _drained_and_idle(urls: Urls, kind: str) -> None:
    drained: dict[bool, float] = {}
    idle: dict[bool, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        tickers = {held: stack.enter_context(ticking(url)) for held, url in urls.items()}
        reading = stack.enter_context(closing(Database(urls[True])))
        connection = stack.enter_context(reading.read())
        if connection.dialect.name == "postgresql":
            connection.execute(text("set transaction isolation level repeatable read"))
        assert connection.scalar(text("select count(*) from clocks")) == DUE
        for held, ticker in tickers.items():
            drained[held] = seconds_of(lambda ticker=ticker: ticker.tick())  # type: ignore[misc]
        for _ in range(TURNS):
            for held, ticker in tickers.items():
                idle[held] += [seconds_of(ticker.tick) for _ in range(TICKS)]
    for held, words in IS_HELD.items():
        report(f"{kind}: {DUE:,} due clocks drained while {words}", f"{DUE / drained[held]:,.0f} steps/s")
        p50, p99 = middle(idle[held]), at_share(idle[held], 0.99)
        report(f"{kind}: a tick with nothing due after it, p50 and p99", f"{ms(p50)}, {ms(p99)}")
    longer = middle(idle[True]) / middle(idle[False])
    report(f"{kind}: such a tick with a held state in one without", f"{longer:.1f}")
    steps = middle(idle[True]) / (drained[True] / DUE)
    report(f"{kind}: and in the steps of that drain", f"{steps:.0f}", f"at most {IN_STEPS_MOST}")
    slower = drained[True] / drained[False]
    report(f"{kind}: the drain with a held state in that without", f"{slower:.2f}", f"at most {DRAIN_MOST:g}")
    assert steps <= IN_STEPS_MOST
    assert slower <= DRAIN_MOST


def test_a_tick_stays_short_while_an_old_state_is_held_open_on_postgresql(
    postgresql_urls: Urls,
) -> None:
    _drained_and_idle(postgresql_urls, "PostgreSQL")


def test_a_tick_stays_short_while_an_old_state_is_held_open_on_sqlite(sqlite_urls: Urls) -> None:
    _drained_and_idle(sqlite_urls, "SQLite")
