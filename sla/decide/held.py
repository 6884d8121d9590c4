"""A lead that nobody can take when it comes in: it waits for somebody, or the managers decide; lead ops hear of it."""

from datetime import datetime, timedelta

from sla.decide.draft import Draft, owner_clock
from sla.effects import Decision, Role, Urgency
from sla.eligible import first_back_at
from sla.facts import RoomMade
from sla.lead import Clock, ClockKind, Lead, Stage, changed
from sla.roster import lead_ops, reps_of
from sla.routing import Route, route_again
from sla.surge import place_of
from sla.surroundings import Surroundings

LOOKED_AGAIN_FIRST = timedelta(minutes=5)
LOOKED_AGAIN_LAST = timedelta(hours=4)
"""Somebody may log a contact or come back early at any moment, so it is looked again after as long as the lead has
waited already, within these bounds."""


def hold(draft: Draft, chosen: Route, day: Clock) -> None:
    """The lead waits for the first of its team who is back; `day` is the clock that an owner would have had."""
    clock = changed(day, kind=ClockKind.HELD, person=None, started_at=draft.at, due_at=None)
    is_ahead = day.started_at > draft.at
    look_at = day.started_at if is_ahead else _look_again_at(draft, clock, chosen.back_at)
    clock = draft.start_clock(changed(clock, hand_over_at=look_at))
    _tell_lead_ops(draft, clock, chosen.back_at)


def wait_again(draft: Draft, *, at: datetime) -> None:
    """The team opens and nobody of it is there: the lead waits for the first who is back."""
    lead, policy = draft.lead, draft.around.policy
    back_at = first_back_at(reps_of(policy, lead.team), lead.team, draft.at, draft.around)
    was_held = any(clock.kind is ClockKind.HELD for clock in lead.clocks)
    calendar = draft.calendar_name
    draft.stop_clock("opened", at=at)
    clock = Clock(
        lead_id=lead.id,
        number=draft.new_number(),
        kind=ClockKind.HELD,
        how="held",
        calendar=calendar,
        started_at=at,
    )
    clock = draft.start_clock(changed(clock, hand_over_at=_look_again_at(draft, clock, back_at)))
    draft.change(owner=None, on_it=None)
    draft.supersede()
    draft.note("held", None, at, until=back_at.isoformat() if back_at is not None else None)
    if not was_held:
        _tell_lead_ops(draft, clock, back_at)


def leave_to_managers(draft: Draft, chosen: Route, day: Clock) -> None:
    """The managers are mentioned at once; no timer but the lead's own deadline is left."""
    clock = draft.start_clock(
        changed(day, kind=ClockKind.REVIEW, person=None, started_at=draft.at, due_at=None)
    )
    draft.note("needs_decision", None, why="nobody can take it")
    draft.owe_managers_card("review")
    _tell_lead_ops(draft, clock, chosen.back_at)


def _tell_lead_ops(draft: Draft, clock: Clock, back_at: datetime | None) -> None:
    """Once, unless somebody has the lead by then."""
    policy = draft.around.policy
    data = {"until": back_at.isoformat()} if back_at is not None else {}
    for email in lead_ops(policy):
        draft.owe_person(
            Role.UNOWNED,
            email,
            f"unowned:{email}",
            Urgency.NEW_LEAD,
            clock,
            not_before=draft.at + policy.routing.unowned.after,
            data=data,
        )


def look_again(draft: Draft, clock: Clock) -> None:
    """Somebody may be back, or have room again: it is theirs if it is this lead's turn. Else it waits on."""
    lead = draft.lead
    found = _found_again(draft)
    if found is None:
        reps = reps_of(draft.around.policy, lead.team)
        back_at = first_back_at(reps, lead.team, draft.at, draft.around)
        draft.change_clock(clock, hand_over_at=_look_again_at(draft, clock, back_at))
    else:
        _give(draft, found)


def room_made(lead: Lead, fact: RoomMade, around: Surroundings) -> Decision:
    """Somebody can take it: looked at before its own time, and left as it is where others were faster."""
    draft = Draft(lead, around, fact.at)
    found = _found_again(draft) if lead.stage is Stage.HELD else None
    if found is not None:
        _give(draft, found)
    return draft.decision() if found is not None else Decision(lead=lead)


def _found_again(draft: Draft) -> Route | None:
    lead, around = draft.lead, draft.around
    in_line = place_of(around.policy, lead.tier), lead.id
    return route_again(lead.details.__dict__, lead.team, draft.at, around, in_line)


def _give(draft: Draft, found: Route) -> None:
    lead = draft.lead
    assert found.owner is not None
    tier_why = tuple(why for why in lead.why if why.startswith("Tier: "))
    is_late = lead.due_at is not None and draft.at >= lead.due_at
    terms = draft.around.terms
    due_at = draft.calendar.add_span(draft.at, terms.backup.claim_response) if is_late else lead.due_at
    assert due_at is not None
    draft.stop_clock("assigned")
    how = "held" if is_late else "routed"
    given = draft.start_clock(owner_clock(draft, person=found.owner, due_at=due_at, how=how))
    draft.change(owner=found.owner, team=found.team, why=(*tier_why, *found.why))
    draft.supersede()
    draft.assign_by_turn(found.owner, found.floor)
    draft.note("assigned", None, to=found.owner, due_at=due_at.isoformat(), why=list(found.why))
    draft.owe_owner_card(given)
    draft.owe_managers_line("assigned", to=found.owner)


def _look_again_at(draft: Draft, clock: Clock, back_at: datetime | None) -> datetime:
    """When the first is back, and now and then before, because plans change."""
    at = draft.at
    wait = min(max(at - clock.started_at, LOOKED_AGAIN_FIRST), LOOKED_AGAIN_LAST)
    look_at: datetime = draft.around.terms.calendars[clock.calendar].next_open(at + wait)
    return min(look_at, back_at) if back_at is not None and back_at > at else look_at
