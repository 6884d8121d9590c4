"""The team opens again: the day's owner has what the night left, and the next step of what it contacted."""

from dataclasses import dataclass
from datetime import datetime

from sla.decide.draft import Draft, owner_clock
from sla.decide.hand_over import hand_over, send_to_review
from sla.decide.held import wait_again
from sla.effects import Role, Urgency
from sla.eligible import is_absent, stand_in
from sla.lead import Clock, ClockKind, Lead, Stage
from sla.paging import is_paged, pages_of_night
from sla.roster import members_of
from sla.routing import route_again
from sla.tiers import tier_named


def open_team(draft: Draft, clock: Clock, *, at: datetime) -> None:
    """The team is at work again and nobody made contact: the day's owner has the lead, due no later."""
    lead = draft.lead
    before = _before_the_night(lead)
    chosen = None if before is ClockKind.QUEUE else _who_has_the_day(draft)
    if chosen is None:
        _nobody_has_the_day(draft, before, at=at)
        draft.change(day_owner=None)
        return
    due_at = lead.due_at
    if due_at is None or due_at <= at:
        due_at = draft.calendar.add_span(at, tier_named(draft.around.terms, lead.tier).first_response)
    draft.stop_clock("opened", at=at)
    fresh = draft.start_clock(_day_clock(draft, chosen, clock, due_at))
    draft.change(owner=chosen.person, day_owner=None, on_it=None)
    draft.supersede()
    draft.note("opened", None, at, to=chosen.person, was=clock.person, due_at=due_at.isoformat())
    draft.owe_owner_card(fresh)
    draft.owe_managers_line("assigned", to=chosen.person)


def morning_after(draft: Draft, clock: Clock) -> None:
    """The team opens after a night in which the lead was contacted: its next step is the day owner's."""
    lead = draft.lead
    clock = draft.change_clock(clock, next_step_at=None)
    chosen = _who_has_the_day(draft)
    if lead.stage is not Stage.CONTACTED or lead.owner != clock.person or chosen is None:
        return
    fresh = draft.start_clock(_day_clock(draft, chosen, clock, lead.due_at or draft.at))
    draft.stop_clock("contact")
    draft.change(owner=chosen.person, day_owner=None)
    draft.supersede()
    draft.note("opened", None, to=chosen.person, was=clock.person)
    card = Role.OWNER_CARD, chosen.person, f"card:{fresh.number}", Urgency.NEW_LEAD, fresh
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


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """Who has the lead by day, and on whose behalf where they cover for somebody."""

    person: str
    on_behalf_of: str | None = None


def _day_clock(draft: Draft, chosen: _Chosen, night: Clock, due_at: datetime) -> Clock:
    if chosen.on_behalf_of is not None:
        return owner_clock(draft, person=chosen.person, due_at=due_at, how="covering", by=chosen.on_behalf_of)
    return owner_clock(draft, person=chosen.person, due_at=due_at, how="opened", by=night.person)


def _who_has_the_day(draft: Draft) -> _Chosen | None:
    """The day's owner, where they are there, else who covers for them; else whoever of the team can take it."""
    around, lead = draft.around, draft.lead
    person = around.policy.person(lead.day_owner)
    if person is not None:
        if not is_absent(person.email, draft.at, around):
            return _Chosen(person=person.email)
        cover = stand_in(person.email, draft.at, around)
        if cover is not None:
            return _Chosen(person=cover, on_behalf_of=person.email)
    found = route_again(lead.details.__dict__, lead.team or "", draft.at, around)
    if found is None or found.owner is None:
        return None
    draft.assign_by_turn(found.owner, found.floor)
    return _Chosen(person=found.owner)


def _nobody_has_the_day(draft: Draft, before: ClockKind | None, *, at: datetime) -> None:
    """What the policy says of leads that nobody can take; one that somebody had goes to the backup queue."""
    otherwise = draft.around.policy.routing.nobody_available
    if before in (None, ClockKind.HELD) and otherwise == "hold":
        wait_again(draft, at=at)
    elif before in (None, ClockKind.HELD) and otherwise == "manager_queue":
        send_to_review(draft, at=at, why="nobody can take it")
    else:
        hand_over(draft, at=at, back=before is ClockKind.QUEUE)
