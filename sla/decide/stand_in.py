"""Leads of people who are away: handed on, worked by a colleague on their behalf, and theirs again afterwards."""

from sla.decide.draft import Draft
from sla.decide.hand_over import hand_over
from sla.decide.owner import give_to
from sla.decide.paging import hand_on_the_page, page_next
from sla.effects import Decision
from sla.facts import CoverEnded, LeadHandedOn, PersonDeactivated
from sla.lead import Clock, Lead, Stage
from sla.paging import is_paged
from sla.refusals import ChangedMeanwhile
from sla.rights import may_own_press
from sla.routing import next_owner
from sla.surroundings import Surroundings


def hand_on(lead: Lead, fact: LeadHandedOn, around: Surroundings) -> Decision:
    """To whoever covers, on the owner's behalf; else as a lead that is passed on, also after its deadline.

    A page goes to the next on call.
    """
    refusal = may_own_press(around.policy, lead, fact.by)
    if refusal is not None:
        raise refusal
    if fact.generation is not None and fact.generation != lead.generation:
        raise ChangedMeanwhile()
    clock = lead.clock
    if is_paged(clock):
        return hand_on_the_page(lead, fact.by, fact.at, around)
    draft = Draft(lead, around, fact.at)
    if fact.to is not None and fact.to != fact.by:
        to: str | None = fact.to
        draft.note("handed_on", fact.by, to=to, covers=True)
        cover(draft, fact.to, on_behalf_of=fact.by)
    else:
        before = {c.person for c in lead.owner_clocks() if c.person is not None}
        starts_at = draft.calendar.next_open(fact.at)
        to = next_owner(lead.team, lead.details.__dict__, before, starts_at, around)
        draft.note("handed_on", fact.by, to=to)
        if to is None:
            hand_over(draft, at=fact.at, passed=True)
            return draft.decision()
        give_to(draft, to, how="passed", by=fact.by, note=None, continues=clock)
        draft.assign_by_turn(to)
    draft.owe_managers_line("reassigned", by=fact.by, to=to)
    return draft.decision()


def cover(draft: Draft, to: str, *, on_behalf_of: str) -> None:
    """A colleague works the lead; it stays the lead of whom they cover for, also if they are covered in turn."""
    clock = draft.lead.clock
    whose = clock.by if is_covering(clock) and clock is not None and clock.by is not None else on_behalf_of
    give_to(draft, to, how="covering", by=whose, note=None, continues=clock)


def is_covering(clock: Clock | None) -> bool:
    return clock is not None and clock.how == "covering"


def return_to_owner(lead: Lead, fact: CoverEnded, around: Surroundings) -> Decision:
    """The owner is back: an open lead comes with its card, a contacted one without a word."""
    draft = Draft(lead, around, fact.at)
    clock = next(iter(reversed(lead.owner_clocks())), None)
    if clock is None or not is_covering(clock) or clock.by != fact.person or lead.owner != clock.person:
        return draft.decision()
    if around.policy.person(fact.person) is None:
        return draft.decision()
    if clock.is_running:
        draft.note("returned", clock.person, to=fact.person)
        give_to(draft, fact.person, how="returned", by=clock.person or "", note=None, continues=clock)
        draft.owe_managers_line("reassigned", by=clock.person, to=fact.person)
    elif lead.stage is Stage.CONTACTED:
        draft.note("returned", clock.person, to=fact.person)
        draft.change(owner=fact.person)
        draft.supersede()
    return draft.decision()


def deactivated(lead: Lead, fact: PersonDeactivated, around: Surroundings) -> Decision:
    """Nobody reads what is sent to a closed account: the backup queue has the lead at once, or the next on call."""
    draft = Draft(lead, around, fact.at)
    clock = lead.clock
    if clock is None or clock.person != fact.person or lead.stage is not Stage.WITH_OWNER:
        return draft.decision()
    draft.note("owner_deactivated", fact.person)
    if is_paged(clock):
        page_next(draft, clock, at=fact.at, why="deactivated")
    else:
        hand_over(draft, at=fact.at)
    return draft.decision()
