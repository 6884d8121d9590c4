"""The agreed clock: the server's time, by whatever clock this machine has."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.agreed_clock import AgreedClock
from bot.clock import WALL, OneClock
from storage.database import Database
from storage.server_clock import servers_time

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTES = timedelta(minutes=2)


class Own:
    """This machine's clock; `takes` is how long each look at it takes."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.takes = timedelta(0)

    def read(self) -> datetime:
        self.at += self.takes
        return self.at


def agreed(own: Own, servers: datetime) -> AgreedClock:
    clock = AgreedClock(OneClock(own.read), lambda: servers)
    clock.agree()
    return clock


@pytest.mark.parametrize("skew", [MINUTES, -MINUTES], ids=["ahead", "behind"])
def test_a_clock_that_is_minutes_wrong_goes_by_the_servers(skew: timedelta) -> None:
    clock = agreed(Own(NOON + skew), NOON)
    assert (clock.now(), clock.real_now()) == (NOON, NOON)
    assert clock.real_until(NOON + MINUTES) == MINUTES


def test_a_clock_that_jumps_back_is_right_again_once_it_was_compared() -> None:
    own = Own(NOON)
    clock = agreed(own, NOON)
    own.at -= MINUTES
    clock.agree()
    assert clock.now() == NOON


def test_a_difference_that_nobody_notices_is_left_alone() -> None:
    assert agreed(Own(NOON), NOON + timedelta(milliseconds=200)).now() == NOON


def test_an_answer_that_took_long_says_nothing() -> None:
    own = Own(NOON)
    own.takes = timedelta(seconds=4)
    clock = agreed(own, NOON + MINUTES)
    own.takes = timedelta(0)
    assert clock.now() < NOON + MINUTES


def test_a_first_answer_that_took_long_is_asked_for_again() -> None:
    own = Own(NOON)
    answers = iter([timedelta(seconds=4), timedelta(0)])

    def servers() -> datetime:
        own.takes = next(answers)
        return NOON + MINUTES

    clock = AgreedClock(OneClock(own.read), servers)
    clock.agree_at_first()
    own.takes = timedelta(0)
    assert clock.now() >= NOON + MINUTES


def test_a_server_that_never_answers_in_time_keeps_no_bot_from_its_work() -> None:
    own = Own(NOON)
    own.takes = timedelta(seconds=4)
    clock = AgreedClock(OneClock(own.read), lambda: NOON + MINUTES)
    clock.agree_at_first()
    own.takes = timedelta(0)
    assert clock.now() == own.at


def test_postgresql_says_what_time_it_is(postgresql_database: Database) -> None:
    assert abs(servers_time(postgresql_database) - WALL.now()) < timedelta(minutes=1)
