"""Beside what one would pick on PostgreSQL: procrastinate and APScheduler's job store, on the same server in one run.

Adding: a lead of ours is taken in with everything that follows from it; theirs is one job for one moment, of which a
lead would need three and more. Firing: ours decides by its rules and writes what is owed, theirs writes one row. The
kill comes in the middle of 1,000 due; afterwards the same program is started again and works until nothing is due.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Semaphore
from time import perf_counter

import procrastinate
import psycopg
import pytest

from bot.policies import PolicyBox
from bot.recorder import Recorder
from sla.details import LeadDetails
from sla.facts import LeadArrived
from storage.database import Database
from storage.ids import new_lead_id
from tests.benchmarks.draining import WITHIN
from tests.benchmarks.figures import middle, ms, report
from tests.benchmarks.job_store import StandingScheduler
from tests.benchmarks.many_clocks import fill
from tests.benchmarks.open_clocks import NOW
from tests.benchmarks.peers import EFFECTS, app_of, plain, scheduler_of, send_by_apscheduler
from tests.benchmarks.standing import StandingBot, seconds_of
from tests.databases import PostgresqlServer
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ADDED, ADDED_AT_ONCE = 1_000, 10_000
WAITING, FEW_WAITING, MANY_WAITING, DUE = 10_000, 10_000, 100_000, 1_000
POLLS = 60
KILLED_AFTER = 300
PAUSE = 0.01
"""A message takes as long as a quick answer of Slack's."""
END_WITHIN_SECONDS = 120
SENT = "select count(*) from effects"
STEPS = "('reminder', 'reminder_left_out', 'deadline_passed', 'still_free', 'handed_over', 'needs_decision')"


@pytest.fixture(autouse=True)
def a_server_that_keeps_what_it_acknowledges(postgresql_server: PostgresqlServer) -> Iterator[None]:
    postgresql_server.order("alter system set fsync = on", "select pg_reload_conf()")
    yield
    postgresql_server.order("alter system set fsync = off", "select pg_reload_conf()")


def asked(url: str, query: str) -> int:
    with psycopg.connect(plain(url)) as connection:
        [number] = connection.execute(query.encode()).fetchone() or (0,)
    return int(number)


async def nothing(job: int) -> None:
    """Is never run."""


@contextmanager
def procrastinates(server: PostgresqlServer) -> Iterator[str]:
    """A database with procrastinate's tables."""
    with server.fresh("template0") as url:
        app, _ = app_of(procrastinate.SyncPsycopgConnector(conninfo=plain(url)), nothing)
        with app.open():
            app.schema_manager.apply_schema()
        with psycopg.connect(plain(url)) as connection:
            connection.execute(EFFECTS)
        yield url


def add_jobs(url: str, jobs: int, due: int) -> None:
    """In bulk, as the table has them: the due ones among the others."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at) "
            "select 'default', 'remind', jsonb_build_object('job', n), "
            "now() + case when n %% %s = 0 then interval '-1 second' else interval '1 day' end "
            "from generate_series(1, %s) as n",
            (jobs // due if due else jobs + 1, jobs),
        )
        connection.execute("vacuum analyze")


# Adding


def seconds_of_leads(url: str, number: int) -> float:
    """All that follow from so many leads are on disk."""
    with closing(Database(url)) as database:
        policies = PolicyBox.open(database, EXAMPLE, NOW)
        recorder = Recorder(database, policies, now=lambda: NOW)
        recorder.start()
        answered = Semaphore(0)
        began = perf_counter()
        for place in range(number):
            details = LeadDetails(
                external_id=f"web-{place}", email=f"dana@northwind-{place}.example", score=50
            )
            lead_id = new_lead_id(NOW)
            fact = LeadArrived(lead_id=lead_id, at=NOW, source="website", details=details)
            recorder.submit(fact, lambda _: answered.release())
        for _ in range(number):
            assert answered.acquire(timeout=WITHIN.total_seconds())
        seconds = perf_counter() - began
        recorder.stop(WITHIN)
    assert asked(url, "select count(*) from clocks where next_step_at is not null") == number
    return seconds


def test_adding(postgresql_server: PostgresqlServer) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with postgresql_server.fresh("migrated") as ours:
        leads = ADDED / seconds_of_leads(ours, ADDED)
    with procrastinates(postgresql_server) as url:
        app, task = app_of(procrastinate.SyncPsycopgConnector(conninfo=plain(url)), nothing)
        later = task.configure(schedule_at=tomorrow)
        with app.open():
            alone = ADDED / seconds_of(lambda: [later.defer(job=job) for job in range(ADDED)])
            rows = [{"job": job} for job in range(ADDED_AT_ONCE)]
            together = ADDED_AT_ONCE / seconds_of(lambda: later.batch_defer(*rows))
    with postgresql_server.fresh("template0") as theirs:
        scheduler = scheduler_of(theirs, StandingScheduler)
        scheduler.start(paused=True)

        def add() -> None:
            for job in range(ADDED):
                scheduler.add_job(send_by_apscheduler, "date", run_date=tomorrow, args=(job, PAUSE))

        stored = ADDED / seconds_of(add)
        scheduler.shutdown()
    report("PostgreSQL, adding: the bot, whole leads as they come", f"{leads:,.0f} a second")
    report("PostgreSQL, adding: procrastinate, a job at a time", f"{alone:,.0f} a second")
    report(f"PostgreSQL, adding: procrastinate, {ADDED_AT_ONCE:,} jobs at once", f"{together:,.0f} a second")
    report("PostgreSQL, adding: APScheduler's job store, a job at a time", f"{stored:,.0f} a second")
    assert leads >= alone


# Looking when nothing is due


def seconds_of_a_poll(url: str) -> float:
    async def polls() -> list[float]:
        app, _ = app_of(procrastinate.PsycopgConnector(conninfo=plain(url)), nothing)
        found = []
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            for _ in range(POLLS):
                began = perf_counter()
                assert await app.job_manager.fetch_job(queues=None, worker_id=worker) is None
                found.append(perf_counter() - began)
        return found

    return middle(asyncio.run(polls()))


def seconds_of_an_idle_tick(url: str) -> float:
    with closing(StandingBot(url, EXAMPLE)) as bot:
        bot.ticker.tick()
        return middle([seconds_of(bot.ticker.tick) for _ in range(POLLS)])


def test_looking_when_nothing_is_due(postgresql_server: PostgresqlServer) -> None:
    found: dict[tuple[str, int], float] = {}
    for waiting in (FEW_WAITING, MANY_WAITING):
        with procrastinates(postgresql_server) as theirs, postgresql_server.fresh("migrated") as ours:
            add_jobs(theirs, waiting, 0)
            fill(ours, clocks=waiting, due=0, now=datetime.now(UTC) + timedelta(days=30))
            found["procrastinate", waiting] = seconds_of_a_poll(theirs)
            found["the bot", waiting] = seconds_of_an_idle_tick(ours)
    for (name, waiting), seconds in found.items():
        report(f"PostgreSQL, nothing due of {waiting:,}: a look of {name}'s (p50)", ms(seconds))
    assert found["the bot", MANY_WAITING] <= found["procrastinate", MANY_WAITING]


# Firing, and a kill in the middle of it


class Side:
    """One of those who are compared: how it is prepared, and what it has done."""

    def __init__(self, kind: str, url: str, prepare: Callable[[], None], done: str) -> None:
        self.kind = kind
        self.url = url
        self._done = done
        prepare()

    def work(self, pause: float) -> float:
        """Works until nothing is due; returns the seconds."""
        with self._started(pause) as process:
            said, _ = process.communicate(timeout=END_WITHIN_SECONDS)
            assert process.returncode == 0
        return float(said.splitlines()[-1])

    def die(self) -> None:
        """Works, and is killed in the middle of it."""
        with self._started(PAUSE) as process:
            eventually(
                lambda: self.done >= KILLED_AFTER or process.poll() is not None, within=60, every=0.002
            )
            process.kill()
            process.wait()

    @property
    def done(self) -> int:
        return asked(self.url, self._done)

    @contextmanager
    def _started(self, pause: float) -> Iterator["subprocess.Popen[str]"]:
        command = [sys.executable, "-m", "tests.benchmarks.peers", self.kind, self.url, str(pause)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            yield process


@contextmanager
def sides(server: PostgresqlServer, pause: float) -> Iterator[dict[str, Side]]:
    with ExitStack() as stack:
        ours = stack.enter_context(server.fresh("migrated"))
        jobs = stack.enter_context(procrastinates(server))
        store = stack.enter_context(server.fresh("template0"))
        yield {
            "ours": Side(
                "ours",
                ours,
                lambda: fill(ours, clocks=WAITING, due=DUE, now=NOW),
                "select count(*) from clocks where fired_through >= "
                f"{int((NOW - timedelta(minutes=1)).timestamp() * 1_000_000)}",
            ),
            "procrastinate": Side("procrastinate", jobs, lambda: add_jobs(jobs, WAITING, DUE), SENT),
            "apscheduler": Side("apscheduler", store, lambda: store_jobs(store, pause), SENT),
        }


def store_jobs(url: str, pause: float) -> None:
    """The due ones, and as many others: they are added one by one."""
    scheduler = scheduler_of(url, StandingScheduler)
    scheduler.start(paused=True)
    with psycopg.connect(plain(url)) as connection:
        connection.execute(EFFECTS)
    at = datetime.now(UTC)
    for job in range(DUE * 2):
        when = at + (timedelta(days=1) if job >= DUE else timedelta(seconds=-1))
        scheduler.add_job(send_by_apscheduler, "date", run_date=when, args=(job, pause))
    scheduler.shutdown()


def test_firing(postgresql_server: PostgresqlServer) -> None:
    with sides(postgresql_server, 0.0) as those:
        seconds = {name: side.work(0.0) for name, side in those.items()}
        for side in those.values():
            assert side.done == DUE
    report(f"PostgreSQL, firing {DUE:,} due of {WAITING:,}: the bot, rules and all", ms(seconds["ours"]))
    for name, words in (("procrastinate", "procrastinate"), ("apscheduler", "APScheduler's job store")):
        its = f"{ms(seconds[name])}, ours is 1/{seconds[name] / seconds['ours']:.1f}"
        report(f"PostgreSQL, firing {DUE:,} due: {words}, a row each", its)
    assert seconds["ours"] <= seconds["procrastinate"]


def test_a_kill_in_the_middle_of_firing(postgresql_server: PostgresqlServer) -> None:
    with sides(postgresql_server, PAUSE) as those:
        for side in those.values():
            side.die()
            side.work(PAUSE)
        ours, jobs, store = those["ours"], those["procrastinate"], those["apscheduler"]
        lost = DUE - ours.done
        twice = asked(
            ours.url,
            f"select count(*) from (select 1 from timeline where kind in {STEPS} "
            "group by lead_id, kind, occurred_at having count(*) > 1) as twice",
        )
        report(
            f"SIGKILL while {DUE:,} are fired: the bot, lost and doubled", f"{lost} and {twice}", "0 and 0"
        )
        for name, side in (("procrastinate", jobs), ("APScheduler's job store", store)):
            sent = asked(side.url, "select count(distinct job) from effects")
            said = f"{DUE - sent} and {side.done - sent}"
            report(f"SIGKILL while {DUE:,} are fired: {name}, never sent and sent twice", said)
        doing = asked(jobs.url, "select count(*) from procrastinate_jobs where status = 'doing'")
        was_sent = asked(
            jobs.url,
            "select count(*) from procrastinate_jobs where status = 'doing' "
            "and exists (select 1 from effects where job = (args->>'job')::int)",
        )
        report(
            "procrastinate's jobs left 'doing' for good, and how many of them were sent",
            f"{doing}, {was_sent}",
            "tried again by hand: sent twice",
        )
    assert (lost, twice) == (0, 0)
