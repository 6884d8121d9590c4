"""A lead arrives: its tier, its owner and its clock; or it waits for details."""

from datetime import datetime

from sla.decide.acknowledge import acknowledge
from sla.decide.draft import Draft
from sla.decide.held import hold, leave_to_managers
from sla.decide.paging import first_page, iso, say_nobody_is_paged, say_page
from sla.effects import Decision, Role
from sla.facts import LeadArrived
from sla.lead import Clock, ClockKind, Lead, Status
from sla.policy import Tier
from sla.routing import Route, route
from sla.surroundings import Surroundings
from sla.tiers import tier_of


def arrive(fact: LeadArrived, around: Surroundings) -> Decision:
    """The first time: its clock starts."""
    fresh = Lead(
        id=fact.lead_id,
        source=fact.source,
        details=fact.details,
        received_at=fact.at,
        policy_version=around.version,
        needs=fact.needs,
    )
    draft = Draft(fresh, around, fact.at)
    settle(draft, fact.needs)
    return draft.decision()


def settle(draft: Draft, needs: tuple[str, ...]) -> None:
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
    chosen = route(fields, tier, draft.at, draft.around)
    clock = _day_clock(draft, tier, chosen)
    draft.change(
        tier=tier.name,
        team=chosen.team,
        owner=chosen.owner,
        started_at=clock.started_at,
        due_at=clock.due_at,
        status=Status.WITHIN_SLA,
        needs=(),
        why=(tier_why, *chosen.why),
    )
    if chosen.by_turn and chosen.owner is not None:
        draft.assign_by_turn(chosen.owner, chosen.floor)
    is_closed = clock.started_at != draft.at
    night = first_page(draft, clock) if is_closed else None
    draft.note(
        "arrived",
        draft.lead.source,
        tier=tier.name,
        team=chosen.team,
        owner=draft.lead.owner,
        day_owner=draft.lead.day_owner,
        started_at=iso(draft.lead.started_at),
        due_at=iso(draft.lead.due_at),
        why=list(draft.lead.why),
    )
    if night is None:
        acknowledge(draft)
    else:
        draft.start_clock(night.clock)
        say_page(draft, night.clock, night.line)
        return
    if chosen.owner is None:
        (hold if chosen.is_held else leave_to_managers)(draft, chosen, clock)
    else:
        draft.start_clock(clock)
        draft.owe_owner_card(clock)
    if is_closed:
        say_nobody_is_paged(draft, clock)


def _day_clock(draft: Draft, tier: Tier, chosen: Route) -> Clock:
    """The owner's clock on the calendar of the team's hours, whoever has the lead until they open."""
    policy = draft.around.policy
    calendar_name = policy.calendar_name_for(chosen.team, tier, chosen.owner)
    calendar = policy.calendars[calendar_name]
    started_at: datetime = calendar.next_open(draft.at)
    return Clock(
        lead_id=draft.lead.id,
        number=draft.new_number(),
        kind=ClockKind.OWNER,
        person=chosen.owner,
        how=chosen.how,
        by=chosen.on_behalf_of,
        calendar=calendar_name,
        started_at=started_at,
        due_at=calendar.add_span(started_at, tier.first_response),
    )
