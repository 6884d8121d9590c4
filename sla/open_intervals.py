"""Open intervals in UTC: those of a local date, and whole years of them laid end to end to be looked up."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

Minutes = tuple[int, int]
"""An interval of one day in minutes after midnight on the wall; past 24 * 60 it runs into the next day."""
Interval = tuple[datetime, datetime]
"""From and until, in UTC; the end does not belong to it."""

_ZERO = timedelta(0)
_DAY = timedelta(days=1)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
AXIS = datetime(1970, 1, 1, tzinfo=UTC)
"""Where the axis of working time begins; any moment would do."""


def as_utc(at: datetime) -> datetime:
    """The same moment in UTC; a naive datetime is a ValueError, because nobody knows which moment it is."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone. Give it one, such as {at}+00:00.")
    return at.astimezone(UTC)


def intervals_of_day(zone: ZoneInfo, day: date, hours: Sequence[Minutes]) -> list[Interval]:
    """The open intervals that begin on one local date, in order.

    A time in the gap of a clock change shifts forward by the gap, an ambiguous one is its first occurrence.
    """
    if not hours:
        return []
    midnight = datetime.combine(day, time.min, zone)
    noon = (midnight + timedelta(hours=12)).astimezone(UTC)
    if noon.astimezone(zone).date() != day:
        return []  # The date itself was skipped, as on Samoa's move across the date line.
    moments = (
        tuple((midnight + timedelta(minutes=at)).astimezone(UTC) for at in interval) for interval in hours
    )
    return sorted((opens_at, closes_at) for opens_at, closes_at in moments if opens_at < closes_at)


class OpenLine(NamedTuple):
    """The open intervals of whole years, ready to be looked up; never changed, only replaced by a longer one.

    Working time has an axis of its own: the intervals laid end to end from `AXIS` on. A segment is what lies
    between two neighbouring edges; the odd ones are open. Days are ordinals; a day that is not in `days`
    is not covered.
    """

    days: dict[int, int]
    """The segment in which that day begins; a day crosses few edges, so that the rest is a short walk."""
    edges: list[datetime]
    """Opening and closing in turn, and at the end of time twice, where every walk stops."""
    shifts: list[timedelta]
    """Per segment: from the working axis to the open interval there."""
    reached: list[datetime]
    """Per segment: the working axis at its beginning."""
    worked_days: dict[int, tuple[int, int]]
    """Between which places in `closings` to look for a moment of that day on the working axis."""
    closings: list[datetime]
    """Per interval: its closing on the working axis."""
    ahead: list[timedelta]
    """Per interval: from the working axis to the interval."""


def lay_out(intervals: list[Interval], first_year: int, last_year: int) -> OpenLine:
    edges = [*chain.from_iterable(intervals), _END_OF_TIME, _END_OF_TIME]
    reached, shifts, closings, ahead = [AXIS], [_ZERO], [], []
    for opens_at, closes_at in intervals:
        shift = opens_at - reached[-1]
        closing = closes_at - shift
        closings.append(closing)
        ahead.append(shift)
        reached += (reached[-1], closing)
        shifts += (shift, _ZERO)
    # The first and last days are left out: what a neighbour year adds to them is not known here.
    first, last = datetime(first_year, 1, 3, tzinfo=UTC), datetime(last_year, 12, 28, tzinfo=UTC)
    days = dict(_places(edges, first, last))
    worked = [*_places(closings, AXIS, closings[-1] + _DAY)] if closings else []
    worked_days = {day: (place, next_place) for (day, place), (_, next_place) in pairwise(worked)}
    return OpenLine(days, edges, shifts, reached, worked_days, closings, ahead)


def _places(moments: list[datetime], first: datetime, last: datetime) -> Iterator[tuple[int, int]]:
    """Each day with the place in `moments` where it begins."""
    for ahead in range((last - first).days + 1):
        day = first + ahead * _DAY
        yield day.toordinal(), bisect_left(moments, day)


def joined(years: Iterable[list[Interval]]) -> list[Interval]:
    """Intervals in order, those that touch or overlap made one: a clock change can push one over the next."""
    out: list[Interval] = []
    for interval in sorted(chain.from_iterable(years)):
        if out and interval[0] <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], interval[1]))
        else:
            out.append(interval)
    return out
