"""Who is on call: the rotation's shifts by weekday and time in its zone, and the covers that replace a part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.opening_hours import WEEKDAYS
from sla.policy.on_call import Rotation

_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Somebody is on call instead of whoever the rotation names, from `from_at` until `until_at` (excluded).

    Of several covers for one moment the one that was set last holds.
    """

    person: str
    from_at: datetime
    until_at: datetime
    set_at: datetime

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A stretch of time in which one person is on call; `person` is a key of the policy (e-mail or Slack id).

    `is_cover` says that somebody took it over from `instead_of`.
    """

    person: str
    from_at: datetime
    until_at: datetime
    is_cover: bool = False
    instead_of: str | None = None


def shift_at(rotation: Rotation, at: datetime, covers: Sequence[Cover] = ()) -> Shift | None:
    """The shift in force, cut where a cover begins or ends; None before the rotation starts, uncovered.

    Right across clock changes: each hand-over is the same time on the wall of the rotation's zone. A time
    that a clock change skips is shifted forward, one that comes twice is its first occurrence.
    """
    planned = _planned_at(rotation, at)
    holding = _cover_at(covers, at)
    edges = sorted({edge for one in covers for edge in (one.from_at, one.until_at)})
    from_at = max((edge for edge in edges if edge <= at), default=None)
    until_at = min((edge for edge in edges if edge > at), default=None)
    if planned is None:
        if holding is None:
            return None
        return Shift(person=holding.person, from_at=from_at or at, until_at=holding.until_at, is_cover=True)
    begins = planned.from_at if from_at is None else max(planned.from_at, from_at)
    ends = planned.until_at if until_at is None else min(planned.until_at, until_at)
    if holding is None or holding.person == planned.person:
        return Shift(person=planned.person, from_at=begins, until_at=ends)
    return Shift(
        person=holding.person, from_at=begins, until_at=ends, is_cover=True, instead_of=planned.person
    )


def shifts(
    rotation: Rotation, from_at: datetime, until_at: datetime, covers: Sequence[Cover] = ()
) -> Iterator[Shift]:
    """Every shift that touches the time from `from_at` until `until_at`, in order; neighbours of one person joined."""
    at = from_at
    last: Shift | None = None
    while at < until_at:
        shift = shift_at(rotation, at, covers)
        if shift is None:
            at = min([first_hand_over(rotation), *(one.from_at for one in covers if one.from_at > at)])
            continue
        if last is not None and last.until_at == shift.from_at and _same(last, shift):
            last = Shift(
                person=last.person,
                from_at=last.from_at,
                until_at=shift.until_at,
                is_cover=last.is_cover,
                instead_of=last.instead_of,
            )
        else:
            if last is not None:
                yield last
            last = shift
        at = shift.until_at
    if last is not None:
        yield last


def in_line(rotation: Rotation, at: datetime, covers: Sequence[Cover] = ()) -> tuple[str, ...]:
    """Who is paged first, second and so on, each once: who is on call, then the rotation from its place on."""
    shift = shift_at(rotation, at, covers)
    people = rotation.rotation
    place = _place_at(rotation, at)
    following = [people[(place + step) % len(people)] for step in range(len(people))]
    first = [] if shift is None else [shift.person]
    return tuple(dict.fromkeys([*first, *following]))


def first_hand_over(rotation: Rotation) -> datetime:
    """When the first shift begins: on the day that the policy names, at the time of the hand-over."""
    return _moment(rotation, rotation.starts)


def _same(one: Shift, other: Shift) -> bool:
    return one.person == other.person and one.is_cover == other.is_cover and not one.is_cover


def _cover_at(covers: Sequence[Cover], at: datetime) -> Cover | None:
    holding = [one for one in covers if one.holds(at)]
    return max(holding, key=lambda one: one.set_at, default=None)


def _planned_at(rotation: Rotation, at: datetime) -> Shift | None:
    """The rotation's own shift, as if nobody had covered anything."""
    if at < first_hand_over(rotation):
        return None
    week = _week_at(rotation, at)
    from_at = first_hand_over(rotation) if week < 0 else _hand_over(rotation, week)
    person = rotation.rotation[_place_at(rotation, at)]
    return Shift(person=person, from_at=from_at, until_at=_hand_over(rotation, week + 1))


def _place_at(rotation: Rotation, at: datetime) -> int:
    """Whose shift it is, as a place in the rotation; before the start it is the first one's."""
    if at < first_hand_over(rotation):
        return 0
    is_on_the_day = _first_day(rotation) == rotation.starts
    number = _week_at(rotation, at) + (0 if is_on_the_day else 1)
    return number % len(rotation.rotation)


def _week_at(rotation: Rotation, at: datetime) -> int:
    """How many hand-overs lie before `at`, the first one not counted; -1 before it."""
    zone = ZoneInfo(rotation.timezone)
    days = at.astimezone(zone).date() - _first_day(rotation)
    week = days // _WEEK
    while _hand_over(rotation, week) > at:
        week -= 1
    while _hand_over(rotation, week + 1) <= at:
        week += 1
    return max(week, -1)


def _first_day(rotation: Rotation) -> date:
    """The first day of a hand-over on or after the start."""
    ahead = (WEEKDAYS.index(rotation.hand_over.day) - rotation.starts.weekday()) % 7
    return rotation.starts + timedelta(days=ahead)


def _hand_over(rotation: Rotation, week: int) -> datetime:
    return _moment(rotation, _first_day(rotation) + week * _WEEK)


def _moment(rotation: Rotation, day: date) -> datetime:
    at = time.fromisoformat(rotation.hand_over.at)
    return datetime.combine(day, at, ZoneInfo(rotation.timezone)).astimezone(UTC)
