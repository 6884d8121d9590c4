"""Where time can be taken to: by the calendar of New York, around a weekend and a public holiday."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.demo.clock_targets import NoSuchTime, target
from bot.demo.scene import scene
from sla.calendar import WorkingCalendar

CALENDAR = scene("week").policy.calendars["us-east"]
ALWAYS = scene("week").policy.calendars["around-the-clock"]


def at(said: str) -> datetime:
    """In New York, in the week of Thanksgiving."""
    return datetime.fromisoformat(f"2026-11-{said}:00-05:00")


@pytest.mark.parametrize(
    ("now", "asked", "there"),
    [
        ("23T09:55", {"to": "closing"}, "23T17:00"),
        ("23T17:00", {"to": "closing"}, "24T17:00"),
        ("23T08:00", {"to": "opening"}, "23T09:00"),
        ("23T09:00", {"to": "opening"}, "24T09:00"),
        ("23T09:55", {"to": "opening"}, "24T09:00"),
        ("25T18:00", {"to": "opening"}, "27T09:00"),
        ("23T09:55", {"to": "tomorrow"}, "24T09:00"),
        ("25T23:30", {"to": "tomorrow"}, "26T09:00"),
        ("23T08:59", {"to": "monday"}, "23T09:00"),
        ("23T09:00", {"to": "monday"}, "30T09:00"),
        ("29T23:00", {"to": "monday"}, "30T09:00"),
        ("23T09:55", {"seconds": 600}, "23T10:05"),
        ("23T09:55", {"to": "2026-11-24T15:00:00Z"}, "24T10:00"),
    ],
)
def test_a_name_means_what_people_mean_by_it(now: str, asked: dict[str, Any], there: str) -> None:
    assert at(there) == target(asked, CALENDAR, at(now))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"to": "2026-11-23T09:55:00-05:00"}, "only runs forwards, and it is 2026-11-23 14:55:00 UTC"),
        ({"to": "2026-11-20T09:55:00-05:00"}, "only runs forwards"),
        ({"seconds": 0}, "only runs forwards"),
        ({"seconds": -600}, "only runs forwards"),
        ({"to": "2026-12-25T09:55:00-05:00"}, "more than 31 days ahead"),
        ({"seconds": 1e12}, "seconds is a number"),
        ({"seconds": float("nan")}, "seconds is a number"),
        ({"seconds": "600"}, "seconds is a number"),
        ({"seconds": True}, "seconds is a number"),
        ({"to": "2026-11-30T09:00:00"}, "needs its zone"),
        ({"to": "9999-12-31T23:59:59-12:00"}, "out of reach"),
        ({"to": "yesterday"}, "'yesterday' is no time that is known here"),
        ({"to": 5}, "Send {"),
        ({}, "Send {"),
        ({"to": "opening", "seconds": 5}, "Send {"),
    ],
)
def test_where_time_cannot_go_is_said_in_words(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(NoSuchTime, match=said.replace("{", r"\{")):
        target(asked, CALENDAR, at("23T09:55"))


@pytest.mark.parametrize("name", ["opening", "closing"])
def test_a_calendar_around_the_clock_neither_opens_nor_closes(name: str) -> None:
    always: WorkingCalendar = ALWAYS
    with pytest.raises(NoSuchTime, match="never closes"):
        target({"to": name}, always, at("23T09:55"))


def test_the_furthest_jump_is_a_month() -> None:
    there = at("23T09:55") + timedelta(days=31)
    assert there == target({"to": there.isoformat()}, CALENDAR, at("23T09:55"))
