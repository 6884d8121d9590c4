"""What the auditor found and has to tell: since when, told when, over or not; shared by all processes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from sla.lead import LeadId
from storage import absences
from storage.audit_kinds import MUST_NOT_BE, ONCE, Kind
from storage.states import json_text
from storage.tables import findings
from storage.upserts import insert_into

LEADS_SHOWN = 5
GONE_AFTER = timedelta(minutes=3)
"""So long nobody has seen it any more: then it is over. A process that looks each minute misses no two rounds."""
KEPT = timedelta(days=30)
"""How long it is remembered that something was told which is told once."""
COUNTED = timedelta(days=1)
_TURN = "auditor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One thing that is so now. `name` tells several of a kind apart: a process, a lead. `leads` are examples."""

    kind: Kind
    name: str = ""
    number: int = 1
    leads: Sequence[LeadId] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The same as it is written down; `ended_at` is set while its end waits to be told."""

    kind: Kind
    name: str
    since_at: datetime
    seen_at: datetime
    told_at: datetime | None
    ended_at: datetime | None
    number: int
    leads: tuple[LeadId, ...]


def take_turn(connection: Connection, at: datetime) -> None:
    """One process after the other writes down what it found: no two tell the same."""
    absences.beat(connection, _TURN, at)
    absences.last_beat(connection, _TURN, lock=True)


def put(connection: Connection, found: Collection[Found], at: datetime) -> None:
    """These are so at this moment; what is known already stays known since when."""
    for one in found:
        values = {
            "seen_at": at,
            "number": one.number,
            "leads": json_text([str(lead_id) for lead_id in one.leads[:LEADS_SHOWN]]),
        }
        insert = insert_into(connection.dialect.name, findings).values(
            kind=one.kind, name=one.name, since_at=at, **values
        )
        # A moment without it is no end of it.
        connection.execute(
            insert.on_conflict_do_update(index_elements=["kind", "name"], set_={**values, "ended_at": None})
        )


def end(connection: Connection, at: datetime) -> None:
    """What nobody has seen for a while is over; of what was not told there is nothing to tell."""
    gone = (findings.c.seen_at <= at - GONE_AFTER, findings.c.kind.not_in(ONCE))
    connection.execute(delete(findings).where(*gone, findings.c.told_at.is_(None)))
    connection.execute(
        update(findings).where(*gone, findings.c.ended_at.is_(None)).values(ended_at=findings.c.seen_at)
    )
    connection.execute(delete(findings).where(findings.c.seen_at <= at - KEPT, findings.c.kind.in_(ONCE)))


def told(connection: Connection, these: Collection[Finding], at: datetime) -> None:
    for one in these:
        connection.execute(update(findings).where(*_is(one)).values(told_at=at))


def forget(connection: Connection, these: Collection[Finding]) -> None:
    for one in these:
        connection.execute(delete(findings).where(*_is(one)))


def known(connection: Connection) -> list[Finding]:
    """Everything that is written down, the oldest first."""
    query = select(findings).order_by(findings.c.since_at, findings.c.kind, findings.c.name)
    return [_read(row) for row in connection.execute(query)]


def counts(connection: Connection, at: datetime) -> dict[Kind, int]:
    """How much of each kind is so now; what must never be counts for a day, so that whoever watches sees it."""
    is_new = and_(findings.c.kind.in_(MUST_NOT_BE), findings.c.since_at > at - COUNTED)
    query = select(findings.c.kind, func.sum(findings.c.number)).where(
        findings.c.ended_at.is_(None), or_(findings.c.kind.not_in(ONCE), is_new)
    )
    return {Kind(kind): int(number) for kind, number in connection.execute(query.group_by(findings.c.kind))}


def _is(one: Finding) -> tuple[Any, ...]:
    return findings.c.kind == one.kind, findings.c.name == one.name


def _read(row: Row[Any]) -> Finding:
    values = dict(row._mapping)
    leads = tuple(LeadId(lead_id) for lead_id in from_json(row.leads))
    return Finding(**values | {"kind": Kind(row.kind), "leads": leads})
