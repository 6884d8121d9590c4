"""The shapes of what is sent and answered; the OpenAPI description is made of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sla.details import LeadDetails
from sla.lead import Channel, ClockKind, ContactOutcome, Stage, Status
from sla.lead_values import KEPT_INTEGER_BITS_MAX, long_text_of, moment_of, one_line
from storage.delivery import State

Outcome = Literal["accepted", "duplicate", "needs_attention"]


def _text(given: Any) -> Any:
    return one_line(given) if isinstance(given, str) else given


def _id(given: Any) -> Any:
    """A number is taken as its text, as it is for a lead; nobody counts with ids, so fractions are none."""
    if type(given) is int and given.bit_length() <= KEPT_INTEGER_BITS_MAX:
        return str(given)
    return _text(given)


def _long_text(given: Any) -> Any:
    return long_text_of(given) if isinstance(given, str) else given


def _moment(given: Any) -> datetime | None:
    return None if given is None else moment_of(given)


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_id)]
LongText = Annotated[str, BeforeValidator(_long_text)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class Shape(BaseModel):
    """A part of an answer; its fields are always there, empty ones as null."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True)


class Wrong(Shape):
    """One thing that is wrong; `field` is empty where it is the whole."""

    field: str
    message: str


class ProblemShape(Shape):
    """Why a request was not done (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong]


class ActivitySent(BaseModel):
    """One thing the lead did before."""

    at: datetime
    what: str


class LeadSent(BaseModel):
    """A lead. Only `external_id` must be there; a value of another kind than said here keeps the lead from
    a clock (`needs_attention`), but is kept. Numbers may be written as text. A source that has a field
    mapping in the policy sends its own shape instead."""

    model_config = ConfigDict(title="Lead", extra="forbid")

    external_id: str = Field(min_length=1, max_length=255, description="The id in the source's own system.")
    email: str | None = Field(default=None, examples=["dana@northwind.example"])
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    company: str | None = None
    employees: int | None = Field(default=None, ge=0)
    industry: str | None = None
    country: str | None = Field(default=None, description="ISO 3166-1 alpha-2.", examples=["US"])
    region: str | None = None
    language: str | None = None
    website: str | None = None
    intent: str | None = Field(
        default=None,
        description="demo_request, pricing, trial, webinar, content, contact_us, partner or any other word.",
    )
    score: float | None = Field(default=None, ge=0, le=100)
    score_breakdown: dict[str, float] | None = Field(default=None, description="Names to points.")
    activity: list[ActivitySent] | None = None
    message: str | None = None
    status: str | None = None
    owner: str | None = Field(default=None, description="The CRM owner's e-mail address.")
    partner: str | None = None
    crm_url: str | None = Field(default=None, description="Where the lead is in the CRM; http or https.")
    created_at: datetime | None = Field(default=None, description="Shown; it never starts a clock.")
    attributes: dict[str, Any] | None = Field(default=None, description="Anything else; kept.")


class Sla(Shape):
    """The lead clock."""

    status: Status | None
    outcome: Literal["met", "missed"] | None = Field(description="Null while it is open.")
    started_at: datetime
    due_at: datetime | None


class Standing(Shape):
    """Where a lead stands now."""

    lead_id: str
    tier: str | None
    owner: str | None
    sla: Sla | None = Field(description="Null for a lead that waits for details.")
    why: list[str]


class LeadResult(Standing):
    """What became of a lead that was sent; it is on disk."""

    outcome: Outcome


class LeadRefused(Shape):
    """A lead of a batch that could not be read, or not be recorded."""

    outcome: Literal["refused"]
    errors: list[Wrong]


class LeadChanged(Standing):
    """A lead after a change; `unchanged` where it was so already."""

    outcome: Literal["changed", "unchanged"]
    state: Stage


class LeadErased(Shape):
    """A lead whose data was erased, now or before."""

    lead_id: str
    outcome: Literal["erased"]
    erased_at: datetime


class ActivityResult(Standing):
    """What became of a contact that was logged."""

    outcome: Literal["accepted", "duplicate"]
    state: Stage


class LeadPatch(BaseModel):
    """Either a new owner, or closing with a reason."""

    model_config = ConfigDict(title="Change", extra="forbid")

    owner: Text | None = Field(default=None, description="E-mail address of a rep or backup of its team.")
    status: Literal["closed"] | None = None
    reason: Text | None = Field(default=None, description="Why; needed to close.", max_length=1000)
    occurred_at: Moment = Field(
        default=None,
        description="When it happened in the source's system; not before the lead came in, not in the future.",
    )


class ActivityLogged(BaseModel):
    """A contact that was logged elsewhere."""

    model_config = ConfigDict(title="Activity", extra="forbid")

    external_id: Id = Field(min_length=1, max_length=255, description="The same again is a duplicate.")
    type: Channel
    outcome: ContactOutcome
    by: Text = Field(min_length=1, max_length=320, description="Who made the contact, by e-mail address.")
    occurred_at: Moment = Field(default=None, description="Left out: now.")
    note: LongText | None = Field(default=None, max_length=3000)


class BreachShown(Shape):
    """The deadline passed without contact; withdrawn where a contact in time was logged later."""

    due_at: datetime
    detected_at: datetime
    owner: str | None
    owner_told: bool
    excused: str | None
    withdrawn_at: datetime | None


class ClockShown(Shape):
    """One stretch: who had the lead, or which queue, from when to when."""

    number: int
    kind: ClockKind
    person: str | None
    round: int
    how: str
    by: str | None
    note: str | None
    calendar: str
    started_at: datetime
    due_at: datetime | None
    hand_over_at: datetime | None
    next_step_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str | None
    told_at: datetime | None = Field(description="When Slack accepted the owner's card.")


class ContactShown(Shape):
    """One logged contact; `counts` says whether it stops the clock."""

    id: str
    external_id: str | None
    channel: Channel
    outcome: ContactOutcome
    by: str
    logged_by: str
    occurred_at: datetime
    logged_at: datetime
    note: str | None
    counts: bool
    withdrawn_at: datetime | None
    corrected_at: datetime | None


class DeliveryShown(Shape):
    """A message that is or was owed about the lead."""

    delivery_id: str
    role: str
    to: str
    state: State
    created_at: datetime
    sent_at: datetime | None
    error: str | None


class Happened(Shape):
    """A line of the timeline."""

    kind: str
    occurred_at: datetime
    logged_at: datetime
    who: str | None
    policy_version: str | None
    data: dict[str, Any]


class LeadShown(Shape):
    """Everything about a lead, times in UTC, lists oldest first."""

    lead_id: str
    source: str
    external_id: str
    state: Stage
    tier: str | None
    team: str | None
    owner: str | None
    day_owner: str | None = Field(
        description="Whose it is when the team opens, while it is with somebody who was paged."
    )
    received_at: datetime
    completed_at: datetime | None = Field(
        description="When a lead that had lacked something could start; the time before is nobody's to answer for."
    )
    asked_again: int = Field(description="How many further requests of the same person it took in.")
    erased_at: datetime | None = Field(
        description="When its data was erased; what was said of it is then empty."
    )
    sla: Sla | None
    first_contact_at: datetime | None
    breach: BreachShown | None
    needs: list[str]
    why: list[str]
    lead: LeadDetails
    clocks: list[ClockShown]
    contacts: list[ContactShown]
    deliveries: list[DeliveryShown]
    timeline: list[Happened]
