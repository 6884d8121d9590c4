"""How long, as a policy says it: "30m", "2bd", "21d"; and when a ladder's steps are: "10m before due"."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

LONGEST = timedelta(days=1096)
"""No promise runs longer than three years; more is a slip of the pen."""
DAYS_MAX = 1096
WINDOW_DAYS_MAX = 3660

_CLOCK_PATTERN = r"(?=\d)(?:\d{1,6}h)?(?:\d{1,8}m)?(?:\d{1,9}s)?"
_SPAN_PATTERN = rf"(\d{{1,6}}bd|{_CLOCK_PATTERN})"
_CLOCK = re.compile(r"(?=\d)(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s)?", re.ASCII)
_BUSINESS_DAYS = re.compile(r"(\d{1,6})bd", re.ASCII)
_DAYS = re.compile(r"(\d{1,6})d(?:ays?)?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,6}) ?%", re.ASCII)
_AROUND_DUE = re.compile(r"(\S+) +(before|after) +due", re.ASCII)


@dataclass(frozen=True)
class BusinessDays:
    """So many working days: the same time of day that many working days later, "2bd" in a policy."""

    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.days <= DAYS_MAX:
            raise ValueError(f"Working days go from 1bd to {DAYS_MAX}bd, not {self.days}bd.")

    def __str__(self) -> str:
        return f"{self.days}bd"


Span = timedelta | BusinessDays
"""A target on a working calendar: working time, or working days."""


def parse_duration(text: str) -> timedelta:
    """Read "45s", "30m", "4h" or "1h30m"; anything else, zero and more than three years is a ValueError."""
    said = _said(text, "30m, 4h or 1h30m")
    match = _CLOCK.fullmatch(said)
    if match is None:
        raise ValueError(_why_no_duration(said))
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return _checked(timedelta(hours=hours, minutes=minutes, seconds=seconds), said)


def format_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds the way a policy says it: "1h30m"."""
    seconds, rest = divmod(duration, timedelta(seconds=1))
    if seconds < 0 or rest:
        raise ValueError(
            f"{duration} is not a duration that a policy can say: it takes whole seconds, zero or more."
        )
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"


def minutes(span: timedelta) -> str:
    """ "15 min", "1 h 14 min", "30 s" where it is less than a minute."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    hours, rest = divmod(seconds // 60, 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


def parse_span(text: str) -> Span:
    """Read working time ("4h") or working days ("2bd"); a bare day is refused, with the reason."""
    said = _said(text, "4h or 2bd")
    if match := _BUSINESS_DAYS.fullmatch(said):
        return BusinessDays(int(match[1]))
    if match := _DAYS.fullmatch(said):
        raise ValueError(
            f'"{said}" is not clear on a clock: a day can be 24 hours, the working hours of one day, or '
            "until the same time on the next working day. Write the working time, such as 8h, "
            f"or working days: {match[1]}bd."
        )
    return parse_duration(said)


def format_span(span: Span) -> str:
    """Write a span the way a policy says it: "4h" or "2bd"."""
    return str(span) if isinstance(span, BusinessDays) else format_duration(span)


def parse_days(text: str) -> timedelta:
    """Read a window in calendar days, "21d"."""
    said = _said(text, "21d")
    match = _DAYS.fullmatch(said)
    if match is None:
        raise ValueError(f'"{said}" is not a window in days. Write calendar days, such as 21d.')
    return _checked_days(timedelta(days=min(int(match[1]), WINDOW_DAYS_MAX + 1)), said)


def format_days(window: timedelta) -> str:
    """Write a window in calendar days the way a policy says it: "21d"."""
    days, rest = divmod(window, timedelta(days=1))
    if rest:
        raise ValueError(f"{window} is not a window in days: it takes whole calendar days.")
    return f"{days}d"


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """When a ladder's step is reached: at a share of the time until due, before due, at due, or after due."""

    kind: Literal["percent", "before", "due", "after"]
    percent: int | None = None
    span: Span | None = None

    def __post_init__(self) -> None:
        if (self.kind == "percent") != (self.percent is not None):
            raise ValueError("A step at a percentage has the percentage, and no other step has one.")
        if (self.kind in ("before", "after")) != (self.span is not None):
            raise ValueError("A step before or after due has the time in between, and no other step has one.")
        if self.percent is not None and not 1 <= self.percent <= 99:
            raise ValueError(
                f"A step's percentage goes from 1% to 99%, not {self.percent}%. For 100% write due."
            )
        if self.kind == "before" and isinstance(self.span, BusinessDays):
            raise ValueError(
                f'"{self.span} before due" cannot be reckoned: before due goes in working hours and minutes. '
                "Write it such as 8h before due."
            )

    @classmethod
    def parse(cls, text: str) -> "StepTime":
        """Read "50%", "10m before due", "due" or "1h after due"; anything else is a ValueError."""
        said = " ".join(_said(text, "50%, 10m before due, due or 1h after due").split())
        if said == "due":
            return cls(kind="due")
        if match := _PERCENT.fullmatch(said):
            return cls(kind="percent", percent=int(match[1]))
        if match := _AROUND_DUE.fullmatch(said):
            return cls(kind="before" if match[2] == "before" else "after", span=parse_span(match[1]))
        raise ValueError(
            f'"{said}" is not a time for a step. Write a share of the time such as 50%, or 10m before due, '
            "or due, or 1h after due."
        )

    def __str__(self) -> str:
        if self.kind == "percent":
            return f"{self.percent}%"
        return "due" if self.span is None else f"{format_span(self.span)} {self.kind} due"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_step_time,
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "description": "A share of the time until due, a span before or after due, or due itself. "
            "All of it is working time on the clock's calendar.",
            "pattern": rf"^(due|[1-9]\d? ?%|{_CLOCK_PATTERN} +before +due|{_SPAN_PATTERN} +after +due)$",
            "examples": ["50%", "10m before due", "due", "1h after due"],
        }


def _said(value: object, examples: str) -> str:
    """The text that was written, or why it is none: YAML reads a number without a unit as a number."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value} has no unit. Write it with one, such as {examples}.")
    raise ValueError(f"A length of time is written as text, such as {examples}.")


def _why_no_duration(said: str) -> str:
    if match := _DAYS.fullmatch(said):
        hours = int(match[1]) * 24
        return f'"{said}" is not clear on a clock: 24 hours, or a working day? Write hours: {hours}h.'
    if _BUSINESS_DAYS.fullmatch(said):
        return f'"{said}" counts working days, and this time runs without a break. Write hours, such as 48h.'
    if said.startswith("-"):
        return f'"{said}" is negative. Write how long it takes, such as 30m.'
    return (
        f'"{said}" is not a length of time. Write hours, minutes and seconds such as 4h, 30m, 1h30m or 45s.'
    )


def _checked(duration: timedelta, said: str) -> timedelta:
    if duration <= timedelta(0):
        raise ValueError(f'"{said}" is no time at all. Write how long it takes, such as 30m.')
    if duration > LONGEST:
        raise ValueError(f'"{said}" is more than three years. Write a shorter time, such as 24h.')
    return duration


def _checked_days(window: timedelta, said: str) -> timedelta:
    if not 1 <= window.days <= WINDOW_DAYS_MAX:
        raise ValueError(f'"{said}" is out of range: a window goes from 1d to {WINDOW_DAYS_MAX}d.')
    format_days(window)
    return window


def _read_elapsed(value: object) -> timedelta:
    return _checked(value, str(value)) if isinstance(value, timedelta) else parse_duration(value)  # type: ignore[arg-type]


def _read_span(value: object) -> Span:
    if isinstance(value, BusinessDays):
        return value
    return _checked(value, str(value)) if isinstance(value, timedelta) else parse_span(value)  # type: ignore[arg-type]


def _read_days(value: object) -> timedelta:
    return _checked_days(value, str(value)) if isinstance(value, timedelta) else parse_days(value)  # type: ignore[arg-type]


def _read_step_time(value: object) -> StepTime:
    return value if isinstance(value, StepTime) else StepTime.parse(value)  # type: ignore[arg-type]


ElapsedTime = Annotated[
    timedelta,
    PlainValidator(_read_elapsed),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "Elapsed time: hours, minutes and seconds.",
            "pattern": f"^{_CLOCK_PATTERN}$",
            "examples": ["45s", "30m", "4h", "1h30m"],
        }
    ),
]
"""Hours, minutes and seconds; no days."""

WorkingSpan = Annotated[
    Span,
    PlainValidator(_read_span),
    PlainSerializer(format_span, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "Working time (hours, minutes and seconds), or working days: the same time of day "
            "that many working days later, or that day's closing if it is earlier.",
            "pattern": f"^{_SPAN_PATTERN}$",
            "examples": ["30m", "4h", "1h30m", "2bd"],
        }
    ),
]
"""Working time or working days on a clock's calendar; a bare day is refused, for it can mean three things."""

DaysWindow = Annotated[
    timedelta,
    PlainValidator(_read_days),
    PlainSerializer(format_days, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A window in calendar days.",
            "pattern": r"^\d{1,6}d$",
            "examples": ["21d"],
        }
    ),
]
"""A window in calendar days, such as the time in which follow-ups are made."""
