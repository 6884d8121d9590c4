"""On-call rotations of the policy."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from sla.durations import ElapsedTime
from sla.policy.people import PeopleKeys
from sla.policy.planned import ShiftCover
from sla.policy.section import MisfitError, Section, Text, nearest

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = nearest(name, available_timezones())
        mend = f"Write {near}" if near else "Write one such as America/New_York or Europe/Berlin"
        raise MisfitError(f'there is no time zone "{name}"', mend) from None
    return name


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise MisfitError(f"{value!r} is no date", 'Write one such as "2026-11-02"')


def _time_of_day(value: str) -> str:
    if not _TIME.fullmatch(value):
        raise MisfitError(f'"{value}" is no time of day', 'Write one such as "09:00"')
    return value


class HandOver(Section):
    """When the shift changes."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = Field(description="The day of the week.")
    at: Annotated[Text, AfterValidator(_time_of_day)] = Field(
        description="The time of day in the rotation's zone.", examples=["09:00"]
    )


class Rotation(Section):
    """People who are on call by turns, a week each."""

    timezone: Annotated[Text, AfterValidator(_zone)] = Field(
        description="The zone of its times.", examples=["America/New_York"]
    )
    hand_over: HandOver = Field(description="When the shift changes.")
    starts: Annotated[date, BeforeValidator(_date)] = Field(description="The first day of the first shift.")
    rotation: PeopleKeys = Field(min_length=1, description="Who, in order, by e-mail address or Slack id.")
    acknowledge_within: ElapsedTime = Field(
        default=timedelta(minutes=5), description="Then the next in the rotation is paged, then the managers."
    )
    on_it_holds: ElapsedTime = Field(
        default=timedelta(minutes=20), description='How long "I\'m on it" stops the paging.'
    )
    also_by: tuple[Literal["sms", "email"], ...] = Field(default=(), description="Further ways to page.")
    covers: tuple[ShiftCover, ...] = Field(
        default=(),
        description="Who is on call instead, in the rotation's zone; what people arrange in Slack goes before it.",
    )
