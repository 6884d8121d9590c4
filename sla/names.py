"""How teams, people and lists of people are named to people."""

from collections.abc import Iterable, Mapping

from sla.policy import Policy

_INITIALS_MAX = 4


def team_name(key: str) -> str:
    """ "enterprise" is Enterprise, "inside-sales" is Inside sales, "dach" is DACH."""
    words = key.replace("-", " ").replace("_", " ").strip()
    return words.upper() if len(words) <= _INITIALS_MAX else words[:1].upper() + words[1:]


def rotation_name(key: str) -> str:
    """ "hot-leads" is hot leads, in the middle of a sentence."""
    return key.replace("-", " ").replace("_", " ").strip()


def name_of(policy: Policy, email: str | None) -> str:
    """The person's name; who is not in the policy goes by address (a program by its own name)."""
    if email is None:
        return "nobody"
    person = policy.person(email)
    return person.name if person is not None else email


def known_name_of(policies: Iterable[Policy], email: str | None, known: Mapping[str, str]) -> str:
    """The name in the first policy that has the person; who left them all goes by the last name that is known."""
    for policy in policies:
        person = policy.person(email)
        if person is not None:
            return person.name
    return "nobody" if email is None else known.get(email, email)


def listed(policy: Policy, people: Iterable[str]) -> str:
    """ "Carla Costa, Bob Brandt" as people list each other."""
    return ", ".join(name_of(policy, email) for email in people)


def helper_of(policy: Policy, team: str | None) -> str:
    """Whom to ask: the first manager of the team, else lead ops."""
    helpers = (*policy.managers(policy.team_in_force(team)), *policy.unowned_people)
    return helpers[0].name if helpers else "Lead Ops"
