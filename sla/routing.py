"""Who gets a lead: the CRM's owner, the rules' team, and in it whoever was assigned longest ago."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sla.kin import known_owner
from sla.lead import How
from sla.names import name_of, team_name
from sla.policy import Policy
from sla.roster import backups_of, reps_of
from sla.surroundings import Surroundings


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where a lead goes and why, in sentences that Why? shows."""

    team: str
    owner: str
    how: How
    why: tuple[str, ...]
    by_turn: bool


def route(fields: Mapping[str, object], around: Surroundings) -> Route:
    """The first owner of a lead."""
    policy = around.policy
    team, reason = _team_by_rules(policy, fields)
    kept, kept_reason = _crm_owner(policy, fields, team)
    if kept is not None:
        owner, team = kept
        return Route(team=team, owner=owner, how="crm_owner", why=(kept_reason,), by_turn=False)
    known = known_owner(policy, around.kin, team)
    if known is not None:
        owner, team, why_known = known
        whys = (why_known, kept_reason) if kept_reason else (why_known,)
        return Route(team=team, owner=owner, how="same_owner", why=whys, by_turn=False)
    reps = reps_of(policy, team)
    owner = next_in_turn(reps, around.turns)
    name = name_of(policy, owner)
    turn = (
        f"{name} was assigned longest ago of {len(reps)}." if len(reps) > 1 else "Nobody else is in the team."
    )
    why = f"Owner: {name} because {reason} (team {team_name(team)}). {turn}"
    reasons = (why,) if not kept_reason else (why, kept_reason)
    return Route(team=team, owner=owner, how="routed", why=reasons, by_turn=True)


def _team_by_rules(policy: Policy, fields: Mapping[str, object]) -> tuple[str, str]:
    for number, rule in enumerate(policy.routing.rules, start=1):
        if rule.when.matches(fields):
            return rule.team, f"{rule.when.because(fields)}, rule {number}"
    return policy.routing.fallback.team, "no rule matches, so the fallback takes it"


def _crm_owner(policy: Policy, fields: Mapping[str, object], team: str) -> tuple[tuple[str, str] | None, str]:
    named = fields.get("owner")
    if not isinstance(named, str) or not policy.routing.keep_crm_owner:
        return None, ""
    person = policy.person(named)
    teams = policy.teams_of_rep(named)
    if person is None or not teams:
        return None, f"The CRM names {named}, who is no rep of the policy."
    chosen = team if team in teams else teams[0]
    return (
        person.email,
        chosen,
    ), f"Owner: {person.name} because the CRM names them (team {team_name(chosen)})."


def next_in_turn(people: Collection[str], turns: Mapping[str, int]) -> str:
    """Who was assigned longest ago; who never was comes first, in the file's order."""
    return min(people, key=lambda email: turns.get(email, 0))


def next_owner(team: str, had_it: Collection[str], around: Surroundings) -> str | None:
    """To whom a passed lead goes: the next rep of the team who has not had it, None when nobody is left."""
    free = [email for email in reps_of(around.policy, team) if email not in had_it]
    return next_in_turn(free, around.turns) if free else None


def free_backups(policy: Policy, team: str, had_it: Collection[str]) -> tuple[str, ...]:
    """The members of the backup queue who may still claim: who had the lead before may not."""
    return tuple(email for email in backups_of(policy, team) if email not in had_it)
