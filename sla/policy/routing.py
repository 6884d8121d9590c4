"""Whose lead it is, and who takes it when its owner cannot: routing and backup."""

from datetime import timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field

from sla.durations import ElapsedTime, WorkingSpan
from sla.policy.condition import Condition
from sla.policy.fields import TIER
from sla.policy.people import PeopleKeys
from sla.policy.section import Count, Flag, Section, Text


class RoutingRule(Section):
    """Leads that go to one team."""

    when: Condition = Field(
        description="Which leads, by their fields and their tier; the first rule that matches is taken."
    )
    team: Text = Field(description="The team's name.")


class Fallback(Section):
    """Where a lead goes that no rule takes."""

    team: Text = Field(description="The team's name.")


class Unowned(Section):
    """Who hears of a lead that has nobody, and of one that lacks what it needs."""

    tell: PeopleKeys = Field(
        default=(),
        description="Who is told, by e-mail address or Slack id; the fallback team's managers when left out.",
    )
    after: ElapsedTime = Field(default=timedelta(minutes=2), description="After which time.")


class Routing(Section):
    """How a lead finds its first owner."""

    keep_crm_owner: Flag = Field(
        default=True, description="A lead that names an owner who is a rep stays there."
    )
    rules: tuple[RoutingRule, ...] = Field(
        default=(), description="The rules in order; the first that matches wins."
    )
    fallback: Fallback = Field(description="For a lead that no rule takes.")
    nobody_available: Literal["on_call", "hold", "assign_anyway", "manager_queue"] = Field(
        default="assign_anyway",
        description="What happens when nobody of the team can take a lead: who is on call gets it, it waits for "
        "the first who is back, the next in turn gets it all the same, or the managers decide. Where people have as "
        "many leads as they may, tiers other than those of notices.managers.at_once wait for room in any case.",
    )
    missed_turns: Literal["dropped", "owed"] = Field(
        default="dropped",
        description="Whether somebody who was away or full gets more leads afterwards, until it is even.",
    )
    unowned: Unowned = Field(default=Unowned(), description="Who is told of a lead that has nobody.")
    on_reassignment: Literal["continue", "restart"] = Field(
        default="continue",
        description="Whether the owner's clock goes on or starts anew; the lead's never restarts.",
    )

    @cached_property
    def asks_for_tier(self) -> bool:
        """Whether any rule does: only then is a lead's tier put beside its fields."""
        return any(TIER in rule.when.named for rule in self.rules)


class Unclaimed(Section):
    """What happens to a lead that nobody takes from the backup queue, in working time from its hand-over."""

    remind_after: WorkingSpan = Field(
        default=timedelta(minutes=15), description="When the backups are reminded, once."
    )
    review_after: WorkingSpan = Field(default=timedelta(hours=1), description="When the managers decide.")


class Backup(Section):
    """The backup queue, in working time."""

    claim_response: WorkingSpan = Field(
        default=timedelta(minutes=30),
        description="The new owner's time after a claim, or after a reassignment past the deadline.",
    )
    unclaimed: Unclaimed = Field(default=Unclaimed(), description="What happens when nobody claims.")
    rounds_max: Count = Field(
        default=2, description="How often a lead may stand in the queue before managers decide."
    )
