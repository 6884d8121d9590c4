"""The ticker under a clock that runs fast and leaps: no absence of a bot that lived, and steps at their time."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.courier.downtime import DowntimeDesk
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from bot.ticker import Ticker
from sla.details import LeadDetails
from sla.facts import LeadArrived
from storage import absences, timeline
from storage.database import Database
from storage.ids import new_lead_id
from tests.sla.play import EXAMPLE, hot, moment

LIMIT = timedelta(seconds=30)
HOUR = timedelta(hours=1)


class TwoTimes:
    """The time of facts and the one outside, moved apart by hand."""

    leaps = True

    def __init__(self) -> None:
        self.at = moment("Mon 10:00")
        self.outside = moment("Mon 23:00")

    def now(self) -> datetime:
        return self.at

    def real_now(self) -> datetime:
        return self.outside

    def real_until(self, at: datetime) -> timedelta:
        """Time stands still but for leaps."""
        return at - self.at if at <= self.at else timedelta(days=365)

    def passes(self, facts: timedelta, outside: timedelta = timedelta(0)) -> None:
        self.at += facts
        self.outside += outside


class Clockwork:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = TwoTimes()
        self.policies = PolicyBox.open(database, EXAMPLE, self.clock.at)
        self.recorder = Recorder(database, self.policies, now=self.clock.now)
        self.ticker = self.new_ticker()
        self.recorder.start()

    def new_ticker(self) -> Ticker:
        gather = DowntimeDesk(self.policies).gather
        return Ticker(self.recorder, self.database, self.policies, clock=self.clock, gather=gather)

    def absences(self) -> list[tuple[datetime, datetime | None]]:
        with self.database.read() as connection:
            return [(gap.from_at, gap.until_at) for gap in absences.recent(connection, moment("Mon 00:00"))]


@pytest.fixture
def work(sqlite_database: Database) -> Iterator[Clockwork]:
    one = Clockwork(sqlite_database)
    yield one
    one.recorder.stop(LIMIT)


def test_a_leap_while_the_bot_lives_is_no_absence(work: Clockwork) -> None:
    work.ticker.tick()
    work.clock.passes(65 * HOUR, timedelta(seconds=1))
    work.ticker.tick()
    assert work.absences() == []


def test_a_leap_after_a_long_pause_is_none_either(work: Clockwork) -> None:
    work.ticker.tick()
    for _ in range(60):
        work.clock.passes(timedelta(0), timedelta(seconds=5))
        work.ticker.tick()
    work.clock.passes(65 * HOUR, timedelta(seconds=1))
    work.ticker.tick()
    assert work.absences() == []


def test_fast_time_that_goes_on_while_the_machine_is_busy_is_no_absence(work: Clockwork) -> None:
    work.ticker.tick()
    work.clock.passes(timedelta(seconds=180), timedelta(seconds=3))
    work.ticker.tick()
    assert work.absences() == []


def test_a_leap_while_no_bot_lives_is_an_absence(work: Clockwork) -> None:
    work.ticker.tick()
    gone_at = work.clock.at
    work.clock.passes(65 * HOUR, timedelta(seconds=2))
    work.new_ticker().tick()
    assert work.absences() == [(gone_at, work.clock.at)]


def test_a_bot_that_stood_still_outside_was_away_after_all(work: Clockwork) -> None:
    work.ticker.tick()
    gone_at = work.clock.at
    work.clock.passes(timedelta(seconds=61), timedelta(seconds=61))
    work.ticker.tick()
    assert work.absences() == [(gone_at, work.clock.at)]


def test_after_a_leap_the_steps_that_it_reached_are_taken_at_once(work: Clockwork) -> None:
    taken = threading.Event()
    details = LeadDetails(external_id="X-1", email="dana@northwind.example", company="Northwind", **hot())
    fact = LeadArrived(
        lead_id=new_lead_id(work.clock.at), at=work.clock.at, source="website", details=details
    )
    work.ticker.start()
    try:
        lead = work.recorder.record(fact, LIMIT).lead
        assert lead is not None

        def look(committed: Committed) -> None:
            with work.database.read() as connection:
                if "reminder" in [line.kind for line in timeline.of(connection, lead.id)]:
                    taken.set()

        work.recorder.on_commit(look)
        work.clock.passes(timedelta(minutes=2, seconds=30))
        work.ticker.look()
        assert taken.wait(LIMIT.total_seconds())
    finally:
        work.ticker.stop()


def test_who_waits_for_a_moment_hears_of_a_leap(work: Clockwork) -> None:
    told: list[Committed] = []
    work.recorder.on_commit(told.append)
    work.ticker.look()
    assert told == [Committed(next_step_at=None, owes=True)]
