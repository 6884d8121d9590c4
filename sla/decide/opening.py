"""The team opens again: the day's owner has what the night left, and the next step of what it contacted."""

from datetime import datetime

from sla.decide.draft import Draft, owner_clock
from sla.decide.hand_over import hand_over
from sla.effects import Role, Urgency
from sla.eligible import is_absent
from sla.lead import Clock, ClockKind, Lead, Stage
from sla.paging import is_paged, pages_of_night
from sla.roster import members_of
from sla.routing import route_again
from sla.tiers import tier_named


def open_team(draft: Draft, clock: Clock, *, at: datetime) -> None:
    """The team is at work again and nobody made contact: the day's owner has the lead, due no later."""
    lead = draft.lead
    was_queued = _before_the_night(lead) is ClockKind.QUEUE
    person = None if was_queued else _who_has_the_day(draft)
    if person is None:
        hand_over(draft, at=at, back=was_queued)
        draft.change(day_owner=None)
        return
    due_at = lead.due_at
    if due_at is None or due_at <= at:
        due_at = draft.calendar.add_span(at, tier_named(draft.around.terms, lead.tier).first_response)
    draft.stop_clock("opened", at=at)
    fresh = draft.start_clock(owner_clock(draft, person=person, due_at=due_at, how="opened", by=clock.person))
    draft.change(owner=person, day_owner=None, on_it=None)
    draft.supersede()
    draft.note("opened", None, at, to=person, was=clock.person, due_at=due_at.isoformat())
    draft.owe_owner_card(fresh)
    draft.owe_managers_line("assigned", to=person)


def morning_after(draft: Draft, clock: Clock) -> None:
    """The team opens after a night in which the lead was contacted: its next step is the day owner's."""
    lead = draft.lead
    clock = draft.change_clock(clock, next_step_at=None)
    person = _who_has_the_day(draft)
    if lead.stage is not Stage.CONTACTED or lead.owner != clock.person or person is None:
        return
    fresh = owner_clock(draft, person=person, due_at=lead.due_at or draft.at, how="opened", by=clock.person)
    draft.start_clock(fresh)
    draft.stop_clock("contact")
    draft.change(owner=person, day_owner=None)
    draft.supersede()
    draft.note("opened", None, to=person, was=clock.person)
    card = Role.OWNER_CARD, person, f"card:{fresh.number}", Urgency.NEW_LEAD, fresh
    draft.owe_person(*card, fenced=False)


def plan_the_morning(draft: Draft) -> None:
    """A night's contact stands. Whoever belongs to the lead's team keeps it for good; of others the day's
    owner takes it over at the opening."""
    lead = draft.lead
    clock = lead.clocks[-1]
    if not is_paged(clock) or lead.day_owner is None:
        return
    if lead.day_owner == clock.person or clock.person in members_of(draft.around.policy, lead.team):
        draft.change(day_owner=None)
        return
    draft.change_clock(clock, next_step_at=draft.calendar.next_open(draft.at))


def _before_the_night(lead: Lead) -> ClockKind | None:
    """Which clock ran before the first page; None for a lead that came in at night."""
    pages = pages_of_night(lead)
    before = pages[0].number - 1 if pages else 0
    return lead.clocks[before - 1].kind if before else None


def _who_has_the_day(draft: Draft) -> str | None:
    """The day's owner, where they are there; else whoever of the team can take it now; None: nobody can."""
    around, lead = draft.around, draft.lead
    person = around.policy.person(lead.day_owner)
    if person is not None and not is_absent(person.email, draft.at, around):
        return person.email
    found = route_again(lead.details.__dict__, lead.team or "", draft.at, around)
    if found is None or found.owner is None:
        return None
    draft.assign_by_turn(found.owner, found.floor)
    return found.owner
