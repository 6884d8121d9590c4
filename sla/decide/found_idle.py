"""A running clock on which nothing was planned: what follows next is worked out anew from its own times."""

from sla.decide.draft import Draft
from sla.effects import Decision
from sla.facts import ClockFoundIdle
from sla.ladder import next_step_at
from sla.lead import Lead
from sla.surroundings import Surroundings


def plan_anew(lead: Lead, fact: ClockFoundIdle, around: Surroundings) -> Decision:
    """Nothing changes for a clock that has a next step by now, that stopped, or whose ladder is over."""
    clock = lead.clock
    if clock is None or clock.number != fact.clock or clock.next_step_at is not None:
        return Decision(lead=lead)
    planned = next_step_at(lead, clock, around.terms)
    if planned is None:
        return Decision(lead=lead)
    draft = Draft(lead, around, fact.at)
    draft.note("planned_anew", clock=clock.number, step_at=planned.isoformat())
    return draft.decision()
