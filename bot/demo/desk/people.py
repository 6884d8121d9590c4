"""What each person does in the policy, as the page says it beside their name."""

from collections.abc import Iterator

from sla.names import team_name
from sla.policy import Policy
from sla.policy.people import Person


def role_of(person: Person, policy: Policy) -> str:
    """Such as "Rep, Inside sales · Backup, Enterprise, DACH"; empty for somebody without a part."""
    return " · ".join(_parts(person, policy))


def _parts(person: Person, policy: Policy) -> Iterator[str]:
    for role, people_of in (("Rep", policy.reps), ("Backup", policy.backups), ("Manager", policy.managers)):
        teams = [team for team in policy.teams if person in people_of(team)]
        if teams and len(teams) == len(policy.teams) > 1:
            yield f"{role}, every team"
        elif teams:
            yield f"{role}, {', '.join(map(team_name, teams))}"
    if any(person in policy.known(one.rotation) for one in policy.on_call.values()):
        yield "On call"
    if person in policy.unowned_people:
        yield "Leads that need attention"
