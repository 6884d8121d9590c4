"""How people are told and what they may do: notices, reminders, more time, passes, contact, absence."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sla.durations import ElapsedTime
from sla.policy.people import PeopleKeys
from sla.policy.section import Channel, Count, CountOrNone, MisfitError, Section, Text


class Many(Section):
    """When single notices to a managers' channel become one list."""

    more_than: Count = Field(default=5, description="More notices than this,")
    within: ElapsedTime = Field(default=timedelta(minutes=10), description="within this time.")


class ManagerNotices(Section):
    """What the managers' channel is told at once, and what is gathered."""

    at_once: tuple[Text, ...] = Field(default=("Hot", "High"), description="Tiers that are told at once.")
    roll_up: ElapsedTime = Field(
        default=timedelta(minutes=30), description="How long the others are gathered."
    )
    mention: tuple[Text, ...] = Field(
        default=("Hot",), description="Tiers for which managers at work are mentioned."
    )
    many: Many = Field(default=Many(), description="When single notices become one list.")


class Notices(Section):
    """When people are told."""

    outside_hours: Literal["hold", "send"] = Field(
        default="hold",
        description="Whether messages wait for a person's working hours; pages are always sent.",
    )
    together: ElapsedTime = Field(
        default=timedelta(minutes=1), description="What one person is owed within this time is one message."
    )
    managers: ManagerNotices = Field(default=ManagerNotices(), description="The managers' channel.")


class Reminders(Section):
    """How near to each other reminders may be."""

    apart: ElapsedTime = Field(
        default=timedelta(minutes=10),
        description="A reminder is left out when the next follows within this time.",
    )


class OnIt(Section):
    """What "I'm on it" does."""

    holds: ElapsedTime = Field(
        default=timedelta(minutes=10), description="How long notices wait; never past the deadline."
    )


def _can_be_chosen(choices: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if len(set(choices)) < len(choices):
        raise MisfitError("a choice stands here twice", "Write each once, such as [15m, 30m, 1h]")
    if list(choices) != sorted(choices):
        raise MisfitError("the choices are not in order", "Write the shortest first, such as [15m, 30m, 1h]")
    return choices


class Extend(Section):
    """How a manager may give more time; the hand-over moves, the deadline never."""

    # Slack shows at most ten radio buttons.
    choices: Annotated[tuple[ElapsedTime, ...], AfterValidator(_can_be_chosen)] = Field(
        default=(timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1)),
        min_length=1,
        max_length=10,
        description="How much more, shortest first.",
    )
    times: CountOrNone = Field(default=2, description="How often for one lead; 0 for never.")


class Passes(Section):
    """How often a rep may hand leads on."""

    per_day: CountOrNone = Field(default=3, description="How many leads a day; 0 for none.")


class CatchUp(Section):
    """After an absence of the bot or of Slack."""

    grace: ElapsedTime = Field(
        default=timedelta(minutes=15), description="No hand-over before this time has passed."
    )
    summary_above: Count = Field(
        default=5, description="More overdue leads than this for one place become one summary."
    )


class Outage(Section):
    """Who is told, outside Slack, that Slack is away."""

    after: ElapsedTime = Field(default=timedelta(minutes=10), description="After which time.")
    tell: PeopleKeys = Field(default=(), description="Who is told, by e-mail address or Slack id.")


class Ops(Section):
    """Lead ops: where they hear of the bot itself; of single leads the people of `routing.unowned.tell` hear."""

    channel: Channel | None = Field(default=None, description="Their channel.")
    people: PeopleKeys = Field(
        default=(), description="Who they are, by e-mail address or Slack id; told where there is no channel."
    )


class ContactRules(Section):
    """What counts as the first contact."""

    counts: Literal["attempt", "conversation"] = Field(
        default="attempt", description="`attempt`: any logged outreach; `conversation`: somebody was reached."
    )
    back_date_max: ElapsedTime = Field(
        default=timedelta(hours=4), description="How far back a rep may log a contact; managers: any."
    )
