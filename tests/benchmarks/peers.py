"""Processes that work off what is due on PostgreSQL: ours, and what one would pick instead.

`python -m tests.benchmarks.peers KIND URL PAUSE` works until nothing is due and then prints the seconds that it took.
A job of theirs stands for a message: after half of the pause it is sent (a row in `effects`), after the other half
the job ends. Ours takes the steps of due clocks with all its rules; what is to be said goes into the same commit.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from time import perf_counter, sleep, time
from typing import Any

import procrastinate
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_SUBMITTED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from sqlalchemy import make_url

from tests.benchmarks.draining import ticking

AT_ONCE = 10
"""As many as APScheduler runs at once by itself."""
LOOK_EVERY_SECONDS = 0.01
EFFECTS = "create table effects (id bigserial primary key, job integer not null)"
SENT = "insert into effects (job) values (%s)"
_pools: list[ConnectionPool] = []
"""Where the jobs of APScheduler find the database: a stored job remembers its function by name, not by value."""


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def app_of(connector: procrastinate.BaseConnector, send: Callable[..., Any]) -> tuple[procrastinate.App, Any]:
    """An application of procrastinate with one task; a line in the log for each job would be measured, too."""
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    app = procrastinate.App(connector=connector)
    return app, app.task(name="remind", pass_context=False)(send)


def work_by_procrastinate(url: str, pause: float) -> float:
    return asyncio.run(_work_by_procrastinate(plain(url), pause))


async def _work_by_procrastinate(url: str, pause: float) -> float:
    async with AsyncConnectionPool(url, min_size=AT_ONCE, kwargs={"autocommit": True}) as pool:

        async def send(job: int, pause: float = pause) -> None:
            await asyncio.sleep(pause / 2)
            async with pool.connection() as connection:
                await connection.execute(SENT, (job,))
            await asyncio.sleep(pause / 2)

        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=2, max_size=AT_ONCE)
        app, _ = app_of(connector, send)
        async with app.open_async():
            began = perf_counter()
            await app.run_worker_async(wait=False, concurrency=AT_ONCE, install_signal_handlers=False)
            return perf_counter() - began


def send_by_apscheduler(job: int, pause: float) -> None:
    sleep(pause / 2)
    with _pools[-1].connection() as connection:
        connection.execute(SENT, (job,))
    sleep(pause / 2)


def scheduler_of(url: str, kind: type[BaseScheduler] = BackgroundScheduler) -> BaseScheduler:
    return kind(
        jobstores={"default": SQLAlchemyJobStore(url=url)},
        job_defaults={"misfire_grace_time": None},
        timezone="UTC",
    )


def work_by_apscheduler(url: str, _pause: float) -> float:
    scheduler = scheduler_of(url)
    counted = {EVENT_JOB_SUBMITTED: 0, EVENT_JOB_EXECUTED: 0}

    def heard(event: Any) -> None:
        counted[event.code] += 1

    scheduler.add_listener(heard, EVENT_JOB_SUBMITTED | EVENT_JOB_EXECUTED)
    with ConnectionPool(plain(url), min_size=AT_ONCE, kwargs={"autocommit": True}) as pool:
        _pools.append(pool)
        pool.wait()
        began = perf_counter()
        scheduler.start()
        while _due(pool) or counted[EVENT_JOB_EXECUTED] != counted[EVENT_JOB_SUBMITTED]:
            sleep(LOOK_EVERY_SECONDS)
        seconds = perf_counter() - began
        scheduler.shutdown()
    return seconds


def _due(pool: ConnectionPool) -> bool:
    with pool.connection() as connection:
        asked = "select exists (select 1 from apscheduler_jobs where next_run_time <= %s)"
        [is_due] = connection.execute(asked, (time(),)).fetchone() or (False,)
    return bool(is_due)


def work_by_ticker(url: str, _pause: float) -> float:
    with ticking(url) as ticker:
        began = perf_counter()
        ticker.tick()
        return perf_counter() - began


WORK: dict[str, Callable[[str, float], float]] = {
    "ours": work_by_ticker,
    "procrastinate": work_by_procrastinate,
    "apscheduler": work_by_apscheduler,
}


if __name__ == "__main__":
    # Jobs find their functions by the name of the module, not in the one that runs.
    from tests.benchmarks import peers

    print(peers.WORK[sys.argv[1]](sys.argv[2], float(sys.argv[3])))
