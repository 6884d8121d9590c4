"""The ticker: due steps at their time, nothing left out after a crash, one bad clock stops no other."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic

import pytest

from bot import batch
from bot import ticker as ticker_module
from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from bot.ticker import STEPS_BETWEEN_PRESSES, Tick, Ticker
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision
from sla.facts import Fact, LeadArrived, StepReached
from sla.lead import Lead, LeadId, Status
from sla.surroundings import Surroundings
from storage import absences, leads, outbox
from storage.database import Database
from storage.ids import new_lead_id
from tests.sla.play import EXAMPLE, hot, moment

LIMIT = timedelta(seconds=30)
LOOKED_AGAIN_WITHIN = timedelta(seconds=10)
"""Ten times as long as a ticker ever waits."""


class Clockwork:
    """A recorder and a ticker that is asked to tick, at times that the test says."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.at = moment("Mon 10:00")
        self.policies = PolicyBox.open(database, EXAMPLE, self.at)
        self.recorder = Recorder(database, self.policies, now=self.now)
        self.ticker = self.new_ticker()
        self.recorder.start()

    def now(self) -> datetime:
        return self.at

    def new_ticker(self) -> Ticker:
        """As after a restart: what a ticker remembers is gone."""
        gather = DowntimeDesk(self.policies).gather
        return Ticker(self.recorder, self.database, self.policies, clock=OneClock(self.now), gather=gather)

    def a_lead(self, number: int = 1) -> LeadId:
        details = LeadDetails(
            external_id=f"X-{number}", email=f"dana@northwind-{number}.example", company="Northwind", **hot()
        )
        fact = LeadArrived(lead_id=new_lead_id(self.at), at=self.at, source="website", details=details)
        lead = self.recorder.record(fact, LIMIT).lead
        assert lead is not None
        return lead.id

    def lead(self, lead_id: LeadId) -> Lead:
        with self.database.read() as connection:
            return leads.load(connection, [lead_id])[lead_id]

    def absences(self) -> list[tuple[datetime, datetime | None]]:
        with self.database.read() as connection:
            return [(gap.from_at, gap.until_at) for gap in absences.recent(connection, moment("Mon 00:00"))]


@pytest.fixture
def work(database: Database) -> Iterator[Clockwork]:
    one = Clockwork(database)
    yield one
    one.recorder.stop(LIMIT)


def test_a_ticker_that_has_much_to_do_is_seen_to_live_all_the_while(
    work: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticker_module, "STEPS_PER_COMMIT", 1)
    for number in range(4):
        work.a_lead(number)
    # The leads' arrivals are no presses, which would make the commits longer here.
    monkeypatch.setattr(work.recorder, "is_pressed", lambda: False)
    work.at = moment("Mon 10:02:30")
    seen: list[datetime | None] = []

    def half_a_minute_later(_: Committed) -> None:
        seen.append(work.ticker.ticked_at)
        work.at += timedelta(seconds=30)

    work.recorder.on_commit(half_a_minute_later)

    assert work.ticker.tick().fired == 4

    assert seen[:4] == [moment("Mon 10:02:30") + timedelta(seconds=30 * number) for number in range(4)]
    work.ticker.tick()
    assert work.absences() == []


def test_a_step_is_taken_when_it_is_due_and_not_before(work: Clockwork) -> None:
    lead_id = work.a_lead()
    work.at = moment("Mon 10:02:29")
    assert work.ticker.tick().fired == 0
    work.at = moment("Mon 10:02:30")
    assert work.ticker.tick().fired == 1
    assert Status.AT_RISK is work.lead(lead_id).status
    assert work.ticker.tick().fired == 0


def test_a_tick_says_when_the_next_step_is(work: Clockwork) -> None:
    work.a_lead()
    assert moment("Mon 10:02:30") == work.ticker.tick().next_step_at


def test_more_than_one_commit_holds_is_taken_in_one_tick(work: Clockwork) -> None:
    for number in range(2 * STEPS_BETWEEN_PRESSES + 5):
        work.a_lead(number)
    work.at = moment("Mon 10:03")
    assert work.ticker.tick().fired == 2 * STEPS_BETWEEN_PRESSES + 5


def test_while_people_press_many_steps_are_taken_in_short_commits(
    work: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = [0.0]
    monkeypatch.setattr("bot.recorder.monotonic", lambda: wall[0])
    for number in range(STEPS_BETWEEN_PRESSES + 1):
        work.a_lead(number)
    commits: list[Committed] = []
    work.recorder.on_commit(commits.append)

    def commits_of_a_tick_at(said: str) -> int:
        work.at = moment(said)
        commits.clear()
        assert work.ticker.tick().fired == STEPS_BETWEEN_PRESSES + 1
        # The last one says that the tick is over.
        return len(commits) - 1

    assert commits_of_a_tick_at("Mon 10:03") == 2
    wall[0] += 10
    assert commits_of_a_tick_at("Mon 10:05") == 1


def test_a_minute_without_a_tick_is_an_absence(work: Clockwork) -> None:
    work.ticker.tick()
    work.at += timedelta(seconds=60)
    work.new_ticker().tick()
    assert work.absences() == []
    gone_at = work.at
    work.at += timedelta(seconds=61)
    work.new_ticker().tick()
    assert work.absences() == [(gone_at, work.at)]


def test_after_an_absence_the_breach_bears_its_own_time(work: Clockwork) -> None:
    lead_id = work.a_lead()
    work.ticker.tick()
    work.at = moment("Mon 12:00")
    work.new_ticker().tick()
    breach = work.lead(lead_id).breach
    assert breach is not None
    assert moment("Mon 10:05") == breach.due_at
    assert moment("Mon 12:00") == breach.detected_at


def test_what_a_crash_left_half_gathered_is_released_by_the_next_tick(work: Clockwork) -> None:
    work.a_lead()
    work.ticker.tick()
    with work.database.begin() as connection:
        ids = [row.id for row in outbox.claimable(connection, work.at, 10)]
        assert outbox.gather(connection, ids) == 1
    work.at += timedelta(seconds=30)
    work.new_ticker().tick()
    with work.database.read() as connection:
        assert outbox.gathering(connection) == []
        assert [row.id for row in outbox.claimable(connection, work.at, 10)] == ids


def test_one_bad_clock_is_set_aside_and_stops_no_other(
    work: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = work.a_lead(1), work.a_lead(2)

    def fails_for_bad(lead: Lead | None, fact: Fact, around: Surroundings) -> Decision:
        if isinstance(fact, StepReached) and fact.lead_id == bad:
            raise ZeroDivisionError("a bug")
        return decide(lead, fact, around)

    monkeypatch.setattr(batch, "decide", fails_for_bad)
    work.at = moment("Mon 10:03")
    work.ticker.tick()
    assert Status.AT_RISK is work.lead(good).status
    assert Status.WITHIN_SLA is work.lead(bad).status
    for _ in range(5):
        work.ticker.tick()
    clock = work.lead(bad).clock
    assert clock is not None
    assert clock.next_step_at is None


def test_each_step_is_taken_once_by_two_tickers_at_the_same_moment(work: Clockwork) -> None:
    lead_id = work.a_lead()
    other = Recorder(work.database, work.policies, now=work.now)
    other.start()
    rival = Ticker(
        other,
        work.database,
        work.policies,
        clock=OneClock(work.now),
        gather=DowntimeDesk(work.policies).gather,
    )
    work.at = moment("Mon 10:05")
    fired = work.ticker.tick().fired + rival.tick().fired
    other.stop(LIMIT)
    assert fired == 1
    with work.database.read() as connection:
        owed = [row.role.value for row in outbox.of_lead(connection, lead_id)]
    assert sorted(owed) == ["deadline_passed", "managers_card", "owner_card"]


def test_the_clockwork_takes_steps_by_itself(work: Clockwork) -> None:
    started = threading.Event()
    fired = threading.Event()

    def taken(committed: Committed) -> None:
        if started.is_set() and committed.next_step_at is None and committed.owes:
            fired.set()

    work.recorder.on_commit(taken)
    work.ticker.start()
    try:
        work.a_lead()
        started.set()
        work.at = moment("Mon 10:02:30")
        assert fired.wait(LIMIT.total_seconds())
    finally:
        work.ticker.stop()


def test_a_stream_of_commits_does_not_put_off_the_next_look(work: Clockwork) -> None:
    looked = threading.Event()
    work.ticker.start()
    until = monotonic() + LOOKED_AGAIN_WITHIN.total_seconds()
    try:
        while work.ticker.ticked_at is None:
            assert monotonic() < until
            looked.wait(0.01)
        work.at = moment("Mon 10:00:05")
        while work.ticker.ticked_at != work.at:
            assert monotonic() < until
            work.recorder.tell(Committed(next_step_at=moment("Mon 16:00"), owes=False))
            looked.wait(0.01)
    finally:
        work.ticker.stop()


def test_a_tick_that_hangs_does_not_hold_up_the_stop(
    work: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticking, let_go = threading.Event(), threading.Event()

    def hangs() -> Tick:
        ticking.set()
        let_go.wait(LIMIT.total_seconds())
        return Tick(fired=0, next_step_at=None)

    monkeypatch.setattr(work.ticker, "tick", hangs)
    work.ticker.start()
    assert ticking.wait(LIMIT.total_seconds())
    work.ticker.stop(timedelta(0))
    assert not let_go.is_set()
    let_go.set()
