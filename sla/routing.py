"""Who gets a lead: the CRM's owner, the rules' team, and in it by fair turns whoever can take it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sla.eligible import (
    Standing,
    away_now,
    away_words,
    first_back_at,
    is_absent,
    on_call_at,
    skipped_words,
    stand_in,
    standing,
)
from sla.fair_turns import choose, shares_of
from sla.kin import known_owner
from sla.lead import How
from sla.names import name_of, team_name
from sla.policy import Policy, Tier
from sla.policy.fields import TIER
from sla.roster import backups_of
from sla.surge import behind_its_equals, can_wait, has_its_turn
from sla.surroundings import InLine, Surroundings


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where a lead goes and why, in sentences that Why? shows.

    `on_behalf_of` is whose lead it is where the owner covers for somebody who is away.

    `owner` None: nobody can take it. It then waits until it is looked at again (`back_at`, where that can be
    said of anybody) if `is_held`, else the managers decide. `floor` is the least share of those who were free.
    """

    team: str
    owner: str | None
    how: How
    why: tuple[str, ...]
    on_behalf_of: str | None = None
    by_turn: bool = False
    floor: int | None = None
    is_held: bool = False
    back_at: datetime | None = None


def route(fields: Mapping[str, object], tier: Tier, at: datetime, around: Surroundings) -> Route:
    """The first owner of a lead that came in at `at`: among those at work when its clock starts."""
    policy = around.policy
    asked = {**fields, TIER: tier.name} if policy.routing.asks_for_tier else fields
    team, reason = _team_by_rules(policy, asked)
    kept, kept_reason = _crm_owner(fields, team, at, around)
    if kept is not None:
        return _theirs(*kept, "crm_owner", (kept_reason,), at, around)
    known = known_owner(policy, around.kin, team)
    if known is not None:
        owner, its_team, why_known = known
        if not is_absent(owner, at, around) or stand_in(owner, at, around) is not None:
            whys = (why_known, kept_reason) if kept_reason else (why_known,)
            return _theirs(owner, its_team, "same_owner", whys, at, around)
    starts_at = policy.calendar_for(team, tier).next_open(at)
    found = _in_team(fields, team, reason, tier, starts_at, around)
    return _with(found, kept_reason) if kept_reason else found


def _with(found: Route, reason: str) -> Route:
    return Route(**(found.__dict__ | {"why": (*found.why, reason)}))


def route_again(
    fields: Mapping[str, object],
    team: str | None,
    at: datetime,
    around: Surroundings,
    in_line: InLine | None = None,
) -> Route | None:
    """The owner of a lead that was held, now that somebody of its team can take it; None while nobody can.

    `in_line` is where it stands among those that wait: whoever has room is given the first of them.
    """
    team = around.policy.team_in_force(team)
    found = standing(team, at, around, language=fields.get("language"))
    if not found.free or (in_line is not None and not has_its_turn(team, in_line, found.free, around)):
        return None
    return _by_turn(found, team, "it was held until somebody could take it", around)


def _in_team(
    fields: Mapping[str, object], team: str, reason: str, tier: Tier, at: datetime, around: Surroundings
) -> Route:
    found = standing(team, at, around, language=fields.get("language"))
    nobody_waits = not around.waiting.get(team)
    if found.free and (
        nobody_waits or has_its_turn(team, behind_its_equals(around.policy, tier), found.free, around)
    ):
        return _by_turn(found, team, reason, around)
    covered = _covered(found, team, reason, around)
    if covered is not None:
        return covered
    if (found.full or found.free) and can_wait(around.policy, tier):
        return _in_line(found, team, reason, around)
    match around.policy.routing.nobody_available:
        case "assign_anyway":
            return _anyway(found, team, reason, around)
        case "hold":
            return _held(found, team, reason, around)
        case "on_call":
            return _on_call(found, team, reason, tier, around)
        case "manager_queue":
            return _to_managers(found, team, reason, around)


def _by_turn(found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    chosen, turn, least = choose(found.speaking, team, around)
    if len(found.speaking) == 1 < len(found.free):
        turn = "Nobody else who is there works in the lead's language."
    # Who works in no language that was asked for missed no turn: the floor is that of everybody who was free.
    floor = least if found.speaking is found.free else min(shares_of(found.free, team, around))
    why = f"Owner: {chosen.name} because {reason} (team {team_name(team)}). {turn}"
    skipped = skipped_words(found, around)
    return Route(
        team=team,
        owner=chosen.email,
        how="routed",
        why=(why,) if skipped is None else (why, skipped),
        by_turn=True,
        floor=floor,
    )


def _theirs(
    owner: str, team: str, how: How, why: tuple[str, ...], at: datetime, around: Surroundings
) -> Route:
    """The lead of somebody in particular: with whoever covers for them while they are away."""
    cover = stand_in(owner, at, around)
    if cover is None:
        return Route(team=team, owner=owner, how=how, why=why)
    names = name_of(around.policy, cover), name_of(around.policy, owner)
    covers = f"{names[0]} covers for {names[1]}, who is away."
    return Route(team=team, owner=cover, how="covering", why=(*why, covers), on_behalf_of=owner)


def _covered(found: Standing, team: str, reason: str, around: Surroundings) -> Route | None:
    """Nobody is there: before the lead waits, it goes to who covers for whoever's turn it would be."""
    seats = [seat for seat in found.absent if stand_in(seat.email, found.at, around) is not None]
    if not seats:
        return None
    chosen, _, _ = choose(seats, team, around)
    why = f"Owner: {chosen.name} because {reason} (team {team_name(team)}) and it is their turn."
    return _theirs(chosen.email, team, "routed", (why,), found.at, around)


# Nobody is available


def _nobody(found: Standing, team: str, reason: str, around: Surroundings) -> tuple[str, ...]:
    """The rest of the reasons, whoever it goes to then."""
    why = f"Team {team_name(team)} because {reason}."
    skipped = skipped_words(found, around)
    return (why,) if skipped is None else (why, skipped)


def _anyway(found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    seats = around.policy.seats(team)
    active = [seat for seat in seats if around.known_of(seat.email).is_active]
    chosen, _, _ = choose(active or seats, team, around)
    why = (
        f"Owner: {chosen.name} because nobody of team {team_name(team)} can take it now and it is their turn."
    )
    rest = _nobody(found, team, reason, around)
    return Route(team=team, owner=chosen.email, how="routed", why=(why, *rest), by_turn=True)


def _held(found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    why = f"nobody of team {team_name(team)} can take it now. It goes to the first who is back."
    return _until_somebody_can(why, found, team, reason, around)


def _in_line(found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    """The team has as many leads as it may: hotter ones go first, whatever else the policy says of such leads."""
    why = (
        f"team {team_name(team)} has as many leads as it may. "
        "Hotter ones go first, then it goes to whoever has room."
    )
    return _until_somebody_can(why, found, team, reason, around)


def _until_somebody_can(because: str, found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    return Route(
        team=team,
        owner=None,
        how="held",
        why=(f"Owner: nobody yet because {because}", *_nobody(found, team, reason, around)),
        is_held=True,
        back_at=first_back_at([seat.email for seat in found.absent], team, found.at, around),
    )


def _on_call(found: Standing, team: str, reason: str, tier: Tier, around: Surroundings) -> Route:
    """Who is on call gets it; where nobody is, the managers decide: a lead with an absent owner helps nobody."""
    for name in _rotations(tier, around.policy):
        person = next(iter(on_call_at(name, found.at, around)), None)
        if person is not None:
            why = (
                f"Owner: {name_of(around.policy, person)} because they are on call ({name}) and nobody of team "
                f"{team_name(team)} can take it."
            )
            rest = _nobody(found, team, reason, around)
            return Route(team=team, owner=person, how="on_call", why=(why, *rest))
    return _to_managers(found, team, reason, around)


def _rotations(tier: Tier, policy: Policy) -> tuple[str, ...]:
    """The tier's own rotation first, then the others in the order of the file."""
    own = tier.after_hours.page if tier.after_hours is not None else None
    first = [own] if own in policy.on_call else []
    return tuple(dict.fromkeys([*first, *policy.on_call]))


def _to_managers(found: Standing, team: str, reason: str, around: Surroundings) -> Route:
    why = f"Owner: nobody because nobody of team {team_name(team)} can take it now. The managers decide."
    return Route(team=team, owner=None, how="unowned", why=(why, *_nobody(found, team, reason, around)))


# The team, and the owner of the CRM


def _team_by_rules(policy: Policy, fields: Mapping[str, object]) -> tuple[str, str]:
    for number, rule in enumerate(policy.routing.rules, start=1):
        if rule.when.matches(fields):
            return rule.team, f"{rule.when.reason(fields)}, rule {number}"
    return policy.routing.fallback.team, "no rule matches, so the fallback takes it"


def _crm_owner(
    fields: Mapping[str, object], team: str, at: datetime, around: Surroundings
) -> tuple[tuple[str, str] | None, str]:
    policy = around.policy
    named_owner = fields.get("owner")
    if not isinstance(named_owner, str) or not policy.routing.keep_crm_owner:
        return None, ""
    person = policy.person(named_owner)
    teams = policy.teams_of_rep(named_owner)
    if person is None or not teams:
        return None, f"The CRM names {named_owner}, who is no rep of the policy."
    if not around.known_of(person.email).is_active:
        return None, f"The CRM names {person.name}, who is no longer active in Slack."
    chosen = team if team in teams else teams[0]
    why = f"Owner: {person.name} because the CRM names them (team {team_name(chosen)})."
    if is_absent(person.email, at, around):
        found = away_now(person.email, chosen, at, around)
        calendar = policy.person_calendar(person.email, chosen)
        why += f" {person.name}: {away_words(found, calendar, at)}." if found is not None else ""
    return (person.email, chosen), why


# Afterwards


def next_in_turn(team: str | None, around: Surroundings) -> str:
    """Whose turn it is in the team, at work or not."""
    name = around.policy.team_in_force(team)
    return choose(around.policy.seats(name), name, around)[0].email


def next_owner(
    team: str | None,
    fields: Mapping[str, object],
    had_it: Collection[str],
    at: datetime,
    around: Surroundings,
) -> str | None:
    """To whom a passed lead goes: the next rep who can take it and has not had it, None when nobody is left."""
    name = around.policy.team_in_force(team)
    found = standing(name, at, around, language=fields.get("language"), but=had_it)
    return choose(found.speaking, name, around)[0].email if found.free else None


def free_backups(policy: Policy, team: str, had_it: Collection[str]) -> tuple[str, ...]:
    """The members of the backup queue who may still claim: who had the lead before may not."""
    return tuple(email for email in backups_of(policy, team) if email not in had_it)
