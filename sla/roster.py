"""The people of a team by e-mail address, in the order of the policy file; and whose a place is."""

from sla.effects import Place, ToChannel, ToMail, ToPerson, ToPhone
from sla.policy import Policy
from sla.policy.people import Person


def _emails(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(person.email for person in people)


def reps_of(policy: Policy, team: str | None) -> tuple[str, ...]:
    """The fallback's where the policy has no such team (any more); so for the others."""
    return _emails(policy.reps(policy.team_in_force(team)))


def managers_of(policy: Policy, team: str | None) -> tuple[str, ...]:
    return _emails(policy.managers(policy.team_in_force(team)))


def backups_of(policy: Policy, team: str | None) -> tuple[str, ...]:
    return _emails(policy.backups(policy.team_in_force(team)))


def lead_ops(policy: Policy) -> tuple[str, ...]:
    """Who hears of leads that have nobody."""
    return _emails(policy.unowned_people)


def operators(policy: Policy) -> tuple[Place, ...]:
    """Where lead ops hear of the bot itself: in their channel, else each by direct message."""
    if policy.ops.channel is not None:
        return (ToChannel(channel=policy.ops.channel),)
    return tuple(ToPerson(email=email) for email in operating_people(policy))


def operating_people(policy: Policy) -> tuple[str, ...]:
    """Who they are; where the policy does not say, those who hear of leads that have nobody."""
    return _emails(policy.known(policy.ops.people)) or lead_ops(policy)


def members_of(policy: Policy, team: str | None) -> tuple[str, ...]:
    """Who may be given the team's leads: its reps, then its backups, each once."""
    return tuple(dict.fromkeys((*reps_of(policy, team), *backups_of(policy, team))))


def person_at(policy: Policy, place: Place) -> Person | None:
    """Who of the policy has this address or number."""
    if isinstance(place, ToMail):
        return policy.person(place.address)
    return next((one for one in policy.people if str(place) == str(ToPhone(number=one.phone or ""))), None)
