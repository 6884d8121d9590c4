"""Whatever is broken by hand in the data is found by the auditor's questions, and nothing in data that is sound."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from sla.effects import Role, Urgency
from sla.lead import ClockKind, LeadId
from storage import (
    absences,
    audit,
    audit_deliveries,
    audit_fence,
    audit_findings,
    audit_health,
    audit_mending,
    outbox,
    timeline,
)
from storage.audit_findings import Found
from storage.audit_kinds import MUST_NOT_BE, ONCE, Kind, Suspect
from storage.database import Database
from storage.micros import micros, moment
from storage.outbox import State
from tests.databases import Open
from tests.storage.samples import MONDAY, a_clock, a_lead, a_post, an_entry, keep, minutes, send_all
from tests.storage.test_query_plans import MANY, _fill, _plans

LEAD = a_lead(1)
LATER = MONDAY + minutes(90)
STOPPED = micros(MONDAY + minutes(10))
TOO_LATE = micros(MONDAY + minutes(11))
LEFT_LATE = "a message left after its clock had ended"
NO_SHORTER = timedelta(0)


def all_suspects(connection: Connection) -> list[Suspect]:
    """Every question about the data, asked an hour and a half later; no card may be behind by then."""
    return [
        *audit.idle_clocks(connection),
        *audit.set_aside(connection),
        *audit.behind(connection, LATER - minutes(2)),
        *audit.walk(connection, None).suspects,
        *audit.steps_twice(connection, 0)[0],
        *audit_fence.after_their_clocks(connection, None, LATER)[0],
        *audit_deliveries.leases_over(connection, LATER),
        *audit_deliveries.never_looked_for(connection),
        *audit_deliveries.not_settled(connection, LATER),
        *audit_deliveries.left_gathered(connection, LATER),
        *audit_deliveries.out_of_time(connection, LATER),
        *audit_deliveries.not_leaving(connection, LATER),
        *audit_deliveries.sent_nowhere(connection),
    ]


def sound(database: Database) -> None:
    """Three leads: one whose card was sent, one in review, one whose ladder is over; all steps to come."""
    review = a_clock(LeadId(f"L{2:026}"), kind=ClockKind.REVIEW, due_at=None, next_step_at=None)
    over = a_clock(LeadId(f"L{3:026}"), fired_through=MONDAY + minutes(30), next_step_at=None)
    keep(
        database,
        a_lead(1, next_step_at=MONDAY + minutes(120)),
        a_lead(2, clocks=(review,), owner=None),
        a_lead(3, clocks=(over,)),
        posts=[a_post()],
    )
    with database.begin() as connection:
        send_all(connection)
        for kind in ("reminder", "deadline_passed"):
            _write_line(connection, kind)


def _write_line(connection: Connection, kind: str) -> None:
    timeline.append(connection, LEAD.id, [an_entry(kind)])


def execute(statement: str) -> Callable[[Connection], None]:
    def broken(connection: Connection) -> None:
        assert connection.execute(text(statement)).rowcount == 1

    return broken


def change_outbox(values: str) -> Callable[[Connection], None]:
    return execute(f"update outbox set {values} where lead_id = '{LEAD.id}'")


def _clocks(values: str) -> Callable[[Connection], None]:
    return execute(f"update clocks set {values} where lead_id = '{LEAD.id}'")


def _pending(values: str = "") -> Callable[[Connection], None]:
    return change_outbox(f"state = 'pending', sent_at = null, ended_at = null, ts = null{values}")


_COPY_CLOCK = (
    "insert into clocks (lead_id, number, kind, round, how, calendar, started_at, next_step_at, stopped_at) "
    "values ('{lead}', {number}, 'owner', 1, '{how}', 'berlin', 0, {next}, {stopped})"
)


def _another_clock(number: int, how: str, stopped: str) -> Callable[[Connection], None]:
    following = "null" if stopped != "null" else str(10**17)
    return execute(_COPY_CLOCK.format(lead=LEAD.id, number=number, how=how, next=following, stopped=stopped))


def _both(*breaks: Callable[[Connection], None]) -> Callable[[Connection], None]:
    def broken(connection: Connection) -> None:
        for one in breaks:
            one(connection)

    return broken


BROKEN: dict[str, tuple[Kind, Callable[[Connection], None]]] = {
    "a running clock lost its next step": (Kind.IDLE_CLOCK, _clocks("next_step_at = null")),
    "a clock was set aside": (Kind.SET_ASIDE, _clocks("next_step_at = null, set_aside_at = 1")),
    "a due step is not taken": (Kind.CLOCKS_BEHIND, _clocks("next_step_at = 1")),
    "an open lead's clock was stopped alone": (Kind.NO_CLOCK, _clocks("stopped_at = 1, next_step_at = null")),
    "a second clock runs": (Kind.TWO_CLOCKS, _another_clock(2, "routed", "null")),
    "two claims of one round": (
        Kind.TWO_CLAIMS,
        _both(_another_clock(2, "claimed", "2"), _another_clock(3, "claimed", "3")),
    ),
    "a step fired twice": (Kind.STEP_TWICE, lambda connection: _write_line(connection, "deadline_passed")),
    LEFT_LATE: (
        Kind.AFTER_ITS_CLOCK,
        _both(
            _another_clock(2, "routed", str(STOPPED)),
            change_outbox(f"clock = 2, send_started_at = {TOO_LATE}, sent_at = {TOO_LATE}"),
        ),
    ),
    "a lease was over long ago": (
        Kind.LEASE_OVER,
        change_outbox("state = 'sending', leased_until = 1, ended_at = null"),
    ),
    "a call under way without a lease": (
        Kind.LEASE_OVER,
        change_outbox("state = 'sending', leased_until = null"),
    ),
    "an unknown outcome that is never looked for": (
        Kind.NEVER_LOOKED_FOR,
        change_outbox("state = 'uncertain', look_at = null"),
    ),
    "an outcome that stays unknown": (
        Kind.NOT_SETTLED,
        change_outbox("state = 'uncertain', look_at = 1, uncertain_since = 1"),
    ),
    "sent, and nobody knows where": (Kind.SENT_NOWHERE, change_outbox("ts = null")),
    "a row of a list that is gone": (
        Kind.LEFT_GATHERED,
        change_outbox("state = 'gathering', list_id = 'd_gone'"),
    ),
    "gathered and forgotten": (Kind.LEFT_GATHERED, change_outbox("state = 'gathering'")),
    "not worth saying any more, and waiting": (Kind.OUT_OF_TIME, _pending(", expires_at = 1")),
    "owed for long, and not leaving": (Kind.NOT_LEAVING, _pending()),
    "owed for long, tried again and again": (Kind.NOT_LEAVING, _pending(", attempt = 9, retry_at = 9")),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_by_hand_is_found_and_nothing_else(database: Database, how: str) -> None:
    kind, broken = BROKEN[how]
    sound(database)
    with database.begin() as connection:
        broken(connection)
    with database.read() as connection:
        found = all_suspects(connection)
    assert [(kind, LEAD.id)] == [(one.kind, one.lead_id) for one in found]


def test_sound_data_gives_no_finding(database: Database) -> None:
    sound(database)
    with database.read() as connection:
        assert all_suspects(connection) == []


def test_every_kind_that_is_about_the_data_is_broken_once() -> None:
    elsewhere = {
        Kind.STALE_CARD,
        Kind.TICKER_STANDS,
        Kind.COURIER_STANDS,
        Kind.DEAD_REPLICA,
        Kind.LONG_SNAPSHOT,
        Kind.LOG_GROWS,
        Kind.DISK_FULL,
    }
    assert set(Kind) - elsewhere == {kind for kind, _ in BROKEN.values()}


@pytest.mark.parametrize(
    "values",
    [", not_before = 99000000000000000", ", created_at = 99000000000000000", ", expires_at = 1"],
    ids=["its time has not come", "owed just now", "its time is over"],
)
def test_what_may_still_wait_is_not_said_to_be_stuck(database: Database, values: str) -> None:
    sound(database)
    with database.begin() as connection:
        _pending(values)(connection)
        assert audit_deliveries.not_leaving(connection, LATER) == []


def test_what_waits_for_an_earlier_message_is_found_by_that_one_alone(database: Database) -> None:
    keep(database, LEAD, posts=[a_post(key="first"), a_post(Role.REMINDER, key="second")])
    with database.read() as connection:
        assert len(audit_deliveries.not_leaving(connection, LATER)) == 1


def test_the_oldest_of_each_lane_is_measured_from_when_it_could_leave(database: Database) -> None:
    posts = [
        a_post(key="a"),
        a_post(key="b", urgency=Urgency.PAGE, to=a_post().to, not_before=MONDAY + minutes(20)),
        a_post(key="c", urgency=Urgency.BREACH, not_before=LATER + minutes(1)),
    ]
    with database.begin() as connection:
        outbox.add(connection, [(None, 0, post) for post in posts], MONDAY)
        ages = audit_deliveries.oldest_waiting(connection, LATER)
    assert {Urgency.NEW_LEAD: minutes(90), Urgency.PAGE: minutes(70)} == ages


def test_a_walk_comes_by_every_lead_and_begins_anew(database: Database) -> None:
    keep(database, *(a_lead(number) for number in range(1, 6)))
    with database.begin() as connection:
        connection.execute(text("update clocks set stopped_at = 1, next_step_at = null"))
    with database.read() as connection:
        first = audit.walk(connection, None, 3)
        second = audit.walk(connection, first.last, 3)
    assert (len(first.suspects), len(second.suspects)) == (3, 2)
    assert second.last is None


class TestMending:
    def mended(self, database: Database, how: str) -> tuple[Any, list[Suspect]]:
        sound(database)
        with database.begin() as connection:
            BROKEN[how][1](connection)
            suspects = [one for one in all_suspects(connection) if one.kind is BROKEN[how][0]]
            done = audit_mending.mend(connection, suspects, at=LATER, before=LATER)
            [row] = connection.execute(text(f"select * from outbox where lead_id = '{LEAD.id}'"))
            left = all_suspects(connection)
        assert done == suspects
        # What was owed long ago and may leave from now on is late all the same.
        assert {one.kind for one in left} <= {Kind.NOT_LEAVING}
        return row, left

    @pytest.mark.parametrize("how", ["a lease was over long ago", "a call under way without a lease"])
    def test_a_call_that_never_came_back_is_looked_for_and_not_repeated(
        self, database: Database, how: str
    ) -> None:
        sound(database)
        with database.begin() as connection:
            BROKEN[how][1](connection)
            suspects = audit_deliveries.leases_over(connection, LATER)
            assert audit_mending.mend(connection, suspects, at=LATER, before=LATER) == suspects
            [row] = outbox.to_look_up(connection, LATER, 9)
        assert (row.lead_id, row.state) == (LEAD.id, State.UNCERTAIN)

    def test_an_unknown_outcome_is_looked_for_from_now_on(self, database: Database) -> None:
        row, _ = self.mended(database, "an unknown outcome that is never looked for")
        assert row.look_at is not None

    @pytest.mark.parametrize("how", ["a row of a list that is gone", "gathered and forgotten"])
    def test_what_was_left_behind_by_its_list_leaves_by_itself(self, database: Database, how: str) -> None:
        row, _ = self.mended(database, how)
        assert row.state == State.PENDING

    def test_what_is_not_worth_saying_any_more_is_not_said(self, database: Database) -> None:
        row, _ = self.mended(database, "not worth saying any more, and waiting")
        assert (row.state, row.error) == (State.VOID, audit_mending.OUT_OF_TIME)

    def test_what_somebody_settled_meanwhile_is_left_as_it_is(self, database: Database) -> None:
        sound(database)
        with database.begin() as connection:
            id = connection.scalar(text(f"select id from outbox where lead_id = '{LEAD.id}'"))
            suspects = [Suspect(kind=kind, name=str(id)) for kind in Kind]
            assert audit_mending.mend(connection, suspects, at=LATER, before=LATER) == []


def known(connection: Connection) -> list[tuple[Kind, bool]]:
    return [(one.kind, one.ended_at is not None) for one in audit_findings.known(connection)]


class TestFindings:
    def test_a_finding_keeps_since_when_it_is_so(self, database: Database) -> None:
        with database.begin() as connection:
            for number in (1, 2):
                found = Found(kind=Kind.SET_ASIDE, number=number, leads=[LEAD.id])
                audit_findings.put(connection, [found], MONDAY + minutes(number))
            [finding] = audit_findings.known(connection)
        assert (finding.since_at, finding.seen_at) == (MONDAY + minutes(1), MONDAY + minutes(2))
        assert (finding.number, finding.leads) == (2, (LEAD.id,))

    def test_what_nobody_sees_any_more_is_over_and_remembered_only_where_it_was_told(
        self, database: Database
    ) -> None:
        with database.begin() as connection:
            audit_findings.put(connection, [Found(kind=Kind.SET_ASIDE), Found(kind=Kind.NO_CLOCK)], MONDAY)
            told = [one for one in audit_findings.known(connection) if one.kind is Kind.SET_ASIDE]
            audit_findings.told(connection, told, MONDAY)
            audit_findings.end(connection, MONDAY + minutes(2))
            assert known(connection) == [(Kind.NO_CLOCK, False), (Kind.SET_ASIDE, False)]
            audit_findings.end(connection, MONDAY + minutes(3))
            assert known(connection) == [(Kind.SET_ASIDE, True)]
            audit_findings.put(connection, [Found(kind=Kind.SET_ASIDE)], MONDAY + minutes(4))
            assert known(connection) == [(Kind.SET_ASIDE, False)]

    @pytest.mark.parametrize("kind", sorted(ONCE))
    def test_what_is_told_once_has_no_end_and_is_forgotten_after_a_month(
        self, database: Database, kind: Kind
    ) -> None:
        with database.begin() as connection:
            audit_findings.put(connection, [Found(kind=kind, name="it")], MONDAY)
            audit_findings.end(connection, MONDAY + timedelta(days=29))
            assert [(kind, False)] == known(connection)
            audit_findings.end(connection, MONDAY + timedelta(days=30))
            assert known(connection) == []

    def test_what_must_never_be_is_counted_for_a_day_and_a_dead_process_is_not(
        self, database: Database
    ) -> None:
        with database.begin() as connection:
            audit_findings.put(connection, [Found(kind=kind, name="it") for kind in ONCE], MONDAY)
            counts = audit_findings.counts(connection, MONDAY + timedelta(hours=23))
            assert counts == dict.fromkeys(MUST_NOT_BE, 1)
            assert audit_findings.counts(connection, MONDAY + timedelta(days=1)) == {}


class TestReplicas:
    def test_a_process_is_known_until_it_says_goodbye(self, database: Database) -> None:
        with database.begin() as connection:
            absences.beat(connection, "bot", MONDAY)
            audit_health.lives(connection, "one:7", MONDAY)
            audit_health.lives(connection, "two:7", MONDAY + minutes(1))
            assert {"one:7": MONDAY, "two:7": MONDAY + minutes(1)} == audit_health.replicas(connection)
            audit_health.goes(connection, "one:7")
            assert list(audit_health.replicas(connection)) == ["two:7"]
            assert absences.last_beat(connection, "bot") == MONDAY

    def test_the_only_process_of_a_file_knows_that_every_other_is_gone(self, database: Database) -> None:
        with database.begin() as connection:
            for name in ("one:7", "one:8"):
                audit_health.lives(connection, name, MONDAY)
            audit_health.goes_alone(connection, "one:8")
            assert list(audit_health.replicas(connection)) == ["one:8"]


def test_a_transaction_that_somebody_keeps_open_is_counted(postgresql_url: str, opened: Open) -> None:
    database, other = opened(postgresql_url), opened(postgresql_url)
    with other.read() as reading, database.read() as connection:
        reading.execute(text("select 1 from leads"))
        assert audit_health.long_snapshots(connection, NO_SHORTER) == 1
        assert audit_health.long_snapshots(connection) == 0


def test_the_log_of_a_file_grows_while_somebody_reads_an_old_state(sqlite_database: Database) -> None:
    keep(sqlite_database, a_lead(1))
    with sqlite_database.read() as reading:
        reading.execute(text("select * from leads")).all()
        before = audit_health.log_bytes(sqlite_database)
        keep(sqlite_database, *(a_lead(number) for number in range(2, 300)))
        sqlite_database.move_log()
        assert audit_health.log_bytes(sqlite_database) > before
    assert (audit_health.free_bytes(sqlite_database) or 0) > 0


QUESTIONS: dict[str, tuple[str, Callable[[Connection], Any]]] = {
    "idle clocks": ("ix_clocks_idle", audit.idle_clocks),
    "clocks that were set aside": ("ix_clocks_set_aside", audit.set_aside),
    "steps that are late": ("ix_clocks_next_step_at", lambda c: audit.behind(c, MONDAY)),
    "leases that are over": ("ix_outbox_unsettled", lambda c: audit_deliveries.leases_over(c, MONDAY)),
    "what is never looked for": ("ix_outbox_unsettled", audit_deliveries.never_looked_for),
    "what stays unknown": ("ix_outbox_unsettled", lambda c: audit_deliveries.not_settled(c, MONDAY)),
    "what was left gathered": ("ix_outbox_unsettled", lambda c: audit_deliveries.left_gathered(c, MONDAY)),
    "what is out of time": ("ix_outbox_pending", lambda c: audit_deliveries.out_of_time(c, MONDAY)),
    "what does not leave": ("ix_outbox_pending", lambda c: audit_deliveries.not_leaving(c, MONDAY)),
    "the oldest of each lane": ("ix_outbox_pending", lambda c: audit_deliveries.oldest_waiting(c, MONDAY)),
    "what was sent nowhere": ("ix_outbox_sent_nowhere", audit_deliveries.sent_nowhere),
    "cards that are behind": ("ix_cards_dirty", audit_deliveries.dirty_cards),
}


@pytest.fixture
def filled(database: Database) -> Database:
    with database.begin() as connection:
        _fill(connection)
    return database


def test_every_question_of_a_round_is_answered_from_its_index(filled: Database) -> None:
    with filled.begin() as connection:
        plans = {name: _plans(connection, question) for name, (_, question) in QUESTIONS.items()}
    assert {name: index for name, (index, _) in QUESTIONS.items() if index not in plans[name]} == {}
    for name, plan in plans.items():
        for table in ("clocks", "outbox", "cards", "leads"):
            assert f"Seq Scan on {table}" not in plan, name
            assert f"SCAN {table}'" not in plan, name


def test_the_walks_go_along_keys(filled: Database) -> None:
    with filled.begin() as connection:
        leads = _plans(connection, lambda c: audit.walk(c, LeadId("L3"), 50))
        lines = _plans(connection, lambda c: audit.steps_twice(c, 5_000, 50))
        connection.execute(text("update outbox set clock = 1, send_started_at = 1, sent_at = 1"))
        connection.execute(text("update clocks set stopped_at = 1"))
        connection.exec_driver_sql("analyze")
        ended = _plans(connection, _parts_of_what_ended)
    assert ended.count("ix_outbox_ended") == 2
    assert "ix_timeline_lead_id" in ended
    for plan in (leads, lines, ended):
        assert "Seq Scan" not in plan
        assert not any(f"SCAN {table}'" in plan for table in ("leads", "clocks", "timeline", "outbox"))


def _parts_of_what_ended(connection: Connection) -> None:
    """Where to begin, and the part that follows: messages whose clocks have ended."""
    before = moment(MANY)
    after = audit_fence.place_before_the_newest(connection, before, 50)
    assert after is not None
    _, last = audit_fence.after_their_clocks(connection, after, before, 20)
    assert last is not None
    assert last > after
