"""Working time done the slow and obvious way: one stretch after another, nothing remembered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Stretch = tuple[datetime, datetime]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
REACH = timedelta(days=60)
"""How far it looks; what is asked of it lies within."""


@dataclass(frozen=True, kw_only=True)
class SlowCalendar:
    """Takes what the policy's calendar takes, but for public holidays."""

    timezone: str
    hours: Mapping[str, Sequence[str]]
    closed: Sequence[str] = ()
    open: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def add(self, start: datetime, working: timedelta, pauses: Sequence[Stretch] = ()) -> datetime:
        left = working
        for begin, end in self.working_stretches(start, start + REACH, pauses):
            if left <= end - begin and (left or begin < end):
                return begin + left
            left -= end - begin
        raise AssertionError("the examples are due within reach")

    def between(self, start: datetime, end: datetime, pauses: Sequence[Stretch] = ()) -> timedelta:
        stretches = self.working_stretches(start, end, pauses)
        return sum((until - since for since, until in stretches), timedelta(0))

    def subtract(self, end: datetime, working: timedelta) -> datetime:
        left = working
        for since, until in reversed(list(self.working_stretches(end - REACH, end))):
            if left <= until - since:
                return until - left
            left -= until - since
        raise AssertionError("the examples begin within reach")

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self._openings(at, at))

    def next_open(self, at: datetime) -> datetime:
        return next(since for since, _ in self.working_stretches(at, at + REACH))

    def working_stretches(
        self, start: datetime, end: datetime, pauses: Sequence[Stretch] = ()
    ) -> Iterator[Stretch]:
        """Cut the time at everything that could matter, and keep the pieces in which work is done."""
        openings = list(self._openings(start, end))
        cuts = {start, end} | {cut for stretch in (*openings, *pauses) for cut in stretch}
        inside = sorted(cut for cut in cuts if start <= cut <= end)
        for since, until in pairwise(inside):
            works = any(opens <= since < closes for opens, closes in openings)
            if works and not any(begin <= since < finish for begin, finish in pauses):
                yield since, until

    def _openings(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """Every interval of every date that could touch the time, as moments."""
        day = start.date() - 3 * DAY
        while day <= end.date() + 3 * DAY:
            for text in self._hours_of(day) if self._exists(day) else ():
                first, last = text.split("-")
                closing_day = day if last > first else day + DAY
                yield self._moment(day, first), self._moment(closing_day, last)
            day += DAY

    def _hours_of(self, day: date) -> Sequence[str]:
        if str(day) in self.open:
            return self.open[str(day)]
        return () if str(day) in self.closed else self.hours.get(WEEKDAYS[day.weekday()], ())

    def _wall(self, at: datetime) -> datetime:
        """What the clock on the wall shows."""
        return at.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None, fold=0)

    def _moment(self, day: date, text: str) -> datetime:
        """When the clock on the wall first shows that; if it never does, as if it had not been changed yet."""
        hour, minute = map(int, text.split(":"))
        wanted = datetime(day.year, day.month, day.day) + hour * HOUR + minute * timedelta(minutes=1)
        guesses = set()
        for hours in (-40, 0, 40):
            near = wanted.replace(tzinfo=UTC) + hours * HOUR
            guesses.add(near - (self._wall(near) - wanted))
        shown = [guess for guess in guesses if self._wall(guess) == wanted]
        return min(shown) if shown else max(guesses)

    def _exists(self, day: date) -> bool:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        return any(self._wall(noon + hours * HOUR).date() == day for hours in range(-36, 37, 6))
