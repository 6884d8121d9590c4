"""What managers do: reassign, give more time, nudge, close; and what they are told when Slack refuses."""

from datetime import datetime, timedelta

from sla.availability import Away
from sla.contact_refusals import ContactBeforeArrival
from sla.decide.draft import Draft
from sla.decide.owner import end_the_check, give_to
from sla.decide.paging import page_refused
from sla.durations import format_duration
from sla.effects import Decision, Outside, Role, ToPerson, Urgency, place_of
from sla.eligible import away_now, is_absent
from sla.errors import Refusal
from sla.facts import (
    BreachSummarised,
    HandOverExtended,
    LeadClosed,
    LeadReassigned,
    MessageRefused,
    OwnerNudged,
)
from sla.handing_refusals import (
    AlreadyWithThem,
    NoHandOverAhead,
    NoMoreTime,
    NotAChoice,
    NotInTheTeam,
    NudgedAlready,
    OwnerAway,
    OwnerNotReached,
)
from sla.ladder import hand_over_at
from sla.lead import Clock, Closing, Extension, Lead, Nudge, Stage
from sla.names import listed, name_of, team_name
from sla.refusals import ChangedMeanwhile, ReasonMissing
from sla.rights import may_manage, where_it_is
from sla.roster import members_of
from sla.surroundings import Surroundings

NUDGE_APART = timedelta(minutes=10)
"""An owner is nudged about a lead at most once in this time."""


def reassign(lead: Lead, fact: LeadReassigned, around: Surroundings) -> Decision:
    """A manager, or the CRM, gives the lead to a rep or backup of its team."""
    refusal = _may_reassign(lead, fact, around)
    if refusal is not None:
        raise refusal
    draft = Draft(lead, around, fact.at)
    draft.note("reassigned", fact.by, _when(lead, fact), to=fact.to, was=lead.owner, reason=fact.reason)
    if lead.is_open:
        if lead.rejection is not None:
            # The clock stood while lead ops looked; nobody is late for that.
            end_the_check(draft, lead.rejection)
        give_to(draft, fact.to, how="reassigned", by=fact.by, note=fact.reason, continues=lead.clock)
        draft.assign_by_turn(fact.to)
    else:
        draft.change(owner=fact.to)
        draft.supersede()
    draft.owe_managers_line("reassigned", by=fact.by, to=fact.to)
    return draft.decision()


def _when(lead: Lead, fact: LeadReassigned | LeadClosed) -> datetime | None:
    """When it happened; not before the lead came in, and not later than it was heard of."""
    if fact.occurred_at is not None and fact.occurred_at < lead.received_at:
        raise ContactBeforeArrival(received_at=lead.received_at)
    return min(fact.occurred_at, fact.at) if fact.occurred_at is not None else None


def _may_reassign(lead: Lead, fact: LeadReassigned, around: Surroundings) -> Refusal | None:
    policy = around.policy
    if fact.via == "slack":
        refused = may_manage(policy, lead, fact.by, "reassign")
        if refused is not None:
            return refused
        if not lead.is_open:
            return where_it_is(policy, lead)
    if lead.stage in (Stage.NEEDS_ATTENTION, Stage.CLOSED):
        return where_it_is(policy, lead)
    if fact.generation is not None and fact.generation != lead.generation:
        return _changed(lead, around)
    if lead.owner == fact.to:
        since = lead.clocks[-1].started_at
        return AlreadyWithThem(owner=name_of(policy, fact.to), since=since)
    members = members_of(policy, lead.team)
    if fact.to not in members:
        return NotInTheTeam(
            person=name_of(policy, fact.to), team=team_name(lead.team or ""), members=listed(policy, members)
        )
    return None


def _changed(lead: Lead, around: Surroundings) -> Refusal:
    """A form from before: what is true now, where that can be said; else that it changed."""
    clock = lead.clock
    moved = clock is None or lead.stage is not Stage.WITH_OWNER or clock.number > 1
    return where_it_is(around.policy, lead) if moved else ChangedMeanwhile()


def extend(lead: Lead, fact: HandOverExtended, around: Surroundings) -> Decision:
    """More time: the hand-over moves, the deadline does not."""
    refusal = _may_extend(lead, fact, around)
    if refusal is not None:
        raise refusal
    clock = lead.clock
    assert clock is not None
    planned = hand_over_at(lead, clock, around.terms)
    if planned is None:
        raise NoHandOverAhead()
    draft = Draft(lead, around, fact.at)
    until = draft.calendar.add(max(planned, fact.at), fact.more)
    extension = Extension(
        by=fact.by, at=fact.at, until=until, more=fact.more, reason=fact.reason, clock=clock.number
    )
    draft.change_clock(clock, hand_over_at=until)
    draft.change(extensions=(*lead.extensions, extension))
    draft.supersede()
    draft.note(
        "more_time", fact.by, until=until.isoformat(), more_s=fact.more.total_seconds(), reason=fact.reason
    )
    draft.owe_managers_line("more_time", by=fact.by, more_s=fact.more.total_seconds())
    return draft.decision()


def _may_extend(lead: Lead, fact: HandOverExtended, around: Surroundings) -> Refusal | None:
    policy = around.policy
    refused = may_manage(policy, lead, fact.by, "give more time")
    if refused is not None:
        return refused
    if lead.stage is not Stage.WITH_OWNER or lead.clock is None:
        return where_it_is(policy, lead)
    if len(lead.extensions) >= policy.extend.times:
        planned = hand_over_at(lead, lead.clock, around.terms)
        return NoMoreTime(times=len(lead.extensions), hand_over_at=planned)
    if fact.generation != lead.generation:
        return _changed(lead, around)
    if fact.more not in policy.extend.choices:
        return NotAChoice(choices=", ".join(format_duration(choice) for choice in policy.extend.choices))
    return None if fact.reason.strip() else ReasonMissing()


def nudge(lead: Lead, fact: OwnerNudged, around: Surroundings) -> Decision:
    """A message to the owner, once in ten minutes; nothing that was planned changes."""
    policy = around.policy
    refused = may_manage(policy, lead, fact.by, "nudge")
    if refused is not None:
        raise refused
    clock = lead.clock
    if lead.stage is not Stage.WITH_OWNER or clock is None or clock.person is None:
        raise where_it_is(policy, lead)
    if fact.generation is not None and fact.generation != lead.generation:
        # The press was meant for whoever had it then; it must not reach somebody who has it only now.
        raise _changed(lead, around)
    if clock.unreachable_at is not None or policy.person(clock.person) is None:
        # Nothing would arrive, or at somebody whose presses are refused; the card would say "nudged" all the same.
        named = policy if policy.person(clock.person) is not None else around.terms
        raise OwnerNotReached(owner=name_of(named, clock.person))
    found = _away(clock, lead, fact, around)
    if found is not None:
        raise OwnerAway(owner=name_of(policy, clock.person), until_at=found.until_at)
    if lead.nudge is not None and fact.at < lead.nudge.at + NUDGE_APART and lead.nudge.at >= clock.started_at:
        raise NudgedAlready(
            owner=name_of(policy, clock.person), at=lead.nudge.at, again_at=lead.nudge.at + NUDGE_APART
        )
    draft = Draft(lead, around, fact.at)
    draft.change(nudge=Nudge(by=fact.by, at=fact.at))
    draft.touch()
    draft.note("nudged", fact.by, owner=clock.person)
    key = f"nudge:{clock.number}:{int(fact.at.timestamp())}"
    draft.owe_person(Role.NUDGE, clock.person, key, Urgency.REMINDER, clock, data={"by": fact.by})
    return draft.decision()


def _away(clock: Clock, lead: Lead, fact: OwnerNudged, around: Surroundings) -> Away | None:
    """Why the owner is not there to be asked; who has a lead because they are on call works at any hour."""
    assert clock.person is not None
    if clock.how in ("on_call", "paged") and not is_absent(clock.person, fact.at, around):
        return None
    return away_now(clock.person, lead.team, fact.at, around)


def close(lead: Lead, fact: LeadClosed, around: Surroundings) -> Decision:
    """End the lead with a reason; a deadline that had passed stays missed."""
    policy = around.policy
    if fact.via == "slack":
        refused = may_manage(policy, lead, fact.by, "close leads")
        if refused is not None:
            raise refused
        if not lead.is_open:
            raise where_it_is(policy, lead)
        if fact.generation is not None and fact.generation != lead.generation:
            raise _changed(lead, around)
    if lead.closing is not None:
        raise where_it_is(policy, lead)
    if not fact.reason.strip():
        raise ReasonMissing()
    draft = Draft(lead, around, fact.at)
    closed_at = _when(lead, fact) or fact.at
    draft.stop_clock("closed")
    draft.change(
        closing=Closing(by=fact.by, at=closed_at, reason=fact.reason),
        stopped_at=lead.stopped_at or fact.at,
        on_it=None,
    )
    draft.supersede()
    draft.note("closed", fact.by, closed_at, reason=fact.reason)
    draft.owe_managers_line("closed", by=fact.by, reason=fact.reason)
    return draft.decision()


def breach_summarised(lead: Lead, fact: BreachSummarised, around: Surroundings) -> Decision:
    """The lead gets its own card in the managers' channel with the next step that tells them."""
    draft = Draft(lead, around, fact.at)
    draft.change(managers_told_at=None)
    draft.note("told_in_summary")
    return draft.decision()


def message_refused(lead: Lead, fact: MessageRefused, around: Surroundings) -> Decision:
    """Slack refuses a message for good: the managers hear of it, and if they cannot either, lead ops do.

    Of a number or an address that is refused lead ops hear at once, as it is the policy that has it wrong.
    """
    draft = Draft(lead, around, fact.at)
    place = place_of(fact.place)
    clock = lead.clock
    data = {"place": fact.place, "role": fact.role, "error": fact.error}
    if isinstance(place, Outside):
        if not fact.is_known:
            draft.owe_lead_ops(Role.UNDELIVERED, **data)
        return draft.decision()
    draft.note("message_refused", None, role=fact.role, place=fact.place, error=fact.error)
    if fact.role == Role.PAGE:
        if clock is not None and isinstance(place, ToPerson):
            page_refused(draft, clock, fact)
        return draft.decision()
    if isinstance(place, ToPerson):
        if fact.role in (Role.NEEDS_ATTENTION, Role.LEAD_OPS_CHECK) or place.email not in _owners(lead):
            # Lead ops themselves: who else would be left to tell stands in the log.
            return draft.decision()
        if clock is None or clock.person != place.email or clock.unreachable_at is not None:
            return draft.decision()
        draft.change_clock(clock, unreachable_at=fact.at)
        draft.touch()
        draft.tell_managers_alone(Role.UNDELIVERED, f"undelivered:{clock.number}", **data)
        return draft.decision()
    if fact.place != draft.team.manager_channel:
        draft.tell_managers_alone(Role.UNDELIVERED, f"undelivered:{fact.place}", **data)
        return draft.decision()
    if fact.role == Role.MANAGERS_CARD:
        # There is no card to which a line could be added: whoever is to be told next gets one.
        draft.change(managers_told_at=None)
        draft.touch()
    if fact.role == Role.UNDELIVERED and clock is not None and clock.unreachable_at is not None:
        # What the managers would have heard: it is the owner who cannot be reached.
        data["place"] = str(ToPerson(email=clock.person or ""))
    if fact.role != Role.MANAGERS_LINE and lead.is_open:
        draft.owe_lead_ops(Role.UNDELIVERED, **data)
    return draft.decision()


def _owners(lead: Lead) -> set[str]:
    return {clock.person for clock in lead.owner_clocks() if clock.person is not None}
