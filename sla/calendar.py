"""The working calendar: when a team works, and the questions that clocks ask of it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sla.durations import BusinessDays, Span
from sla.open_intervals import Interval, Minutes, as_utc, intervals_of_day
from sla.opening_hours import (
    INTERVAL_PATTERN,
    WEEKDAYS,
    Weekday,
    check_apart,
    check_country,
    check_subdivision,
    check_zone,
    holiday_names,
    read_date,
    read_interval,
    read_weekday,
)
from sla.working_time import HORIZON, AroundTheClock, NotEnoughOpenTimeError, OpenHours, OpenTime

_WHOLE_DAY: tuple[Minutes, ...] = ((0, 24 * 60),)


def _one_interval(text: object) -> object:
    read_interval(text)
    return text


def _listed(intervals: object) -> object:
    if isinstance(intervals, str):
        raise ValueError(f'Hours are a list, because a day can have a break. Write ["{intervals}"].')
    return intervals


Hours = Annotated[
    tuple[
        Annotated[
            str,
            BeforeValidator(_one_interval),
            WithJsonSchema({"type": "string", "pattern": INTERVAL_PATTERN, "examples": ["09:00-17:00"]}),
        ],
        ...,
    ],
    BeforeValidator(_listed),
]
LocalDate = Annotated[date, BeforeValidator(read_date)]


class PublicHolidays(BaseModel):
    """The public holidays of a country, or of one of its parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Annotated[str, AfterValidator(check_country), Field(examples=["US", "DE"])]
    subdivision: Annotated[str | None, Field(examples=["BE"])] = None

    @model_validator(mode="after")
    def _has_the_subdivision(self) -> Self:
        if self.subdivision is not None:
            check_subdivision(self.country, self.subdivision)
        return self


class WorkingCalendar(BaseModel):
    """When a team works. Moments go in with any zone and come out in UTC; a naive datetime is a ValueError.

    What a local date has: the intervals of `open` if it stands there, none if it is in `closed` or a public
    holiday, else those of its weekday. An interval over midnight belongs to the date on which it begins, so a
    night before a holiday is worked to its end and the night that would begin on the holiday is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: Annotated[str, AfterValidator(check_zone), Field(examples=["America/New_York"])] = "UTC"
    hours: dict[Annotated[Weekday, BeforeValidator(read_weekday)], Hours] = {}
    holidays: PublicHolidays | None = None
    closed: tuple[LocalDate, ...] = ()
    open: dict[LocalDate, Hours] = {}
    always: bool = False

    @field_validator("hours")
    @classmethod
    def _the_week_is_apart(cls, hours: dict[Weekday, Hours]) -> dict[Weekday, Hours]:
        check_apart(hours.items())
        return hours

    @field_validator("open")
    @classmethod
    def _each_open_date_is_apart(cls, days: dict[date, Hours]) -> dict[date, Hours]:
        for day, intervals in days.items():
            check_apart([(day.isoformat(), intervals)])
        return days

    @model_validator(mode="after")
    def _has_open_time(self) -> Self:
        if self.always:
            if spare := [name for name in ("closed", "holidays", "hours", "open") if getattr(self, name)]:
                raise ValueError(
                    f"always is around the clock, so {', '.join(spare)} would mean nothing. "
                    "Take one of the two out."
                )
            return self
        if not any(self.hours.values()) and not any(self.open.values()):
            raise ValueError(
                'The calendar has no open time. Give it hours, such as {mon: ["09:00-17:00"]}, or always: true.'
            )
        if "timezone" not in self.model_fields_set:
            raise ValueError(
                "The hours have no time zone. Write timezone: with one such as America/New_York."
            )
        return self

    def add(self, start: datetime, working: timedelta, pauses: Sequence[Interval] = ()) -> datetime:
        """When that much working time has passed. A budget that ends exactly at closing is due at closing.

        Zero is the next open instant. `pauses` are (start, end) pairs that do not count; they may overlap.
        """
        return self._open_time.add(start, working, pauses)

    def between(self, start: datetime, end: datetime, pauses: Sequence[Interval] = ()) -> timedelta:
        """The working time in between; zero if `end` is not after `start`."""
        return self._open_time.between(start, end, pauses)

    def subtract(self, end: datetime, working: timedelta) -> datetime:
        """The latest moment from which so much working time is left until `end`.

        Where that could be a closing or the opening after it, it is the opening: a reminder rings in working
        hours. Without working time it is `end` itself.
        """
        return self._open_time.subtract(end, working)

    def is_open(self, at: datetime) -> bool:
        """Whether work is done at that moment; the opening instant is open, the closing instant is not."""
        return self._open_time.is_open(at)

    def next_open(self, at: datetime) -> datetime:
        """That moment if it is open, else the next opening."""
        return self._open_time.next_open(at)

    def next_close(self, at: datetime) -> datetime | None:
        """The closing of the interval that is open then or next; None if there is none within three years."""
        return self._open_time.next_close(at)

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        """The open intervals between two moments, clipped to them, those that touch made one."""
        return self._open_time.intervals(start, end)

    def add_span(self, start: datetime, span: Span, pauses: Sequence[Interval] = ()) -> datetime:
        """`add` or `add_business_days`, as the span says.

        With pauses, working days are first turned into the working time they have from `start`.
        """
        if not isinstance(span, BusinessDays):
            return self.add(start, span, pauses)
        due = self.add_business_days(start, span.days)
        return self.add(start, self.between(start, due), pauses) if pauses else due

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or that day's closing if it is earlier.

        A start outside the hours counts from the next opening. A time of day that falls into a break is the
        closing before the break; one before the day's opening is that opening. After midnight a night still
        belongs to the working day on which it began.
        """
        if days < 1:
            raise ValueError(f"Working days go from 1, not {days}.")
        begins_at = self.next_open(start)
        local = begins_at.astimezone(self.zone)
        worked_on = self._working_day_of(begins_at)
        day = self._working_day_after(worked_on, days)
        wall = datetime.combine(day + (local.date() - worked_on), local.time(), self.zone)
        return _within(self._intervals_of(day), as_utc(wall))

    def closed_reason(self, day: date) -> str | None:
        """Why a local date has no hours: the holiday's name or "closed"; None if it has some."""
        if self._hours_of(day):
            return None
        if day in self.open or day in self.closed:
            return "closed"
        return self._holiday(day) or "closed"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def __hash__(self) -> int:
        return hash(self._content)

    def __copy__(self) -> Self:
        # What was worked out for this calendar must not follow a copy whose fields are then changed.
        return type(self).model_construct(
            self.model_fields_set, **{name: getattr(self, name) for name in _FIELDS}
        )

    @cached_property
    def _content(self) -> str:
        return self.model_dump_json()

    @cached_property
    def _open_time(self) -> OpenTime:
        return _open_time_of(self)

    @cached_property
    def _week(self) -> tuple[tuple[Minutes, ...], ...]:
        return tuple(_minutes(self.hours.get(day, ())) for day in WEEKDAYS)

    @cached_property
    def _closed_days(self) -> frozenset[date]:
        return frozenset(self.closed)

    def _hours_of(self, day: date) -> tuple[Minutes, ...]:
        if self.always:
            return _WHOLE_DAY
        if day in self.open:
            return _minutes(self.open[day])
        hours = self._week[day.weekday()]
        return () if hours and (day in self._closed_days or self._holiday(day)) else hours

    def _holiday(self, day: date) -> str | None:
        if self.holidays is None:
            return None
        return holiday_names(self.holidays.country, self.holidays.subdivision, day.year).get(day)

    def _intervals_of(self, day: date) -> list[Interval]:
        return intervals_of_day(self.zone, day, self._hours_of(day))

    def _working_day_of(self, open_at: datetime) -> date:
        """The local date on which the interval began that is open at that moment."""
        day = open_at.astimezone(self.zone).date()
        before = day - timedelta(days=1)
        began_before = any(opens <= open_at < closes for opens, closes in self._intervals_of(before))
        began_today = any(opens <= open_at < closes for opens, closes in self._intervals_of(day))
        return before if began_before and not began_today else day

    def _working_day_after(self, day: date, days: int) -> date:
        left = days
        for ahead in range(1, HORIZON.days + 1):
            next_day = day + timedelta(days=ahead)
            left -= bool(self._intervals_of(next_day))
            if left == 0:
                return next_day
        raise NotEnoughOpenTimeError(day, f"{days} working days")


_FIELDS = tuple(WorkingCalendar.model_fields)


@lru_cache(maxsize=512)
def _open_time_of(calendar: WorkingCalendar) -> OpenTime:
    """One for all calendars of the same content, so that a policy read again need not lay out its years again."""
    return AroundTheClock() if calendar.always else OpenHours(calendar.zone, calendar._hours_of)


def _minutes(intervals: Sequence[str]) -> tuple[Minutes, ...]:
    return tuple(read_interval(interval) for interval in intervals)


def _within(intervals: Sequence[Interval], wanted: datetime) -> datetime:
    """The moment itself if it is open or closing then, else the closing before it, else the first opening."""
    due = intervals[0][0]
    for opens_at, closes_at in intervals:
        if wanted >= opens_at:
            due = min(wanted, closes_at)
    return due
