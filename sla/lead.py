"""A lead under its agreement: its clocks, its owner, its contacts, and what can be derived from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sla.details import LeadDetails
from sla.lead_parts import (
    HOW_IT_BEGAN,
    STAGE_OF_CLOCK,
    AskedAgain,
    Breach,
    Channel,
    Clock,
    ClockKind,
    Closing,
    Completion,
    Contact,
    ContactId,
    ContactOutcome,
    Extension,
    How,
    LeadId,
    Nudge,
    OnIt,
    Rejection,
    Stage,
    Status,
)

__all__ = [
    "HOW_IT_BEGAN",
    "AskedAgain",
    "Breach",
    "Channel",
    "Clock",
    "ClockKind",
    "Closing",
    "Completion",
    "Contact",
    "ContactId",
    "ContactOutcome",
    "Extension",
    "How",
    "Lead",
    "LeadId",
    "Nudge",
    "OnIt",
    "Rejection",
    "Stage",
    "Status",
    "changed",
]

T = TypeVar("T")


def changed(record: T, **fields: Any) -> T:
    """`dataclasses.replace` for the records of this module, without running their constructor again.

    A lead has some thirty fields and most decisions change it several times: this is ten times as fast.
    """
    copy = object.__new__(type(record))
    object.__setattr__(copy, "__dict__", record.__dict__ | fields)
    return copy


@dataclass(frozen=True, kw_only=True)
class Lead:
    """Everything that is known about one lead.

    `started_at`, `due_at`, `stopped_at` are the lead clock: it never restarts, its deadline never moves (but
    for a lead that lead ops sent back). `generation` rises with each change that voids what was planned
    before; `revision` with each change that any card shows. `policy_version` names the policy under whose
    targets, calendars and ladders the clocks run. `managers_told_at` is when a card in the managers' channel
    was first owed, `managers_channel` where. `day_owner` is to have the lead when the team opens again, while
    it is with somebody who was paged. `erased_at` is when its data was erased.
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
    erased_at: datetime | None = None

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
            return STAGE_OF_CLOCK[running.kind]
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
        if self.due_at is None or not (self.contacts or self.closing):
            return None
        if self.stage not in (Stage.CONTACTED, Stage.CLOSED):
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

    def clocks_with(self, clock: Clock) -> tuple[Clock, ...]:
        """Its clocks with one of them replaced (same number) or added."""
        place = clock.number - 1
        return (*self.clocks[:place], clock, *self.clocks[place + 1 :])

    def with_clock(self, clock: Clock) -> "Lead":
        """The same lead with one of its clocks replaced or added."""
        return changed(self, clocks=self.clocks_with(clock))
