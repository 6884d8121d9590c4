"""One million open clocks against ten thousand: an idle tick, the memory, a round of the auditor, the start.

Nothing is due for a month: the bot has much to look through, and nothing to do. Ticks are made in turn on both
databases, so that a busy moment of the machine hits both alike; memory is that of a fresh process after some hundred
ticks and some rounds of the auditor; a start is that of the whole bot.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter

import pytest

from storage import schema
from storage.database import Database
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.many_clocks import fill
from tests.benchmarks.standing import Standing, StandingBot, seconds_of, stand
from tests.databases import PostgresqlServer
from tests.processes import bot_before_no_slack
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1200)]

MANY, FEW = 1_000_000, 10_000
ROUNDS, STARTS = 2, 3
TICKS, TURNS = 25, 40
"""So many ticks on one database, then as many on the other, so many times."""
IDLE_FOR = timedelta(days=30)
READY_WITHIN_SECONDS = 120
MEGABYTES_MORE = 10
AUDIT_MOST_SECONDS = 3
"""A twentieth of the minute between two rounds."""
Urls = dict[int, str]
"""By the number of open clocks; 0 is an empty database."""


@pytest.fixture(scope="module")
def sqlite_offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urls]:
    folder = tmp_path_factory.mktemp("million")
    urls = {number: f"sqlite:///{folder / f'{number}.db'}" for number in (0, FEW, MANY)}
    _fill(urls)
    yield urls
    # Gigabytes, of which pytest would keep those of three runs.
    for file in folder.iterdir():
        file.unlink()


@pytest.fixture(scope="module")
def postgresql_offices(postgresql_server: PostgresqlServer) -> Iterator[Urls]:
    server = postgresql_server
    with server.fresh("migrated") as empty, server.fresh("migrated") as few, server.fresh("migrated") as many:
        urls = {0: empty, FEW: few, MANY: many}
        _fill(urls)
        yield urls


def _fill(urls: Urls) -> None:
    at = datetime.now(UTC) + IDLE_FOR
    for number, url in urls.items():
        began = perf_counter()
        if number:
            fill(url, clocks=number, due=0, now=at)
            seconds = perf_counter() - began
            report(f"making {number:,} open clocks ({_kind(url)})", f"{seconds:.0f} s")
            continue
        with closing(Database(url)) as database:
            schema.upgrade(database)


def _kind(url: str) -> str:
    return "SQLite" if url.startswith("sqlite") else "PostgreSQL"


def _idle_tick(urls: Urls, *, at_most: float) -> None:
    found: dict[int, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        bots = {
            number: stack.enter_context(closing(StandingBot(urls[number], EXAMPLE))) for number in (FEW, MANY)
        }
        for bot in bots.values():
            # The first tick writes down that the bot lives.
            bot.ticker.tick()
        for _ in range(TURNS):
            for number, bot in bots.items():
                found[number] += [seconds_of(bot.ticker.tick) for _ in range(TICKS)]
    kind = _kind(urls[MANY])
    tick = {number: middle(them) for number, them in found.items()}
    for number, seconds in tick.items():
        report(f"{kind}: a tick with nothing due among {number:,} open clocks (p50)", ms(seconds))
    ratio = tick[MANY] / tick[FEW]
    said = f"{kind}: an idle tick among {MANY:,} open clocks in one among {FEW:,}"
    report(said, f"{ratio:.2f}", f"at most {at_most:g}")
    assert ratio <= at_most


def _memory_and_audit(urls: Urls) -> None:
    found: dict[int, list[Standing]] = defaultdict(list)
    for _ in range(ROUNDS):
        for number in (FEW, MANY):
            found[number].append(stand(urls[number], EXAMPLE))
    kind = _kind(urls[MANY])
    audit = {number: middle([one.audit for one in them]) for number, them in found.items()}
    memory = {number: middle([one.megabytes for one in them]) for number, them in found.items()}
    for number in (FEW, MANY):
        report(f"{kind}: resident memory with {number:,} open clocks", f"{memory[number]:.0f} MB")
    more = memory[MANY] - memory[FEW]
    report(f"{kind}: memory more among {MANY:,}", f"{more:.1f} MB", f"at most {MEGABYTES_MORE}")
    for number in (FEW, MANY):
        target = f"at most {AUDIT_MOST_SECONDS} s of each minute"
        report(f"{kind}: a round of the auditor among {number:,} open clocks", ms(audit[number]), target)
    assert more <= MEGABYTES_MORE
    assert audit[MANY] <= AUDIT_MOST_SECONDS


def _start(urls: Urls, folder: Path) -> None:
    took: dict[int, list[float]] = defaultdict(list)
    for _ in range(STARTS):
        for number in (0, MANY):
            took[number].append(_seconds_to_ready(urls[number], folder))
    kind = _kind(urls[MANY])
    seconds = {number: middle(them) for number, them in took.items()}
    report(f"{kind}: the bot's start with an empty database, until /readyz says yes", ms(seconds[0]))
    report(f"{kind}: the bot's start with {MANY:,} open clocks, until /readyz says yes", ms(seconds[MANY]))
    ratio = seconds[MANY] / seconds[0]
    report(f"{kind}: the start with {MANY:,} in that with none", f"{ratio:.2f}", "at most 1.5")
    assert ratio <= 1.5


def _seconds_to_ready(url: str, folder: Path) -> float:
    bot = bot_before_no_slack(url, folder, "key")
    began = perf_counter()
    try:
        bot.start(READY_WITHIN_SECONDS)
        eventually(lambda: _is_ready(bot.port), within=READY_WITHIN_SECONDS)
        return perf_counter() - began
    finally:
        bot.stop()


def _is_ready(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=READY_WITHIN_SECONDS)) as connection:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200


def test_an_idle_tick_costs_the_same_among_a_million_on_sqlite(sqlite_offices: Urls) -> None:
    _idle_tick(sqlite_offices, at_most=1.2)


def test_memory_and_auditor_know_no_million_on_sqlite(sqlite_offices: Urls) -> None:
    _memory_and_audit(sqlite_offices)


def test_the_start_takes_no_longer_with_a_million_on_sqlite(sqlite_offices: Urls, tmp_path: Path) -> None:
    _start(sqlite_offices, tmp_path)


def test_an_idle_tick_costs_at_most_twice_as_much_among_a_million_on_postgresql(
    postgresql_offices: Urls,
) -> None:
    _idle_tick(postgresql_offices, at_most=2)


def test_memory_and_auditor_know_no_million_on_postgresql(postgresql_offices: Urls) -> None:
    _memory_and_audit(postgresql_offices)


def test_the_start_takes_no_longer_with_a_million_on_postgresql(
    postgresql_offices: Urls, tmp_path: Path
) -> None:
    _start(postgresql_offices, tmp_path)
