"""A night as `policy explain` tells it: who would be paged when, if nobody pressed anything, until the team opens."""

from collections.abc import Iterator
from datetime import datetime

from sla.decide import decide
from sla.effects import Entry
from sla.facts import StepReached
from sla.lead import Lead
from sla.names import name_of
from sla.paging import is_paged
from sla.policy import Policy
from sla.sums import Say
from sla.surroundings import Surroundings

STEPS_MAX = 100
"""A line of more people than this is not spelled out."""


def night_of(lead: Lead, around: Surroundings, say: Say) -> Iterator[str]:
    """Each step with its time; the lead has just come in, and its first page was sent."""
    for _ in range(STEPS_MAX):
        clock = lead.clock
        if clock is None or not is_paged(clock) or clock.next_step_at is None:
            return
        reached = StepReached(lead_id=lead.id, at=clock.next_step_at, clock=clock.number)
        decision = decide(lead, reached, around)
        lead = decision.lead
        for entry in decision.entries:
            words = _words(entry, lead, around.policy, say)
            if words is not None:
                yield f"{say.day_time(entry.occurred_at)}  {words}"


def _words(entry: Entry, lead: Lead, policy: Policy, say: Say) -> str | None:
    channel = policy.teams[policy.team_in_force(lead.team)].manager_channel
    match entry.kind:
        case "paged":
            return f"{name_of(policy, entry.who)} is paged"
        case "nobody_left_to_page":
            return f"nobody else is left to page: the managers are told in {channel}"
        case "breached":
            return f"Breached: the managers are told in {channel}"
        case "opened":
            due = say.day_time(datetime.fromisoformat(entry.data["due_at"]))
            return f"the team opens: {name_of(policy, entry.data.get('to'))} has the lead, contact by {due}"
        case "handed_over":
            return "the team opens: to the backup queue"
    return None
