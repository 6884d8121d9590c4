"""Facts: what happened, in the past tense, each with the time at which it was heard."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sla.details import LeadDetails
from sla.lead import Channel, ContactId, ContactOutcome, LeadId

Via = Literal["slack", "http", "cli", "bot"]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`at` is when it was heard; `by` the e-mail address of the person who did it (or a source's name)."""

    lead_id: LeadId
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LeadArrived(Fact):
    """A source sent a lead. `needs` says in words what keeps it from a clock, empty when nothing does.

    For a lead that the source sent before, `lead_id` is the one it got then (the recorder sees to that).
    `asks_again` says that it is a further request of a person whose lead is open: `lead_id` is then that lead.
    `completed_by` is who filled in by hand what the lead lacked; `details` then holds what they looked at, None
    for what stays empty. `merges` is a lead that lacked something, and that by what is said now is one with the
    person's open one.
    """

    source: str
    details: LeadDetails
    needs: tuple[str, ...] = ()
    asks_again: bool = False
    completed_by: str | None = None
    merges: LeadId | None = None


@dataclass(frozen=True, kw_only=True)
class LeadMerged(Fact):
    """What a lead lacked has come, and shows that its person has an open lead: `into`, which takes it in.

    `details` is what has come, `by` whoever (or whatever source) said it, a person where `by_hand`.
    """

    by: str
    by_hand: bool
    details: LeadDetails
    into: LeadId
    into_owner: str | None


@dataclass(frozen=True, kw_only=True)
class ContactLogged(Fact):
    """Somebody was contacted. `occurred_at` None means at the moment of logging.

    `by` made the contact, `logged_by` says so; over HTTP both may be people the policy does not know.
    """

    contact_id: ContactId
    by: str
    logged_by: str
    channel: Channel
    outcome: ContactOutcome
    occurred_at: datetime | None = None
    note: str | None = None
    external_id: str | None = None
    via: Via = "slack"


@dataclass(frozen=True, kw_only=True)
class ContactCorrected(Fact):
    """A logged contact was not as logged; `mistake` means that nothing happened at all."""

    contact_id: ContactId
    by: str
    mistake: bool = False
    channel: Channel = "other"
    outcome: ContactOutcome = "other"
    occurred_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class OnItPressed(Fact):
    """The owner saw the lead and is acting."""

    by: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class PageDeclined(Fact):
    """Whoever was paged cannot take the lead."""

    by: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class LeadPassed(Fact):
    """The owner hands the lead on before its deadline."""

    by: str
    reason: str
    generation: int
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class LeadHandedOn(Fact):
    """The owner goes away and hands the lead on: to `to`, who covers for them, or else by routing.

    `generation` None: with all of their leads at once.
    """

    by: str
    to: str | None = None
    generation: int | None = None


@dataclass(frozen=True, kw_only=True)
class CoverEnded(Fact):
    """Somebody is back: what a colleague works on their behalf is theirs again."""

    person: str


@dataclass(frozen=True, kw_only=True)
class LeadRejected(Fact):
    """The owner says that it is not a real lead."""

    by: str
    reason: str
    generation: int
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class RejectionConfirmed(Fact):
    """Lead ops agree that it is not a real lead."""

    by: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class RejectionReturned(Fact):
    """Lead ops send the lead back to its owner: it is real."""

    by: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class LeadClaimed(Fact):
    """A member of the backup queue pressed Claim."""

    by: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class LeadReassigned(Fact):
    """A manager (or the CRM) gave the lead to somebody. `generation` None: from a program, not a button.

    `occurred_at` is when it happened where it was heard of later; the clocks count from when it was heard.
    """

    to: str
    by: str
    reason: str | None = None
    generation: int | None = None
    occurred_at: datetime | None = None
    via: Via = "slack"


@dataclass(frozen=True, kw_only=True)
class HandOverExtended(Fact):
    """A manager gave more time: `more` is working time on the clock's calendar."""

    by: str
    more: timedelta
    reason: str
    generation: int


@dataclass(frozen=True, kw_only=True)
class OwnerNudged(Fact):
    """A manager asked the owner about the lead."""

    by: str
    generation: int | None = None


@dataclass(frozen=True, kw_only=True)
class LeadClosed(Fact):
    """Somebody ended the lead with a reason."""

    by: str
    reason: str
    generation: int | None = None
    occurred_at: datetime | None = None
    via: Via = "slack"


@dataclass(frozen=True, kw_only=True)
class LeadErased(Fact):
    """Somebody who may had the lead's data erased; `reason` is theirs to word, and is kept."""

    by: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class StepReached(Fact):
    """Time passed: the ticker saw that a clock's next step is due."""

    clock: int


@dataclass(frozen=True, kw_only=True)
class RoomMade(Fact):
    """Somebody of its team can take a lead that waits for them: it is looked at before its own time."""


@dataclass(frozen=True, kw_only=True)
class ClockFoundIdle(Fact):
    """A clock runs and nothing is planned on it, which ought not to be: it is looked at anew."""

    clock: int


@dataclass(frozen=True, kw_only=True)
class CardDelivered(Fact):
    """Slack accepted the owner's card at `at`."""

    clock: int


@dataclass(frozen=True, kw_only=True)
class MessageRefused(Fact):
    """A message was refused for good: the person, the channel, the address or the number cannot be reached.

    `is_known`: so it was before, and whoever can mend it was told.
    """

    role: str
    place: str
    error: str
    clock: int | None = None
    is_known: bool = False


@dataclass(frozen=True, kw_only=True)
class BreachSummarised(Fact):
    """The managers heard of the breach in a summary after an absence, not by a card of its own."""


@dataclass(frozen=True, kw_only=True)
class PersonRemoved(Fact):
    """The owner no longer stands in the policy."""

    person: str


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Fact):
    """The person's account in Slack was closed."""

    person: str


Pressed = (
    ContactLogged
    | ContactCorrected
    | OnItPressed
    | PageDeclined
    | LeadPassed
    | LeadHandedOn
    | LeadRejected
    | RejectionConfirmed
    | RejectionReturned
    | LeadClaimed
    | LeadReassigned
    | HandOverExtended
    | OwnerNudged
    | LeadClosed
)
"""What a person does about a lead, mostly with a press, and then looks for on its card."""
