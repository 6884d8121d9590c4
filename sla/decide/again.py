"""A lead that is known comes again: sent once more, completed by hand, or asked about again by the same person."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sla.decide.arrival import settle
from sla.decide.draft import Draft
from sla.decide.paging import first_page, say_page
from sla.details import LeadDetails
from sla.effects import Decision
from sla.facts import LeadArrived, LeadMerged
from sla.intake import UNUSABLE, needs_of
from sla.ladder import hand_over_at
from sla.lead import AskedAgain, Clock, ClockKind, Closing, Completion, Lead, Rejection, Stage, changed
from sla.paging import is_paged
from sla.policy import Tier
from sla.rights import may_complete
from sla.surroundings import Surroundings
from sla.tiers import tier_of

MERGED = "The same person's open lead took it in"


def come_again(lead: Lead, fact: LeadArrived, around: Surroundings) -> Decision:
    """Changed fields are taken over; no second lead, no second clock, no second owner."""
    if fact.completed_by is not None:
        refusal = may_complete(around.policy, lead, fact.completed_by)
        if refusal is not None:
            raise refusal
    draft = Draft(lead, around, fact.at)
    merged, differing = _merged(lead.details, fact.details)
    if differing:
        draft.change(details=merged)
        draft.touch()
    if fact.asks_again:
        _ask_again(draft, fact, differing)
    elif differing and fact.completed_by is None:
        draft.note("updated", fact.source, fields=differing)
    if lead.stage is Stage.NEEDS_ATTENTION and (differing or lead.policy_version != around.version):
        _try_to_start(draft, fact, differing)
    return draft.decision()._replace(duplicate=True)


def _try_to_start(draft: Draft, fact: LeadArrived, differing: list[str]) -> None:
    """What was asked for has come, into the lead or into the policy: the clock starts now."""
    around = draft.around
    draft.around = replace(around, terms=around.policy)
    draft.change(policy_version=around.version)
    by = fact.completed_by or fact.source
    waited = fact.at - draft.lead.received_at
    needs = needs_of(draft.lead.details, around.policy.intake.required)
    if fact.completed_by is not None or not needs:
        draft.note("completed", by, fields=differing, waited_s=waited.total_seconds())
    settle(draft, needs)
    if draft.lead.started_at is not None:
        # What was pressed on the message that asked for details belongs to the time before.
        draft.supersede()
        draft.change(completion=Completion(at=fact.at, by=by, waited=waited))


def merge(lead: Lead, fact: LeadMerged, around: Surroundings) -> Decision:
    """No second clock for the person: what had been asked for has come, and their open lead takes this one in."""
    if fact.by_hand:
        refusal = may_complete(around.policy, lead, fact.by)
        if refusal is not None:
            raise refusal
    draft = Draft(lead, around, fact.at)
    merged, differing = _merged(lead.details, fact.details)
    waited = fact.at - lead.received_at
    draft.change(
        details=merged,
        needs=(),
        owner=fact.into_owner,
        completion=Completion(at=fact.at, by=fact.by, waited=waited),
        closing=Closing(by=fact.by, at=fact.at, reason=MERGED, into=fact.into),
        stopped_at=lead.stopped_at or fact.at,
    )
    draft.supersede()
    draft.note("merged", fact.by, into=fact.into, fields=differing, waited_s=waited.total_seconds())
    return draft.decision()


# What a newer delivery says


def _merged(old: LeadDetails, new: LeadDetails) -> tuple[LeadDetails, list[str]]:
    """The details with what the newer delivery says; a field that it leaves out, or leaves empty, is kept.

    The external id stays the first one: it is by that one that the lead is known to people.
    """
    said: dict[str, Any] = {
        name: getattr(new, name) for name in new.model_fields_set if name != "external_id"
    }
    attributes = _merged_attributes(old, new)
    differing = {
        name: value
        for name, value in (said | {"attributes": attributes}).items()
        if value != getattr(old, name) and (value not in (None, (), {}) or name == "attributes")
    }
    if not differing:
        return old, []
    return old.model_copy(update=differing), sorted(differing)


def _merged_attributes(old: LeadDetails, new: LeadDetails) -> dict[str, Any]:
    """Both deliveries' attributes; what had been set aside as unusable goes once it is said properly."""
    merged = old.attributes | new.attributes
    aside = {
        name: value for name, value in _set_aside(old).items() if name not in new.model_fields_set
    } | _set_aside(new)
    theirs = merged.pop(UNUSABLE, None)
    if theirs is not None and not isinstance(theirs, dict):
        # A source may have an attribute of that name itself.
        merged[UNUSABLE] = aside | {f"attributes.{UNUSABLE}": theirs} if aside else theirs
    elif aside:
        merged[UNUSABLE] = aside
    return merged


def _set_aside(details: LeadDetails) -> dict[str, Any]:
    aside = details.attributes.get(UNUSABLE)
    return aside if isinstance(aside, dict) else {}


# The same person asks again


def _ask_again(draft: Draft, fact: LeadArrived, differing: list[str]) -> None:
    before = draft.lead.asked_again
    asked = AskedAgain(
        at=fact.at,
        number=before.number + 1 if before is not None else 2,
        source=fact.source,
        intent=fact.details.intent,
    )
    draft.change(asked_again=asked)
    draft.touch()
    raised = _raise_tier(draft)
    draft.note(
        "asked_again",
        fact.source,
        external_id=fact.details.external_id,
        intent=asked.intent,
        fields=differing,
        raised_to=raised,
    )


def _raise_tier(draft: Draft) -> str | None:
    """To what the lead is worth by now, if that is hotter: due at the earlier of its own and the new target."""
    lead, terms, clock = draft.lead, draft.around.terms, draft.lead.clock
    if clock is None or lead.due_at is None:
        return None
    hottest_first = [tier.name for tier in terms.tiers]
    tier, why = tier_of(terms, lead.details.__dict__)
    if tier is None or hottest_first.index(tier.name) >= hottest_first.index(lead.tier or tier.name):
        return None
    name = terms.calendar_name_for(lead.team or "", tier, lead.owner)
    calendar = terms.calendars[name]
    by_target = calendar.add_span(calendar.next_open(draft.at), tier.first_response)
    planned = hand_over_at(lead, clock, terms)
    draft.change(tier=tier.name, why=(why, *lead.why[1:]), due_at=min(lead.due_at, by_target))
    if clock.kind is ClockKind.CHECK:
        draft.change(rejection=_hastened(lead.rejection, tier))
    elif clock.kind is ClockKind.OWNER and clock.due_at is not None:
        due_at = min(clock.due_at, by_target)
        if is_paged(clock):
            # Whoever is paged is at it already, and the next pages go by the tier as it is now.
            draft.change_clock(clock, due_at=due_at)
        elif draft.at < clock.due_at:
            _begin_anew(draft, changed(clock, calendar=name, due_at=due_at))
        else:
            # The deadline has passed under the old tier; what follows stays when it was announced.
            draft.change_clock(clock, hand_over_at=planned)
    return tier.name


def _begin_anew(draft: Draft, like: Clock) -> None:
    """The same owner, with a ladder planned from now on and a new card: it is a hotter lead than they knew.

    While the team is closed whoever is on call is paged, as for a lead that comes in so hot.
    """
    began_at = draft.lead.started_at
    draft.stop_clock("asked_again")
    clock = changed(
        like,
        number=draft.new_number(),
        started_at=max(draft.at, like.started_at),
        fired_through=None,
        next_step_at=None,
        told_at=None,
        unreachable_at=None,
    )
    night = first_page(draft, clock)
    draft.change(on_it=None)
    draft.supersede()
    if night is None:
        draft.start_clock(clock)
        draft.owe_owner_card(clock)
        return
    if began_at is not None and draft.lead.started_at is not None:
        draft.change(started_at=min(began_at, draft.lead.started_at))
    draft.start_clock(night.clock)
    say_page(draft, night.clock, night.line)


def _hastened(rejection: Rejection | None, tier: Tier) -> Rejection | None:
    """While lead ops look the clock stands; sent back, the lead has no more time than its new target."""
    if rejection is None or not isinstance(tier.first_response, timedelta):
        return rejection
    return changed(rejection, left=min(rejection.left, tier.first_response))
