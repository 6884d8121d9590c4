"""Whose a new lead is because of a lead before it: the same person's, or an open one of the same company."""

from sla.names import name_of, team_name
from sla.policy import Policy
from sla.surroundings import Kin


def known_owner(policy: Policy, kin: Kin | None, team: str) -> tuple[str, str, str] | None:
    """Owner, team and the sentence for Why?; None where nobody is known, or they are no rep any more.

    `team` is the one that the rules would choose: they stay in it where they are a rep of it.
    """
    if kin is None:
        return None
    person = policy.person(kin.owner)
    chosen = policy.team_of_rep(kin.owner, team)
    if person is None or chosen is None:
        return None
    if chosen != team:
        chosen = policy.team_of_rep(kin.owner, kin.team) or chosen
    if kin.domain is not None:
        because = f"another lead of {kin.domain} is open with them"
    else:
        because = f"this person's lead of {kin.received_at:%b} {kin.received_at.day} was theirs"
    name = name_of(policy, person.email)
    return person.email, chosen, f"Owner: {name} because {because} (team {team_name(chosen)})."
