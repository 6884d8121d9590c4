"""What comes due next, and whether everything that is due was done: for whoever lets time pass."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from sla.effects import Place, Role, place_of
from sla.lead import LeadId
from storage import leads
from storage import outbox as owed
from storage.delivery import State
from storage.tables import HAS_NEXT_STEP, IS_PENDING, IS_UNSETTLED, clocks, outbox


@dataclass(frozen=True, kw_only=True)
class Due:
    """A step of a lead's clock (`clock` is its number), or a message that waits for its moment."""

    at: datetime
    lead_id: LeadId | None
    clock: int | None
    role: Role | None = None
    to: Place | None = None


def next_after(connection: Connection, at: datetime) -> Due | None:
    """The first thing that comes due later than this; at the same moment a step goes before a message."""
    step = connection.execute(
        select(clocks.c.next_step_at, clocks.c.lead_id, clocks.c.number)
        .where(HAS_NEXT_STEP, clocks.c.next_step_at > at)
        .order_by(clocks.c.next_step_at)
        .limit(1)
    ).first()
    message = connection.execute(
        select(outbox.c.not_before, outbox.c.lead_id, outbox.c.clock, outbox.c.role, outbox.c.place)
        .where(IS_PENDING, outbox.c.not_before > at)
        .order_by(outbox.c.not_before, outbox.c.seq)
        .limit(1)
    ).first()
    found: list[Due] = []
    if step is not None:
        found.append(Due(at=step.next_step_at, lead_id=LeadId(step.lead_id), clock=step.number))
    if message is not None:
        found.append(
            Due(
                at=message.not_before,
                lead_id=None if message.lead_id is None else LeadId(message.lead_id),
                clock=message.clock,
                role=Role(message.role),
                to=place_of(message.place),
            )
        )
    return min(found, key=lambda due: due.at, default=None)


def last_until(connection: Connection, at: datetime) -> datetime | None:
    """When the last of the things comes due that come due by then."""
    moments = (
        connection.scalar(select(func.max(column)).where(which, column <= at))
        for column, which in ((clocks.c.next_step_at, HAS_NEXT_STEP), (outbox.c.not_before, IS_PENDING))
    )
    return max((found for found in moments if found is not None), default=None)


def steps_are_taken(connection: Connection, at: datetime) -> bool:
    """Whether no clock has a step left that was due by then."""
    due_at = leads.next_step_at(connection)
    return due_at is None or due_at > at


def messages_have_left(connection: Connection, at: datetime, real_at: datetime) -> bool:
    """Whether no message is on its way to Slack or could go there now.

    What waits for another try or look does not count, nor do edits: they show the lead as it then is, whenever
    they come.
    """
    under_way = select(outbox.c.id).where(IS_UNSETTLED, outbox.c.state.in_((State.SENDING, State.GATHERING)))
    is_under_way = connection.execute(under_way.limit(1)).first() is not None
    return not is_under_way and not owed.claimable(connection, at, 1, real_at=real_at)
