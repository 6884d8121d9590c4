"""Who may do what with a lead; each answer is None for yes, or the refusal in words."""

from datetime import datetime, timedelta

from sla.contact_refusals import ContactedMeanwhile, TooLateToCorrect
from sla.errors import Refusal
from sla.lead import Contact, Lead, Stage
from sla.names import helper_of, listed, name_of, team_name
from sla.policy import Policy
from sla.refusals import (
    ClosedMeanwhile,
    CompletedMeanwhile,
    InTheQueue,
    MayNotComplete,
    MovedMeanwhile,
    NeedsDetails,
    NobodyYet,
    NotAManager,
    NotInTheQueue,
    NotLeadOps,
    NotYours,
    WasErased,
    WithLeadOps,
    WithTheManagers,
)
from sla.roster import backups_of, lead_ops, managers_of

CORRECT_WITHIN = timedelta(minutes=15)
"""How long who logged a contact may correct it; managers always may."""


def manages(policy: Policy, lead: Lead, person: str) -> bool:
    return person in managers_of(policy, lead.team)


def may_manage(policy: Policy, lead: Lead, person: str, what: str) -> Refusal | None:
    """Managers of the lead's team; lead ops too, because they are told what cannot reach a manager."""
    return may_manage_team(policy, lead.team, person, what)


def may_manage_team(policy: Policy, team: str | None, person: str, what: str) -> Refusal | None:
    managers = managers_of(policy, team)
    if person in managers or person in lead_ops(policy):
        return None
    named = team_name(team or policy.routing.fallback.team)
    return NotAManager(team=named, what=what, managers=listed(policy, managers))


def may_complete(policy: Policy, lead: Lead, person: str) -> Refusal | None:
    """Lead ops, and the managers of any team: which team it is for shows only once it is complete."""
    managers = dict.fromkeys(email for team in policy.teams for email in managers_of(policy, team))
    people = dict.fromkeys((*lead_ops(policy), *managers))
    if person not in people:
        return MayNotComplete(people=listed(policy, people))
    if lead.stage is Stage.NEEDS_ATTENTION:
        return None
    completion = lead.completion
    if completion is None or lead.stage is Stage.CLOSED:
        return where_it_is(policy, lead)
    by = name_of(policy, completion.by)
    owner = name_of(policy, lead.owner) if lead.owner is not None else None
    return CompletedMeanwhile(by=by, at=completion.at, owner=owner)


def may_claim(policy: Policy, lead: Lead, person: str) -> Refusal | None:
    team = lead.team or policy.routing.fallback.team
    members = backups_of(policy, team)
    if person in members:
        return None
    return NotInTheQueue(team=team_name(team), backups=listed(policy, members))


def may_decide_for_lead_ops(policy: Policy, person: str) -> Refusal | None:
    people = lead_ops(policy)
    return None if person in people else NotLeadOps(people=listed(policy, people))


def may_log_contact(policy: Policy, lead: Lead, person: str) -> Refusal | None:
    """Owner, whose it will be at the opening, earlier owners, managers (and lead ops)."""
    theirs = person in (lead.owner, lead.day_owner) or lead.had_it(person)
    if theirs or may_manage(policy, lead, person, "") is None:
        return None
    if lead.stage is Stage.NEEDS_ATTENTION:
        return NeedsDetails(needs="; ".join(lead.needs))
    return NotYours(owner=name_of(policy, lead.owner), helper=helper_of(policy, lead.team))


def may_correct(policy: Policy, lead: Lead, contact: Contact, person: str, at: datetime) -> Refusal | None:
    """Who logged it, for 15 minutes; managers always."""
    if manages(policy, lead, person):
        return None
    if person != contact.logged_by:
        return NotAManager(
            team=team_name(lead.team or ""),
            what="correct it",
            managers=listed(policy, managers_of(policy, lead.team)),
        )
    until = contact.logged_at + CORRECT_WITHIN
    if at > until:
        return TooLateToCorrect(until=until, helper=helper_of(policy, lead.team))
    return None


def where_it_is(policy: Policy, lead: Lead) -> Refusal:
    """What is true of the lead now, as the answer to a press that came too late."""
    clock = lead.clock
    first = lead.first_contact
    if lead.erased_at is not None:
        return WasErased()
    if lead.closing is not None:
        by = name_of(policy, lead.closing.by)
        return ClosedMeanwhile(by=by, at=lead.closing.at, reason=lead.closing.reason)
    if clock is None and first is not None:
        by = name_of(policy, first.by)
        return ContactedMeanwhile(by=by, lead=lead.details.company_or_person, at=first.occurred_at)
    if clock is None:
        return NeedsDetails(needs="; ".join(lead.needs))
    if lead.stage is Stage.IN_QUEUE:
        return InTheQueue(backups=listed(policy, backups_of(policy, lead.team or "")), since=clock.started_at)
    if lead.stage is Stage.IN_REVIEW:
        return WithTheManagers(
            managers=listed(policy, managers_of(policy, lead.team)), since=clock.started_at
        )
    if lead.stage is Stage.HELD:
        team, helper = team_name(lead.team or ""), helper_of(policy, lead.team)
        return NobodyYet(team=team, since=clock.started_at, helper=helper)
    if lead.stage is Stage.WITH_LEAD_OPS:
        return WithLeadOps(by=name_of(policy, clock.person), since=clock.started_at)
    return MovedMeanwhile(owner=name_of(policy, clock.person), since=clock.started_at)


def may_own_press(policy: Policy, lead: Lead, person: str) -> Refusal | None:
    """Buttons of the owner alone: I'm on it, Pass."""
    if lead.stage is Stage.WITH_OWNER and lead.owner == person:
        return None
    return where_it_is(policy, lead)
