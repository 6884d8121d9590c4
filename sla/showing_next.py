"""What comes next for a lead, as its messages say it: the rungs ahead in people's words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sla.ladder import rungs_of
from sla.lead import Lead
from sla.policy import Policy
from sla.routing import free_backups
from sla.rung import Deed, Rung, is_done, until_it_leaves

What = Literal["reminder", "deadline", "hand_over", "still_free", "review", "page", "opening", "closing"]
_WHATS: dict[Deed, What] = {"page_next": "page", "open": "opening", "page_on_call": "closing"}


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """What comes next on the running clock, and when."""

    at: datetime
    what: What


def next_steps(lead: Lead, policy: Policy, terms: Policy) -> tuple[PlannedStep, ...]:
    """Everything ahead of the running clock, in order of time.

    `policy` says who could claim now, `terms` which ladder the clock climbs.
    """
    clock = lead.clock
    if clock is None:
        return ()
    waiting = [rung for rung in rungs_of(lead, clock, terms) if rung.said and not is_done(rung, clock)]
    ahead = until_it_leaves(waiting)
    return tuple(PlannedStep(at=rung.at, what=_what(rung, lead, policy, terms)) for rung in ahead)


def _what(rung: Rung, lead: Lead, policy: Policy, terms: Policy) -> What:
    if rung.hands_over:
        return "hand_over" if can_be_handed_over(lead, policy, terms) else "review"
    if rung.do[0] in _WHATS:
        return _WHATS[rung.do[0]]
    if rung.is_reminder:
        return "reminder"
    if "still_free" in rung.do:
        return "still_free"
    return "review" if "review" in rung.do else "deadline"


def can_be_handed_over(lead: Lead, policy: Policy, terms: Policy) -> bool:
    """Whether the queue could still take it: a round is left, and somebody who has not had the lead."""
    team = policy.teams[policy.team_in_force(lead.team)]
    return (
        lead.rounds_used < terms.backup.rounds_max
        and team.backup_channel is not None
        and bool(waiting_backups(lead, policy))
    )


def waiting_backups(lead: Lead, policy: Policy) -> tuple[str, ...]:
    """The members of the backup queue who may claim this lead, by e-mail address."""
    before = {clock.person for clock in lead.owner_clocks() if clock.person is not None}
    return free_backups(policy, lead.team or "", before)
