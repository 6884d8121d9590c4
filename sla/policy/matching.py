"""How the policy's conditions compare: text and numbers as people mean them, and tests made into functions once.

Every lead meets the conditions of tiers and routing, most of them in vain: what can be worked out from the policy
alone is worked out when a condition is first asked, not for each lead.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from sla.policy.fields import look_up

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?", re.ASCII)
_EXACT_MAX = 2**53
"""Up to here a whole number is the same as a float, and can be compared as it is."""

Meets = Callable[[Any], bool]
"""Whether what a lead says for a field (never None) meets a test."""
Matches = Callable[[Mapping[str, object]], bool]
"""Whether a lead with these fields is meant."""


def number_of(value: object) -> float | None:
    """The number that a value is or spells; CRMs send "88" for 88. Neither true nor "12 people" is one."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def same(wanted: object, value: object) -> bool:
    """Text is compared without regard to case; a number of the policy also meets a number written as text."""
    if isinstance(wanted, bool) or isinstance(value, bool):
        return str(wanted).casefold() == str(value).casefold()
    if isinstance(value, (list, tuple)):
        return any(same(wanted, item) for item in value)
    if isinstance(wanted, str):
        return wanted.casefold() == str(value).casefold()
    number = number_of(value)
    return number is not None and number == number_of(wanted)


def among(wanted: Sequence[object]) -> Meets:
    """One of these values."""
    if not all(isinstance(one, str) for one in wanted):
        return lambda value: any(same(one, value) for one in wanted)
    folded = frozenset(str(one).casefold() for one in wanted)

    def meets(value: Any) -> bool:
        if type(value) is str:
            return value.casefold() in folded
        return any(same(one, value) for one in wanted)

    return meets


def none_of(wanted: Sequence[object]) -> Meets:
    is_among = among(wanted)
    return lambda value: not is_among(value)


def containing(wanted: object) -> Meets:
    """This text is in it, or this item is in the list."""
    folded = str(wanted).casefold()

    def meets(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(same(wanted, item) for item in value)
        return isinstance(value, str) and folded in value.casefold()

    return meets


def within(at_least: float | None, at_most: float | None) -> Meets:
    """A number between these bounds, which belong to it."""

    def meets(value: Any) -> bool:
        number: float | None = value
        if type(value) is not int or not -_EXACT_MAX < value < _EXACT_MAX:
            number = number_of(value)
        return (
            number is not None
            and (at_least is None or number >= at_least)
            and (at_most is None or number <= at_most)
        )

    return meets


def on_field(name: str, tests: Sequence[Meets], *, absent: bool) -> Matches:
    """Every test on one field; a lead without the field is meant only if it is to be `absent`."""
    if absent:
        return lambda fields: look_up(fields, name) is None
    if len(tests) == 1:
        meets = tests[0]

        def matches_one(fields: Mapping[str, object]) -> bool:
            value = look_up(fields, name)
            return value is not None and meets(value)

        return matches_one

    def matches(fields: Mapping[str, object]) -> bool:
        value = look_up(fields, name)
        return value is not None and all(meets(value) for meets in tests)

    return matches


def every(parts: Sequence[Matches]) -> Matches:
    """All of them hold; where there is none, always."""
    if len(parts) == 1:
        return parts[0]

    def matches(fields: Mapping[str, object]) -> bool:
        for part in parts:  # noqa: SIM110  a generator costs more than most of the tests
            if not part(fields):
                return False
        return True

    return matches


def some(parts: Sequence[Matches]) -> Matches:
    """At least one of them holds."""
    if len(parts) == 1:
        return parts[0]

    def matches(fields: Mapping[str, object]) -> bool:
        for part in parts:  # noqa: SIM110  a generator costs more than most of the tests
            if part(fields):
                return True
        return False

    return matches


def never(part: Matches) -> Matches:
    """It does not hold."""
    return lambda fields: not part(fields)
