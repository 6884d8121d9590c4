"""What an owner does besides contact: I'm on it, Pass, Not a real lead; and lead ops' answer to that."""

from datetime import datetime, timedelta

from sla.decide.draft import Draft, owner_clock
from sla.decide.hand_over import hand_over
from sla.decide.paging import acknowledge, hand_on_the_page
from sla.effects import Decision, Role
from sla.facts import (
    LeadPassed,
    LeadRejected,
    OnItPressed,
    PersonRemoved,
    RejectionConfirmed,
    RejectionReturned,
)
from sla.handing_refusals import PassesUsedUp, TooLateToPass
from sla.lead import Clock, ClockKind, Closing, How, Lead, OnIt, Rejection, Stage
from sla.names import helper_of
from sla.paging import is_paged, on_it
from sla.refusals import ChangedMeanwhile
from sla.rights import may_decide_for_lead_ops, may_own_press, where_it_is
from sla.routing import next_in_turn, next_owner
from sla.surroundings import Surroundings
from sla.tiers import tier_named

LEFT_AFTER_CHECK_MIN = timedelta(minutes=15)
"""A lead that lead ops send back has at least this much working time left."""


def be_on_it(lead: Lead, fact: OnItPressed, around: Surroundings) -> Decision:
    """No contact: it holds back further notices for a while, never past the deadline."""
    refusal = may_own_press(around.policy, lead, fact.by)
    if refusal is not None:
        raise refusal
    if fact.generation != lead.generation:
        raise ChangedMeanwhile()
    clock = lead.clock
    assert clock is not None
    draft = Draft(lead, around, fact.at)
    if is_paged(clock):
        pressed = on_it(lead, clock)
        if pressed is not None and pressed.until is not None and fact.at < pressed.until:
            return draft.decision()
        acknowledge(draft, clock, fact.by)
        until = draft.lead.on_it.until if draft.lead.on_it is not None else None
    else:
        until = None
        if clock.due_at is not None and fact.at < clock.due_at:
            until = min(fact.at + around.policy.on_it.holds, clock.due_at)
        draft.change(on_it=OnIt(by=fact.by, at=fact.at, until=until, clock=clock.number))
    draft.touch()
    draft.note("on_it", fact.by, until=until.isoformat() if until else None)
    return draft.decision()


def pass_on(lead: Lead, fact: LeadPassed, around: Surroundings) -> Decision:
    """To the next by routing, else to the backup queue; the deadline stays where it is."""
    clock = _passable(lead, fact.by, fact.at, fact.generation, around)
    if is_paged(clock):
        return hand_on_the_page(lead, fact.by, fact.at, around)
    if around.passed_today >= around.policy.passes.per_day:
        raise PassesUsedUp(passed=around.passed_today, helper=helper_of(around.policy, lead.team))
    before = {c.person for c in lead.owner_clocks() if c.person is not None}
    draft = Draft(lead, around, fact.at)
    starts_at = draft.calendar.next_open(fact.at)
    to = next_owner(lead.team, lead.details.__dict__, before, starts_at, around)
    draft.note("passed", fact.by, to=to, reason=fact.reason, note=fact.note)
    if to is None:
        hand_over(draft, at=fact.at, passed=True)
        return draft.decision()
    give_to(draft, to, how="passed", by=fact.by, note=fact.note or fact.reason, continues=clock)
    draft.assign_by_turn(to)
    return draft.decision()


def give_to(draft: Draft, to: str, *, how: How, by: str, note: str | None, continues: Clock | None) -> Clock:
    """A new owner.

    Before the deadline it stays, or the owner's clock starts anew, as the policy says; after it the new
    owner gets the time of a claim.
    """
    lead, terms = draft.lead, draft.around.terms
    calendar = draft.calendar
    assert lead.due_at is not None
    due_at = lead.due_at
    if draft.at >= lead.due_at:
        due_at = calendar.add_span(draft.at, terms.backup.claim_response)
    elif terms.routing.on_reassignment == "restart":
        due_at = calendar.add_span(draft.at, tier_named(terms, lead.tier).first_response)
    elif continues is not None and continues.due_at is not None:
        due_at = continues.due_at
    draft.stop_clock(how)
    clock = draft.start_clock(
        owner_clock(draft, person=to, due_at=due_at, how=how, by=by, note=note, round=lead.clocks[-1].round)
    )
    draft.change(owner=to, on_it=None, day_owner=None)
    draft.supersede()
    draft.owe_owner_card(clock)
    return clock


def _passable(lead: Lead, by: str, at: datetime, generation: int, around: Surroundings) -> Clock:
    refusal = may_own_press(around.policy, lead, by)
    if refusal is not None:
        raise refusal
    if generation != lead.generation:
        raise ChangedMeanwhile()
    clock = lead.clock
    assert clock is not None
    if clock.due_at is not None and at >= clock.due_at:
        raise TooLateToPass(due_at=clock.due_at, helper=helper_of(around.policy, lead.team))
    return clock


def reject(lead: Lead, fact: LeadRejected, around: Surroundings) -> Decision:
    """Not a real lead: the clock stops until lead ops say what it is."""
    clock = _passable(lead, fact.by, fact.at, fact.generation, around)
    draft = Draft(lead, around, fact.at)
    assert lead.due_at is not None
    left = draft.calendar.between(fact.at, clock.due_at or lead.due_at)
    draft.stop_clock("rejected")
    draft.start_clock(
        Clock(
            lead_id=lead.id,
            number=draft.new_number(),
            kind=ClockKind.CHECK,
            person=fact.by,
            round=clock.round,
            by=fact.by,
            note=fact.note,
            calendar=draft.calendar_name,
            started_at=fact.at,
        )
    )
    rejection = Rejection(by=fact.by, at=fact.at, reason=fact.reason, note=fact.note, left=left)
    draft.change(owner=None, on_it=None, rejection=rejection)
    draft.supersede()
    draft.note("rejected", fact.by, reason=fact.reason, note=fact.note, left_s=left.total_seconds())
    draft.owe_lead_ops(Role.LEAD_OPS_CHECK)
    return draft.decision()


def _checked(lead: Lead, by: str, around: Surroundings) -> Rejection:
    refusal = may_decide_for_lead_ops(around.policy, by)
    if refusal is not None:
        raise refusal
    if lead.stage is not Stage.WITH_LEAD_OPS or lead.rejection is None:
        raise where_it_is(around.policy, lead)
    return lead.rejection


def confirm_rejection(lead: Lead, fact: RejectionConfirmed, around: Surroundings) -> Decision:
    """Closed without a breach: it never was a lead."""
    rejection = _checked(lead, fact.by, around)
    draft = Draft(lead, around, fact.at)
    draft.stop_clock("closed")
    reason = f"Not a real lead: {rejection.note or rejection.reason}"
    draft.change(closing=Closing(by=fact.by, at=fact.at, reason=reason), stopped_at=fact.at)
    draft.supersede()
    draft.note("closed", fact.by, reason=reason)
    return draft.decision()


def return_rejection(lead: Lead, fact: RejectionReturned, around: Surroundings) -> Decision:
    """The lead is real: the clock runs on with what was left, at least a quarter of an hour."""
    rejection = _checked(lead, fact.by, around)
    draft = Draft(lead, around, fact.at)
    due_at = end_the_check(draft, rejection)
    person = rejection.by if around.policy.person(rejection.by) is not None else None
    if person is None:
        person = next_in_turn(lead.team, around)
        draft.assign_by_turn(person)
    draft.stop_clock("sent_back")
    clock = draft.start_clock(
        owner_clock(
            draft, person=person, due_at=due_at, how="sent_back", by=fact.by, round=lead.clocks[-1].round
        )
    )
    draft.change(owner=person)
    draft.supersede()
    draft.note("sent_back", fact.by, to=person, due_at=due_at.isoformat())
    draft.owe_owner_card(clock)
    return draft.decision()


def end_the_check(draft: Draft, rejection: Rejection) -> datetime:
    """The lead is worked again: when its owner's clock is due now, with what was left when it was rejected.

    The lead's own deadline moves by the time of the check only where it was still ahead: one that had passed
    before stays missed.
    """
    lead, calendar = draft.lead, draft.calendar
    assert lead.due_at is not None
    if lead.due_at > rejection.at:
        left = calendar.between(rejection.at, lead.due_at)
        draft.change(due_at=calendar.add(draft.at, max(left, LEFT_AFTER_CHECK_MIN)))
    draft.change(rejection=None)
    return calendar.add(draft.at, max(rejection.left, LEFT_AFTER_CHECK_MIN))


def owner_removed(lead: Lead, fact: PersonRemoved, around: Surroundings) -> Decision:
    """The owner left the policy: the managers are told, the clocks run on."""
    draft = Draft(lead, around, fact.at)
    clock = lead.clock
    if clock is None or clock.person != fact.person or clock.unreachable_at is not None:
        return draft.decision()
    draft.change_clock(clock, unreachable_at=fact.at)
    draft.note("owner_removed", fact.person)
    draft.touch()
    draft.tell_managers_alone(Role.OWNER_REMOVED, f"removed:{fact.person}", person=fact.person)
    return draft.decision()
