"""What the policy file itself plans: people's times away, and covers of shifts, beside what was set since."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sla.availability import NOTHING_KNOWN, PersonNow, Spell
from sla.on_call import Cover
from sla.policy import Person, Policy

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When the file's covers count as set: whatever people arrange in Slack is newer."""


def planned_spells(policy: Policy, person: Person) -> tuple[Spell, ...]:
    """When the file has the person out of office, in its order."""
    if not person.away:
        return ()
    zone = policy.zone_of(person)
    return tuple(_spell(policy, away.within(zone), away.cover) for away in person.away)


def _spell(policy: Policy, within: tuple[datetime, datetime], cover: str | None) -> Spell:
    covering = policy.person(cover)
    return Spell(
        from_at=within[0], until_at=within[1], cover=covering.email if covering is not None else None
    )


def with_planned(policy: Policy, known: Mapping[str, PersonNow]) -> dict[str, PersonNow]:
    """What is known of people, with the file's absences after those that were set."""
    merged = dict(known)
    for person in policy.people:
        if person.away:
            now = merged.get(person.email, NOTHING_KNOWN)
            spells = (*now.out_of_office, *planned_spells(policy, person))
            merged[person.email] = replace(now, out_of_office=spells)
    return merged


def planned_covers(policy: Policy, name: str) -> tuple[Cover, ...]:
    """The covers that the file names for a rotation; people by e-mail address."""
    rotation = policy.on_call[name]
    zone = ZoneInfo(rotation.timezone)
    covers = []
    for one in rotation.covers:
        person = policy.person(one.person)
        if person is not None:
            from_at, until_at = one.within(zone)
            covers.append(Cover(person=person.email, from_at=from_at, until_at=until_at, set_at=LONG_AGO))
    return tuple(covers)


def all_covers(policy: Policy, arranged: Mapping[str, tuple[Cover, ...]]) -> dict[str, tuple[Cover, ...]]:
    """Each rotation's covers: the file's, and those that people arranged."""
    return {name: (*planned_covers(policy, name), *arranged.get(name, ())) for name in policy.on_call}
