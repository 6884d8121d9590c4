"""Firing 1,000 due steps among 100,000 open clocks: against the bare writing of the same rows, and APScheduler's store.

The bare loop writes what the tick wrote and nothing else: while the ticker runs, each statement that changes a
row is noted with its parameters (leads and clocks updated; timeline, outbox, cards and the next owner's or queue's
clocks inserted or updated; the heartbeat; the times of the transactions' ends). On a fresh copy of the same file
plain sqlite3 then does the same statements with `executemany` in the same transactions of 200, with the same
pragmas: no reading, no deciding, no making of rows. A third of the steps are reminders, a third deadlines, a third
hand-overs to the backup queue.

APScheduler's job store is measured with three kinds of jobs, see `job_store`: jobs that fire the step as one would
write it first, jobs that fire it by the bot's own code, and jobs that do nothing, which cost what the store itself
costs; each with SQLite as it comes and in WAL mode. The figure that the tick is held against is what one would pick
instead: the store as it comes, with jobs as one would write them first. The others are reported beside it. Most of
theirs is the cost of commits, so the ratios rise and fall with what the disk takes for one: that is reported, too.

The bot is measured as it runs: it has fired another thousand steps half a minute before, so that SQLite's log has its
length; so has the bare loop. The peers get there in the first tenth of what is measured of them. Every file is on the
disk before, and Python's garbage is collected as seldom as in the bot that runs, for both sides alike.
"""

import gc
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bot.app import COLLECT_AFTER
from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.recorder import Recorder
from bot.ticker import Ticker
from storage.database import CACHE_KIB, Database
from storage.log_mover import LogMover
from tests.asked import noting_statements
from tests.benchmarks import job_store
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.open_clocks import NOW, Office, office
from tests.benchmarks.standing import seconds_of

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

OPEN, FEW, DUE = 100_000, 10_000, 1_000
ROUNDS = 5
THEIR_ROUNDS = 2
IDLE_TICKS, IDLE_TURNS = 25, 20
"""So many ticks on one database, then as many on the other, so many times."""
FLUSHES = 200
STOP_WITHIN = timedelta(seconds=20)
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    f"cache_size = -{CACHE_KIB}",
)
Written = list[list[tuple[str, Any]]]
"""Per transaction its statements with their rows."""


@pytest.fixture(scope="module")
def full_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office(tmp_path_factory.mktemp("full"), clocks=OPEN, due=DUE)


@pytest.fixture(scope="module")
def working_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Where another thousand came due half a minute earlier."""
    return office(tmp_path_factory.mktemp("working"), clocks=OPEN, due=DUE, earlier=DUE)


@pytest.fixture(autouse=True)
def collected_as_in_the_bot(full_office: Office) -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Clockwork:
    """A ticker that is asked to tick, on a database file, at a time that is said."""

    def __init__(self, file: Path, of: Office) -> None:
        self.at = NOW - timedelta(seconds=30)
        self._database = Database(f"sqlite:///{file}")
        self._log_mover = LogMover(self._database)
        self.recorder = Recorder(self._database, of.policies, now=lambda: self.at)
        self.ticker = Ticker(
            self.recorder,
            self._database,
            of.policies,
            clock=OneClock(lambda: self.at),
            gather=DowntimeDesk(of.policies).gather,
        )
        self._log_mover.start()
        self.recorder.start()

    def begin(self) -> None:
        """Fire what came due earlier, and have the log moved, as the bot's own thread does a moment later."""
        assert self.ticker.tick().fired == DUE
        self._log_mover.stop(STOP_WITHIN)
        self._database.move_log()
        self.at = NOW

    def close(self) -> None:
        self.recorder.stop(STOP_WITHIN)
        self._log_mover.stop(STOP_WITHIN)
        self._database.close()


@contextmanager
def clockwork(file: Path, of: Office) -> Iterator[Clockwork]:
    one = Clockwork(file, of)
    try:
        yield one
    finally:
        one.close()


@contextmanager
def noting_what_is_written(written: Written) -> Iterator[None]:
    """Note the statements that change rows, transaction by transaction."""
    open_one: list[tuple[str, Any]] = []

    def executed(statement: str, rows: Any, many: bool) -> None:
        if statement.lstrip()[:6].lower() in ("insert", "update", "delete"):
            open_one.append((statement, list(rows) if many else [rows]))

    def committed(_connection: Connection) -> None:
        if open_one:
            written.append(list(open_one))
        open_one.clear()

    event.listen(Engine, "commit", committed)
    try:
        with noting_statements(executed):
            yield
    finally:
        event.remove(Engine, "commit", committed)


def seconds_of_a_tick(file: Path, of: Office) -> float:
    """How long 1,000 due steps take."""
    with clockwork(file, of) as ours:
        ours.begin()
        began = perf_counter()
        fired = ours.ticker.tick().fired
        seconds = perf_counter() - began
    assert fired == DUE
    return seconds


def written_by_two_ticks(file: Path, of: Office) -> tuple[Written, Written]:
    """What the earlier ones and the measured ones write; noted apart from the measuring, because noting takes time."""
    earlier: Written = []
    written: Written = []
    with clockwork(file, of) as ours:
        with noting_what_is_written(earlier):
            ours.begin()
        with noting_what_is_written(written):
            ours.ticker.tick()
    return earlier, written


def seconds_of_writing(file: Path, earlier: Written, written: Written) -> float:
    """How long the same rows take in a bare loop."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        _write(connection, earlier)
        connection.execute("pragma wal_checkpoint(passive)")
        began = perf_counter()
        _write(connection, written)
        return perf_counter() - began
    finally:
        connection.close()


def _write(connection: sqlite3.Connection, written: Written) -> None:
    for transaction in written:
        connection.execute("begin immediate")
        for statement, rows in transaction:
            connection.executemany(statement, rows)
        connection.execute("commit")


def rows_of(written: Written) -> int:
    """How many rows that is; an insert may hold many."""
    return sum(max(1, text.count("(?")) * len(rows) for transaction in written for text, rows in transaction)


def seconds_of_a_flush(folder: Path) -> float:
    """What the disk takes to keep a page for good."""
    file = os.open(folder / "flushed", os.O_CREAT | os.O_WRONLY)
    found = []
    try:
        for _ in range(FLUSHES):
            os.write(file, bytes(4096))
            began = perf_counter()
            os.fsync(file)
            found.append(perf_counter() - began)
    finally:
        os.close(file)
    return middle(found)


def test_firing_costs_at_most_4_bare_loops_and_a_twentieth_of_apscheduler(
    full_office: Office, working_office: Office, tmp_path: Path
) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    earlier, written = written_by_two_ticks(working_office.copied(tmp_path, "noted"), working_office)
    for number in range(ROUNDS):

        def copy(name: str, number: int = number) -> Path:
            return full_office.copied(tmp_path, f"{name}-{number}")

        ours, bare = (working_office.copied(tmp_path, f"{name}-{number}") for name in ("ours", "bare"))
        found["tick"].append(seconds_of_a_tick(ours, working_office))
        found["bare"].append(seconds_of_writing(bare, earlier, written))
        if number >= THEIR_ROUNDS:
            continue
        for mode, pragmas in (("as it comes", ()), ("in WAL", job_store.WAL)):
            file = tmp_path / f"{mode}-{number}.db"
            found[f"idle {mode}"].append(
                job_store.seconds_of_idle_jobs(file, jobs=OPEN, due=DUE, pragmas=pragmas)
            )
            first = tmp_path / f"plain {mode}-{number}.db"
            found[f"plain {mode}"].append(
                job_store.seconds_of_plain_jobs(
                    first, copy(f"plainly {mode}"), jobs=OPEN, due=DUE, pragmas=pragmas
                )
            )
            file.unlink()
            found[f"firing {mode}"].append(
                job_store.seconds_of_firing_jobs(
                    file, copy(mode), full_office, jobs=OPEN, due=DUE, pragmas=pragmas
                )
            )
    took = {name: middle(values) for name, values in found.items()}
    tick = took["tick"]
    report("a page flushed to this disk (p50)", ms(seconds_of_a_flush(tmp_path)))
    report(f"1,000 due steps of 100,000 clocks ({rows_of(written):,} rows written)", ms(tick))
    report("a bare loop that writes the same rows", ms(took["bare"]))
    for deed, words in (
        ("plain", "that fire the steps, as one would write it first"),
        ("firing", "that fire the steps by our own code"),
        ("idle", "that do nothing"),
    ):
        for mode in ("as it comes", "in WAL"):
            theirs = took[f"{deed} {mode}"]
            said = f"APScheduler's job store, 1,000 due of 100,000 jobs {words}, SQLite {mode}"
            report(said, f"{ms(theirs)}, ours is 1/{theirs / tick:.1f}")
    report("firing in bare loops", f"{tick / took['bare']:.1f}", "at most 4")
    for mode in ("as it comes", "in WAL"):
        plain = took[f"plain {mode}"]
        report(
            f"firing in APScheduler's job store with plain jobs, SQLite {mode}",
            f"1/{plain / tick:.1f}",
            "at most 1/20",
        )
    assert tick <= 4 * took["bare"]
    assert tick <= took["plain as it comes"] / 20
    assert tick <= took["plain in WAL"] / 20


def test_an_idle_tick_costs_the_same_among_ten_times_the_clocks(full_office: Office, tmp_path: Path) -> None:
    offices = {FEW: office(tmp_path, clocks=FEW, due=0), OPEN: full_office}
    found: dict[int, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        works = {
            number: stack.enter_context(clockwork(of.copied(tmp_path, f"idle-{number}"), of))
            for number, of in offices.items()
        }
        for ours in works.values():
            ours.ticker.tick()
        # In turn, so that a busy moment of the machine hits both alike.
        for _ in range(IDLE_TURNS):
            for number, ours in works.items():
                found[number] += [seconds_of(ours.ticker.tick) for _ in range(IDLE_TICKS)]
    typical = {number: middle(them) for number, them in found.items()}
    for number, seconds in typical.items():
        report(f"a tick with nothing due among {number:,} open clocks (p50)", ms(seconds))
    report(
        "the same among 100,000 in that among 10,000", f"{typical[OPEN] / typical[FEW]:.2f}", "at most 1.5"
    )
    assert typical[OPEN] <= 1.5 * typical[FEW]
