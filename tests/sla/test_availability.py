"""Who is away, why, and when they are back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.availability import NOTHING_KNOWN, Away, PersonNow, Spell, away, back_at
from sla.calendar import WorkingCalendar

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = WorkingCalendar.model_validate(
    {
        "timezone": "America/New_York",
        "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": {"country": "US"},
        "closed": ["2026-12-24"],
    }
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def spell(from_at: str, until_at: str | None, cover: str | None = None) -> Spell:
    return Spell(from_at=local(from_at), until_at=local(until_at) if until_at else None, cover=cover)


def test_somebody_in_their_hours_is_at_work() -> None:
    assert away(OFFICE, NOTHING_KNOWN, local("2026-11-23T10:00")) is None


@pytest.mark.parametrize(
    ("at", "because", "back"),
    [
        ("2026-11-23T17:00", "outside_hours", "2026-11-24T09:00"),
        ("2026-11-21T12:00", "outside_hours", "2026-11-23T09:00"),
        ("2026-11-26T10:00", "holiday", "2026-11-27T09:00"),
        ("2026-12-24T10:00", "holiday", "2026-12-28T09:00"),
    ],
)
def test_hours_and_holidays_keep_somebody_away_until_the_next_opening(
    at: str, because: str, back: str
) -> None:
    found = away(OFFICE, NOTHING_KNOWN, local(at))
    assert found is not None
    assert (because, local(back)) == (found.because, found.until_at)


def test_a_holiday_is_named() -> None:
    found = away(OFFICE, NOTHING_KNOWN, local("2026-11-26T10:00"))
    assert found is not None
    assert found.holiday is not None
    assert "Thanksgiving" in found.holiday


def test_out_of_office_names_the_cover_and_ends_with_the_hours_that_follow() -> None:
    person = PersonNow(out_of_office=(spell("2026-11-23T00:00", "2026-11-24T20:00", "bob@acme.example"),))
    expected = Away(because="out_of_office", until_at=local("2026-11-25T09:00"), cover="bob@acme.example")
    assert expected == away(OFFICE, person, local("2026-11-23T10:00"))


def test_who_switched_away_is_away_until_they_are_back() -> None:
    person = PersonNow(switched_away=spell("2026-11-23T09:30", None))
    found = away(OFFICE, person, local("2026-11-23T10:00"))
    assert found is not None
    assert (found.because, found.until_at) == ("switched_away", None)


def test_an_account_that_slack_deactivated_never_comes_back_by_itself() -> None:
    found = away(OFFICE, PersonNow(is_active=False), local("2026-11-23T10:00"))
    assert found is not None
    assert (found.because, found.until_at) == ("deactivated", None)


def test_the_first_reason_in_the_order_of_precedence_is_the_one_that_is_said() -> None:
    spells = (spell("2026-11-20T00:00", "2026-12-01T00:00"),)
    everything = PersonNow(
        out_of_office=spells, switched_away=spell("2026-11-20T00:00", None), is_active=False
    )
    assert [
        found.because
        for found in (
            away(OFFICE, everything, local("2026-11-26T10:00")),
            away(OFFICE, everything, local("2026-11-27T20:00")),
            away(OFFICE, PersonNow(switched_away=spells[0]), local("2026-11-27T20:00")),
            away(OFFICE, PersonNow(is_active=False), local("2026-11-27T20:00")),
            away(OFFICE, PersonNow(is_active=False), local("2026-11-27T10:00")),
        )
        if found is not None
    ] == ["holiday", "out_of_office", "switched_away", "outside_hours", "deactivated"]


@given(
    at=st.datetimes(datetime(2026, 1, 5), datetime(2027, 12, 1)),
    spells=st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 400)), max_size=4),
)
def test_who_is_back_is_at_work_then_and_was_not_before(at: datetime, spells: list[tuple[int, int]]) -> None:
    moment = at.replace(tzinfo=UTC)
    person = PersonNow(
        out_of_office=tuple(
            Spell(from_at=moment + timedelta(hours=begins), until_at=moment + timedelta(hours=begins + lasts))
            for begins, lasts in spells
        )
    )
    back = back_at(OFFICE, person, moment)
    assert back is not None
    assert away(OFFICE, person, back) is None
    if back > moment:
        assert away(OFFICE, person, moment) is not None
        assert away(OFFICE, person, back - timedelta(microseconds=1)) is not None
