"""The auditor's rounds: what it mends, what it tells lead ops and when that is over."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.auditor.auditor import Auditor, AuditorParts
from bot.auditor.looking import OwnProcess
from bot.metrics import REPAIRS
from bot.policy_file import parse_policy
from sla.facts import ContactLogged
from sla.lead import ContactId, LeadId
from storage import audit_health, outbox
from storage.audit_findings import Found
from storage.audit_kinds import Kind
from storage.database import Database, DatabaseAway
from storage.outbox import State
from tests.bot.courier.office import EMAILS, LIMIT
from tests.faults.rig import Rig, open_rig
from tests.sla.play import EXAMPLE

LEAD_OPS = "C0LEADOPS"


class Audited:
    """A rig with an auditor whose rounds are a minute apart."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        rig.workspace.add_channel(LEAD_OPS, name="lead-ops", kind="private", members=["U0OPS"])
        self.ticked_at: Callable[[], datetime] = lambda: self.rig.now
        self.idle_for = timedelta(0)
        self.auditor = self.another()

    def another(self, name: str = "one:7") -> Auditor:
        office = self.rig.office
        own = OwnProcess(name=name, ticked_at=lambda: self.ticked_at(), idle_for=lambda: self.idle_for)
        return Auditor(
            AuditorParts(
                database=self.rig.database,
                recorder=office.recorder,
                policies=office.policies,
                clock=office.clock,
                own=own,
            )
        )

    def looks(self, times: int = 1, *, ticks: bool = True) -> list[Found]:
        found: list[Found] = []
        for _ in range(times):
            self.rig.office.now += timedelta(minutes=1)
            if ticks:
                self.rig.lives()
            found = self.auditor.round()
        self.rig.office.settles()
        return found

    def execute(self, statement: str) -> None:
        with self.rig.database.begin() as connection:
            assert connection.execute(text(statement)).rowcount >= 1

    def told(self) -> list[str]:
        return self.rig.texts(LEAD_OPS)


@pytest.fixture
def audited(sqlite_database: Database) -> Iterator[Audited]:
    with open_rig(sqlite_database) as rig:
        yield Audited(rig)


@pytest.fixture
def audited_on_each(database: Database) -> Iterator[Audited]:
    with open_rig(database) as rig:
        yield Audited(rig)


def set_aside(audited: Audited, lead_id: LeadId) -> None:
    audited.rig.lives()
    audited.execute(f"update clocks set next_step_at = null, set_aside_at = 1 where lead_id = '{lead_id}'")


def is_mended(audited: Audited, lead_id: LeadId) -> None:
    audited.execute(f"update clocks set set_aside_at = null where lead_id = '{lead_id}'")


def test_a_running_clock_without_a_next_step_gets_the_one_that_it_ought_to_have(
    audited_on_each: Audited, caplog: pytest.LogCaptureFixture
) -> None:
    audited, before = audited_on_each, REPAIRS.labels(Kind.IDLE_CLOCK)._value.get()
    lead_id = audited.rig.office.a_lead_arrives()
    audited.rig.lives()
    clock = audited.rig.office.lead(lead_id).clock
    assert clock is not None
    audited.execute(f"update clocks set next_step_at = null where lead_id = '{lead_id}'")
    with caplog.at_level(logging.WARNING):
        assert audited.auditor.round() == []
    mended = audited.rig.office.lead(lead_id).clock
    assert mended is not None
    assert mended.next_step_at == clock.next_step_at
    assert "planned_anew" in audited.rig.kinds(lead_id)
    assert [record for record in caplog.records if "mended" in record.getMessage()]
    assert str(lead_id) in caplog.text
    assert REPAIRS.labels(Kind.IDLE_CLOCK)._value.get() == before + 1


def test_a_late_clock_that_lost_its_hand_over_gets_it_again(audited: Audited) -> None:
    lead_id = audited.rig.office.a_lead_arrives()
    audited.rig.it_is("Mon 10:20")
    late = audited.rig.office.lead(lead_id).clock
    assert late is not None
    audited.execute(f"update clocks set next_step_at = null where lead_id = '{lead_id}'")
    assert audited.auditor.round() == []
    assert audited.rig.office.lead(lead_id).clock == late


def test_a_clock_that_cannot_be_planned_is_left_to_people_and_ends_no_round(
    audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError

    lead_id = audited.rig.office.a_lead_arrives()
    audited.rig.lives()
    audited.execute(f"update clocks set next_step_at = null where lead_id = '{lead_id}'")
    with monkeypatch.context() as patch:
        patch.setattr("sla.decide.plan_anew", broken)
        [found] = audited.auditor.round()
    assert (found.kind, list(found.leads)) == (Kind.IDLE_CLOCK, [lead_id])
    assert audited.auditor.round() == []


def test_a_call_that_never_came_back_is_looked_for_and_sent_once(audited: Audited) -> None:
    office = audited.rig.office
    card = office.card(office.a_lead_arrives())
    with audited.rig.database.begin() as connection:
        long_ago = audited.rig.now - timedelta(minutes=5)
        assert len(outbox.claim(connection, [card.id], leased_until=long_ago, at=audited.rig.now)) == 1
    # The courier would do the same within seconds; here it has not looked yet.
    assert audited.auditor.round() == []
    assert office.delivery(card.id).state is State.UNCERTAIN
    audited.rig.passes(minutes=2)
    assert office.stands_once(card.id)


def test_what_is_wrong_is_told_once_with_what_to_do_and_its_end_too(audited_on_each: Audited) -> None:
    audited = audited_on_each
    lead_id = audited.rig.office.a_lead_arrives()
    set_aside(audited, lead_id)
    audited.looks(2)
    assert audited.told() == []
    audited.looks(10)
    [said] = audited.told()
    assert said == (
        "Lead SLA needs a look: 1 thing. 1 clock was set aside after 5 tries, since 10:01 AM New York. "
        "Nothing follows there by itself. The log has the reason; reassign or close them. "
        f"Leads: {lead_id}."
    )
    is_mended(audited, lead_id)
    audited.looks(8)
    assert audited.told()[1:] == [
        "Lead SLA: all good again. 1 clock was set aside after 5 tries: from 10:01 AM New York to 10:12 AM."
    ]
    audited.looks(3)
    assert len(audited.told()) == 2


def test_what_is_over_before_it_is_told_is_not_told(audited: Audited) -> None:
    lead_id = audited.rig.office.a_lead_arrives()
    set_aside(audited, lead_id)
    audited.looks()
    is_mended(audited, lead_id)
    audited.looks(8)
    assert audited.told() == []


def test_what_stays_so_is_said_again_after_a_day(audited: Audited) -> None:
    audited.idle_for = timedelta(minutes=5)
    audited.looks(5)
    assert len(audited.told()) == 1
    audited.rig.office.now += timedelta(hours=23)
    audited.auditor.round()
    audited.rig.lives()
    assert len([one for one in audited.told() if "needs a look" in one]) == 1
    audited.rig.office.now += timedelta(hours=1)
    audited.looks(1)
    assert len([one for one in audited.told() if "needs a look" in one]) == 2


def test_several_things_are_one_message_and_all_good_waits_for_the_last_of_them(audited: Audited) -> None:
    office = audited.rig.office
    first = office.a_lead_arrives()
    set_aside(audited, first)
    audited.idle_for = timedelta(minutes=5)
    audited.looks(4)
    [said] = audited.told()
    assert said.startswith("Lead SLA needs a look: 2 things.")
    assert "Nothing leaves from one:7" in said
    is_mended(audited, first)
    audited.looks(8)
    assert len(audited.told()) == 1
    audited.idle_for = timedelta(0)
    audited.looks(5)
    assert "all good again" in audited.told()[1]


def test_two_processes_that_find_the_same_tell_it_once(audited_on_each: Audited) -> None:
    audited = audited_on_each
    other = audited.another("two:9")
    set_aside(audited, audited.rig.office.a_lead_arrives())
    for _ in range(6):
        audited.looks()
        other.round()
    audited.rig.office.settles()
    assert len(audited.told()) == 1


def test_a_process_that_died_is_told_once_and_one_that_said_goodbye_is_not(audited_on_each: Audited) -> None:
    audited = audited_on_each
    with audited.rig.database.begin() as connection:
        for name in ("two:9", "three:9"):
            audit_health.lives(connection, name, audited.rig.now)
    audited.another("three:9").stop(LIMIT)
    audited.looks(12)
    [said] = audited.told()
    assert "The process two:9 ended without a word, seen 10:04 AM" in said
    with audited.rig.database.read() as connection:
        assert list(audit_health.replicas(connection)) == ["one:7"]


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("ops: {channel: C0LEADOPS, people: [ops@acme.example]}", LEAD_OPS),
        ("ops: {people: [ops@acme.example]}", "D0OPS"),
        ("", "D0OPS"),
    ],
    ids=["its channel", "its people", "who hears of leads that have nobody"],
)
def test_the_policy_says_where_lead_ops_read_it(audited: Audited, section: str, place: str) -> None:
    written = EXAMPLE.read_text(encoding="utf-8")
    policy = written.replace("ops: {channel: C0LEADOPS, people: [ops@acme.example]}", section)
    assert (policy == written) == (place == LEAD_OPS)
    audited.rig.office.policies.current = parse_policy(policy, Path("policy.yaml").name)
    audited.idle_for = timedelta(minutes=5)
    audited.looks(4)
    assert len([one for one in audited.rig.texts(place) if "needs a look" in one]) == 1


def test_an_archived_channel_of_lead_ops_is_stood_in_for_by_its_people(audited: Audited) -> None:
    audited.rig.workspace.channels[LEAD_OPS].is_archived = True
    audited.idle_for = timedelta(minutes=5)
    audited.looks(4)
    audited.rig.passes(seconds=30)
    assert len([one for one in audited.rig.texts("D0OPS") if "needs a look" in one]) == 1


def test_clocks_that_nobody_looks_at_are_told_although_the_ticker_stands(audited: Audited) -> None:
    audited.rig.office.a_lead_arrives()
    stood = audited.rig.now
    audited.ticked_at = lambda: stood
    found = {one.kind for one in audited.looks(6, ticks=False)}
    assert {Kind.TICKER_STANDS, Kind.CLOCKS_BEHIND} <= found
    assert "The clocks stand still in one:7" in audited.told()[0]


def test_a_card_that_stays_behind_is_told_only_after_a_while(audited: Audited) -> None:
    lead_id = audited.rig.office.a_lead_arrives()
    audited.rig.lives()
    audited.execute("update cards set wanted_revision = 99, retry_at = 99000000000000000")
    assert audited.looks(15) == []
    [found] = audited.looks(2)
    assert (found.kind, list(found.leads)) == (Kind.STALE_CARD, [lead_id])


def _contact(audited: Audited, lead_id: LeadId, occurred_at: datetime) -> None:
    """Alice logs a contact now."""
    fact = ContactLogged(
        lead_id=lead_id,
        at=audited.rig.now,
        contact_id=ContactId(f"K{audited.rig.now.timestamp()}"),
        by=EMAILS["alice"],
        logged_by=EMAILS["alice"],
        channel="call",
        outcome="connected",
        occurred_at=occurred_at,
        via="slack",
    )
    assert audited.rig.office.recorder.record(fact).refusal is None


def _whose_card_left_too_late(audited: Audited, monkeypatch: pytest.MonkeyPatch) -> LeadId:
    """A lead that was contacted a minute before its card was sent all the same."""
    lead_id = audited.rig.office.a_lead_arrives()
    _contact(audited, lead_id, audited.rig.now)
    audited.rig.office.now += timedelta(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr("bot.courier.selection.still_true", lambda *_: True)
        audited.rig.lives()
    return lead_id


def test_a_message_that_left_after_its_clock_had_ended_is_told_once(
    audited_on_each: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited = audited_on_each
    lead_id = _whose_card_left_too_late(audited, monkeypatch)
    # What ended within five minutes may still come to stand before it.
    assert audited.looks(4) == []
    assert [(one.kind, list(one.leads)) for one in audited.looks()] == [(Kind.AFTER_ITS_CLOCK, [lead_id])]
    audited.looks(9)
    [said] = audited.told()
    assert said == (
        "Lead SLA needs a look: 1 thing. A message left after its clock had ended, seen 10:06 AM New York. "
        f"The lead's timeline says what is so. Tell whoever looks after Lead SLA. Leads: {lead_id}."
    )
    assert audited.another().round() != []
    audited.looks(2)
    assert len(audited.told()) == 1
    # Where hours may pass between a fact and its commit nobody can say what left too late.
    audited.rig.office.leapt += timedelta(hours=8)
    assert Kind.AFTER_ITS_CLOCK not in {one.kind for one in audited.another().round()}
    # What is looked at after every test was broken here on purpose.
    audited.execute(f"update outbox set fenced = false where lead_id = '{lead_id}'")


def test_what_was_found_while_nothing_could_be_written_is_told_afterwards(
    audited: Audited, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = _whose_card_left_too_late(audited, monkeypatch)
    audited.looks(4)
    with monkeypatch.context() as patch:
        patch.setattr("bot.auditor.auditor.write_down", _is_away)
        audited.rig.office.now += timedelta(minutes=1)
        with pytest.raises(DatabaseAway):
            audited.auditor.round()
    assert [(one.kind, list(one.leads)) for one in audited.looks()] == [(Kind.AFTER_ITS_CLOCK, [lead_id])]
    assert audited.looks() == []
    # What is looked at after every test was broken here on purpose.
    audited.execute(f"update outbox set fenced = false where lead_id = '{lead_id}'")


def _is_away(*_: object) -> bool:
    raise DatabaseAway("the disk is full")


def test_what_left_before_anybody_logged_the_contact_is_no_finding(audited_on_each: Audited) -> None:
    audited = audited_on_each
    lead_id = audited.rig.office.a_lead_arrives()
    audited.rig.office.now += timedelta(minutes=2)
    audited.rig.lives()
    card = audited.rig.office.card(lead_id)
    assert card.sent_at == audited.rig.now
    audited.rig.office.now += timedelta(minutes=2)
    _contact(audited, lead_id, audited.rig.now - timedelta(minutes=3))
    audited.looks(9)
    assert audited.told() == []


def test_after_an_absence_what_still_waits_is_nothing_to_tell(audited: Audited) -> None:
    rig = audited.rig
    rig.office.a_lead_arrives()
    rig.slack_is_away_until("Mon 10:40")
    with rig.database.read() as connection:
        assert len(outbox.claimable(connection, rig.now, 9)) > 0
        assert audited.auditor._look.suspects(connection, rig.now) == []


def test_a_healthy_night_and_day_gives_nothing_to_find(audited: Audited) -> None:
    for _ in range(3):
        audited.rig.office.a_lead_arrives()
    for said in ("Mon 10:04", "Mon 10:06", "Mon 11:06", "Mon 13:00", "Mon 23:00", "Tue 9:30"):
        audited.rig.it_is(said)
        assert audited.auditor.round() == []


def test_where_time_leaps_nobody_says_that_something_waited(audited: Audited) -> None:
    audited.rig.office.a_lead_arrives()
    audited.rig.office.leapt += timedelta(hours=8)
    audited.rig.office.now += timedelta(hours=8)
    with audited.rig.database.read() as connection:
        assert audited.auditor._look.suspects(connection, audited.rig.now) == []


def test_a_full_disk_and_a_log_that_grows_are_told(audited: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_health, "DISK_BYTES_MIN", 1 << 62)
    monkeypatch.setattr(audit_health, "LOG_BYTES_MAX", -1)
    assert {Kind.DISK_FULL, Kind.LOG_GROWS} == {one.kind for one in audited.looks()}


def test_a_round_that_goes_wrong_ends_nothing(audited: Audited, caplog: pytest.LogCaptureFixture) -> None:
    def bad() -> None:
        raise LookupError

    audited.ticked_at = bad  # type: ignore[assignment]
    with caplog.at_level(logging.WARNING):
        audited.auditor._round()
    assert "audit_failed" in caplog.text
