"""A delivery: one message on its way to one place, as its row says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from pydantic_core import from_json
from sqlalchemy import Row

from sla.effects import Post, Role, ToMail, ToPhone, Urgency, place_of
from sla.lead import LeadId


class State(StrEnum):
    """How far a delivery got."""

    GATHERING = "gathering"
    PENDING = "pending"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    REFUSED = "refused"
    VOID = "void"


Way = Literal["slack", "outside"]
"""How a message goes: by Slack, or by e-mail or text message."""

UNFINISHED: Final = (State.PENDING, State.GATHERING, State.SENDING, State.UNCERTAIN)
CALLED: Final = (State.SENDING, State.UNCERTAIN)
ERASED: Final = "erased"
"""Stands beside what is still under way about a lead that was erased."""

FOLLOWING: Final = frozenset(
    {
        Role.OWNER_CARD,
        Role.PAGE,
        Role.REMINDER,
        Role.DEADLINE_PASSED,
        Role.NUDGE,
        Role.MANAGERS_CARD,
        Role.QUEUE_CARD,
        Role.NEEDS_ATTENTION,
        Role.LEAD_OPS_CHECK,
        Role.UNOWNED,
    }
)
"""Messages that go on showing the lead as it is; the others are said once."""

CARD_OF_THREAD: Final = {Role.MANAGERS_LINE: Role.MANAGERS_CARD, Role.STILL_FREE: Role.QUEUE_CARD}
"""Lines that are said in the thread of a card."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One row of the outbox. `attempt` is the fence: hand it back with what became of the call.

    `thread_ts` is set for lines of a thread once they are claimed. `list_id` is the list of which it is a row
    (or was to be, and left by itself after all); `is_held` says that `not_before` is its reader's, not its own.
    """

    seq: int
    id: str
    lead_id: LeadId | None
    generation: int
    post: Post
    state: State
    attempt: int
    created_at: datetime
    leased_until: datetime | None
    retry_at: datetime | None
    uncertain_since: datetime | None
    looks: int
    look_at: datetime | None
    channel: str | None
    ts: str | None
    thread_ts: str | None
    error: str | None
    sent_at: datetime | None
    send_started_at: datetime | None
    ended_at: datetime | None
    list_id: str | None = None
    is_held: bool = False

    @property
    def role(self) -> Role:
        return self.post.role

    @property
    def place(self) -> str:
        return str(self.post.to)

    @property
    def is_outside(self) -> bool:
        return isinstance(self.post.to, ToMail | ToPhone)

    @property
    def clock(self) -> int | None:
        return self.post.clock


def read_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        seq=row.seq,
        id=row.id,
        lead_id=None if row.lead_id is None else LeadId(row.lead_id),
        generation=row.generation,
        post=Post(
            role=Role(row.role),
            to=place_of(row.place),
            key=row.key,
            urgency=Urgency(row.urgency),
            clock=row.clock,
            fenced=row.fenced,
            gathered=row.gathered,
            not_before=row.not_before,
            expires_at=row.expires_at,
            data=from_json(row.data),
        ),
        state=State(row.state),
        attempt=row.attempt,
        created_at=row.created_at,
        leased_until=row.leased_until,
        retry_at=row.retry_at,
        uncertain_since=row.uncertain_since,
        looks=row.looks,
        look_at=row.look_at,
        channel=row.channel,
        ts=row.ts,
        thread_ts=row.thread_ts,
        error=row.error,
        sent_at=row.sent_at,
        send_started_at=row.send_started_at,
        ended_at=row.ended_at,
        list_id=row.list_id,
        is_held=row.is_held,
    )
