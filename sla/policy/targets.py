"""What is promised to a lead and what happens as the promise runs out: tiers and ladders."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sla.durations import DaysWindow, ElapsedTime, StepTime, WorkingSpan
from sla.policy.condition import Condition
from sla.policy.section import Count, MisfitError, Section, Text

Action = Literal["remind_owner", "notify_owner", "notify_managers", "hand_to_backup"]
StepStatus = Literal["At Risk", "Breached", "Escalated"]


def _each_once(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    for index, action in enumerate(actions):
        if action in actions[:index]:
            raise MisfitError(f"{action} stands here twice", "Write it once")
    return actions


class StepRule(Section):
    """One step of a ladder: when it is reached and what is done then."""

    at: StepTime = Field(description="When: a share of the target, before due, due, or after due.")
    do: Annotated[tuple[Action, ...], AfterValidator(_each_once)] = Field(
        min_length=1, description="What is done, each at most once."
    )
    status: StepStatus | None = Field(
        default=None, description="The status from this step on; checked against what the step's time means."
    )

    @property
    def hands_over(self) -> bool:
        return "hand_to_backup" in self.do

    @property
    def is_before_due(self) -> bool:
        return self.at.kind in ("percent", "before")

    @property
    def is_reminder(self) -> bool:
        """Whether it is nothing but a word to the owner before the deadline."""
        return self.do == ("remind_owner",)


Ladder = tuple[StepRule, ...]


class Acknowledge(Section):
    """A first answer that goes out by itself, so that the lead knows when to expect a person."""

    by: Literal["email"] = Field(default="email", description="The way it is sent.")
    within: ElapsedTime = Field(description="How soon it is sent.", examples=["5m"])
    template: Text = Field(description="The name of its text.")


class AfterHours(Section):
    """What is different for a lead that comes in outside the working hours of its calendar."""

    first_response: WorkingSpan | None = Field(default=None, description="The target then.")
    calendar: Text | None = Field(default=None, description="The calendar of that target.")
    page: Text | None = Field(default=None, description="The on-call rotation that is paged.")
    acknowledge: Acknowledge | None = Field(
        default=None, description="An answer to the lead that goes out by itself."
    )


class FollowUp(Section):
    """How often a lead is tried again before it may be given up."""

    attempts: Count = Field(description="How many attempts.")
    within: DaysWindow = Field(description="In which time, in calendar days.", examples=["21d"])


class Disposition(Section):
    """By when a lead is decided: won on, or ended with a reason."""

    within: DaysWindow = Field(description="In calendar days from receipt.", examples=["14d"])


class Tier(Section):
    """A class of leads with its target."""

    name: Text = Field(description="Its name, such as Hot, High, Standard or Low.", examples=["Hot"])
    when: Condition = Field(description="Which leads; the first tier that matches is taken.")
    first_response: WorkingSpan = Field(
        description="Working time until the first contact.", examples=["5m", "4h", "2bd"]
    )
    calendar: Text = Field(
        default="team", description="`team`, `person` (the owner's), or a calendar's name."
    )
    ladder: Text = Field(default="standard", description="The name of the ladder that its clocks climb.")
    after_hours: AfterHours | None = Field(
        default=None, description="What is different outside working hours."
    )
    follow_up: FollowUp | None = Field(default=None, description="How often it is tried again.")
    disposition: Disposition | None = Field(default=None, description="By when it is decided.")
