"""What one would build on APScheduler's SQLAlchemyJobStore: a job for each step, 1,000 of 100,000 of them due.

The store gets its jobs in its own table, in bulk and in its own format; then APScheduler's own scheduler processes
them once on its own default executor, until the last has run. A job does nothing; or what the step does, as one
would write it first (`plain_job`); or the same by the ticker's own code, in a transaction of its own, as a job must
that is taken out of the store by itself. A job that fires a step adds the job of the step after it, as the ticker
plans each clock's next step: the store holds one job for each clock, and without it the ladder would end there.
"""

import os
import pickle
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Semaphore
from time import perf_counter
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import Engine, create_engine, event, insert

from bot.batch import Batch
from bot.policies import PolicyBox
from sla.lead import LeadId
from storage import leads
from storage.database import Database
from tests.benchmarks import plain_job
from tests.benchmarks.open_clocks import NOW, Office

Clock = tuple[LeadId, int]
WAL = ("journal_mode = WAL", "synchronous = FULL")
LATER = timedelta(hours=1)
WITHIN_SECONDS = 60
_office: dict[str, Any] = {}
"""Where the jobs find what they need: a stored job remembers its function by name, not by value."""


class StandingScheduler(BaseScheduler):  # type: ignore[misc]  # the library has no types
    """APScheduler's own scheduler without a thread: it processes its jobs when it is told to."""

    def wakeup(self) -> None:
        """Nobody sleeps."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


def nothing() -> None:
    """A job that asks nothing of anybody."""


def add_next(function: Callable[..., None], *its: Any) -> None:
    """Add the job of the step that comes next on the same clock."""
    scheduler: BaseScheduler = _office["scheduler"]
    scheduler.add_job(function, "date", run_date=datetime.now(UTC) + LATER, args=its, misfire_grace_time=None)


def fire_plainly(lead_id: LeadId, number: int, kind: int) -> None:
    """A job that takes a step as one would write it first."""
    plain_job.fire(lead_id, number, kind)
    add_next(fire_plainly, lead_id, number, kind)


def fire(lead_id: LeadId, number: int) -> None:
    """A job that takes the step of one clock."""
    database: Database = _office["database"]
    policies: PolicyBox = _office["policies"]
    with database.begin() as connection:
        batch = Batch(connection, policies, NOW)
        batch.decide_steps([(lead_id, number)])
        batch.write()
    add_next(fire, lead_id, number)


def seconds_of_idle_jobs(file: Path, *, jobs: int, due: int, pragmas: Sequence[str] = ()) -> float:
    """How long it takes when the due jobs do nothing."""
    return _seconds(file, nothing, [() for _ in range(due)], jobs, pragmas, left=jobs - due)


def seconds_of_firing_jobs(
    file: Path, office_file: Path, of: Office, *, jobs: int, due: int, pragmas: Sequence[str] = ()
) -> float:
    """How long it takes when the due jobs fire the due steps of an office, whose own file is as the bot has it."""
    database = Database(f"sqlite:///{office_file}")
    _office.update(database=database, policies=of.policies)
    try:
        with database.read() as connection:
            clocks = leads.due_clocks(connection, NOW, due, lock=False)
        assert len(clocks) == due
        seconds = _seconds(file, fire, clocks, jobs, pragmas, left=jobs)
        with database.read() as connection:
            assert leads.due_clocks(connection, NOW, due, lock=False) == []
        return seconds
    finally:
        database.close()


def seconds_of_plain_jobs(
    file: Path, office_file: Path, *, jobs: int, due: int, pragmas: Sequence[str] = ()
) -> float:
    """How long it takes when the due jobs do what the ticker's steps do, as one would write it first."""
    database = Database(f"sqlite:///{office_file}")
    with database.read() as connection:
        clocks = leads.due_clocks(connection, NOW, due, lock=False)
    database.close()
    # As many of each kind as the ticker finds.
    steps = [(*clock, place % 3) for place, clock in enumerate(clocks)]
    with plain_job.plain_jobs(office_file):
        return _seconds(file, fire_plainly, steps, jobs, pragmas, left=jobs)


def _seconds(
    file: Path,
    function: Callable[..., None],
    arguments: Sequence[tuple[Any, ...]],
    jobs: int,
    pragmas: Sequence[str],
    *,
    left: int,
) -> float:
    engine = _engine(file, pragmas)
    store = SQLAlchemyJobStore(engine=engine)
    scheduler = StandingScheduler(jobstores={"default": store}, timezone="UTC")
    store.jobs_t.create(engine)
    now = datetime.now(UTC)
    ahead = [
        _row(scheduler, number, now + timedelta(days=1), nothing, ())
        for number in range(len(arguments), jobs)
    ]
    is_due = [
        _row(scheduler, number, now - timedelta(seconds=number % 10 + 1), function, its)
        for number, its in enumerate(arguments)
    ]
    with engine.begin() as connection:
        connection.execute(insert(store.jobs_t), [*is_due, *ahead])
    _settle(engine, file)
    _office["scheduler"] = scheduler
    # Not until the scheduler ends, which would wait for jobs that wait for it while they add others.
    ran = Semaphore(0)
    scheduler.add_listener(lambda _event: ran.release(), EVENT_JOB_EXECUTED)
    scheduler.start()
    began = perf_counter()
    scheduler._process_jobs()
    for _ in arguments:
        assert ran.acquire(timeout=WITHIN_SECONDS), "a job did not end"
    seconds = perf_counter() - began
    scheduler.shutdown(wait=True)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("select count(*) from apscheduler_jobs").scalar_one()
    engine.dispose()
    assert found == left
    return seconds


def _engine(file: Path, pragmas: Sequence[str]) -> Engine:
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"pragma {pragma}")

    return engine


def _settle(engine: Engine, file: Path) -> None:
    """What was stored is on the disk before anything is measured."""
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    with file.open("rb+") as whole:
        os.fsync(whole.fileno())


def _row(
    scheduler: BaseScheduler, number: int, at: datetime, function: Callable[..., None], its: tuple[Any, ...]
) -> dict[str, Any]:
    """A row as the store itself writes it."""
    job = Job(
        scheduler,
        id=f"job-{number}",
        name=function.__name__,
        func=function,
        args=its,
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
