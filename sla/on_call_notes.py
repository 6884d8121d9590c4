"""What is odd about on-call in a policy that is good as a file: gaps, overlaps, covers that are over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from sla.availability import Spell
from sla.names import name_of
from sla.on_call import Cover, Shift, first_hand_over, shifts
from sla.planned import planned_covers, planned_spells
from sla.policy import Loc, Policy

LOOKED_AHEAD = timedelta(days=91)
"""Nobody plans their nights further ahead than a quarter."""
OF_A_KIND_MAX = 3
"""More gaps or overlaps of one kind than this are alike: these show what it is about."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """Where it stands, and what is true of it, in a sentence."""

    loc: Loc
    text: str


def on_call_notes(policy: Policy, at: datetime) -> list[Note]:
    """Everything worth a look before the next shifts begin."""
    found: list[Note] = []
    for name in policy.on_call:
        found += [*_before_the_start(policy, name, at), *_over(policy, name, at), *_twice(policy, name, at)]
        found += _of_themselves(policy, name, at)
        found += [*_nobody_left(policy, name, at)][:OF_A_KIND_MAX]
    return [*found, *[*_in_two_at_once(policy, at)][:OF_A_KIND_MAX]]


def _before_the_start(policy: Policy, name: str, at: datetime) -> Iterator[Note]:
    starts = first_hand_over(policy.on_call[name])
    if at < starts:
        text = f"nobody is on call before {_said(policy, name, starts)}, when the first shift begins."
        yield Note(loc=("on_call", name, "starts"), text=text)


def _over(policy: Policy, name: str, at: datetime) -> Iterator[Note]:
    for index, cover in enumerate(planned_covers(policy, name)):
        if cover.until_at <= at:
            who = name_of(policy, cover.person)
            text = f"this cover by {who} was over {_said(policy, name, cover.until_at)} and changes nothing."
            yield Note(loc=("on_call", name, "covers", index), text=text)


def _twice(policy: Policy, name: str, at: datetime) -> Iterator[Note]:
    ahead = [(i, one) for i, one in enumerate(planned_covers(policy, name)) if one.until_at > at]
    for (_, one), (index, other) in combinations(ahead, 2):
        if one.person != other.person and one.from_at < other.until_at and other.from_at < one.until_at:
            first, second = name_of(policy, one.person), name_of(policy, other.person)
            since = _said(policy, name, max(one.from_at, other.from_at, at))
            text = (
                f"{first} and {second} both cover from {since}; {first} is paged, whose cover stands first."
            )
            yield Note(loc=("on_call", name, "covers", index), text=text)


def _of_themselves(policy: Policy, name: str, at: datetime) -> Iterator[Note]:
    """Covers by whoever is on call in all of that time anyway."""
    rotation = policy.on_call[name]
    for index, cover in enumerate(planned_covers(policy, name)):
        theirs = {policy.person(one.person) for one in shifts(rotation, cover.from_at, cover.until_at, ())}
        if cover.until_at > at and theirs == {policy.person(cover.person)}:
            who = name_of(policy, cover.person)
            text = f"{who} is on call then anyway: this cover changes nothing."
            yield Note(loc=("on_call", name, "covers", index), text=text)


def _nobody_left(policy: Policy, name: str, at: datetime) -> Iterator[Note]:
    """Times for which the file has everybody of the rotation, and whoever covers, away."""
    covers = planned_covers(policy, name)
    people = policy.known(policy.on_call[name].rotation)
    away = {person.email: planned_spells(policy, person) for person in policy.people}
    stretches: list[Spell | Cover] = [*(one for person in people for one in away[person.email]), *covers]
    edges = {at, *(edge for one in stretches for edge in (one.from_at, one.until_at) if edge is not None)}
    for edge in sorted(edge for edge in edges if at <= edge <= at + LOOKED_AHEAD):
        left = [*(person.email for person in people), *(one.person for one in covers if one.holds(edge))]
        if not any(all(not one.holds(edge) for one in away[email]) for email in left):
            who = people[0].name if len(people) == 1 else "everybody of the rotation"
            text = f"from {_said(policy, name, edge)} {who} is away, so nobody is left to page."
            yield Note(loc=("on_call", name, "rotation"), text=text)


def _in_two_at_once(policy: Policy, at: datetime) -> Iterator[Note]:
    planned = {name: _shifts(policy, name, at) for name in policy.on_call}
    for one, other in combinations(planned, 2):
        for first in planned[one]:
            for second in planned[other]:
                since = max(first.from_at, second.from_at, at)
                is_both = policy.person(first.person) is policy.person(second.person)
                if is_both and since < min(first.until_at, second.until_at):
                    who = name_of(policy, first.person)
                    text = f"{who} is on call here and in {one} at once, from {_said(policy, other, since)}."
                    yield Note(loc=("on_call", other, "rotation"), text=text)
                    break
            else:
                continue
            break


def _shifts(policy: Policy, name: str, at: datetime) -> Sequence[Shift]:
    return list(shifts(policy.on_call[name], at, at + LOOKED_AHEAD, planned_covers(policy, name)))


def _said(policy: Policy, name: str, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(policy.on_call[name].timezone))
    return f"{local:%a} {local:%Y-%m-%d %H:%M}"
