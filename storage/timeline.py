"""The timeline of a lead: what happened, when, who did it, by which policy; written once, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, select

from sla.effects import Entry
from sla.lead import LeadId
from storage.batch import insert_entries
from storage.rows import entry_row
from storage.tables import timeline


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """One line as it was written; `policy_version` is None where no policy had a say."""

    seq: int
    lead_id: LeadId
    kind: str
    occurred_at: datetime
    logged_at: datetime
    who: str | None
    policy_version: str | None
    data: Mapping[str, Any]


def of(connection: Connection, lead_id: LeadId) -> list[TimelineEntry]:
    """Everything that happened to a lead, in the order in which it was written."""
    rows = connection.execute(select(timeline).where(timeline.c.lead_id == lead_id).order_by(timeline.c.seq))
    return [
        TimelineEntry(
            seq=row.seq,
            lead_id=LeadId(row.lead_id),
            kind=row.kind,
            occurred_at=row.occurred_at,
            logged_at=row.logged_at,
            who=row.who,
            policy_version=row.policy_version,
            data=from_json(row.data),
        )
        for row in rows
    ]


def append(
    connection: Connection, lead_id: LeadId, entries: Sequence[Entry], policy_version: str | None = None
) -> None:
    """Add lines that come from no decision, such as what became of a delivery."""
    insert_entries.many(connection, [entry_row(lead_id, entry, policy_version) for entry in entries])
