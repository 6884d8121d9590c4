"""The shapes of people's absences, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from bot.http.shapes import Shape, Text
from sla.policy.planned import day_or_moment
from sla.policy.section import MisfitError


def _day_or_moment(given: Any) -> Any:
    """A day in the person's zone, or a moment with its offset."""
    try:
        read = day_or_moment(given)
    except MisfitError:
        read = None
    if read is None or (isinstance(read, datetime) and read.tzinfo is None):
        raise ValueError(
            "needs a day such as 2026-12-24, or a time with its offset, such as 2026-12-24T18:00:00-05:00"
        )
    return read


DayOrMoment = Annotated[
    date | datetime,
    PlainValidator(_day_or_moment),
    WithJsonSchema({"type": "string", "examples": ["2026-12-24", "2026-12-24T18:00:00-05:00"]}),
]


class AbsenceSent(BaseModel):
    """A time out of office. A day as the end means that it is over with that day."""

    model_config = ConfigDict(title="Absence", extra="forbid")

    from_: DayOrMoment = Field(alias="from")
    until: DayOrMoment
    cover: Text | None = Field(default=None, description="Who covers, by e-mail address.", max_length=320)


class AbsencesSent(BaseModel):
    """Every time out of office that is ahead; it takes the place of the former list."""

    model_config = ConfigDict(title="Absences", extra="forbid")

    absences: list[AbsenceSent] = Field(max_length=100)


class AbsenceShown(Shape):
    """A time away; `kind` says whether it was set with dates, is the switch, or stands in the policy file."""

    kind: Literal["out_of_office", "away", "policy"]
    from_: datetime = Field(alias="from")
    until: datetime | None = Field(description="Null: until the person is back.")
    cover: str | None
    set_by: str | None


class PersonShown(Shape):
    """When a person is away, now and ahead."""

    email: str
    is_away: bool
    is_active: bool = Field(description="False once Slack closed the account.")
    absences: list[AbsenceShown]
