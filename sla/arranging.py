"""What people may arrange: when somebody is away and who covers, and who takes a part of an on-call shift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.absence_refusals import (
    AlreadyOver,
    CoverIsAway,
    CoversThemselves,
    EndsBeforeItStarts,
    NotOnCallThen,
    TooLong,
    UnknownPerson,
)
from sla.availability import NOTHING_KNOWN, PersonNow
from sla.on_call import Cover, shifts
from sla.policy import Person, Policy

LONGEST = timedelta(days=366)
"""Who is away for longer is no longer in the policy; a longer absence is a slip of the keyboard."""

People = Mapping[str, PersonNow]
Covers = Mapping[str, tuple[Cover, ...]]


@dataclass(frozen=True, kw_only=True)
class ShiftPart:
    """A part of somebody's shift in a rotation."""

    rotation: str
    from_at: datetime
    until_at: datetime


def colleague(policy: Policy, said: str, known: People, *, instead_of: Person, within: "Within") -> Person:
    """Who is meant to cover for somebody, by any name of theirs in the policy; raises a Refusal."""
    person = policy.person(said)
    if person is None:
        raise UnknownPerson(said=said)
    if person is instead_of:
        raise CoversThemselves()
    from_at, until_at = within
    now = known.get(person.email, NOTHING_KNOWN)
    if not now.is_active:
        raise CoverIsAway(person=person.name, until=None)
    spell = now.spell_at(from_at)
    if spell is not None and (
        spell.until_at is None or (until_at is not None and spell.until_at >= until_at)
    ):
        raise CoverIsAway(person=person.name, until=spell.until_at)
    return person


Within = tuple[datetime, datetime | None]
"""From when to when; None as the end: until somebody says that they are back."""


def check_within(within: Within, at: datetime) -> None:
    """Raises a Refusal for a time that is over, ends before it begins, or never ends."""
    from_at, until_at = within
    if until_at is None:
        return
    if until_at <= from_at:
        raise EndsBeforeItStarts(from_at=from_at)
    if until_at <= at:
        raise AlreadyOver(until_at=until_at)
    if until_at - max(from_at, at) > LONGEST:
        raise TooLong(days=LONGEST.days)


def shift_parts(
    policy: Policy, covers: Covers, person: Person, within: tuple[datetime, datetime], at: datetime
) -> list[ShiftPart]:
    """What of that time the person is on call, in every rotation; raises NotOnCallThen if nothing is."""
    from_at, until_at = within
    found = [
        ShiftPart(rotation=name, from_at=max(from_at, part.from_at), until_at=min(until_at, part.until_at))
        for name, part in _shifts_of(policy, covers, person, from_at, until_at)
    ]
    if not found:
        raise NotOnCallThen(next_at=next_shift_at(policy, covers, person, at))
    return found


def next_shift_at(policy: Policy, covers: Covers, person: Person, at: datetime) -> datetime | None:
    """When the person is on call next, or since when they are."""
    ahead = _shifts_of(policy, covers, person, at, at + LONGEST)
    return min((part.from_at for _, part in ahead), default=None)


def _shifts_of(
    policy: Policy, covers: Covers, person: Person, from_at: datetime, until_at: datetime
) -> Sequence[tuple[str, ShiftPart]]:
    return [
        (name, ShiftPart(rotation=name, from_at=shift.from_at, until_at=shift.until_at))
        for name, rotation in policy.on_call.items()
        for shift in shifts(rotation, from_at, until_at, covers.get(name, ()))
        if policy.person(shift.person) is person
    ]
