"""A lead under its agreement: its clocks, its owner, its contacts, and what can be derived from them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NewType, TypeVar

from sla.details import LeadDetails

T = TypeVar("T")


def changed(record: T, **fields: Any) -> T:
    """`dataclasses.replace` for the records of this module, without running their constructor again.

    A lead has some thirty fields and most decisions change it several times: this is ten times as fast.
    """
    copy = object.__new__(type(record))
    object.__setattr__(copy, "__dict__", record.__dict__ | fields)
    return copy


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


_STAGE_OF_CLOCK = {
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


@dataclass(frozen=True, kw_only=True)
class Lead:
    """Everything that is known about one lead.

    `started_at`, `due_at`, `stopped_at` are the lead clock: it never restarts, its deadline never moves (but
    for a lead that lead ops sent back). `generation` rises with each change that voids what was planned
    before; `revision` with each change that any card shows. `policy_version` names the policy under whose
    targets, calendars and ladders the clocks run. `managers_told_at` is when a card in the managers' channel
    was first owed, `managers_channel` where. `day_owner` is to have the lead when the team opens again, while
    it is with somebody who was paged.
    """

    id: LeadId
    source: str
    details: LeadDetails
    received_at: datetime
    policy_version: str
    generation: int = 1
    revision: int = 1
    tier: str | None = None
    team: str | None = None
    owner: str | None = None
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    status: Status | None = None
    breach: Breach | None = None
    clocks: tuple[Clock, ...] = ()
    contacts: tuple[Contact, ...] = ()
    extensions: tuple[Extension, ...] = ()
    on_it: OnIt | None = None
    nudge: Nudge | None = None
    rejection: Rejection | None = None
    closing: Closing | None = None
    asked_again: AskedAgain | None = None
    completion: Completion | None = None
    needs: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    day_owner: str | None = None
    managers_told_at: datetime | None = None
    managers_channel: str | None = None

    @property
    def external_id(self) -> str:
        return self.details.external_id

    @property
    def complete_at(self) -> datetime:
        """When its time could begin: on receipt, or once what it had lacked had come."""
        return self.completion.at if self.completion is not None else self.received_at

    @property
    def label(self) -> str:
        return self.details.label

    @property
    def clock(self) -> Clock | None:
        """The one running clock, None for a lead that is contacted, closed or waits for details."""
        for clock in reversed(self.clocks):
            if clock.stopped_at is None:
                return clock
        return None

    @property
    def stage(self) -> Stage:
        if self.closing is not None:
            return Stage.CLOSED
        running = self.clock
        if running is not None:
            return _STAGE_OF_CLOCK[running.kind]
        return Stage.NEEDS_ATTENTION if self.started_at is None else Stage.CONTACTED

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes this lead a first contact."""
        return self.clock is not None

    @property
    def counting_contacts(self) -> tuple[Contact, ...]:
        return tuple(c for c in self.contacts if c.counts and c.withdrawn_at is None)

    @property
    def first_contact(self) -> Contact | None:
        """The earliest contact that counts, by when it happened, not by when it was logged."""
        return min(self.counting_contacts, key=lambda c: (c.occurred_at, c.logged_at), default=None)

    @property
    def outcome(self) -> Literal["met", "missed"] | None:
        """`met` or `missed`; None while open, and for a lead closed before its deadline without contact."""
        if self.due_at is None or self.stage not in (Stage.CONTACTED, Stage.CLOSED):
            return None
        first = self.first_contact
        if first is not None:
            return "met" if first.occurred_at <= self.due_at else "missed"
        if self.closing is not None and self.rejection is None and self.closing.at > self.due_at:
            return "missed"
        return None

    @property
    def is_late(self) -> bool:
        """Whether a breach stands: recorded and not withdrawn."""
        return self.breach is not None and self.breach.withdrawn_at is None

    def owner_clocks(self, person: str | None = None) -> tuple[Clock, ...]:
        """The times when somebody (or this person) owned the lead, oldest first."""
        return tuple(
            c for c in self.clocks if c.kind is ClockKind.OWNER and (person is None or c.person == person)
        )

    def had_it(self, person: str) -> bool:
        return bool(self.owner_clocks(person))

    @property
    def rounds_used(self) -> int:
        """How often the lead was handed to the backup queue; a night in between does not count."""
        return max((c.round for c in self.clocks if c.kind is ClockKind.QUEUE), default=0)

    def with_clock(self, clock: Clock) -> "Lead":
        """The same lead with one of its clocks replaced (same number) or added."""
        place = clock.number - 1
        return changed(self, clocks=(*self.clocks[:place], clock, *self.clocks[place + 1 :]))
