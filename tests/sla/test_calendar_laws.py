"""Laws of working time, and the fast calendar held to the slow one, around clock changes of many kinds."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendar import WorkingCalendar
from tests.sla.slow_calendar import WEEKDAYS, SlowCalendar

pytestmark = pytest.mark.thorough

# The same examples each day, so that a red build is the change's doing; `slow` looks for new ones.
LAWS = settings(max_examples=60, deadline=None, derandomize=True)

PLACES = [
    ("America/New_York", date(2026, 3, 8)),  # an hour ahead
    ("America/New_York", date(2026, 11, 1)),  # an hour back
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2017, 10, 15)),  # midnight did not happen
    ("America/Sao_Paulo", date(2018, 2, 18)),  # the hour before midnight happened twice
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 25)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that did not happen
    ("Asia/Kathmandu", date(2026, 5, 4)),
    ("Etc/UTC", date(2026, 5, 4)),
]
DAY_MINUTES = 24 * 60


def clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[str]]:
    """A week's hours: up to two intervals a day, and nights over midnight where there is room for them."""
    marks = st.lists(st.integers(0, DAY_MINUTES // 15), min_size=0, max_size=4, unique=True)
    days = [sorted(mark * 15 for mark in draw(marks)) for _ in WEEKDAYS]
    days = [day[: len(day) & ~1] for day in days]
    if not any(days):
        days[0] = [9 * 60, 17 * 60]
    hours = [[(day[at], day[at + 1]) for at in range(0, len(day), 2)] for day in days]
    for number, day in enumerate(days):
        latest = day[-1] if day else 0
        earliest = (days[(number + 1) % 7] or [latest])[0]
        if latest < DAY_MINUTES and min(earliest, latest) > 0 and draw(st.booleans()):
            hours[number].append((latest, min(earliest, latest - 15, 8 * 60) // 15 * 15))
    return {
        name: [f"{clock_time(opens)}-{clock_time(closes)}" for opens, closes in hours[number]]
        for number, name in enumerate(WEEKDAYS)
    }


@st.composite
def places(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A calendar as the policy writes it, and a date of interest near which to ask."""
    zone, day = draw(st.sampled_from(PLACES))
    near = st.integers(-6, 12).map(lambda ahead: str(day + timedelta(days=ahead)))
    closed = draw(st.lists(near, max_size=3))
    special = draw(st.dictionaries(near, st.sampled_from([[], ["10:00-12:15"], ["00:00-24:00"]]), max_size=2))
    return {"timezone": zone, "hours": draw(weeks()), "closed": closed, "open": special}, day


def moments(day: date) -> st.SearchStrategy[datetime]:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    quarters = st.integers(-8 * 96, 8 * 96).map(lambda quarter: noon + quarter * timedelta(minutes=15))
    micros = st.timedeltas(timedelta(days=-8), timedelta(days=8)).map(lambda ahead: noon + ahead)
    return quarters | micros


SHORT_TIMES = st.timedeltas(timedelta(microseconds=1), timedelta(minutes=45)) | st.sampled_from(
    [timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=45)]
)
"""Less than any week here has, so that every answer is near."""


@st.composite
def askings(draw: st.DrawFn) -> tuple[WorkingCalendar, SlowCalendar, list[datetime], list[timedelta]]:
    """A calendar twice, six moments near a date of interest, and some working times."""
    told, day = draw(places())
    asked = draw(st.lists(moments(day), min_size=6, max_size=6))
    times = draw(
        st.lists(SHORT_TIMES | st.timedeltas(timedelta(0), timedelta(hours=2)), min_size=3, max_size=3)
    )
    return WorkingCalendar.model_validate(told), SlowCalendar(**told), asked, times


def pauses_of(asked: list[datetime]) -> list[tuple[datetime, datetime]]:
    return [(min(asked[2:4]), max(asked[2:4])), (min(asked[4:6]), max(asked[4:6]))]


Asking = tuple[WorkingCalendar, SlowCalendar, list[datetime], list[timedelta]]


def check_against_the_slow_one(asking: Asking) -> None:
    fast, slow, asked, times = asking
    start, end = asked[:2]
    pauses = pauses_of(asked)
    assert slow.between(start, end) == fast.between(start, end)
    assert slow.between(start, end, pauses) == fast.between(start, end, pauses)
    for working in times:
        assert slow.add(start, working) == fast.add(start, working)
        assert slow.add(start, working, pauses) == fast.add(start, working, pauses)
        if working:
            assert slow.subtract(start, working) == fast.subtract(start, working)
    for at in asked:
        assert slow.is_open(at) == fast.is_open(at)
        assert slow.next_open(at) == fast.next_open(at)


@LAWS
@given(askings())
def test_the_fast_calendar_says_what_the_slow_one_says(asking: Asking) -> None:
    check_against_the_slow_one(asking)


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@given(askings())
def test_the_fast_calendar_says_what_the_slow_one_says_in_new_examples(asking: Asking) -> None:
    check_against_the_slow_one(asking)


@LAWS
@given(askings())
def test_what_was_added_lies_in_between(asking: Asking) -> None:
    calendar, _, asked, times = asking
    for working in times:
        assert working == calendar.between(asked[0], calendar.add(asked[0], working))
        pauses = pauses_of(asked)
        assert working == calendar.between(asked[0], calendar.add(asked[0], working, pauses), pauses)


@LAWS
@given(askings())
def test_nothing_earlier_than_the_due_time_would_have_been_enough(asking: Asking) -> None:
    calendar, _, asked, times = asking
    for working in filter(None, times):
        due = calendar.add(asked[0], working)
        assert working > calendar.between(asked[0], due - timedelta(microseconds=1))


@LAWS
@given(askings())
def test_nothing_later_than_what_subtract_says_leaves_as_much(asking: Asking) -> None:
    calendar, _, asked, times = asking
    for working in filter(None, times):
        start = calendar.subtract(asked[0], working)
        assert working == calendar.between(start, asked[0])
        assert working > calendar.between(start + timedelta(microseconds=1), asked[0])
        assert calendar.is_open(start)


@LAWS
@given(askings())
def test_whoever_starts_later_is_not_due_earlier(asking: Asking) -> None:
    calendar, _, asked, times = asking
    dues = [calendar.add(at, times[0]) for at in sorted(asked)]
    assert sorted(dues) == dues


@LAWS
@given(askings())
def test_more_working_time_is_due_later(asking: Asking) -> None:
    calendar, _, asked, times = asking
    shorter, longer = sorted(times)[:2]
    assert calendar.add(asked[0], longer + timedelta(microseconds=1)) > calendar.add(asked[0], shorter)


@LAWS
@given(askings())
def test_working_time_adds_up_over_its_parts(asking: Asking) -> None:
    calendar, _, asked, times = asking
    first, middle, last = sorted(asked[:3])
    whole = calendar.between(first, last)
    assert whole == calendar.between(first, middle) + calendar.between(middle, last)
    one, other = (working + timedelta(microseconds=1) for working in times[:2])
    assert calendar.add(first, one + other) == calendar.add(calendar.add(first, one), other)


@LAWS
@given(askings())
def test_the_intervals_sum_up_to_the_working_time(asking: Asking) -> None:
    calendar, _, asked, _ = asking
    start, end = asked[:2]
    intervals = calendar.intervals(start, end)
    assert calendar.between(start, end) == sum((closes - opens for opens, closes in intervals), timedelta(0))
    assert all(calendar.is_open(opens) and start <= opens < closes <= end for opens, closes in intervals)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(intervals))


@LAWS
@given(askings())
def test_after_the_next_closing_it_is_closed(asking: Asking) -> None:
    calendar, _, asked, _ = asking
    for at in asked:
        closing = calendar.next_close(at)
        if closing is not None:
            assert not calendar.is_open(closing)
            assert calendar.is_open(closing - timedelta(microseconds=1))
            assert calendar.next_open(at) < closing
            assert closing - calendar.next_open(at) == calendar.between(at, closing)


@LAWS
@given(askings())
def test_pauses_in_any_order_and_overlapping_count_once(asking: Asking) -> None:
    calendar, _, asked, times = asking
    start, pauses = asked[0], pauses_of(asked)
    twice = [*reversed(pauses), *pauses]
    assert calendar.add(start, times[0], pauses) == calendar.add(start, times[0], twice)
    assert calendar.between(start, asked[1], pauses) == calendar.between(start, asked[1], twice)


@LAWS
@given(askings(), st.integers(1, 5))
def test_working_days_end_in_working_hours_or_as_they_close(asking: Asking, days: int) -> None:
    calendar, _, asked, _ = asking
    dues = [calendar.add_business_days(at, days) for at in sorted(asked)]
    for due in dues:
        assert calendar.is_open(due) or (
            not calendar.is_open(due) and calendar.is_open(due - timedelta(microseconds=1))
        )
    assert sorted(calendar.next_open(at) for at in asked)[0] < dues[0]
