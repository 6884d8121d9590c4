"""Conditions of the policy: which leads a tier or a routing rule is for, and why, in plain words."""

from collections.abc import Mapping
from functools import cached_property
from math import isfinite
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from sla.policy.fields import LEAD_FIELDS, is_field, label, look_up, nearest_field
from sla.policy.matching import (
    Matches,
    among,
    containing,
    every,
    never,
    none_of,
    number_of,
    on_field,
    some,
    within,
)
from sla.policy.mended_test import mended_test
from sla.policy.section import Flag, MisfitError, Section, nearest, not_so_at
from sla.policy.words import a_field, alternatives, bounded, having, listed, shown

_OPERATORS = ("equals", "in", "not_in", "at_least", "at_most", "present", "contains")
_JOINTS = ("any", "all", "not")
# A reason names the whole list where the list is a territory ("country DE is in DE, AT, CH").
_TERRITORIES = ("country", "region", "language")


def _scalar(value: Any) -> Any:
    if isinstance(value, (bool, int, str)) or (isinstance(value, float) and isfinite(value)):
        return value.strip() if isinstance(value, str) else value
    raise MisfitError("this must be one word or number", "Write a single value such as DE or 75")


def _figure(value: Any) -> Any:
    if number_of(value) is None or isinstance(value, str):
        raise MisfitError(f"{shown(value)} is no number", "Write a number such as 75, without quotes")
    return value


Scalar = Annotated[
    Any, BeforeValidator(_scalar), Field(json_schema_extra={"type": ["string", "number", "boolean"]})
]
Figure = Annotated[Any, BeforeValidator(_figure), Field(json_schema_extra={"type": "number"})]
Choices = Annotated[tuple[Scalar, ...], Field(min_length=1)]


class FieldTest(Section):
    """What one field of the lead must be; several tests of one field must all hold.

    Text is compared without regard to upper and lower case, numbers as numbers ("88" from a CRM is 88).
    A field that the lead lacks meets no test, `not_in` included; only `present: false` asks for just that.
    """

    model_config = ConfigDict(title="Test of a field", json_schema_extra={"minProperties": 1})

    equals: Scalar | None = Field(default=None, description="Exactly this value.", examples=["demo_request"])
    in_: Choices | None = Field(
        default=None, alias="in", description="One of these values.", examples=[["DE", "AT", "CH"]]
    )
    not_in: Choices | None = Field(default=None, description="There, and none of these values.")
    at_least: Figure | None = Field(default=None, description="A number, this or larger.", examples=[75])
    at_most: Figure | None = Field(default=None, description="A number, this or smaller.")
    present: Flag | None = Field(default=None, description="Whether the lead has the field at all.")
    contains: Scalar | None = Field(
        default=None, description="This text, or this item of its list, is in it."
    )

    @model_validator(mode="before")
    @classmethod
    def _is_a_test(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and any(value is not None for value in data.values()):
            return data
        raise MisfitError(f"a field needs a test ({', '.join(_OPERATORS)})", f"Write {mended_test(data)}")

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.present is False and len(self.model_fields_set) > 1:
            raise MisfitError(
                "a field that is not there cannot be tested further", "Write {present: false} alone"
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise MisfitError(
                f"nothing is at least {shown(self.at_least)} and at most {shown(self.at_most)}",
                f"Write {{at_least: {self.at_most}, at_most: {self.at_least}}}",
            )
        return self

    def on(self, field: str) -> Matches:
        """Whether what a lead says for this field meets every test."""
        tests = []
        if self.equals is not None:
            tests.append(among((self.equals,)))
        if self.in_ is not None:
            tests.append(among(self.in_))
        if self.not_in is not None:
            tests.append(none_of(self.not_in))
        if self.at_least is not None or self.at_most is not None:
            tests.append(within(self.at_least, self.at_most))
        if self.contains is not None:
            tests.append(containing(self.contains))
        return on_field(field, tests, absent=self.present is False)

    def because(self, field: str, value: Any) -> str:
        """Why a matching value matches: "score 68 is at least 65"."""
        if value is None:
            return f"there is no {a_field(field).partition(' ')[2]}"
        if self.in_ is not None and len(self.in_) > 1 and field in _TERRITORIES:
            return f"{having(field, value)} is in {', '.join(shown(item) for item in self.in_)}"
        if self.equals is not None or self.in_ is not None:
            return f"{label(field)} is {shown(value)}"
        if self.contains is not None:
            return f"{label(field)} contains {shown(self.contains)}"
        said = [self._bounds()] if self._bounds() else []
        if self.not_in is not None:
            said.append(f"not {listed(self.not_in)}")
        verb = "are" if field == "employees" else "is"
        return f"{having(field, value)} {verb} {' and '.join(said)}" if said else f"there is {a_field(field)}"

    def _bounds(self) -> str:
        bounds = []
        if self.at_least is not None:
            bounds.append(f"at least {shown(self.at_least)}")
        if self.at_most is not None:
            bounds.append(f"at most {shown(self.at_most)}")
        return " and ".join(bounds)

    def needs(self, field: str) -> str:
        """What a lead would need to match: "score of at least 75", "intent demo_request or pricing"."""
        if self.present is False:
            return f"no {a_field(field).partition(' ')[2]}"
        said = []
        if self.equals is not None:
            said.append(having(field, self.equals))
        if self.in_ is not None:
            said.append(f"{label(field)} {listed(self.in_)}")
        if self.not_in is not None:
            said.append(f"{label(field)} other than {listed(self.not_in)}")
        if self._bounds():
            said.append(bounded(field, self._bounds()))
        if self.contains is not None:
            said.append(f"{label(field)} with {shown(self.contains)}")
        return " and ".join(said) or a_field(field)


class Condition(Section):
    """Which leads: tests by field, all of which must hold, and `any`, `all`, `not`. `{}` is every lead."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [{"score": {"at_least": 75}}]})
    __pydantic_extra__: dict[str, FieldTest] = Field(init=False)

    any: "tuple[Condition, ...] | None" = Field(
        default=None, min_length=1, description="At least one of these conditions holds."
    )
    all: "tuple[Condition, ...] | None" = Field(
        default=None, min_length=1, description="Each of these conditions holds."
    )
    not_: "Condition | None" = Field(
        default=None,
        alias="not",
        description="This does not hold (also where the lead lacks the field).",
    )

    @model_validator(mode="before")
    @classmethod
    def _names_fields_of_a_lead(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise MisfitError(
                "a condition names a field and its test", "Write for example {score: {at_least: 75}}"
            )
        unknown = [name for name in data if name not in _JOINTS and not is_field(str(name))]
        if unknown:
            raise not_so_at([((name,), *_unknown_field(str(name))) for name in unknown])
        return data

    @property
    def tests(self) -> Mapping[str, FieldTest]:
        """The tests by field that stand here itself, not in `any`, `all` or `not`."""
        return self.__pydantic_extra__

    @cached_property
    def named(self) -> frozenset[str]:
        """Every field that is asked for, here and further in."""
        parts = [*(self.any or ()), *(self.all or ()), *((self.not_,) if self.not_ is not None else ())]
        return frozenset(self.tests).union(*(one.named for one in parts))

    @cached_property
    def is_for_all(self) -> bool:
        """Whether every lead matches, whatever it says."""
        return (
            not self.tests
            and self.not_ is None
            and (self.any is None or any(one.is_for_all for one in self.any))
            and (self.all is None or all(one.is_for_all for one in self.all))
        )

    @cached_property
    def matches(self) -> Matches:
        """Whether a lead with these fields is meant."""
        parts = [test.on(name) for name, test in self.tests.items()]
        if self.any is not None:
            parts.append(some([one.matches for one in self.any]))
        parts += [one.matches for one in self.all or ()]
        if self.not_ is not None:
            parts.append(never(self.not_.matches))
        return every(parts)

    def because(self, fields: Mapping[str, object]) -> str:
        """Why it matches, in words that follow "because"; empty for a lead that does not match.

        Of several alternatives that hold, the first is named: one is enough.
        """
        return self.reason(fields) if self.matches(fields) else ""

    def reason(self, fields: Mapping[str, object]) -> str:
        """`because` for a lead that is known to match."""
        said = [test.because(name, look_up(fields, name)) for name, test in self.tests.items()]
        said += [one.reason(fields) for one in self.all or () if not one.is_for_all]
        if self.any is not None and not self.is_for_all:
            said.append(next(one.reason(fields) for one in self.any if one.matches(fields)))
        if self.not_ is not None:
            said.append(f"it is without {self.not_.needs()}")
        return " and ".join(said) or "everything else"

    def needs(self) -> str:
        """What a lead would have needed to match, in words that follow "needs"."""
        return self._needs

    @cached_property
    def _needs(self) -> str:
        said = [test.needs(name) for name, test in self.tests.items()]
        said += [one._enclosed() for one in self.all or ()]
        if self.not_ is not None:
            said.append(f"to be without {self.not_.needs()}")
        if self.any is not None:
            choice = alternatives([one.needs() for one in self.any])
            said.append(f"({choice})" if said and len(self.any) > 1 else choice)
        return " and ".join(said) or "nothing"

    def _enclosed(self) -> str:
        lone_choice = self.any is not None and len(self.any) > 1 and self.model_fields_set == {"any"}
        return f"({self.needs()})" if lone_choice else self.needs()


def _unknown_field(name: str) -> tuple[str, str]:
    """What is wrong with a name that is no field, and what was probably meant."""
    if name in _OPERATORS:
        return (
            f"`{name}` stands before any field",
            f"Write the field first, such as {{score: {{{name}: 75}}}}",
        )
    near = nearest(name, _JOINTS) or nearest_field(name)
    mend = f"Write {near}" if near else f"Write one of {', '.join(LEAD_FIELDS)}, or attributes.NAME"
    return f'a lead has no field "{name}"', mend
