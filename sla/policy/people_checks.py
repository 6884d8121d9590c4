"""What a policy says about people and cannot mean: names of nobody, times that end before they begin."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sla.policy.people import PeopleKeys, is_slack_id
from sla.policy.planned import Stretch
from sla.policy.policy import Policy
from sla.policy.problem import Loc, Problem
from sla.policy.section import nearest


def folded(key: str) -> str:
    return key.strip().lower() if "@" in key else key.strip()


def people_lists(policy: Policy) -> Iterator[tuple[Loc, PeopleKeys]]:
    """Every list of people with its place."""
    for name, team in policy.teams.items():
        for role in ("reps", "managers", "backups"):
            yield ("teams", name, role), team.names(role)
    if "tell" in policy.routing.unowned.model_fields_set:
        yield ("routing", "unowned", "tell"), policy.routing.unowned.tell
    yield ("outage", "tell"), policy.outage.tell
    yield ("ops", "people"), policy.ops.people
    for name, rotation in policy.on_call.items():
        yield ("on_call", name, "rotation"), rotation.rotation


def people_problems(policy: Policy, known: frozenset[str]) -> Iterator[Problem]:
    """`known` holds the addresses and Slack ids of the file, as `folded` writes them."""
    for loc, keys in people_lists(policy):
        for index, key in enumerate(keys):
            yield from _unknown(policy, (*loc, index), key, known)
    yield from _absences(policy, known)
    yield from _covers(policy, known)


def _unknown(policy: Policy, loc: Loc, key: str, known: frozenset[str]) -> Iterator[Problem]:
    if folded(key) in known:
        return
    # Addresses of one company are all alike.
    near = nearest(key, known, likeness=0.85)
    kind = "Slack id" if is_slack_id(key) else "address"
    mend = f"Write {near}" if near else f"Add an entry with this {kind} under people"
    yield Problem(loc=loc, message=f'people has no "{key}"', mend=mend)


def _absences(policy: Policy, known: frozenset[str]) -> Iterator[Problem]:
    for number, person in enumerate(policy.people):
        for index, away in enumerate(person.away):
            here: Loc = ("people", number, "away", index)
            yield from _order(here, away, policy.zone_of(person))
            if away.cover is None:
                continue
            yield from _unknown(policy, (*here, "cover"), away.cover, known)
            if policy.person(away.cover) is person:
                message = f"{person.name} cannot cover for themselves"
                yield Problem(loc=(*here, "cover"), message=message, mend="Name a colleague")


def _covers(policy: Policy, known: frozenset[str]) -> Iterator[Problem]:
    for name, rotation in policy.on_call.items():
        for index, cover in enumerate(rotation.covers):
            here: Loc = ("on_call", name, "covers", index)
            yield from _order(here, cover, ZoneInfo(rotation.timezone))
            yield from _unknown(policy, (*here, "person"), cover.person, known)


def _order(here: Loc, stretch: Stretch, zone: ZoneInfo) -> Iterator[Problem]:
    from_at, until_at = stretch.within(zone)
    if from_at >= until_at:
        message = f"it ends ({stretch.until}) before it begins ({stretch.from_})"
        yield Problem(
            loc=(*here, "until"), message=message, mend="Write a later end, or an earlier beginning"
        )
