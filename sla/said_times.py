"""Moments as people type them: 18:00, 6pm, tomorrow 9:00, Mon 9:00, Nov 25, 2026-11-25; in their own zone."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.absence_refusals import TimeIsOver, TimeNotUnderstood

TOMORROW_WITHIN = timedelta(hours=12)
"""A time of day that is over today means tomorrow's only if that is so near: who types 6am at night means it."""
OVER_WITHIN = timedelta(days=60)
"""A date without a year that is over for no longer than this was meant as this year's."""
LETTERS_MAX = 60
LAST_YEAR = 9000
"""Beyond it arithmetic with days would end."""

_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:.]+(?:z|[+-][0-9]{2}:?[0-9]{2})?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(am|pm)?")
_HOUR = re.compile(r"([0-9]{1,2})(am|pm)")
_DAY_OF_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_YEAR = re.compile(r"20[0-9]{2}")


def read_start(words: str, zone: ZoneInfo, now: datetime) -> datetime:
    """When something begins; a day means its first instant, and one that has begun means now.

    Raises TimeNotUnderstood or TimeIsOver.
    """
    said = _read(words, zone, now)
    return max(said.first(zone), now) if said.clock is None else said.moment(zone, now)


def read_end(words: str, zone: ZoneInfo, after: datetime, *, begins_then: bool = False) -> datetime:
    """When something ends that goes on `after`; a day means that it is over with that day.

    `begins_then`: somebody said when it begins, and a time of day is the next one, whatever day that is.
    Raises TimeNotUnderstood or TimeIsOver.
    """
    said = _read(words, zone, after)
    if said.clock is None:
        return _after(said.end(zone), after, words)
    return said.moment(zone, after, within=_DAY if begins_then else TOMORROW_WITHIN)


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What was typed: a day, a time of day, or both. `weekly` says that a week later would be meant as well."""

    words: str
    day: date | None
    clock: time | None
    weekly: bool = False
    exact: datetime | None = None

    def first(self, zone: ZoneInfo) -> datetime:
        assert self.day is not None
        return _at(self.day, time(), zone)

    def end(self, zone: ZoneInfo) -> datetime:
        assert self.day is not None
        return _at(self.day + _DAY, time(), zone)

    def moment(self, zone: ZoneInfo, after: datetime, within: timedelta = TOMORROW_WITHIN) -> datetime:
        if self.exact is not None:
            return _after(self.exact, after, self.words)
        assert self.clock is not None
        if self.day is None:
            return self._next(zone, after, within)
        at = _at(self.day, self.clock, zone)
        if self.weekly and at <= after:
            at = _at(self.day + 7 * _DAY, self.clock, zone)
        return _after(at, after, self.words)

    def _next(self, zone: ZoneInfo, after: datetime, within: timedelta) -> datetime:
        """The time of day after this moment: today's, or tomorrow's where that is near enough."""
        assert self.clock is not None
        today = after.astimezone(zone).date()
        for day in (today, today + _DAY):
            at = _at(day, self.clock, zone)
            if after < at and (day == today or at - after <= within):
                return at
        raise TimeIsOver(said=self.words)


def _after(at: datetime, after: datetime, words: str) -> datetime:
    if at <= after:
        raise TimeIsOver(said=words)
    return at


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time that a clock change skips is shifted forward, one that comes twice is its first occurrence."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _read(words: str, zone: ZoneInfo, now: datetime) -> _Said:
    shown = " ".join(words.split())
    tokens = _tokens(shown)
    if not tokens or len(shown) > LETTERS_MAX:
        raise TimeNotUnderstood(said=shown[:LETTERS_MAX])
    try:
        return _said(shown, tokens, zone, now.astimezone(zone).date())
    except (ValueError, OverflowError):
        raise TimeNotUnderstood(said=shown) from None


def _tokens(words: str) -> list[str]:
    """Lower case, without the words and signs that say nothing; "6 pm" is one word."""
    plain = re.sub(r"(?<=[0-9])\s+(?=[ap]\.?m\b)", "", words.lower().replace(",", " "))
    plain = re.sub(r"([ap])\.m\.?", r"\1m", plain)
    return [one for one in plain.split() if one not in ("at", "on", "the")]


def _said(words: str, tokens: list[str], zone: ZoneInfo, today: date) -> _Said:
    if len(tokens) == 1 and _ISO_MOMENT.fullmatch(tokens[0]):
        at = datetime.fromisoformat(tokens[0].upper())
        exact = (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
        return _Said(words=words, day=None, clock=time(), exact=exact)
    clock = _clock(tokens[-1])
    rest = tokens if clock is None else tokens[:-1]
    if not rest:
        return _Said(words=words, day=None, clock=clock)
    day = _day(rest, today)
    if day.year > LAST_YEAR:
        raise ValueError
    return _Said(words=words, day=day, clock=clock, weekly=_is_weekday(rest))


def _clock(token: str) -> time | None:
    if token == "noon":
        return time(12)
    if match := _CLOCK.fullmatch(token):
        return time(_hour(int(match[1]), match[3]), int(match[2]))
    if match := _HOUR.fullmatch(token):
        return time(_hour(int(match[1]), match[2]))
    return None


def _hour(said: int, half: str | None) -> int:
    if half is None:
        return said
    if not 1 <= said <= 12:
        raise ValueError
    return said % 12 + (12 if half == "pm" else 0)


def _is_weekday(tokens: list[str]) -> bool:
    return len(tokens) == 1 and _named(tokens[0], _WEEKDAYS) is not None


def _day(tokens: list[str], today: date) -> date:
    if len(tokens) == 1:
        return _one_word(tokens[0], today)
    if _named(tokens[0], _WEEKDAYS) is not None:
        # "Wed Nov 25": the date counts, and the two must agree.
        day = _day(tokens[1:], today)
        if day.weekday() != _named(tokens[0], _WEEKDAYS):
            raise ValueError
        return day
    return _of_a_month(tokens, today)


def _one_word(token: str, today: date) -> date:
    if token in _NAMED_DAYS:
        return _NAMED_DAYS[token](today)
    if match := _ISO_DATE.fullmatch(token):
        return date(int(match[1]), int(match[2]), int(match[3]))
    weekday = _named(token, _WEEKDAYS)
    if weekday is None:
        raise ValueError
    return today + (weekday - today.weekday()) % 7 * _DAY


_NAMED_DAYS: dict[str, Callable[[date], date]] = {
    "today": lambda today: today,
    "tonight": lambda today: today,
    "tomorrow": lambda today: today + _DAY,
}


def _of_a_month(tokens: list[str], today: date) -> date:
    """ "Nov 25", "25 Nov", "Nov 25 2027"."""
    *parts, last = tokens
    year = int(last) if len(tokens) == 3 and _YEAR.fullmatch(last) else None
    first, second = parts if year is not None else tokens
    month = _named(first, _MONTHS)
    number = second
    if month is None:
        month, number = _named(second, _MONTHS), first
    match = _DAY_OF_MONTH.fullmatch(number)
    if month is None or match is None:
        raise ValueError
    day = date(year or today.year, month + 1, int(match[1]))
    if year is None and today - day > OVER_WITHIN:
        return day.replace(year=today.year + 1)
    return day


def _named(token: str, names: tuple[str, ...]) -> int | None:
    """The place of a name written out or cut to three letters or more."""
    if len(token) < 3:
        return None
    token = token.removesuffix(".")
    return next((place for place, name in enumerate(names) if name.startswith(token)), None)
