"""What one look at the outbox knows, and what it asks of a message that waits there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sla.availability import PersonNow
from sla.effects import Post, Role, ToPerson
from sla.lead import Clock, Lead, LeadId
from sla.policy import Policy
from storage import leads
from storage.database import Connection
from storage.outbox import Delivery

SHORT = 10
"""A clock that gives less than so many times the waiting time has no time to wait."""
LOOKED_BACK = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look at the outbox knows."""

    connection: Connection
    policy: Policy
    known: Mapping[LeadId, Lead]
    people: Mapping[str, PersonNow]
    at: datetime


def clock_of(row: Delivery, lead: Lead) -> Clock | None:
    return next((clock for clock in lead.clocks if clock.number == row.clock), None)


def lead_of(row: Delivery, look: Look) -> Lead:
    lead = look.known.get(row.lead_id or LeadId(""))
    if lead is None:
        lead = leads.load(look.connection, [row.lead_id or LeadId("")])[row.lead_id or LeadId("")]
    return lead


def is_urgent(row: Delivery, look: Look) -> bool:
    """Whether the waiting would take too much of the time that the owner has."""
    clock = clock_of(row, lead_of(row, look))
    if clock is None or clock.due_at is None:
        return False
    return clock.due_at - clock.started_at <= look.policy.notices.together * SHORT


def waited_for_opening(row: Delivery, look: Look) -> bool:
    waited_until = row.post.not_before
    return (
        row.is_held
        and waited_until is not None
        and waited_until - row.created_at > look.policy.notices.together
    )


def due_at(row: Delivery, look: Look) -> datetime:
    return lead_of(row, look).due_at or row.created_at


def load(rows: Sequence[Delivery], look: Look) -> dict[str, int]:
    owners = {lead_of(row, look).owner for row in rows}
    return {owner: len(leads.open_leads_of(look.connection, owner)) for owner in owners if owner is not None}


def since(rows: Sequence[Delivery], look: Look) -> dict[str, Any]:
    """From when to when its reader was not at work: as far as what waited goes back."""
    waited = [row for row in rows if waited_for_opening(row, look)]
    first = min(waited, key=lambda row: row.created_at)
    lead, to = lead_of(first, look), first.post.to
    assert isinstance(to, ToPerson)
    calendar = look.policy.person_calendar(to.email, look.policy.team_in_force(lead.team))
    worked = calendar.intervals(first.created_at - LOOKED_BACK, first.created_at)
    since = worked[-1][1] if worked else first.created_at
    opens_at = max(row.post.not_before or look.at for row in waited)
    return {"since": since.isoformat(), "opens": opens_at.isoformat()}


def list_of(rows: Sequence[Delivery], data: Mapping[str, Any]) -> Post:
    first = min(rows, key=lambda row: row.seq)
    return Post(
        role=Role.LEAD_LIST,
        to=first.post.to,
        key=f"list:{first.id}",
        urgency=min(row.post.urgency for row in rows),
        fenced=False,
        data=data,
    )
