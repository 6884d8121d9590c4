"""Times away and covers of shifts that stand in the policy file itself."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from sla.policy.section import MisfitError, PersonKey, Section

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_MEND = 'Write a day such as "2026-12-24", or a day and a time such as "2026-12-24 18:00"'
_DAY = timedelta(days=1)
_YEARS = range(2000, 3000)


def day_or_moment(value: Any) -> date | datetime:
    """A day or a moment as the file writes them; raises MisfitError."""
    if isinstance(value, date):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        read: date | datetime | None = None
        if _DATE.fullmatch(text):
            read = date.fromisoformat(text)
        elif _MOMENT.fullmatch(text):
            read = datetime.fromisoformat(text)
        if read is not None and read.year in _YEARS:
            return read
    except ValueError:
        pass
    raise MisfitError(f"{value!r} is no day and no time", _MEND)


DayOrMoment = Annotated[
    date | datetime,
    PlainValidator(day_or_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-12-24", "2026-12-24 18:00"]}),
]
"""A day, or a day and a time on the wall of a zone that stands elsewhere (or with an offset of its own)."""


class Stretch(Section):
    """From when to when; a day as the end means that it is over with that day."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    from_: DayOrMoment = Field(alias="from", description="The first day, or the first moment.")
    until: DayOrMoment = Field(description="The last day, or the moment at which it is over.")

    def within(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Beginning and end, both in UTC."""
        return _moment(self.from_, zone), _moment(self.until, zone, is_end=True)


class TimeAway(Stretch):
    """A person is out of office."""

    model_config = ConfigDict(title="Time away")

    cover: PersonKey | None = Field(
        default=None, description="Who works the person's leads meanwhile, by e-mail address or Slack id."
    )


class ShiftCover(Stretch):
    """Somebody is on call instead of whoever the rotation names."""

    model_config = ConfigDict(title="Cover of a shift")

    person: PersonKey = Field(description="Who is on call instead, by e-mail address or Slack id.")


def _moment(said: date | datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """A time that a clock change skips is shifted forward, one that comes twice is its first occurrence."""
    if isinstance(said, datetime):
        return (said if said.tzinfo is not None else said.replace(tzinfo=zone)).astimezone(UTC)
    return datetime.combine(said + _DAY if is_end else said, time(), zone).astimezone(UTC)
