"""The working calendar by hand: openings and closings, clock changes, holidays, nights, and what is refused."""

import copy
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from sla.calendar import WorkingCalendar
from sla.durations import BusinessDays
from sla.working_time import NotEnoughOpenTimeError

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
ZERO = timedelta(0)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
WEEK = (*WORKDAYS, "sat", "sun")


def office(
    hours: Sequence[str] = ("09:00-17:00",),
    zone: str = "America/New_York",
    days: Sequence[str] = WORKDAYS,
    **more: Any,
) -> WorkingCalendar:
    return WorkingCalendar.model_validate(
        {"timezone": zone, "hours": {day: list(hours) for day in days}, **more}
    )


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def problem_of(told: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        WorkingCalendar.model_validate(told)
    return str(caught.value)


# Monday 2 November 2026 is the first working day of winter time in New York.
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-02T08:59:59.999999", False),
        ("2026-11-02T09:00", True),
        ("2026-11-02T16:59:59.999999", True),
        ("2026-11-02T17:00", False),
        ("2026-11-07T12:00", False),
    ],
)
def test_the_opening_instant_is_open_and_the_closing_instant_is_not(at: str, is_open: bool) -> None:
    assert office().is_open(new_york(at)) is is_open


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        ("2026-11-02T16:00", HOUR, "2026-11-02T17:00"),
        ("2026-11-02T16:00", HOUR - TICK, "2026-11-02T16:59:59.999999"),
        ("2026-11-02T16:00", HOUR + TICK, "2026-11-03T09:00:00.000001"),
        ("2026-11-02T17:00", TICK, "2026-11-03T09:00:00.000001"),
        ("2026-11-02T16:59:59.999999", TICK, "2026-11-02T17:00"),
        ("2026-11-06T16:55", 10 * MINUTE, "2026-11-09T09:05"),
        ("2026-11-02T03:00", 8 * HOUR, "2026-11-02T17:00"),
        ("2026-11-02T09:00", 40 * HOUR, "2026-11-06T17:00"),
    ],
)
def test_a_budget_that_ends_exactly_at_closing_is_due_at_closing(
    start: str, budget: timedelta, due: str
) -> None:
    assert office().add(new_york(start), budget) == new_york(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-02T10:00", "2026-11-02T10:00"),
        ("2026-11-02T09:00", "2026-11-02T09:00"),
        ("2026-11-02T17:00", "2026-11-03T09:00"),
        ("2026-11-07T10:00", "2026-11-09T09:00"),
    ],
)
def test_no_working_time_is_the_next_open_instant(start: str, due: str) -> None:
    assert office().add(new_york(start), ZERO) == new_york(due)


def test_no_working_time_in_a_pause_is_the_open_instant_after_it() -> None:
    pause = (new_york("2026-11-02T10:00"), new_york("2026-11-02T17:00"))
    assert office().add(new_york("2026-11-02T11:00"), ZERO, [pause]) == new_york("2026-11-03T09:00")


def test_no_working_time_before_a_pause_over_opening_is_the_open_instant_after_it() -> None:
    pause = (new_york("2026-11-02T08:30"), new_york("2026-11-02T10:00"))
    assert office().add(new_york("2026-11-02T08:00"), ZERO, [pause]) == new_york("2026-11-02T10:00")


def test_reversed_is_zero() -> None:
    late, early = new_york("2026-11-03T10:00"), new_york("2026-11-02T10:00")
    assert office().between(late, early) == ZERO
    assert office().between(late, early, [(early, late)]) == ZERO
    assert WorkingCalendar(always=True).between(late, early) == ZERO


@pytest.mark.parametrize("at", ["due", "start", "end", "pause"])
def test_a_naive_datetime_is_refused(at: str) -> None:
    naive, aware = datetime(2026, 11, 2, 10), utc("2026-11-02T10:00")
    for calendar in (office(), WorkingCalendar(always=True)):
        calls = {
            "due": lambda calendar=calendar: calendar.add(naive, HOUR),
            "start": lambda calendar=calendar: calendar.between(naive, aware),
            "end": lambda calendar=calendar: calendar.between(aware, naive),
            "pause": lambda calendar=calendar: calendar.add(aware, HOUR, [(aware, naive)]),
        }
        with pytest.raises(ValueError, match="has no time zone"):
            calls[at]()


@pytest.mark.parametrize("question", ["is_open", "next_open", "next_close"])
def test_a_naive_datetime_is_refused_by_every_question(question: str) -> None:
    for calendar in (office(), WorkingCalendar(always=True)):
        with pytest.raises(ValueError, match="has no time zone"):
            getattr(calendar, question)(datetime(2026, 11, 2, 10))


def test_answers_are_in_utc_whatever_zone_the_question_is_in() -> None:
    start = datetime(2026, 11, 2, 20, tzinfo=timezone(5 * HOUR + 45 * MINUTE))
    assert office().add(start, HOUR) == utc("2026-11-02T15:15")
    assert office().add(start, HOUR).tzinfo is UTC
    assert office().next_open(start).tzinfo is UTC


def test_negative_working_time_is_refused() -> None:
    for calendar in (office(), WorkingCalendar(always=True)):
        with pytest.raises(ValueError, match="negative"):
            calendar.add(utc("2026-11-02T10:00"), -TICK)
        with pytest.raises(ValueError, match="negative"):
            calendar.subtract(utc("2026-11-02T10:00"), -TICK)


# Clock changes.


@pytest.mark.parametrize(
    ("zone", "day", "worked"),
    [
        ("America/New_York", "2026-03-08", 23 * HOUR),
        ("America/New_York", "2026-11-01", 25 * HOUR),
        ("Europe/Berlin", "2026-03-29", 23 * HOUR),
        ("Europe/Berlin", "2026-10-25", 25 * HOUR),
        ("Australia/Lord_Howe", "2026-10-04", 23.5 * HOUR),
        ("Australia/Lord_Howe", "2026-04-05", 24.5 * HOUR),
        ("America/Sao_Paulo", "2017-10-15", 23 * HOUR),
        ("America/Sao_Paulo", "2018-02-17", 25 * HOUR),
        ("Africa/Cairo", "2026-04-24", 23 * HOUR),
        ("Asia/Beirut", "2026-03-29", 23 * HOUR),
        ("Asia/Kathmandu", "2026-03-29", 24 * HOUR),
    ],
)
def test_a_whole_day_has_the_hours_that_it_really_has(zone: str, day: str, worked: timedelta) -> None:
    calendar = WorkingCalendar.model_validate({"timezone": zone, "open": {day: ["00:00-24:00"]}})
    around = utc(day) - 48 * HOUR, utc(day) + 72 * HOUR
    assert calendar.between(*around) == worked


@pytest.mark.parametrize(
    ("interval", "opens", "closes"),
    [
        ("02:30-05:00", "2026-03-08T07:30", "2026-03-08T09:00"),
        ("01:00-02:30", "2026-03-08T06:00", "2026-03-08T07:30"),
        ("22:00-02:30", "2026-03-09T02:00", "2026-03-09T06:30"),
    ],
)
def test_a_time_that_the_clock_skips_shifts_forward(interval: str, opens: str, closes: str) -> None:
    calendar = WorkingCalendar.model_validate(
        {"timezone": "America/New_York", "open": {"2026-03-08": [interval]}}
    )
    assert calendar.intervals(utc("2026-03-07"), utc("2026-03-10")) == [(utc(opens), utc(closes))]


@pytest.mark.parametrize(
    ("interval", "opens", "closes"),
    [
        ("01:30-03:00", "2026-11-01T05:30", "2026-11-01T08:00"),
        ("00:00-01:30", "2026-11-01T04:00", "2026-11-01T05:30"),
    ],
)
def test_a_time_that_the_clock_shows_twice_is_the_first(interval: str, opens: str, closes: str) -> None:
    calendar = WorkingCalendar.model_validate(
        {"timezone": "America/New_York", "open": {"2026-11-01": [interval]}}
    )
    assert calendar.intervals(utc("2026-10-31"), utc("2026-11-03")) == [(utc(opens), utc(closes))]


def test_an_interval_that_the_clock_swallows_is_none() -> None:
    calendar = WorkingCalendar.model_validate(
        {"timezone": "America/New_York", "open": {"2026-03-08": ["02:30-03:15", "12:00-13:00"]}}
    )
    assert calendar.between(utc("2026-03-07"), utc("2026-03-10")) == HOUR


def test_a_night_through_a_clock_change_counts_elapsed_hours() -> None:
    nights = office(["22:00-06:00"], days=WEEK)
    assert nights.add(new_york("2026-03-07T22:00"), 7 * HOUR) == new_york("2026-03-08T06:00")
    assert nights.add(new_york("2026-10-31T22:00"), 9 * HOUR) == new_york("2026-11-01T06:00")


def test_a_date_that_did_not_happen_has_no_hours() -> None:
    samoa = office(zone="Pacific/Apia", days=WEEK)
    assert samoa.between(utc("2011-12-29T10:00"), utc("2011-12-31T10:00")) == 16 * HOUR
    assert samoa.next_open(utc("2011-12-30T03:00")) == utc("2011-12-30T19:00")


# Holidays, closed and open days.


def test_a_public_holiday_is_closed_by_its_local_date() -> None:
    calendar = office(holidays={"country": "US"})
    assert calendar.add(new_york("2026-11-25T16:30"), HOUR) == new_york("2026-11-27T09:30")
    assert calendar.closed_reason(date(2026, 11, 26)) == "Thanksgiving Day"
    assert calendar.closed_reason(date(2026, 11, 27)) is None
    assert calendar.closed_reason(date(2026, 11, 28)) == "closed"


def test_a_subdivision_has_its_own_holidays() -> None:
    berlin = office(zone="Europe/Berlin", holidays={"country": "DE", "subdivision": "BE"})
    assert berlin.closed_reason(date(2027, 3, 8)) == "Women's Day"
    assert office(zone="Europe/Berlin", holidays={"country": "DE"}).closed_reason(date(2027, 3, 8)) is None


def test_a_holiday_observed_in_the_year_before_is_closed() -> None:
    assert office(holidays={"country": "US"}).closed_reason(date(2021, 12, 31)) is not None


def test_closed_and_open_days_replace_the_hours() -> None:
    calendar = office(
        holidays={"country": "US"},
        closed=["2026-12-24", "2026-12-30"],
        open={"2026-12-25": ["10:00-11:00"], "2026-12-30": ["09:00-10:00"], "2026-12-31": []},
    )
    assert calendar.closed_reason(date(2026, 12, 24)) == "closed"
    assert calendar.closed_reason(date(2026, 12, 31)) == "closed"
    assert calendar.intervals(new_york("2026-12-24T00:00"), new_york("2026-12-26T00:00")) == [
        (new_york("2026-12-25T10:00"), new_york("2026-12-25T11:00"))
    ]
    assert calendar.between(new_york("2026-12-30T00:00"), new_york("2027-01-01T00:00")) == HOUR


def test_a_night_belongs_to_the_date_on_which_it_begins() -> None:
    nights = office(["22:00-06:00"], days=WEEK, closed=["2026-11-11"])
    worked = nights.intervals(new_york("2026-11-10T12:00"), new_york("2026-11-13T12:00"))
    assert worked == [
        (new_york("2026-11-10T22:00"), new_york("2026-11-11T06:00")),
        (new_york("2026-11-12T22:00"), new_york("2026-11-13T06:00")),
    ]


def test_intervals_that_touch_are_one() -> None:
    calendar = office(["00:00-12:00", "12:00-24:00"], days=WORKDAYS)
    week = calendar.intervals(new_york("2026-11-02T03:00"), new_york("2026-11-09T00:00"))
    assert week == [(new_york("2026-11-02T03:00"), new_york("2026-11-07T00:00"))]
    assert calendar.next_close(new_york("2026-11-03T12:00")) == new_york("2026-11-07T00:00")


def test_there_are_no_intervals_in_no_time() -> None:
    at = new_york("2026-11-02T10:00")
    assert office().intervals(at, at) == []
    assert office().intervals(at + HOUR, at) == []
    assert office().intervals(at, at + TICK) == [(at, at + TICK)]


# Around the clock.


def test_always_is_elapsed_time() -> None:
    always = WorkingCalendar(always=True)
    start = utc("2026-10-31T23:00:00.000001")
    assert always.add(start, 100 * HOUR) == start + 100 * HOUR
    assert always.between(start, start + HOUR) == HOUR
    assert always.subtract(start, HOUR) == start - HOUR
    assert always.is_open(start)
    assert always.next_open(start) == start
    assert always.next_close(start) is None
    assert always.intervals(start, start + HOUR) == [(start, start + HOUR)]
    assert always.intervals(start, start) == []
    assert always.closed_reason(date(2026, 12, 25)) is None


def test_pauses_hold_up_what_always_runs() -> None:
    start = utc("2026-11-02T10:00")
    pauses = [(start - HOUR, start + HOUR), (start + 2 * HOUR, start + 3 * HOUR)]
    always = WorkingCalendar(always=True)
    assert always.add(start, 2 * HOUR, pauses) == start + 4 * HOUR
    assert always.between(start, start + 4 * HOUR, pauses) == 2 * HOUR


def test_hours_that_never_close_have_no_closing() -> None:
    calendar = office(["00:00-24:00"], days=WEEK)
    assert calendar.next_close(utc("2026-11-02T10:00")) is None
    assert calendar.add(utc("2026-11-02T10:00"), 9000 * HOUR) == utc("2026-11-02T10:00") + 9000 * HOUR


# Pauses.


@pytest.mark.parametrize(
    ("pause", "due"),
    [
        (("2026-11-02T11:00", "2026-11-02T11:30"), "2026-11-02T12:30"),
        (("2026-11-02T11:59:59", "2026-11-02T12:30"), "2026-11-02T12:30:01"),
        (("2026-11-02T12:00", "2026-11-02T12:30"), "2026-11-02T12:00"),
        (("2026-11-02T12:00:01", "2026-11-02T12:30"), "2026-11-02T12:00"),
        (("2026-11-02T11:00", "2026-11-03T09:30"), "2026-11-03T10:30"),
        (("2026-11-02T18:00", "2026-11-03T02:00"), "2026-11-02T12:00"),
        (("2026-11-02T09:00", "2026-11-02T10:00"), "2026-11-02T12:00"),
        (("2026-11-02T11:30", "2026-11-02T11:00"), "2026-11-02T12:00"),
    ],
)
def test_a_pause_before_the_due_time_moves_it_and_one_after_it_does_not(
    pause: tuple[str, str], due: str
) -> None:
    pauses = [(new_york(pause[0]), new_york(pause[1]))]
    assert office().add(new_york("2026-11-02T10:00"), 2 * HOUR, pauses) == new_york(due)


def test_a_pause_over_a_holiday_costs_its_working_time_only() -> None:
    calendar = office(holidays={"country": "US"})
    pauses = [(new_york("2026-11-25T16:00"), new_york("2026-11-27T10:00"))]
    start = new_york("2026-11-25T15:00")
    assert calendar.add(start, 2 * HOUR, pauses) == new_york("2026-11-27T11:00")


# Backwards.


@pytest.mark.parametrize(
    ("end", "working", "start"),
    [
        ("2026-11-02T17:00", 10 * MINUTE, "2026-11-02T16:50"),
        ("2026-11-03T09:10", 10 * MINUTE, "2026-11-03T09:00"),
        ("2026-11-03T09:05", 10 * MINUTE, "2026-11-02T16:55"),
        ("2026-11-03T09:00", 8 * HOUR, "2026-11-02T09:00"),
        ("2026-11-07T12:00", HOUR, "2026-11-06T16:00"),
        ("2026-11-07T12:00", ZERO, "2026-11-07T12:00"),
    ],
)
def test_a_reminder_before_due_rings_in_working_hours(end: str, working: timedelta, start: str) -> None:
    assert office().subtract(new_york(end), working) == new_york(start)


# Working days.


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-02T10:30", 2, "2026-11-04T10:30"),
        ("2026-11-05T10:30", 2, "2026-11-09T10:30"),
        ("2026-11-06T16:00", 1, "2026-11-09T16:00"),
        ("2026-11-02T17:00", 2, "2026-11-05T09:00"),
        ("2026-11-07T12:00", 1, "2026-11-10T09:00"),
        ("2026-11-02T08:00", 1, "2026-11-03T09:00"),
    ],
)
def test_two_working_days_are_the_same_time_of_day_two_working_days_later(
    start: str, days: int, due: str
) -> None:
    assert office().add_business_days(new_york(start), days) == new_york(due)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (["09:00-12:00"], "2026-11-03T12:00"),
        (["09:00-15:00", "16:00-17:00"], "2026-11-03T15:00"),
        (["09:00-15:30", "16:00-17:00"], "2026-11-03T15:30"),
        (["15:45-17:00"], "2026-11-03T15:45"),
        (["09:00-17:00"], "2026-11-03T15:30"),
    ],
)
def test_working_days_end_at_closing_where_that_is_earlier(hours: list[str], due: str) -> None:
    calendar = office(open={"2026-11-03": hours})
    assert calendar.add_business_days(new_york("2026-11-02T15:30"), 1) == new_york(due)


def test_after_midnight_a_night_is_still_the_working_day_on_which_it_began() -> None:
    nights = office(["22:00-06:00"])
    assert nights.add_business_days(new_york("2026-11-03T02:00"), 1) == new_york("2026-11-04T02:00")
    assert nights.add_business_days(new_york("2026-11-07T02:00"), 1) == new_york("2026-11-10T02:00")


def test_working_days_keep_the_time_of_day_over_a_clock_change() -> None:
    assert office().add_business_days(new_york("2026-03-06T10:00"), 1) == new_york("2026-03-09T10:00")
    always = WorkingCalendar(always=True, timezone="America/New_York")
    assert always.add_business_days(new_york("2026-03-07T10:00"), 1) == new_york("2026-03-08T10:00")


def test_a_pause_lengthens_working_days_by_the_working_time_it_took() -> None:
    pauses = [(new_york("2026-11-02T12:00"), new_york("2026-11-02T14:00"))]
    start = new_york("2026-11-02T10:30")
    assert office().add_span(start, BusinessDays(1), pauses) == new_york("2026-11-03T12:30")
    assert office().add_span(start, BusinessDays(1)) == new_york("2026-11-03T10:30")
    assert office().add_span(start, HOUR) == new_york("2026-11-02T11:30")
    assert office().add_span(start, 2 * HOUR, pauses) == new_york("2026-11-02T14:30")


def test_less_than_one_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="go from 1"):
        office().add_business_days(utc("2026-11-02T10:00"), 0)


# Limits.


def test_more_than_three_years_without_enough_open_time_is_an_error_of_its_own() -> None:
    mondays = office(["09:00-10:00"], days=["mon"])
    start = utc("2026-11-02T00:00")
    assert mondays.add(start, 156 * HOUR) == new_york("2029-10-22T10:00")
    assert mondays.add_business_days(new_york("2026-11-02T09:30"), 156) == new_york("2029-10-29T09:30")
    for refused in (158 * HOUR, 9000 * HOUR, timedelta.max):
        with pytest.raises(NotEnoughOpenTimeError, match="within three years of 2026-11-02"):
            mondays.add(start, refused)
    with pytest.raises(NotEnoughOpenTimeError):
        mondays.subtract(start, 158 * HOUR)
    with pytest.raises(NotEnoughOpenTimeError):
        mondays.add_business_days(start, 157)
    for refused in (timedelta(days=1097), timedelta.max):
        with pytest.raises(NotEnoughOpenTimeError):
            WorkingCalendar(always=True).add(start, refused)


def test_a_calendar_whose_only_open_day_is_over_never_opens_again() -> None:
    once = WorkingCalendar.model_validate({"timezone": "UTC", "open": {"2020-01-02": ["09:00-10:00"]}})
    after = utc("2020-01-02T10:00")
    for question in (once.next_open, lambda at: once.add(at, TICK), lambda at: once.add_business_days(at, 1)):
        with pytest.raises(NotEnoughOpenTimeError):
            question(after)
    assert once.between(after, utc("2100-01-01")) == ZERO
    assert once.next_close(after) is None
    assert not once.is_open(after)


def test_years_far_apart_can_be_asked_in_any_order() -> None:
    calendar = office(days=["mon"], zone="UTC")
    assert calendar.is_open(utc("2026-11-02T10:00"))
    assert calendar.is_open(utc("1970-01-05T10:00"))
    assert calendar.is_open(utc("2100-01-04T10:00"))
    assert calendar.between(utc("2026-11-02T00:00"), utc("2026-11-03T00:00")) == 8 * HOUR
    with pytest.raises(ValueError, match="out of range"):
        calendar.is_open(utc("1800-01-06T10:00"))


# What is refused, and how it is said.


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"timezone": "UTC"}, "has no open time"),
        ({"timezone": "UTC", "hours": {}}, "has no open time"),
        ({"timezone": "UTC", "hours": {"mon": []}}, "has no open time"),
        ({"timezone": "UTC", "open": {"2026-11-02": []}}, "has no open time"),
        ({"hours": {"mon": ["09:00-17:00"]}}, "have no time zone"),
        ({"timezone": "Europe/Berlim", "always": True}, "Did you mean Europe/Berlin?"),
        ({"timezone": "new york", "always": True}, "Write America/New_York."),
        ({"timezone": "America", "always": True}, 'There is no time zone "America"'),
        ({"timezone": "../passwd", "always": True}, "There is no time zone"),
        ({"timezone": "", "always": True}, "There is no time zone"),
        (
            {"timezone": "UTC", "hours": {"monday": ["09:00-17:00"]}},
            '"monday" is not a weekday here. Write mon.',
        ),
        ({"timezone": "UTC", "hours": {"day": ["09:00-17:00"]}}, "The weekdays are mon, tue"),
        ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}}, 'Write ["09:00-17:00"]'),
        ({"timezone": "UTC", "hours": {"mon": ["9-17"]}}, "such as 09:00-17:00"),
        ({"timezone": "UTC", "hours": {"mon": ["09:00-24:30"]}}, "such as 09:00-17:00"),
        ({"timezone": "UTC", "hours": {"mon": ["24:00-06:00"]}}, "such as 09:00-17:00"),
        ({"timezone": "UTC", "hours": {"mon": [540]}}, "such as 09:00-17:00"),
        ({"timezone": "UTC", "hours": {"mon": ["09:00-09:00"]}}, "For the whole day write 00:00-24:00"),
        (
            {"timezone": "UTC", "hours": {"mon": ["12:00-17:00", "09:00-13:00"]}},
            "mon 09:00-13:00 and mon 12:00-17:00 overlap",
        ),
        (
            {"timezone": "UTC", "hours": {"mon": ["22:00-06:00"], "tue": ["05:59-12:00"]}},
            "mon 22:00-06:00 and tue 05:59-12:00 overlap",
        ),
        (
            {"timezone": "UTC", "hours": {"sun": ["22:00-06:00"], "mon": ["05:00-12:00"]}},
            "sun 22:00-06:00 and mon 05:00-12:00 overlap",
        ),
        (
            {"timezone": "UTC", "open": {"2026-12-31": ["09:00-12:00", "11:00-13:00"]}},
            "2026-12-31 09:00-12:00 and 2026-12-31 11:00-13:00 overlap",
        ),
        ({"timezone": "UTC", "closed": ["2026-02-30"]}, "is not a date that exists"),
        ({"timezone": "UTC", "closed": ["24.12.2026"]}, "such as 2026-12-24"),
        ({"timezone": "UTC", "closed": [20261224]}, "such as 2026-12-24"),
        ({"timezone": "UTC", "holidays": {"country": "Germany"}}, "Did you mean DE?"),
        ({"timezone": "UTC", "holidays": {"country": "us"}}, "Did you mean US?"),
        ({"timezone": "UTC", "holidays": {"country": "UK"}}, "Did you mean GB?"),
        ({"timezone": "UTC", "holidays": {"country": "XX"}}, "Write two letters such as US or DE"),
        ({"timezone": "UTC", "holidays": {"country": "DE", "subdivision": "Berlim"}}, "Did you mean Berlin?"),
        ({"timezone": "UTC", "holidays": {"country": "DE", "subdivision": "QQQ"}}, "Known are BB, BE"),
        ({"always": True, "closed": ["2026-12-24"]}, "closed would mean nothing"),
        ({"always": True, "hours": {"mon": ["09:00-17:00"]}}, "hours would mean nothing"),
        ({"always": True, "hollidays": {"country": "US"}}, "hollidays"),
    ],
)
def test_a_calendar_that_cannot_be_meant_is_refused_with_the_mend(told: dict[str, Any], words: str) -> None:
    assert words in problem_of(told)


def test_a_night_may_end_where_the_next_day_begins() -> None:
    calendar = office(["06:00-18:00", "22:00-06:00"], days=WEEK)
    assert calendar.between(new_york("2026-11-02T00:00"), new_york("2026-11-03T00:00")) == 20 * HOUR


def test_a_calendar_written_out_reads_back_the_same() -> None:
    calendar = office(holidays={"country": "DE", "subdivision": "BE"}, open={"2026-12-31": ["09:00-12:00"]})
    assert WorkingCalendar.model_validate_json(calendar.model_dump_json()) == calendar
    always = WorkingCalendar(always=True)
    assert WorkingCalendar.model_validate(always.model_dump()) == always
    assert hash(calendar) == hash(WorkingCalendar.model_validate_json(calendar.model_dump_json()))


def test_a_changed_copy_forgets_what_was_reckoned_for_the_original() -> None:
    calendar = office(days=["mon"])
    assert calendar.is_open(new_york("2026-11-02T10:00"))
    changed = calendar.model_copy(update={"hours": {"tue": ("09:00-17:00",)}})
    assert not changed.is_open(new_york("2026-11-02T10:00"))
    assert calendar.is_open(new_york("2026-11-02T10:00"))
    assert copy.deepcopy(calendar) == calendar
