"""Clocks that are wrong: a process that is minutes ahead or behind, a clock set back, other rules of a time zone."""

import shutil
import zoneinfo
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.ticker import Ticker
from sla.effects import Role
from sla.facts import ContactLogged
from sla.lead import ContactId, LeadId, Stage
from storage import outbox
from storage.database import Database
from storage.delivery import State
from tests.bot.courier.office import ALICE, EMAILS, LIMIT, MANAGERS, OfficeClock
from tests.faults.rig import Rig, open_rig
from tests.sla.play import EXAMPLE, moment

pytestmark = pytest.mark.thorough

AHEAD, BEHIND = timedelta(minutes=2), timedelta(minutes=-2)
ONCE = ("breached", "deadline_passed", "handed_over", "still_free", "needs_decision")


class Process:
    """Another process on the same database, whose clock is wrong by so much."""

    def __init__(self, rig: Rig, skew: timedelta, name: str) -> None:
        self._rig = rig
        self._skew = skew
        self.recorder = Recorder(rig.database, rig.office.policies, now=self.now)
        self.recorder.start()
        self.ticker = Ticker(
            self.recorder,
            rig.database,
            rig.office.policies,
            clock=OneClock(self.now),
            gather=DowntimeDesk(rig.office.policies).gather,
            name=name,
        )

    def now(self) -> datetime:
        return self._rig.now + self._skew


@pytest.fixture
def replicated(postgresql_database: Database) -> Iterator[Rig]:
    """Only there may several processes be."""
    with open_rig(postgresql_database) as rig:
        yield rig


@pytest.fixture(params=[AHEAD, BEHIND], ids=["ahead", "behind"])
def other(request: pytest.FixtureRequest, replicated: Rig) -> Iterator[Process]:
    process = Process(replicated, request.param, "bot")
    yield process
    process.recorder.stop(LIMIT)


def contact(rig: Rig, lead_id: LeadId) -> ContactLogged:
    """A press on Log contact without a time: now."""
    return ContactLogged(
        lead_id=lead_id,
        at=rig.now,
        contact_id=ContactId(f"K{rig.now.timestamp()}"),
        by=EMAILS["alice"],
        logged_by=EMAILS["alice"],
        channel="call",
        outcome="connected",
    )


def counted(rig: Rig, lead_id: LeadId) -> dict[str, int]:
    return {kind: number for kind, number in Counter(rig.kinds(lead_id)).items() if kind in ONCE}


def test_each_step_is_taken_once_by_processes_whose_clocks_differ(replicated: Rig, other: Process) -> None:
    rig = replicated
    lead_id = rig.office.a_lead_arrives()
    while rig.now < moment("Mon 10:09"):
        # Nearer than the minute after which silence is an absence.
        rig.office.now += timedelta(seconds=50)
        other.ticker.tick()
        rig.lives()

    assert counted(rig, lead_id) == {"breached": 1, "deadline_passed": 1}
    breach = rig.office.lead(lead_id).breach
    assert breach is not None
    assert moment("Mon 10:05") == breach.due_at
    assert len([text for text in rig.texts(MANAGERS) if "Northwind 1" in text]) == 1
    assert all(one.state in (State.SENT, State.VOID) for one in rig.deliveries())


def test_a_contact_now_is_taken_of_a_lead_that_a_process_ahead_of_us_received(
    replicated: Rig, other: Process
) -> None:
    rig = replicated
    rig.office.now = other.now()
    lead_id = rig.office.a_lead_arrives()
    rig.office.now = moment("Mon 10:00:30")

    told = rig.office.recorder.record(contact(rig, lead_id), LIMIT)

    assert told.refusal is None
    lead = rig.office.lead(lead_id)
    assert (lead.stage, lead.outcome) == (Stage.CONTACTED, "met")
    assert lead.first_contact is not None
    assert lead.received_at <= lead.first_contact.occurred_at


def test_a_process_ahead_takes_a_call_under_way_for_lost_and_it_is_seen_once_all_the_same(rig: Rig) -> None:
    rig.workspace.faults.fail("stall", "chat.postMessage", accept=True, seconds=0.3)
    owed = rig.office.owes(MANAGERS)
    rig.office.courier.round()
    with rig.database.begin() as connection:
        # What the round of a courier does whose clock is so far ahead that every lease looks expired.
        assert outbox.expire_leases(connection, rig.now + AHEAD)
    assert rig.office.delivery(owed).state is State.UNCERTAIN

    rig.passes(minutes=1)
    delivery = rig.office.delivery(owed)
    assert (delivery.state, rig.office.posted(owed), delivery.attempt) == (State.SENT, 1, 1)


class SetBack(OfficeClock):
    """The wall clock may be set back; the one that the pace goes by runs on, as a machine's does."""

    back = timedelta(0)

    def seconds(self) -> float:
        return super().seconds() + self.back.total_seconds()


@pytest.fixture
def wall(rig: Rig) -> SetBack:
    rig.office.clock = clock = SetBack(rig.office)
    rig.starts()
    return clock


def test_a_clock_that_is_set_back_by_an_hour_repeats_nothing_and_holds_up_no_new_lead(
    rig: Rig, wall: SetBack
) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:06")
    before = len(rig.workspace.ledger.posts())

    wall.back = timedelta(hours=1)
    rig.office.now = moment("Mon 9:06")
    rig.lives()
    later = rig.office.a_lead_arrives(owner=EMAILS["bob"])
    rig.it_is("Mon 9:12")

    assert counted(rig, lead_id) == {"breached": 1, "deadline_passed": 1}
    assert counted(rig, later) == {"breached": 1, "deadline_passed": 1}
    assert moment("Mon 9:11") == rig.office.lead(later).due_at
    assert len(rig.workspace.ledger.posts()) > before
    rig.it_is("Mon 12:10")
    assert set(counted(rig, lead_id).values()) == {1}
    assert rig.absences() == []


def test_a_press_just_after_the_clock_was_set_back_is_taken(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:01")
    rig.office.now = moment("Mon 9:50")

    assert rig.office.recorder.record(contact(rig, lead_id), LIMIT).refusal is None
    assert rig.office.lead(lead_id).outcome == "met"


@pytest.fixture
def other_rules(tmp_path: Path) -> Iterator[None]:
    """A time zone database in which New York has the hours of Chicago."""
    usual = zoneinfo.TZPATH
    chicago = next(
        Path(path, "America", "Chicago") for path in usual if Path(path, "America/Chicago").exists()
    )
    (tmp_path / "America").mkdir()
    shutil.copy(chicago, tmp_path / "America" / "New_York")
    zoneinfo.reset_tzpath([str(tmp_path), *usual])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(usual)
    zoneinfo.ZoneInfo.clear_cache()


def test_other_rules_of_a_time_zone_move_no_deadline_that_was_promised(
    rig: Rig, request: pytest.FixtureRequest
) -> None:
    early = rig.office.a_lead_arrives()
    calm = rig.office.a_lead_arrives(owner=EMAILS["bob"], score=40, intent="content", employees=20)
    promised = [rig.office.lead(lead_id).due_at for lead_id in (early, calm)]
    # As after an update of the system: the next process reads the zones anew.
    request.getfixturevalue("other_rules")
    rig.office.policies = PolicyBox.open(rig.database, EXAMPLE, rig.now)
    rig.starts()

    rig.it_is("Mon 10:06")
    assert [rig.office.lead(lead_id).due_at for lead_id in (early, calm)] == promised
    breach = rig.office.lead(early).breach
    assert breach is not None
    assert (breach.due_at, breach.detected_at) == (promised[0], moment("Mon 10:05"))
    assert [one.state for one in rig.deliveries() if one.role is Role.DEADLINE_PASSED] == [State.SENT]
    assert len(rig.texts(ALICE)) > 1
