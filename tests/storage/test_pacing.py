"""The pace that all processes keep together: what one takes is gone for the others, and comes back with time."""

from datetime import timedelta

from storage import pacing
from storage.database import Database
from storage.pacing import Granted, Wanted
from tests.storage.samples import MONDAY

SECOND = timedelta(seconds=1)
NAME = "C1"


def of(number: int) -> dict[str, Wanted]:
    return {NAME: Wanted(number=number, per_second=1.0, burst=4)}


def taken(database: Database, number: int, after: float = 0.0) -> Granted:
    with database.begin() as connection:
        return pacing.take(connection, of(number), MONDAY + after * SECOND)[NAME]


def test_after_a_burst_there_is_one_a_second(database: Database) -> None:
    assert Granted(number=4, wait=SECOND) == taken(database, 6)
    assert Granted(number=0, wait=SECOND) == taken(database, 1)
    assert Granted(number=1) == taken(database, 1, after=1)
    assert Granted(number=0, wait=SECOND / 2) == taken(database, 1, after=1.5)


def test_what_was_not_taken_adds_up_to_no_more_than_a_burst(database: Database) -> None:
    taken(database, 4)
    assert taken(database, 9, after=3_600).number == 4


def test_what_was_given_back_may_be_taken_again(database: Database) -> None:
    taken(database, 4)
    with database.begin() as connection:
        pacing.give_back(connection, of(2))
    assert taken(database, 4).number == 2


def test_nothing_is_taken_during_a_pause(database: Database) -> None:
    with database.begin() as connection:
        pacing.pause(connection, NAME, 30 * SECOND, MONDAY)
        pacing.pause(connection, NAME, 5 * SECOND, MONDAY)
    assert Granted(number=0, wait=10 * SECOND) == taken(database, 1, after=20)
    assert taken(database, 1, after=30).number == 1


def test_a_clock_that_ran_ahead_keeps_nobody_waiting_for_long(database: Database) -> None:
    taken(database, 4, after=7_200)
    assert taken(database, 1).wait <= SECOND


def test_without_a_time_the_databases_clock_counts(database: Database) -> None:
    with database.begin() as connection:
        assert pacing.take(connection, of(4))[NAME].number == 4
        assert pacing.take(connection, of(4))[NAME].number < 4
