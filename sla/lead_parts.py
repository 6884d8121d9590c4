"""What the record of a lead is made of: its clocks, its contacts, and what people did and decided about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NewType

LeadId = NewType("LeadId", str)
ContactId = NewType("ContactId", str)


class Status(StrEnum):
    """The status that the CRM shows, in order of severity."""

    WITHIN_SLA = "Within SLA"
    AT_RISK = "At Risk"
    BREACHED = "Breached"
    ESCALATED = "Escalated"

    @property
    def severity(self) -> int:
        return _SEVERITY[self]


_SEVERITY = {status: place for place, status in enumerate(Status)}


class Stage(StrEnum):
    """Where a lead stands; derived from its running clock, never set."""

    NEEDS_ATTENTION = "needs_attention"
    HELD = "held"
    WITH_OWNER = "with_owner"
    IN_QUEUE = "in_queue"
    IN_REVIEW = "in_review"
    WITH_LEAD_OPS = "with_lead_ops"
    CONTACTED = "contacted"
    CLOSED = "closed"


class ClockKind(StrEnum):
    """What a clock measures: an owner's time, the wait for one, the backup queue, a review, lead ops' check."""

    OWNER = "owner"
    HELD = "held"
    QUEUE = "queue"
    REVIEW = "review"
    CHECK = "check"


STAGE_OF_CLOCK = {
    ClockKind.OWNER: Stage.WITH_OWNER,
    ClockKind.HELD: Stage.HELD,
    ClockKind.QUEUE: Stage.IN_QUEUE,
    ClockKind.REVIEW: Stage.IN_REVIEW,
    ClockKind.CHECK: Stage.WITH_LEAD_OPS,
}

How = Literal[
    "routed",
    "crm_owner",
    "same_owner",
    "on_call",
    "held",
    "unowned",
    "claimed",
    "reassigned",
    "passed",
    "sent_back",
    "contact",
    "handed_over",
    "paged",
    "opened",
    "covering",
    "returned",
]
HOW_IT_BEGAN: tuple[How, ...] = ("routed", "crm_owner", "same_owner", "on_call")
"""How a lead comes to its first owner: by the rules, by the CRM, because they have one of its kin already, or because
they are on call while nobody else is there."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One stretch of a lead's life: who had it (or which queue), from when to when, and what comes next.

    `hand_over_at` is set only when a manager moved the hand-over; of a held lead it is when somebody is looked
    for again. Every ladder step up to `fired_through`
    is done. `told_at` is when Slack accepted the owner's card, so that the system's delay can be told from
    the person's; `unreachable_at` is when Slack refused it for good.
    """

    lead_id: LeadId
    number: int
    kind: ClockKind
    person: str | None = None
    round: int = 0
    how: How = "routed"
    by: str | None = None
    note: str | None = None
    calendar: str
    started_at: datetime
    due_at: datetime | None = None
    hand_over_at: datetime | None = None
    fired_through: datetime | None = None
    next_step_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    told_at: datetime | None = None
    unreachable_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None


Channel = Literal["call", "email", "meeting", "social", "other"]
ContactOutcome = Literal["connected", "left_message", "no_answer", "sent", "meeting_booked", "other"]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One logged contact. `counts` says whether it stops the clock; a withdrawn one was pressed by mistake."""

    id: ContactId
    by: str
    logged_by: str
    channel: Channel
    outcome: ContactOutcome
    occurred_at: datetime
    logged_at: datetime
    note: str | None = None
    counts: bool = True
    withdrawn_at: datetime | None = None
    corrected_at: datetime | None = None
    external_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A deadline that passed without contact: its true time, when it was noticed, and who is to answer for it.

    `owner_told` says whether Slack had accepted the owner's card before the deadline. `excused` holds the
    reason why it is not counted against the owner (an absence of the bot or of Slack), else None.
    """

    due_at: datetime
    detected_at: datetime
    owner: str | None
    owner_told: bool
    excused: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Extension:
    """More time given by a manager: the hand-over moved, the deadline did not."""

    by: str
    at: datetime
    until: datetime
    more: timedelta
    reason: str
    clock: int


@dataclass(frozen=True, kw_only=True)
class OnIt:
    """The owner saw the lead and is acting; notices are held until `until` (None: nothing is held)."""

    by: str
    at: datetime
    until: datetime | None
    clock: int


@dataclass(frozen=True, kw_only=True)
class Nudge:
    """The last time a manager asked the owner about the lead."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """The owner says it is not a real lead; `left` is the working time that their clock had when it was stopped."""

    by: str
    at: datetime
    reason: str
    note: str | None
    left: timedelta


@dataclass(frozen=True, kw_only=True)
class Closing:
    """The lead was closed without (or after) contact; `into` is the lead that took it in."""

    by: str
    at: datetime
    reason: str
    into: str | None = None


@dataclass(frozen=True, kw_only=True)
class AskedAgain:
    """The same person's latest further request while the lead was open; the first request counts as number 1."""

    at: datetime
    number: int
    source: str
    intent: str | None


@dataclass(frozen=True, kw_only=True)
class Completion:
    """When a lead that had lacked something could start, and who saw to that: a person, or its source.

    The time before, from `received_at` on, is nobody's to answer for and is reported apart.
    """

    at: datetime
    by: str
    waited: timedelta
