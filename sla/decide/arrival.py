"""A lead arrives: its tier, its owner and its clock; or it waits for details; or it came before."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sla.decide.draft import Draft
from sla.details import LeadDetails
from sla.effects import Decision, Role
from sla.facts import LeadArrived
from sla.lead import Clock, ClockKind, Lead, Stage, Status
from sla.routing import route
from sla.surroundings import Surroundings
from sla.tiers import tier_of


def arrive(lead: Lead | None, fact: LeadArrived, around: Surroundings) -> Decision:
    """The first time a clock starts; after that only changed fields are taken over."""
    if lead is not None:
        return _came_before(lead, fact, around)
    fresh = Lead(
        id=fact.lead_id,
        source=fact.source,
        details=fact.details,
        received_at=fact.at,
        policy_version=around.version,
        needs=fact.needs,
    )
    draft = Draft(fresh, around, fact.at)
    _settle(draft, fact.needs)
    return draft.decision()


def _came_before(lead: Lead, fact: LeadArrived, around: Surroundings) -> Decision:
    draft = Draft(lead, around, fact.at)
    merged, differing = _merged(lead.details, fact.details)
    if differing:
        draft.change(details=merged)
        draft.touch()
        draft.note("updated", fact.source, fields=differing)
    if lead.stage is Stage.NEEDS_ATTENTION and (differing or lead.policy_version != around.version):
        # What was asked for has come, from its source or into the policy: the clock starts now, the time
        # before is nobody's to answer for.
        draft.around = replace(around, terms=around.policy)
        draft.change(policy_version=around.version, needs=fact.needs)
        draft.supersede()
        _settle(draft, fact.needs)
    return replace(draft.decision(), duplicate=True)


def _merged(old: LeadDetails, new: LeadDetails) -> tuple[LeadDetails, list[str]]:
    """The details with what the newer delivery says; a field that it leaves out is kept."""
    said: dict[str, Any] = {name: getattr(new, name) for name in new.model_fields_set}
    attributes = _merged_attributes(old, new)
    changed = {
        name: value
        for name, value in (said | {"attributes": attributes}).items()
        if value != getattr(old, name) and (value not in (None, (), {}) or name == "attributes")
    }
    if not changed:
        return old, []
    return old.model_copy(update=changed), sorted(changed)


def _merged_attributes(old: LeadDetails, new: LeadDetails) -> dict[str, Any]:
    """Both deliveries' attributes; what had been set aside as unusable goes once it is said properly."""
    merged = old.attributes | new.attributes
    aside = {
        name: value
        for name, value in old.attributes.get("unusable", {}).items()
        if name not in new.model_fields_set
    } | new.attributes.get("unusable", {})
    merged.pop("unusable", None)
    return merged | {"unusable": aside} if aside else merged


def _settle(draft: Draft, needs: tuple[str, ...]) -> None:
    """Give the lead its tier, its owner and its clock, or say what keeps it from them."""
    fields = draft.lead.details.__dict__
    tier, tier_why = tier_of(draft.around.policy, fields)
    if tier is None:
        needs = (*needs, "no tier of the policy matches it")
    if needs or tier is None:
        draft.change(needs=needs)
        draft.note("needs_attention", draft.lead.source, needs=list(needs))
        draft.owe_lead_ops(Role.NEEDS_ATTENTION)
        return
    chosen = route(fields, draft.around)
    policy = draft.around.policy
    calendar_name = policy.calendar_name_for(chosen.team, tier, chosen.owner)
    calendar = policy.calendars[calendar_name]
    started_at: datetime = calendar.next_open(draft.at)
    due_at = calendar.add_span(started_at, tier.first_response)
    clock = Clock(
        lead_id=draft.lead.id,
        number=draft.new_number(),
        kind=ClockKind.OWNER,
        person=chosen.owner,
        how=chosen.how,
        calendar=calendar_name,
        started_at=started_at,
        due_at=due_at,
    )
    draft.change(
        tier=tier.name,
        team=chosen.team,
        owner=chosen.owner,
        started_at=started_at,
        due_at=due_at,
        status=Status.WITHIN_SLA,
        needs=(),
        why=(tier_why, *chosen.why),
    )
    draft.start_clock(clock)
    if chosen.by_turn:
        draft.assign_by_turn(chosen.owner)
    draft.note(
        "arrived",
        draft.lead.source,
        tier=tier.name,
        team=chosen.team,
        owner=chosen.owner,
        started_at=started_at.isoformat(),
        due_at=due_at.isoformat(),
        why=list(draft.lead.why),
    )
    draft.owe_owner_card(clock)
