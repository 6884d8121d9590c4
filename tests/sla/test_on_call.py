"""Who is on call, at any moment, across weeks, clock changes and covers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.on_call import Cover, Shift, first_hand_over, in_line, shift_at, shifts
from sla.policy.on_call import Rotation

NEW_YORK = ZoneInfo("America/New_York")
OMAR, MIA, ALICE = "omar@acme.example", "mia@acme.example", "alice@acme.example"


def rotation(*people: str, starts: str = "2026-11-02", day: str = "mon", at: str = "09:00") -> Rotation:
    return Rotation.model_validate(
        {
            "timezone": "America/New_York",
            "hand_over": {"day": day, "at": at},
            "starts": starts,
            "rotation": people or (OMAR, MIA),
        }
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def cover(person: str, from_at: str, until_at: str, set_at: str = "2026-11-01T00:00") -> Cover:
    return Cover(person=person, from_at=local(from_at), until_at=local(until_at), set_at=local(set_at))


def who(of: Rotation, at: str, *covers: Cover) -> str | None:
    shift = shift_at(of, local(at), covers)
    return None if shift is None else shift.person


@pytest.mark.parametrize(
    ("at", "person"),
    [
        ("2026-11-02T09:00", OMAR),
        ("2026-11-09T08:59:59", OMAR),
        ("2026-11-09T09:00", MIA),
        ("2026-11-16T09:00", OMAR),
        ("2027-11-01T09:00", OMAR),
    ],
)
def test_the_shift_changes_at_the_weekday_and_time_of_the_policy(at: str, person: str) -> None:
    assert person == who(rotation(), at)


def test_nobody_is_on_call_before_the_rotation_starts() -> None:
    assert who(rotation(), "2026-11-02T08:59") is None


def test_a_start_within_the_week_makes_the_first_shift_a_short_one() -> None:
    of = rotation(starts="2026-11-05")
    assert Shift(
        person=OMAR, from_at=local("2026-11-05T09:00"), until_at=local("2026-11-09T09:00")
    ) == shift_at(of, local("2026-11-06T12:00"))
    assert who(of, "2026-11-09T09:00") == MIA
    assert who(of, "2026-11-16T09:00") == OMAR


def test_a_shift_over_a_clock_change_is_an_hour_longer_or_shorter() -> None:
    of = rotation(starts="2026-10-26")
    autumn = shift_at(of, local("2026-10-30T12:00"))
    spring = shift_at(of, local("2027-03-10T12:00"))
    assert autumn is not None
    assert spring is not None
    assert timedelta(days=7, hours=1) == autumn.until_at - autumn.from_at
    assert timedelta(days=7, hours=-1) == spring.until_at - spring.from_at


def test_a_hand_over_in_the_skipped_hour_is_shifted_forward() -> None:
    of = rotation(day="sun", at="02:30", starts="2027-03-07")
    assert who(of, "2027-03-14T01:59") == OMAR
    shift = shift_at(of, local("2027-03-10T00:00"))
    assert shift is not None
    assert local("2027-03-14T03:30") == shift.until_at


def test_a_hand_over_in_the_doubled_hour_is_its_first_occurrence() -> None:
    of = rotation(day="sun", at="01:30", starts="2026-10-25")
    shift = shift_at(of, local("2026-10-28T00:00"))
    assert shift is not None
    assert datetime(2026, 11, 1, 5, 30, tzinfo=UTC) == shift.until_at


def test_a_cover_takes_a_part_of_a_shift_and_returns_it_by_itself() -> None:
    taken = cover(ALICE, "2026-11-03T18:00", "2026-11-04T08:00")
    assert who(rotation(), "2026-11-03T17:59", taken) == OMAR
    assert Shift(
        person=ALICE,
        from_at=local("2026-11-03T18:00"),
        until_at=local("2026-11-04T08:00"),
        is_cover=True,
        instead_of=OMAR,
    ) == shift_at(rotation(), local("2026-11-03T22:00"), [taken])
    assert who(rotation(), "2026-11-04T08:00", taken) == OMAR


def test_of_two_covers_the_one_set_last_holds() -> None:
    first = cover(ALICE, "2026-11-03T18:00", "2026-11-04T08:00", set_at="2026-11-02T10:00")
    second = cover(MIA, "2026-11-03T20:00", "2026-11-03T22:00", set_at="2026-11-02T11:00")
    assert [
        who(rotation(), at, first, second)
        for at in ("2026-11-03T19:00", "2026-11-03T21:00", "2026-11-03T23:00")
    ] == [ALICE, MIA, ALICE]


def test_a_cover_before_the_start_is_a_shift_of_its_own() -> None:
    early = cover(ALICE, "2026-11-01T18:00", "2026-11-02T08:00")
    assert who(rotation(), "2026-11-01T20:00", early) == ALICE
    assert who(rotation(), "2026-11-02T08:30", early) is None


def test_who_covers_is_paged_first_and_everybody_only_once() -> None:
    taken = cover(MIA, "2026-11-03T18:00", "2026-11-04T08:00")
    assert in_line(rotation(OMAR, MIA, ALICE), local("2026-11-03T20:00"), [taken]) == (MIA, OMAR, ALICE)


def test_after_the_person_on_call_comes_the_next_of_the_rotation() -> None:
    of = rotation(OMAR, MIA, ALICE)
    assert in_line(of, local("2026-11-10T20:00")) == (MIA, ALICE, OMAR)


def test_the_shifts_of_a_month_follow_each_other_without_a_gap() -> None:
    found = list(shifts(rotation(), local("2026-11-02T09:00"), local("2026-11-30T09:00")))
    assert [one.person for one in found] == [OMAR, MIA, OMAR, MIA]


def test_one_person_alone_has_one_long_shift() -> None:
    found = list(shifts(rotation(OMAR), local("2026-11-02T09:00"), local("2026-11-30T09:00")))
    assert [one.person for one in found] == [OMAR]


def test_shifts_begin_after_the_gap_before_the_start() -> None:
    found = list(shifts(rotation(), local("2026-10-01T00:00"), local("2026-11-03T00:00")))
    assert [first_hand_over(rotation())] == [one.from_at for one in found]


@given(
    at=st.datetimes(datetime(2026, 11, 3), datetime(2029, 12, 1)),
    people=st.integers(1, 5),
    covers=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 72), st.integers(0, 4)), max_size=4),
)
def test_a_shift_holds_from_its_beginning_to_its_end(
    at: datetime, people: int, covers: list[tuple[int, int, int]]
) -> None:
    """At any moment of a shift the same person is on call, and at its end the next shift begins."""
    names = [f"person{number}@acme.example" for number in range(people)]
    of = rotation(*names)
    start = local("2026-11-03T00:00")
    taken = [
        Cover(
            person=names[number % people],
            from_at=start + timedelta(hours=begins),
            until_at=start + timedelta(hours=begins + lasts),
            set_at=start + timedelta(seconds=place),
        )
        for place, (begins, lasts, number) in enumerate(covers)
    ]
    moment = at.replace(tzinfo=UTC)
    shift = shift_at(of, moment, taken)
    assert shift is not None
    assert shift.from_at <= moment < shift.until_at
    for inside in (shift.from_at, shift.until_at - timedelta(microseconds=1)):
        other = shift_at(of, inside, taken)
        assert other is not None
        assert shift.person == other.person
    following = shift_at(of, shift.until_at, taken)
    assert following is not None
    assert shift.until_at == following.from_at
