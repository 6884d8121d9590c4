"""Firing 1,000 due steps among 100,000 open clocks: against the bare writing of the same rows, and APScheduler's store.

The bare loop writes what the tick wrote and nothing else: while the ticker runs, each statement that changes a
row is noted with its parameters (leads and clocks updated; timeline, outbox, cards and the next owner's or queue's
clocks inserted or updated; the heartbeat; the times of the transactions' ends). On a fresh copy of the same file
plain sqlite3 then does the same statements with `executemany` in the same transactions of 200, with the same
pragmas: no reading, no deciding, no making of rows. A third of the steps are reminders, a third deadlines, a third
hand-overs to the backup queue.

APScheduler's job store gets as many jobs in its own table, in bulk and in its own format, as many of them due; then
its own scheduler processes them once on its own default executor, until the last has run. The jobs do nothing: what
ours decides and writes for each step, theirs would have to do besides. It stands on SQLite as it comes; a second
figure, only reported, has SQLite with our pragmas. Its cost is mostly that of a commit for each job, so the ratio
rises and falls with what the disk takes for one: that is reported, too.
"""

import os
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import Connection, Engine, create_engine, event, insert

from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.recorder import Recorder
from bot.ticker import Ticker
from storage.database import Database
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.open_clocks import NOW, Office, office

pytestmark = [pytest.mark.bench, pytest.mark.timeout(400)]

OPEN, FEW, DUE = 100_000, 10_000, 1_000
ROUNDS = 5
THEIR_ROUNDS = 3
IDLE_TICKS = 300
FLUSHES = 200
STOP_WITHIN = timedelta(seconds=20)
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY")
Written = list[list[tuple[str, Any]]]
"""Per transaction its statements with their rows."""


@pytest.fixture(scope="module")
def full_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return office(tmp_path_factory.mktemp("full"), clocks=OPEN, due=DUE)


class Clockwork:
    """A ticker that is asked to tick, on a database file, at a time that is said."""

    def __init__(self, file: Path, of: Office) -> None:
        self.at = NOW - timedelta(seconds=30)
        self._database = Database(f"sqlite:///{file}")
        self.recorder = Recorder(self._database, of.policies, now=lambda: self.at)
        self.ticker = Ticker(
            self.recorder,
            self._database,
            of.policies,
            clock=OneClock(lambda: self.at),
            gather=DowntimeDesk(of.policies).gather,
        )
        self.recorder.start()

    def close(self) -> None:
        self.recorder.stop(STOP_WITHIN)
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

    def executed(_c: Connection, _cursor: Any, statement: str, rows: Any, _x: Any, many: bool) -> None:
        if statement.lstrip()[:6].lower() in ("insert", "update", "delete"):
            open_one.append((statement, list(rows) if many else [rows]))

    def committed(_connection: Connection) -> None:
        if open_one:
            written.append(list(open_one))
        open_one.clear()

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", committed)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
        event.remove(Engine, "commit", committed)


def seconds_of_a_tick(file: Path, of: Office) -> tuple[float, Written]:
    """How long 1,000 due steps take, and what was written."""
    written: Written = []
    with clockwork(file, of) as ours:
        assert ours.ticker.tick().fired == 0
        ours.at = NOW
        with noting_what_is_written(written):
            began = perf_counter()
            fired = ours.ticker.tick().fired
            seconds = perf_counter() - began
    assert fired == DUE
    return seconds, written


def seconds_of_writing(file: Path, written: Written) -> float:
    """How long the same rows take in a bare loop."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        began = perf_counter()
        for transaction in written:
            connection.execute("begin immediate")
            for statement, rows in transaction:
                connection.executemany(statement, rows)
            connection.execute("commit")
        return perf_counter() - began
    finally:
        connection.close()


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


def nothing() -> None:
    """A job that asks nothing of anybody."""


class StandingScheduler(BaseScheduler):  # type: ignore[misc]  # the library has no types
    """APScheduler's own scheduler without a thread: it processes its jobs when it is told to."""

    def wakeup(self) -> None:
        """Nobody sleeps."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


def their_engine(file: Path, *, with_our_pragmas: bool) -> Engine:
    engine = create_engine(f"sqlite:///{file}")
    if with_our_pragmas:

        @event.listens_for(engine, "connect")
        def opened(connection: Any, _record: Any) -> None:
            for pragma in PRAGMAS:
                connection.execute(f"pragma {pragma}")

    return engine


def seconds_of_their_jobs(file: Path, *, with_our_pragmas: bool) -> float:
    """How long APScheduler takes for 1,000 due jobs of 100,000."""
    engine = their_engine(file, with_our_pragmas=with_our_pragmas)
    store = SQLAlchemyJobStore(engine=engine)
    scheduler = StandingScheduler(jobstores={"default": store}, timezone="UTC")
    store.jobs_t.create(engine)
    now = datetime.now(UTC)
    with engine.begin() as connection:
        connection.execute(
            insert(store.jobs_t), [their_row(scheduler, number, now) for number in range(OPEN)]
        )
    scheduler.start()
    began = perf_counter()
    scheduler._process_jobs()
    scheduler.shutdown(wait=True)
    seconds = perf_counter() - began
    with engine.connect() as connection:
        left = connection.exec_driver_sql("select count(*) from apscheduler_jobs").scalar_one()
    engine.dispose()
    assert left == OPEN - DUE
    return seconds


def their_row(scheduler: BaseScheduler, number: int, now: datetime) -> dict[str, Any]:
    """A row as the store itself writes it: a deadline, due now or tomorrow."""
    at = now - timedelta(seconds=number % 10 + 1) if number < DUE else now + timedelta(days=1)
    job = Job(
        scheduler,
        id=f"job-{number}",
        name="nothing",
        func=nothing,
        args=(),
        kwargs={},
        trigger=DateTrigger(at, "UTC"),
        executor="default",
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
        next_run_time=at,
    )
    state = pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)
    return {"id": job.id, "next_run_time": at.timestamp(), "job_state": state}


def test_firing_costs_at_most_4_bare_loops_and_a_twentieth_of_apscheduler(
    full_office: Office, tmp_path: Path
) -> None:
    ours: list[float] = []
    bare: list[float] = []
    as_it_comes: list[float] = []
    with_ours: list[float] = []
    for number in range(ROUNDS):
        file = full_office.copied(tmp_path, f"ours-{number}")
        seconds, written = seconds_of_a_tick(file, full_office)
        ours.append(seconds)
        bare.append(seconds_of_writing(full_office.copied(tmp_path, f"bare-{number}"), written))
        if number < THEIR_ROUNDS:
            as_it_comes.append(seconds_of_their_jobs(tmp_path / f"their-{number}.db", with_our_pragmas=False))
            with_ours.append(seconds_of_their_jobs(tmp_path / f"wal-{number}.db", with_our_pragmas=True))
    tick, loop = middle(ours), middle(bare)
    theirs, theirs_with_ours = middle(as_it_comes), middle(with_ours)
    rows = sum(len(rows) for transaction in written for _, rows in transaction)
    report("a page flushed to this disk (p50)", ms(seconds_of_a_flush(tmp_path)))
    report(f"1,000 due steps of 100,000 clocks ({rows:,} rows written)", ms(tick))
    report("a bare loop that writes the same rows", ms(loop))
    report("APScheduler, SQLAlchemyJobStore, 1,000 due of 100,000 jobs", ms(theirs))
    report("the same with our pragmas", ms(theirs_with_ours))
    report("firing in bare loops", f"{tick / loop:.1f}", "at most 4")
    report("firing in APScheduler's job store", f"1/{theirs / tick:.1f}", "at most 1/20")
    report("firing in APScheduler's job store with our pragmas", f"1/{theirs_with_ours / tick:.1f}")
    assert tick <= 4 * loop
    # Not reached where a flush is quick: their jobs do nothing, ours decide and write six rows each. The
    # assertion stays, because that is what is wanted.
    assert tick <= theirs / 20


def test_an_idle_tick_costs_the_same_among_ten_times_the_clocks(full_office: Office, tmp_path: Path) -> None:
    small_office = office(tmp_path, clocks=FEW, due=0)
    typical: dict[int, float] = {}
    for number, of in ((FEW, small_office), (OPEN, full_office)):
        with clockwork(of.copied(tmp_path, f"idle-{number}"), of) as ours:
            ours.ticker.tick()
            found = []
            for _ in range(IDLE_TICKS):
                began = perf_counter()
                assert ours.ticker.tick().fired == 0
                found.append(perf_counter() - began)
            typical[number] = middle(found)
        report(f"a tick with nothing due among {number:,} open clocks (p50)", ms(typical[number]))
    report(
        "the same among 100,000 in that among 10,000", f"{typical[OPEN] / typical[FEW]:.2f}", "at most 1.5"
    )
    assert typical[OPEN] <= 1.5 * typical[FEW]
