"""Where time can be taken to: spans, moments, and the ones that people name, by the calendar of the first team."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sla.calendar import WorkingCalendar

AHEAD_MAX: Final = timedelta(days=31)
_MORNING: Final = time(9)
_MONDAY: Final = 0
_ASKED: Final = '{"to": "next", "opening", "closing", "tomorrow", "monday" or a time}, or {"seconds": 600}'


class NoSuchTime(Exception):
    """Time cannot be taken there; the text says why, and where it can."""


def target(asked: Mapping[str, Any], calendar: WorkingCalendar, now: datetime) -> datetime:
    """The moment that is asked for, later than now; "next" is not for here to know."""
    if set(asked) == {"seconds"}:
        wanted = now + _span(asked["seconds"])
    elif set(asked) == {"to"} and isinstance(asked["to"], str):
        wanted = _named(asked["to"], calendar, now) or _moment(asked["to"])
    else:
        raise NoSuchTime(f"Send {_ASKED}.")
    return checked(wanted, now)


def checked(wanted: datetime, now: datetime) -> datetime:
    """That moment, unless it is past or too far ahead."""
    if wanted <= now:
        raise NoSuchTime(
            f"Time only runs forwards, and it is {now.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC here: take a later one."
        )
    if wanted - now > AHEAD_MAX:
        raise NoSuchTime(f"That is more than {AHEAD_MAX.days} days ahead: take a nearer one, more than once.")
    return wanted


def _span(seconds: object) -> timedelta:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not math.isfinite(float(str(seconds))) or abs(float(str(seconds))) > 1e9:
        raise NoSuchTime('seconds is a number, such as {"seconds": 600} for ten minutes.')
    return timedelta(seconds=float(str(seconds)))


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise NoSuchTime(f"{said[:40]!r} is no time that is known here. Send {_ASKED}.") from None
    if moment.tzinfo is None:
        raise NoSuchTime("A time needs its zone, such as 2026-11-30T09:00:00-05:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise NoSuchTime("That time is out of reach: take a nearer one.") from None


def _named(name: str, calendar: WorkingCalendar, now: datetime) -> datetime | None:
    today = now.astimezone(calendar.zone).date()
    match name:
        case "opening":
            closing = calendar.next_close(now) if calendar.is_open(now) else now
            return calendar.next_open(_known(closing))
        case "closing":
            return _known(calendar.next_close(now))
        case "tomorrow":
            return _morning_of(today + timedelta(days=1), calendar)
        case "monday":
            days = (_MONDAY - today.weekday()) % 7
            this_one = _morning_of(today + timedelta(days=days), calendar)
            return this_one if this_one > now else _morning_of(today + timedelta(days=days + 7), calendar)
    return None


def _morning_of(day: date, calendar: WorkingCalendar) -> datetime:
    return datetime.combine(day, _MORNING, calendar.zone).astimezone(UTC)


def _known(closing: datetime | None) -> datetime:
    if closing is None:
        raise NoSuchTime("This calendar never closes: take a time, a number of seconds, or what is next.")
    return closing
