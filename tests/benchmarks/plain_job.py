"""What one would write first as a job of a step: the ORM loads the lead, changes it, adds what follows, commits.

It is written with care (WAL, the same durability as ours, the lock taken at the beginning, a connection for each
thread) on our own tables, and knows no rule: which kind of step it is is known beforehand, so that it decides
nothing. It writes as many rows to each table as the ticker does for the same steps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.orm import Session, registry, sessionmaker

from sla.lead import LeadId
from storage import tables
from storage.ids import delivery_id
from tests.benchmarks.open_clocks import NOW

THREADS = 10
"""As many as APScheduler's default executor has."""
BUSY_TIMEOUT_SECONDS = 30
REMINDER, DEADLINE, HAND_OVER = range(3)
ENTRIES = (1, 2, 1)
POSTS = (1, 2, 2)
"""How many lines and posts each kind of step adds."""

_sessions: list[sessionmaker[Session]] = []
"""Where the jobs find the database: a stored job remembers its function by name, not by value."""


class Row:
    """A row of a table, with the table's columns."""

    def __init__(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)


class LeadRow(Row): ...


class ClockRow(Row): ...


class EntryRow(Row): ...


class PostRow(Row): ...


class CardRow(Row): ...


_mapped = registry(metadata=tables.metadata)
for _row, _table in (
    (LeadRow, tables.leads),
    (ClockRow, tables.clocks),
    (EntryRow, tables.timeline),
    (PostRow, tables.outbox),
    (CardRow, tables.cards),
):
    _mapped.map_imperatively(_row, _table)


@contextmanager
def plain_jobs(file: Path) -> Iterator[None]:
    """While it lasts, the jobs work on this file."""
    engine = create_engine(
        f"sqlite:///{file}",
        pool_size=THREADS,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def opened(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # Who reads first and writes then is turned away, in WAL mode, as soon as somebody else wrote between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    _sessions.append(sessionmaker(engine))
    try:
        yield
    finally:
        _sessions.pop()
        engine.dispose()


def fire(lead_id: LeadId, number: int, kind: int) -> None:
    """Take a step of which it is known what it does."""
    with _sessions[-1].begin() as session:
        lead: Any = session.get_one(LeadRow, lead_id)
        clock: Any = session.get_one(ClockRow, (lead_id, number))
        lead.revision += 1
        lead.status = "At Risk" if kind == REMINDER else "Breached"
        clock.fired_through = clock.next_step_at
        clock.next_step_at = clock.next_step_at + timedelta(hours=1)
        if kind == HAND_OVER:
            _hand_over(session, lead, clock)
        for place in range(ENTRIES[kind]):
            session.add(_entry(lead, kind + place))
        for place in range(POSTS[kind]):
            session.add(_post(lead, number, kind + place))
        cards: Any = session.scalars(select(CardRow).where(tables.cards.c.lead_id == lead_id))
        for card in cards:
            card.wanted_revision = lead.revision


def _hand_over(session: Session, lead: Any, clock: Any) -> None:
    lead.owner = None
    lead.stage = "in_queue"
    lead.generation += 1
    clock.stopped_at = NOW
    clock.next_step_at = None
    queue = ClockRow(
        lead_id=lead.id,
        number=clock.number + 1,
        kind="queue",
        round=1,
        how="handed_over",
        calendar=clock.calendar,
        started_at=NOW,
        next_step_at=NOW + timedelta(minutes=15),
        failures=0,
    )
    # A running clock ends before the next one starts.
    session.flush()
    session.add(queue)


def _entry(lead: Any, kind: int) -> EntryRow:
    return EntryRow(
        lead_id=lead.id,
        kind=f"step_{kind}",
        occurred_at=NOW,
        logged_at=NOW,
        policy_version=lead.policy_version,
        data="{}",
    )


def _post(lead: Any, number: int, kind: int) -> PostRow:
    return PostRow(
        id=delivery_id(lead.id, lead.generation, f"step:{number}:{kind}"),
        lead_id=lead.id,
        generation=lead.generation,
        role="reminder",
        place="@carla@acme.example",
        key=f"step:{number}:{kind}",
        urgency=1,
        clock=number,
        fenced=True,
        gathered=False,
        data="{}",
        state="pending",
        created_at=NOW,
    )
