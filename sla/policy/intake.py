"""How leads come in: what they must say, what is the same lead, which sources there are."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sla.durations import DaysWindow
from sla.policy.fields import LEAD_FIELDS, nearest_field
from sla.policy.section import MisfitError, Section, Text, not_so_at

_APP_ID = re.compile(r"A[A-Z0-9]{2,20}")
# A source's name stands in `source=key` lists and in `source:external_id`.
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}|slack:A[A-Z0-9]{2,20}")


def _lead_field(name: str) -> str:
    if name not in LEAD_FIELDS:
        raise MisfitError(*_no_such_field(name))
    return name


def _no_such_field(name: str) -> tuple[str, str]:
    near = nearest_field(name)
    mend = f"Write {near}" if near and "." not in near else f"Write one of {', '.join(LEAD_FIELDS)}"
    return f'a lead has no field "{name}"', mend


def _app_id(value: str) -> str:
    if not _APP_ID.fullmatch(value):
        raise MisfitError(f'"{value}" is no Slack app id', "Write one such as A0CRM")
    return value


def _lead_fields(given: Any) -> Any:
    unknown = [name for name in given if name not in LEAD_FIELDS] if isinstance(given, dict) else []
    if unknown:
        raise not_so_at([((name,), *_no_such_field(str(name))) for name in unknown])
    return given


def _source_names(given: Any) -> Any:
    """A source without anything behind its name is a source without a mapping."""
    if not isinstance(given, dict):
        return given
    wrong = [name for name in given if not _SOURCE.fullmatch(str(name))]
    if wrong:
        message = "a source's name has only letters, digits, dot, dash and underscore"
        raise not_so_at([((name,), message, "Write one such as website") for name in wrong])
    return {name: {} if value is None else value for name, value in given.items()}


class Duplicates(Section):
    """When two leads are the same person."""

    match: tuple[Literal["email", "phone"], ...] = Field(
        default=("email", "phone"), min_length=1, description="Which fields tell."
    )
    within: DaysWindow = Field(
        default=timedelta(days=90), description="How long ago the earlier lead may be."
    )


class IntakeSource(Section):
    """One source of leads; with `fields` its payload is read by paths, the rest is kept in `attributes`."""

    fields: Annotated[dict[str, Text], BeforeValidator(_lead_fields)] | None = Field(
        default=None, description="The lead's field to the path in the payload."
    )


class SlackIntake(Section):
    """Leads that arrive as Slack messages."""

    allowed_apps: tuple[Annotated[Text, AfterValidator(_app_id)], ...] = Field(
        default=(), description="The ids of the apps whose messages are taken."
    )


class Intake(Section):
    """How leads come in."""

    required: tuple[Annotated[Text, AfterValidator(_lead_field)], ...] = Field(
        default=("email", "company"), description="Fields without which a lead gets no clock, but attention."
    )
    duplicates: Duplicates = Field(default=Duplicates(), description="When two leads are one.")
    sources: Annotated[dict[str, IntakeSource], BeforeValidator(_source_names)] = Field(
        default={}, description="The sources by name."
    )
    slack: SlackIntake = Field(default=SlackIntake(), description="Leads from Slack messages.")
