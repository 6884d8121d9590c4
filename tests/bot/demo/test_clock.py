"""The demo's clock and the one that follows it: the same course in two processes, and never backwards."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.clock import FAR, DemoClock, FollowedClock
from tests.sla.play import moment

START = moment("Mon 10:00")
SECOND = timedelta(seconds=1)


class Passing:
    """The monotonic clock of the machine, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def passing() -> Passing:
    return Passing()


@pytest.fixture
def clock(tmp_path: Path, passing: Passing) -> DemoClock:
    return DemoClock(tmp_path / "clock.json", START, monotonic=passing)


@pytest.fixture
def followed(tmp_path: Path, passing: Passing, clock: DemoClock) -> FollowedClock:
    return FollowedClock(tmp_path / "clock.json", monotonic=passing)


def follows(followed: FollowedClock) -> datetime:
    followed.look()
    return followed.now()


@pytest.mark.parametrize("rate", [0, 1, 60])
def test_time_runs_as_fast_as_it_was_told_to(
    clock: DemoClock, followed: FollowedClock, passing: Passing, rate: int
) -> None:
    clock.run(rate)
    begun = follows(followed)
    passing.seconds += 10
    assert rate * 10 * SECOND == clock.now() - begun
    assert clock.now() == followed.now()


def test_time_stands_exactly_where_it_is_to_stand(clock: DemoClock, followed: FollowedClock) -> None:
    wanted = START + timedelta(days=3, microseconds=7)
    clock.stand_at(wanted)
    assert wanted == clock.now() == follows(followed)


def test_a_moment_that_is_past_leaves_the_clock_where_it_is(clock: DemoClock) -> None:
    clock.run(0)
    before = clock.now()
    clock.stand_at(START - timedelta(hours=1))
    assert before == clock.now()


def test_who_hears_late_that_time_was_slowed_down_is_not_ahead_of_it(
    clock: DemoClock, followed: FollowedClock, passing: Passing
) -> None:
    clock.run(60)
    follows(followed)
    passing.seconds += 5
    clock.run(0)
    passing.seconds += 0.02
    assert follows(followed) <= clock.now()


def test_the_followed_time_never_runs_backwards(
    clock: DemoClock, followed: FollowedClock, passing: Passing
) -> None:
    clock.run(60)
    follows(followed)
    passing.seconds += 5
    clock.run(0)
    # Heard of far too late: what was shown by then was shown.
    passing.seconds += 2
    before = followed.now()
    assert before > clock.now()
    assert before == follows(followed)


def test_what_the_file_cannot_say_leaves_time_on_its_course(
    tmp_path: Path, followed: FollowedClock, passing: Passing
) -> None:
    (tmp_path / "clock.json").write_text("half of i", encoding="utf-8")
    passing.seconds += 3
    assert not followed.look()
    assert followed.now() == START + 3 * SECOND
    (tmp_path / "clock.json").unlink()
    assert not followed.look()


@pytest.mark.parametrize(("rate", "wait"), [(0, FAR), (1, 600 * SECOND), (60, 10 * SECOND)])
def test_a_wait_outside_is_as_much_shorter_as_time_is_faster(
    clock: DemoClock, followed: FollowedClock, rate: int, wait: timedelta
) -> None:
    clock.run(0)
    clock.run(rate)
    assert wait == followed.real_until(follows(followed) + timedelta(minutes=10))
    assert followed.real_until(followed.now() - SECOND) == -SECOND


def test_the_time_outside_is_the_wall_clocks(clock: DemoClock, followed: FollowedClock) -> None:
    clock.stand_at(START + timedelta(days=10_000))
    assert follows(followed) - followed.real_now() > timedelta(days=5_000)


def test_who_follows_looks_whenever_it_is_told_to_and_ends_with_the_line(
    tmp_path: Path, passing: Passing
) -> None:
    here, there = os.pipe()

    def tell() -> None:
        os.write(there, b".")

    clock = DemoClock(tmp_path / "told.json", START, monotonic=passing, told=tell)
    followed = FollowedClock(tmp_path / "told.json", monotonic=passing)
    clock.stand_at(START + timedelta(hours=8))
    clock.run(60)
    os.close(there)
    changes: list[datetime] = []
    followed.follow(here, lambda: changes.append(followed.now()))
    os.close(here)
    assert changes == [clock.now()]
