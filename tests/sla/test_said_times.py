"""Times as people type them, in their own zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.words import Reader
from sla.absence_refusals import TimeIsOver, TimeNotUnderstood
from sla.said_times import LETTERS_MAX, read_end, read_start

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


NOW = local("2026-11-23T10:00")  # a Monday


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("18:00", "2026-11-23T18:00"),
        ("6pm", "2026-11-23T18:00"),
        ("6 PM", "2026-11-23T18:00"),
        ("6:30 p.m.", "2026-11-23T18:30"),
        ("12am", None),
        ("12pm", "2026-11-23T12:00"),
        ("noon", "2026-11-23T12:00"),
        ("tomorrow 9:00", "2026-11-24T09:00"),
        ("Tomorrow at 9am", "2026-11-24T09:00"),
        ("Mon 11:00", "2026-11-23T11:00"),
        ("Mon 9:00", "2026-11-30T09:00"),
        ("monday 10:00", "2026-11-30T10:00"),
        ("Fri 9:00", "2026-11-27T09:00"),
        ("2026-11-25 09:00", "2026-11-25T09:00"),
        ("2026-11-25T09:00", "2026-11-25T09:00"),
        ("2026-11-25T15:00:00+01:00", "2026-11-25T09:00"),
        ("2026-11-25T14:00Z", "2026-11-25T09:00"),
        ("Wed Nov 25, 9:00 AM", "2026-11-25T09:00"),
        ("25 november 9am", "2026-11-25T09:00"),
        ("Jan 2 9:00", "2027-01-02T09:00"),
        ("Dec 1st 2027 9:00", "2027-12-01T09:00"),
    ],
)
def test_a_time_means_the_same_as_beginning_and_as_end(said: str, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(TimeIsOver):
            read_end(said, NEW_YORK, NOW)
        return
    assert local(meant) == read_start(said, NEW_YORK, NOW)
    assert local(meant) == read_end(said, NEW_YORK, NOW)


@pytest.mark.parametrize(
    ("said", "begins", "ends"),
    [
        ("today", "2026-11-23T10:00", "2026-11-24T00:00"),
        ("tomorrow", "2026-11-24T00:00", "2026-11-25T00:00"),
        ("Mon", "2026-11-23T10:00", "2026-11-24T00:00"),
        ("fri", "2026-11-27T00:00", "2026-11-28T00:00"),
        ("2026-11-25", "2026-11-25T00:00", "2026-11-26T00:00"),
        ("Nov 25", "2026-11-25T00:00", "2026-11-26T00:00"),
        ("Wed Nov 25", "2026-11-25T00:00", "2026-11-26T00:00"),
    ],
)
def test_a_day_begins_at_midnight_or_now_and_ends_with_itself(said: str, begins: str, ends: str) -> None:
    assert local(begins) == read_start(said, NEW_YORK, NOW)
    assert local(ends) == read_end(said, NEW_YORK, NOW)


def test_a_time_of_day_is_early_tomorrows_where_it_is_typed_in_the_night_before() -> None:
    assert local("2026-11-24T06:00") == read_end("6am", NEW_YORK, local("2026-11-23T22:00"))
    assert local("2026-11-24T06:00") == read_end("6am", NEW_YORK, local("2026-11-23T18:00"))
    with pytest.raises(TimeIsOver):
        read_end("6am", NEW_YORK, local("2026-11-23T17:59"))


def test_an_end_is_counted_from_the_beginning() -> None:
    begins = read_start("Fri 18:00", NEW_YORK, NOW)
    assert local("2026-11-28T06:00") == read_end("6:00", NEW_YORK, begins)
    assert local("2026-11-30T09:00") == read_end("Mon 9:00", NEW_YORK, begins)
    assert local("2026-11-28T17:00") == read_end("17:00", NEW_YORK, begins, begins_then=True)


@pytest.mark.parametrize("said", ["9:00", "10:00", "2026-11-22", "Nov 20", "2026-11-23T09:59", "today 9am"])
def test_what_is_over_is_said_to_be_over(said: str) -> None:
    with pytest.raises(TimeIsOver, match="is over"):
        read_end(said, NEW_YORK, NOW)


@pytest.mark.parametrize(
    "said",
    ["", " ", "soon", "25:00", "13pm", "0am", "9", "2026-13-01", "Tue Nov 25", "Nov 31", "32 Nov", "9999-12-31",
     "tomorrow tomorrow", "x" * 80, "2026-11-25T25:00", "nov", "a,b", "18:00 18:00"],
)  # fmt: skip
def test_what_is_no_time_is_answered_with_examples(said: str) -> None:
    with pytest.raises(TimeNotUnderstood, match="tomorrow 9:00"):
        read_end(said, NEW_YORK, NOW)


def test_a_time_that_a_clock_change_skips_is_shifted_forward_and_one_that_comes_twice_is_its_first() -> None:
    spring = local("2027-03-13T12:00")
    assert datetime(2027, 3, 14, 7, 30, tzinfo=UTC) == read_end("2027-03-14 2:30", NEW_YORK, spring)
    autumn = local("2026-10-31T12:00")
    assert datetime(2026, 11, 1, 5, 30, tzinfo=UTC) == read_end("2026-11-01 1:30", NEW_YORK, autumn)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([NEW_YORK, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")])


@given(now=moments, ahead=st.integers(1, 300 * 24 * 60), zone=zones, twelve_hour=st.booleans())
def test_times_are_read_as_lead_sla_itself_writes_them(
    now: datetime, ahead: int, zone: ZoneInfo, twelve_hour: bool
) -> None:
    now = now.replace(second=0, microsecond=0)
    at = now + timedelta(minutes=ahead)
    reader = Reader(zone=zone, twelve_hour=twelve_hour, now=now, city=None)
    said = f"{reader.day(at)}, {reader.hour(at)}"
    first = at.astimezone(zone).replace(fold=0).astimezone(UTC)
    if first > now:
        assert first == read_end(said, zone, now)


@given(said=st.text(max_size=LETTERS_MAX + 5), now=moments, zone=zones)
def test_whatever_is_typed_is_a_time_ahead_or_refused(said: str, now: datetime, zone: ZoneInfo) -> None:
    for read in (read_start, read_end):
        try:
            at = read(said, zone, now)
        except (TimeIsOver, TimeNotUnderstood):
            continue
        assert at >= now
