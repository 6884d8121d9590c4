"""The arithmetic of working time: open intervals in UTC, laid end to end and bisected."""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sla.open_intervals import AXIS, Interval, Minutes, OpenLine, as_utc, intervals_of_day, joined, lay_out

HORIZON = timedelta(days=1096)
"""Three years, whichever of them is a leap year: nothing is reckoned further ahead."""
YEAR_FIRST, YEAR_LAST = 1900, 2150
_YEARS_AROUND = 4

_ZERO = timedelta(0)
_growing = Lock()


class NotEnoughOpenTimeError(ValueError):
    """The calendar is not open for that long within three years."""

    def __init__(self, at: date, wanted: str) -> None:
        super().__init__(
            f"The calendar has no {wanted} within three years of {at:%Y-%m-%d}. "
            "Check its hours and its closed days, or shorten the time."
        )


class OpenTime(ABC):
    """When work is done, as moments in UTC. Every method refuses naive datetimes."""

    @abstractmethod
    def add(self, start: datetime, working: timedelta, pauses: Sequence[Interval] = ()) -> datetime: ...

    @abstractmethod
    def between(self, start: datetime, end: datetime, pauses: Sequence[Interval] = ()) -> timedelta: ...

    @abstractmethod
    def subtract(self, end: datetime, working: timedelta) -> datetime: ...

    @abstractmethod
    def is_open(self, at: datetime) -> bool: ...

    @abstractmethod
    def next_open(self, at: datetime) -> datetime: ...

    @abstractmethod
    def next_close(self, at: datetime) -> datetime | None: ...

    @abstractmethod
    def intervals(self, start: datetime, end: datetime) -> list[Interval]: ...

    def add_around(self, start: datetime, working: timedelta, pauses: Sequence[Interval]) -> datetime:
        """`add`, walking from pause to pause; a budget that ends as a pause begins is due there."""
        for pause_start, pause_end in _merged(pauses):
            if pause_end <= start:
                continue
            if start < pause_start:
                worked = self.between(start, pause_start)
                if worked and worked >= working:
                    break
                working -= worked
            start = pause_end
        return self.add(start, working)

    def between_around(self, start: datetime, end: datetime, pauses: Sequence[Interval]) -> timedelta:
        """`between`, without what lies in the pauses."""
        paused = (
            self.between(max(start, pause_start), min(end, pause_end))
            for pause_start, pause_end in _merged(pauses)
        )
        return self.between(start, end) - sum(paused, _ZERO)


class AroundTheClock(OpenTime):
    """Always open: working time is elapsed time."""

    def add(self, start: datetime, working: timedelta, pauses: Sequence[Interval] = ()) -> datetime:
        start = as_utc(start)
        _check_not_negative(working)
        if pauses:
            return self.add_around(start, working, pauses)
        if working > HORIZON:
            raise _not_enough(start, working)
        return start + working

    def between(self, start: datetime, end: datetime, pauses: Sequence[Interval] = ()) -> timedelta:
        start, end = as_utc(start), as_utc(end)
        if pauses:
            return self.between_around(start, end, pauses)
        return max(end - start, _ZERO)

    def subtract(self, end: datetime, working: timedelta) -> datetime:
        _check_not_negative(working)
        if working > HORIZON:
            raise _not_enough(end, working)
        return as_utc(end) - working

    def is_open(self, at: datetime) -> bool:
        return as_utc(at) is not None

    def next_open(self, at: datetime) -> datetime:
        return as_utc(at)

    def next_close(self, at: datetime) -> datetime | None:
        as_utc(at)
        return None

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        start, end = as_utc(start), as_utc(end)
        return [(start, end)] if start < end else []


class OpenHours(OpenTime):
    """Opening hours in a zone: `hours_of` tells those of a local date. Grows by years as it is asked."""

    def __init__(self, zone: ZoneInfo, hours_of: Callable[[date], Sequence[Minutes]]) -> None:
        self._zone = zone
        self._hours_of = hours_of
        self._years: dict[int, list[Interval]] = {}
        self._line = OpenLine({}, [], [], [], {}, [], [])

    def add(self, start: datetime, working: timedelta, pauses: Sequence[Interval] = ()) -> datetime:
        if pauses or working <= _ZERO or start.tzinfo is not UTC:
            return self._add_with_care(as_utc(start), working, pauses)
        line = self._line
        days, edges, shifts, reached, worked_days, closings, ahead = line
        try:
            segment = days[start.toordinal()]
            while edges[segment] <= start:
                segment += 1
            worked = (start - shifts[segment] if segment & 1 else reached[segment]) + working
            low, high = worked_days[worked.toordinal()]
            due = worked + ahead[bisect_left(closings, worked, low, high)]
        except (LookupError, OverflowError):
            if not self._cover(start) and line is self._line:
                raise _not_enough(start, working) from None
            return self.add(start, working)
        if due - start > HORIZON:
            raise _not_enough(start, working)
        return due

    def between(self, start: datetime, end: datetime, pauses: Sequence[Interval] = ()) -> timedelta:
        if pauses:
            return self.between_around(as_utc(start), as_utc(end), pauses)
        if start.tzinfo is not UTC or end.tzinfo is not UTC:
            start, end = as_utc(start), as_utc(end)
        days, edges, shifts, reached, _, _, _ = self._line
        try:
            first = days[start.toordinal()]
            while edges[first] <= start:
                first += 1
            last = days[end.toordinal()]
            while edges[last] <= end:
                last += 1
        except LookupError:
            self._cover(start)
            self._cover(end)
            return self.between(start, end)
        worked = (end - shifts[last] if last & 1 else reached[last]) - (
            start - shifts[first] if first & 1 else reached[first]
        )
        return worked if worked > _ZERO else _ZERO

    def subtract(self, end: datetime, working: timedelta) -> datetime:
        if working <= _ZERO or end.tzinfo is not UTC:
            _check_not_negative(working)
            return self.subtract(as_utc(end), working) if working else self._find(end)[0]
        years = self._years
        if end.year + _YEARS_AROUND not in years or end.year - _YEARS_AROUND not in years:
            self._cover(end, _YEARS_AROUND)
        days, edges, shifts, reached, _, closings, ahead = self._line
        segment = days[end.toordinal()]
        while edges[segment] <= end:
            segment += 1
        worked = (end - shifts[segment] if segment & 1 else reached[segment]) - working
        if worked >= AXIS:
            start = worked + ahead[bisect_right(closings, worked)]
            if end - start <= HORIZON:
                return start
        raise _not_enough(end, working)

    def is_open(self, at: datetime) -> bool:
        return bool(self._find(at)[2] & 1)

    def next_open(self, at: datetime) -> datetime:
        at, line, segment = self._find(at)
        if segment & 1:
            return at
        if line.edges[segment] - at > HORIZON:
            raise NotEnoughOpenTimeError(at, "opening")
        return line.edges[segment]

    def next_close(self, at: datetime) -> datetime | None:
        at, line, segment = self._find(at)
        closes_at = line.edges[segment | 1]
        return closes_at if closes_at - at <= HORIZON else None

    def intervals(self, start: datetime, end: datetime) -> list[Interval]:
        start, end = as_utc(start), as_utc(end)
        if start >= end:
            return []
        self._cover(start)
        self._cover(end)
        edges = self._line.edges
        first, last = bisect_right(edges, start), bisect_left(edges, end)
        opened = range(first - (first & 1), last, 2)
        return [(max(edges[at], start), min(edges[at + 1], end)) for at in opened]

    def _add_with_care(self, start: datetime, working: timedelta, pauses: Sequence[Interval]) -> datetime:
        _check_not_negative(working)
        if pauses:
            return self.add_around(start, working, pauses)
        return self.add(start, working) if working else self.next_open(start)

    def _find(self, at: datetime) -> tuple[datetime, OpenLine, int]:
        """The moment in UTC, a line that covers the three years after it, and the segment it is in."""
        at = as_utc(at)
        year, years = at.year, self._years
        if year + _YEARS_AROUND not in years or year - 1 not in years:
            self._cover(at)
        line = self._line
        edges = line.edges
        segment = line.days[at.toordinal()]
        while edges[segment] <= at:
            segment += 1
        return at, line, segment

    def _cover(self, at: datetime, years_back: int = 1) -> bool:
        """Lay out the years around a moment; False if they were there already."""
        if not YEAR_FIRST <= at.year <= YEAR_LAST:
            raise ValueError(
                f"{at:%Y-%m-%d} is out of range: working time is reckoned from {YEAR_FIRST} to {YEAR_LAST}."
            )
        first, last = at.year - years_back, at.year + _YEARS_AROUND
        years = self._years
        if first in self._years and last in self._years:
            return False
        with _growing:
            years = self._years
            if first in years and last in years:
                return False
            first, last = min([first, *years]), max([last, *years])
            grown = {year: years.get(year) or self._intervals_of(year) for year in range(first, last + 1)}
            self._line = lay_out(joined(grown.values()), first, last)
            self._years = grown
        return True

    def _intervals_of(self, year: int) -> list[Interval]:
        january = date(year, 1, 1).toordinal()
        days = map(date.fromordinal, range(january, date(year + 1, 1, 1).toordinal()))
        return [
            interval for day in days for interval in intervals_of_day(self._zone, day, self._hours_of(day))
        ]


def _merged(pauses: Sequence[Interval]) -> list[Interval]:
    """Pauses in UTC, in order and apart; one that ends before it starts is none."""
    moments = ((as_utc(start), as_utc(end)) for start, end in pauses)
    return joined([[(start, end) for start, end in moments if start < end]])


def _check_not_negative(working: timedelta) -> None:
    if working < _ZERO:
        raise ValueError(f"Working time cannot be negative: {working}.")


def _not_enough(at: datetime, working: timedelta) -> NotEnoughOpenTimeError:
    return NotEnoughOpenTimeError(at, f"{working} of working time")
