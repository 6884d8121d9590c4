"""Contact is logged or corrected: the clocks stop, a breach is withdrawn, or everything runs on."""

from dataclasses import replace
from datetime import datetime, timedelta

from sla.contact_refusals import (
    ContactBeforeArrival,
    ContactInTheFuture,
    ContactOutsideTenure,
    ContactTooFarBack,
    NoSuchContact,
    NoteMissing,
)
from sla.decide.draft import Draft
from sla.decide.opening import plan_the_morning
from sla.decide.owner import give_to
from sla.decide.paging import acknowledge
from sla.effects import Decision
from sla.facts import ContactCorrected, ContactLogged
from sla.lead import Breach, Channel, Clock, ClockKind, Contact, ContactOutcome, Lead, Stage, Status
from sla.names import helper_of
from sla.paging import is_paged
from sla.policy import Policy
from sla.rights import manages, may_correct, may_log_contact, where_it_is
from sla.surroundings import Surroundings

BY_CONTACT = "contact"
CONVERSATIONS: tuple[ContactOutcome, ...] = ("connected", "meeting_booked")
"""The outcomes that reached somebody; with `contact.counts: conversation` only these stop a clock."""
CLOCK_SKEW_MAX = timedelta(seconds=60)
"""A program's clock may be this much ahead of ours before its times count as the future."""


def log_contact(lead: Lead, fact: ContactLogged, around: Surroundings) -> Decision:
    """Record a contact; the first that counts stops the clocks at the time when it happened."""
    policy = around.policy
    if fact.external_id and any(c.external_id == fact.external_id for c in lead.contacts):
        return Decision(lead=lead, duplicate=True)
    if fact.via == "slack":
        refusal = may_log_contact(policy, lead, fact.logged_by)
        if refusal is not None:
            raise refusal
    if lead.stage in (Stage.NEEDS_ATTENTION, Stage.CLOSED):
        raise where_it_is(policy, lead)
    occurred_at = _checked_time(lead, fact.occurred_at, fact.at, fact.logged_by, around, fact.via == "slack")
    _check_note(fact.channel, fact.outcome, fact.note, fact.via == "slack")
    contact = Contact(
        id=fact.contact_id,
        by=fact.by,
        logged_by=fact.logged_by,
        channel=fact.channel,
        outcome=fact.outcome,
        occurred_at=occurred_at,
        logged_at=fact.at,
        note=fact.note,
        counts=_counts(policy, fact.outcome),
        external_id=fact.external_id,
    )
    draft = Draft(lead, around, fact.at)
    draft.change(contacts=(*lead.contacts, contact))
    draft.note(
        "contact",
        fact.logged_by,
        occurred_at,
        contact=contact.id,
        by=contact.by,
        channel=contact.channel,
        outcome=contact.outcome,
        note=contact.note,
        counts=contact.counts,
        not_the_owner=True if fact.by != lead.owner else None,
    )
    _resettle(draft)
    clock = draft.lead.clock
    if clock is not None and is_paged(clock) and clock.person in (fact.by, fact.logged_by):
        # It did not count as the first contact, but it shows that somebody acts.
        acknowledge(draft, clock, fact.logged_by)
    return draft.decision()


def correct_contact(lead: Lead, fact: ContactCorrected, around: Surroundings) -> Decision:
    """Change a logged contact, or take it back as if nothing had been pressed."""
    contact = next((c for c in lead.contacts if c.id == fact.contact_id and c.withdrawn_at is None), None)
    if contact is None or lead.closing is not None:
        raise NoSuchContact() if contact is None else where_it_is(around.policy, lead)
    refusal = may_correct(around.policy, lead, contact, fact.by, fact.at)
    if refusal is not None:
        raise refusal
    if fact.mistake:
        corrected = replace(contact, withdrawn_at=fact.at)
    else:
        asked = fact.occurred_at or contact.occurred_at
        occurred_at = _checked_time(lead, asked, fact.at, fact.by, around, True)
        _check_note(fact.channel, fact.outcome, fact.note, True)
        corrected = replace(
            contact,
            channel=fact.channel,
            outcome=fact.outcome,
            occurred_at=occurred_at,
            note=fact.note,
            counts=_counts(around.policy, fact.outcome),
            corrected_at=fact.at,
        )
    draft = Draft(lead, around, fact.at)
    draft.change(contacts=tuple(corrected if c.id == contact.id else c for c in lead.contacts))
    draft.note(
        "contact_withdrawn" if fact.mistake else "contact_corrected",
        fact.by,
        contact=contact.id,
        was={"channel": contact.channel, "outcome": contact.outcome, "at": contact.occurred_at.isoformat()},
        channel=corrected.channel,
        outcome=corrected.outcome,
        contacted_at=corrected.occurred_at.isoformat(),
    )
    _resettle(draft)
    return draft.decision()


def _counts(policy: Policy, outcome: ContactOutcome) -> bool:
    return policy.contact.counts == "attempt" or outcome in CONVERSATIONS


def _check_note(channel: Channel, outcome: ContactOutcome, note: str | None, by_person: bool) -> None:
    if by_person and (channel, outcome) == ("other", "other") and not note:
        raise NoteMissing()


def _checked_time(
    lead: Lead, asked: datetime | None, at: datetime, who: str, around: Surroundings, by_person: bool
) -> datetime:
    """When the contact happened: not before receipt, not in the future, not too far back."""
    policy = around.policy
    # Where no time is said it is now; the receipt may bear the time of another process, whose clock is ahead.
    occurred_at = asked or max(at, lead.received_at)
    if asked is not None and asked > at:
        if occurred_at > at + CLOCK_SKEW_MAX or by_person:
            raise ContactInTheFuture()
        occurred_at = at
    if occurred_at < lead.received_at:
        if lead.received_at - occurred_at >= timedelta(minutes=1):
            raise ContactBeforeArrival(received_at=lead.received_at)
        # A picker gives whole minutes: the minute in which the lead came in means after it came in.
        occurred_at = lead.received_at
    if not by_person or manages(policy, lead, who):
        return occurred_at
    if at - occurred_at > policy.contact.back_date_max:
        raise ContactTooFarBack(back=policy.contact.back_date_max, helper=helper_of(policy, lead.team))
    if who != lead.owner and lead.had_it(who):
        _check_tenure(lead.owner_clocks(who), occurred_at)
    return occurred_at


def _check_tenure(clocks: tuple[Clock, ...], occurred_at: datetime) -> None:
    """An earlier owner logs for the times when the lead was theirs."""
    for clock in clocks:
        # A picker gives whole minutes: the minute in which it became theirs means after it did.
        began = clock.started_at - occurred_at < timedelta(minutes=1)
        if began and (clock.stopped_at is None or occurred_at <= clock.stopped_at):
            return
    latest = clocks[-1]
    if latest.stopped_at is not None:
        raise ContactOutsideTenure(since=latest.started_at, until=latest.stopped_at, asked=occurred_at)


def _resettle(draft: Draft) -> None:
    """Make clocks, status and breach follow from the contacts as they now stand."""
    first = draft.lead.first_contact
    was_stopped = draft.lead.stopped_at is not None
    if first is None and not was_stopped:
        draft.touch()
        return
    if first is None:
        _run_on(draft)
        return
    if not was_stopped:
        _stop(draft, first)
    elif first.occurred_at != draft.lead.stopped_at:
        draft.change(stopped_at=first.occurred_at)
        draft.supersede()
    else:
        draft.touch()
    _settle_breach(draft, first)


def _stop(draft: Draft, first: Contact) -> None:
    clock = draft.lead.clock
    draft.stop_clock(BY_CONTACT, at=max(first.occurred_at, clock.started_at) if clock else None)
    if draft.lead.owner is None:
        draft.change(owner=first.by)
    draft.change(stopped_at=first.occurred_at, on_it=None)
    draft.supersede()
    plan_the_morning(draft)


def _settle_breach(draft: Draft, first: Contact) -> None:
    """In time withdraws a recorded breach; late records one that nobody had noticed yet."""
    lead = draft.lead
    assert lead.due_at is not None
    in_time = first.occurred_at <= lead.due_at
    if in_time:
        draft.change(status=Status.WITHIN_SLA)
        if lead.is_late:
            assert lead.breach is not None
            draft.change(breach=replace(lead.breach, withdrawn_at=draft.at))
            draft.note("breach_withdrawn", first.by, contact=first.id)
            draft.owe_managers_line("breach_withdrawn")
        return
    if lead.breach is None:
        told = lead.clocks[0].told_at
        breach = Breach(
            due_at=lead.due_at,
            detected_at=draft.at,
            owner=lead.clocks[0].person,
            owner_told=told is not None and told <= lead.due_at,
        )
        draft.change(breach=breach)
        draft.note("breached", None, lead.due_at, noticed_by="contact")
    elif lead.breach.withdrawn_at is not None:
        draft.change(breach=replace(lead.breach, withdrawn_at=None))
        draft.note("breached", None, lead.due_at, noticed_by="correction")
    draft.change(status=_worst(lead.status, Status.BREACHED, _by_queue(lead)))
    if first.logged_at == draft.at or first.corrected_at == draft.at:
        draft.owe_managers_line("contacted")


def _by_queue(lead: Lead) -> Status:
    return Status.ESCALATED if lead.rounds_used else Status.WITHIN_SLA


def _worst(*statuses: Status | None) -> Status:
    return max((s for s in statuses if s is not None), key=lambda s: s.severity)


def _run_on(draft: Draft) -> None:
    """No contact is left: the clock that contact stopped runs again, and what passed meanwhile fires next."""
    stopped = [clock for clock in draft.lead.clocks if clock.stopped_by == BY_CONTACT]
    owner = draft.lead.owner
    clock = draft.change_clock(stopped[-1], stopped_at=None, stopped_by=None)
    breach = draft.lead.breach
    if breach is not None and breach.withdrawn_at is not None:
        breach = replace(breach, withdrawn_at=None)
    draft.change(
        stopped_at=None, owner=clock.person if clock.kind is ClockKind.OWNER else None, breach=breach
    )
    draft.change(status=_status_so_far(draft, clock))
    draft.supersede()
    if is_paged(clock):
        # Who corrects what they logged is awake and at it.
        acknowledge(draft, clock, clock.person or "")
    if clock.kind is ClockKind.OWNER and owner not in (None, clock.person):
        # The CRM gave the contacted lead to somebody else meanwhile: it is theirs to answer now.
        assert owner is not None
        give_to(draft, owner, how="reassigned", by=draft.lead.source, note=None, continues=clock)
    elif clock.kind is ClockKind.OWNER and clock.told_at is None and clock.unreachable_at is None:
        draft.owe_owner_card(clock)


def _status_so_far(draft: Draft, clock: Clock) -> Status:
    """The worst status that the lead had reached before the contact that was taken back."""
    reached = [
        rung.status
        for rung in draft.rungs(clock)
        if clock.fired_through is not None and rung.at <= clock.fired_through
    ]
    late = Status.BREACHED if draft.lead.breach is not None else Status.WITHIN_SLA
    return _worst(*reached, late, _by_queue(draft.lead))
