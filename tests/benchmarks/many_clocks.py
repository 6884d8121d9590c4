"""A database with any number of open clocks, on SQLite or PostgreSQL: a few leads, copied by the database itself.

The first ones are taken in and played by the recorder; the copies are their rows under other names, in a few
statements for all of them. With a target of four hours the next step is, in turn: the reminder, the deadline, the
hand-over.
"""

import os
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text

from bot.policies import PolicyBox
from bot.recorder import Recorder
from sla.facts import CardDelivered, LeadArrived, StepReached
from sla.lead import Lead, LeadId
from storage import schema
from storage import tables as t
from storage.database import Database
from storage.ids import new_lead_id
from tests.benchmarks.open_clocks import typical
from tests.sla.play import EXAMPLE

ARRIVED_BEFORE = (timedelta(hours=2), timedelta(hours=4), timedelta(hours=5))
ARRIVED_JUST_NOW = timedelta(minutes=10)
SPREAD = timedelta(hours=1)
"""Within so long one after the other comes due of those that are not due."""
DIGITS = 7
"""So many characters of an id tell the copies apart."""
WITHIN = timedelta(seconds=20)


def fill(url: str, *, clocks: int, due: int, now: datetime) -> None:
    """So many open clocks, so many of which are due `now`; every owner has their card. The database is empty."""
    database = Database(url)
    try:
        schema.upgrade(database)
        models = _models(database, clocks, due, now)
    finally:
        database.close()
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            _sent(connection)
            made = 0
            for lead, copies in models:
                assert lead.clock is not None
                assert lead.clock.next_step_at is not None
                changes = _changes(is_due=lead.clock.next_step_at <= now)
                for table, its in changes.items():
                    _copy(connection, table, its, lead.id, range(made, made + copies - 1))
                made += copies
        _settle(engine)
    finally:
        engine.dispose()


def copied(file: Path, target: Path) -> Path:
    """A copy that is on the disk: else the first commit that is measured waits for the whole of it."""
    shutil.copy(file, target)
    with target.open("rb+") as copy:
        os.fsync(copy.fileno())
    return target


def _engine(url: str) -> Engine:
    """As fast as can be: what a power cut would lose is made again."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def opened(connection: Any, _record: Any) -> None:
            for setting in ("journal_mode = off", "synchronous = off", "cache_size = -400000"):
                connection.execute(f"pragma {setting}")

    return engine


def _models(database: Database, clocks: int, due: int, now: datetime) -> list[tuple[Lead, int]]:
    """The leads to be copied, and how many of each there are to be in the end."""
    at = [now]
    policies = PolicyBox.open(database, EXAMPLE, now)
    recorder = Recorder(database, policies, now=lambda: at[0])
    recorder.start()
    try:
        parts = [(ago, due // 3 + (number < due % 3)) for number, ago in enumerate(ARRIVED_BEFORE)]
        parts.append((ARRIVED_JUST_NOW, clocks - due))
        return [(_played(recorder, at, now - ago, now), number) for ago, number in parts if number]
    finally:
        recorder.stop(WITHIN)


def _played(recorder: Recorder, at: list[datetime], arrived_at: datetime, now: datetime) -> Lead:
    """A lead and all that was decided about it until just before `now`."""
    lead_id = new_lead_id(arrived_at)
    details = typical(lead_id)
    at[0] = arrived_at
    recorder.record(LeadArrived(lead_id=lead_id, at=at[0], source="website", details=details))
    at[0] += timedelta(seconds=2)
    lead = recorder.record(CardDelivered(lead_id=lead_id, at=at[0], clock=1)).lead
    while True:
        assert lead is not None
        assert lead.clock is not None
        assert lead.clock.next_step_at is not None
        if lead.clock.next_step_at >= now - timedelta(minutes=1):
            return lead
        at[0] = lead.clock.next_step_at
        lead = recorder.record(StepReached(lead_id=lead_id, at=at[0], clock=1)).lead


def _sent(connection: Connection) -> None:
    """All that is owed so far has been sent, and is shown as it is."""
    connection.execute(
        text(
            "insert into cards (id, lead_id, role, place, clock, channel, ts, wanted_revision, "
            "shown_revision, shown_hash, posted_at) select outbox.id, lead_id, role, place, clock, 'D0', outbox.id, "
            "revision, revision, 'as it is', created_at from outbox join leads on leads.id = outbox.lead_id "
            "where outbox.state = 'pending' and role != 'managers_line'"
        )
    )
    connection.execute(
        text(
            "update outbox set state = 'sent', channel = 'D0', ts = id, sent_at = created_at, ended_at = created_at "
            "where state = 'pending'"
        )
    )


def _changes(*, is_due: bool) -> Mapping[Table, Mapping[str, str]]:
    """What differs from copy to copy, as SQL; `n` is its number."""
    number = f"substr(cast({10**DIGITS} + n as text), 2)"

    def named(column: str) -> str:
        return f"substr({column}, 1, length({column}) - {DIGITS}) || {number}"

    lead = {"lead_id": named("lead_id")}
    later = "next_step_at" if is_due else f"next_step_at + n % {SPREAD.seconds} * 1000000 + n % 1000"
    return {
        t.leads: {
            "id": named("id"),
            "external_id": f"'web-' || {number}",
            "email_key": f"'dana.' || {number} || '@northwind.example'",
            "domain_key": f"'northwind-' || {number} || '.example'",
        },
        t.clocks: lead | {"next_step_at": later},
        t.timeline: lead,
        t.outbox: lead | {"id": named("id"), "ts": named("id")},
        t.cards: lead | {"id": named("id"), "ts": named("id")},
    }


def _copy(
    connection: Connection, table: Table, changes: Mapping[str, str], lead_id: LeadId, numbers: range
) -> None:
    # The first is a table of its own: else a copy could be copied again.
    source = f"first_{table.name}"
    which = "id" if table is t.leads else "lead_id"
    # PostgreSQL takes no values there; the id is of our own making.
    connection.exec_driver_sql(
        f"create temporary table {source} as select * from {table.name} where {which} = '{lead_id}'"
    )
    columns = [column.name for column in table.columns if column.name != "seq"]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name, f'"{name}"') for name in columns)
    counted = (
        "with recursive numbers(n) as "
        "(select cast(:first as bigint) union all select n + 1 from numbers where n < :last)"
    )
    if numbers:
        connection.execute(
            text(
                f"insert into {table.name} ({names}) {counted} select {values} from numbers cross join {source}"
            ),
            {"first": numbers[0], "last": numbers[-1]},
        )
    connection.execute(text(f"drop table {source}"))


def _settle(engine: Engine) -> None:
    """As a database is that was filled by and by: on the disk, its statistics known, its pages visited."""
    if engine.dialect.name == "sqlite":
        file = os.open(str(engine.url.database), os.O_RDONLY)
        os.fsync(file)
        os.close(file)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze")
        connection.exec_driver_sql("checkpoint")
