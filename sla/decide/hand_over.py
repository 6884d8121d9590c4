"""The backup queue: handing a lead over, claiming it from there, and management review at the end."""

from datetime import datetime

from sla.decide.draft import Draft, owner_clock
from sla.effects import Decision, Post, Role, ToChannel, Urgency
from sla.eligible import at_work, first_back_at, is_full
from sla.facts import LeadClaimed
from sla.lead import Clock, ClockKind, Lead, Stage, Status
from sla.names import helper_of
from sla.refusals import AlreadyYours, ChangedMeanwhile, ClaimedByAnother, EnoughLeads, HadItBefore
from sla.rights import may_claim, where_it_is
from sla.routing import free_backups
from sla.surroundings import Surroundings


def hand_over(draft: Draft, *, at: datetime, passed: bool = False, back: bool = False) -> None:
    """Give the lead to the backup queue; to the managers when nobody there could take it (any more).

    `back`: after a night with whoever was on call it stands there again, in the same round.
    """
    lead, around = draft.lead, draft.around
    before = {clock.person for clock in lead.owner_clocks() if clock.person is not None}
    free = free_backups(around.policy, lead.team or "", before)
    team = draft.team
    rounds_over = not back and lead.rounds_used >= around.terms.backup.rounds_max
    if rounds_over or not free or team.backup_channel is None:
        why = "every round is used" if rounds_over else "no backup is left"
        send_to_review(draft, at=at, why=why)
        return
    calendar = draft.calendar_name
    draft.stop_clock("passed" if passed else "handed_over", at=at)
    clock = draft.start_clock(
        Clock(
            lead_id=lead.id,
            number=draft.new_number(),
            kind=ClockKind.QUEUE,
            round=lead.rounds_used if back else lead.rounds_used + 1,
            how="handed_over",
            calendar=calendar,
            started_at=at,
        )
    )
    draft.change(owner=None, status=Status.ESCALATED, on_it=None)
    draft.supersede()
    draft.note("handed_over", lead.owner, at, round=clock.round, free=list(free))
    draft.owe(
        Post(
            role=Role.QUEUE_CARD,
            to=ToChannel(channel=team.backup_channel),
            key=f"queue:{clock.number}",
            urgency=Urgency.BREACH,
            clock=clock.number,
        )
    )
    draft.owe_managers_line("handed_over")
    if not at_work(free, lead.team, draft.at, around):
        _nobody_there(draft, free)


def _nobody_there(draft: Draft, free: tuple[str, ...]) -> None:
    """Nobody is called who is not at work; the managers hear of it at once, so that it need not wait."""
    back_at = first_back_at(free, draft.lead.team, draft.at, draft.around)
    draft.note("queue_empty", None, until=back_at.isoformat() if back_at is not None else None)
    if draft.lead.managers_told_at is None:
        draft.owe_managers_card("queue_empty")
    else:
        until = {"until": back_at.isoformat()} if back_at is not None else {}
        draft.owe_managers_line("queue_empty", **until)


def send_to_review(draft: Draft, *, at: datetime, why: str = "nobody claimed it") -> None:
    """Management review: the managers are mentioned, and no timer is left behind it."""
    lead = draft.lead
    calendar = draft.calendar_name
    draft.stop_clock("review", at=at)
    draft.start_clock(
        Clock(
            lead_id=lead.id,
            number=draft.new_number(),
            kind=ClockKind.REVIEW,
            round=lead.rounds_used,
            how="handed_over",
            calendar=calendar,
            started_at=at,
        )
    )
    draft.change(owner=None, status=Status.ESCALATED, on_it=None)
    draft.supersede()
    draft.note("needs_decision", lead.owner, at, why=why)
    if lead.managers_told_at is None:
        draft.owe_managers_card("review")
    else:
        draft.owe_managers_line("review")


def claim(lead: Lead, fact: LeadClaimed, around: Surroundings) -> Decision:
    """The first press wins; a later one is told who was faster."""
    refusal = _why_not(lead, fact, around)
    if refusal is not None:
        raise refusal
    queue = lead.clock
    assert queue is not None
    draft = Draft(lead, around, fact.at)
    calendar = around.terms.calendars[queue.calendar]
    due_at = calendar.add_span(fact.at, around.terms.backup.claim_response)
    draft.stop_clock("claimed")
    clock = draft.start_clock(
        owner_clock(draft, person=fact.by, due_at=due_at, round=queue.round, how="claimed", by=fact.by)
    )
    draft.change(owner=fact.by)
    draft.supersede()
    draft.assign_by_turn(fact.by)
    draft.note("claimed", fact.by, due_at=due_at.isoformat(), round=queue.round)
    draft.owe_owner_card(clock)
    draft.owe_managers_line("claimed", by=fact.by)
    return draft.decision()


def _why_not(lead: Lead, fact: LeadClaimed, around: Surroundings) -> Exception | None:
    policy = around.policy
    refused = may_claim(policy, lead, fact.by)
    if refused is not None:
        return refused
    clock = lead.clock
    if lead.stage is Stage.WITH_OWNER and clock is not None and clock.person == fact.by:
        return AlreadyYours(at=clock.started_at)
    if lead.stage is Stage.WITH_OWNER and clock is not None and clock.how == "claimed":
        return ClaimedByAnother(
            by=Draft(lead, around, fact.at).name(clock.person),
            lead=lead.details.company_or_person,
            at=clock.started_at,
        )
    if lead.stage is not Stage.IN_QUEUE:
        return where_it_is(around.policy, lead)
    if fact.generation != lead.generation:
        return ChangedMeanwhile()
    had = [c.stopped_at for c in lead.owner_clocks(fact.by) if c.stopped_at is not None]
    if had:
        return HadItBefore(until=max(had))
    person, known = policy.person(fact.by), around.known_of(fact.by)
    if person is not None and person.open_leads_max is not None and is_full(person.open_leads_max, known):
        helper = helper_of(policy, lead.team)
        return EnoughLeads(open_leads=known.open_leads, most=person.open_leads_max, helper=helper)
    return None
