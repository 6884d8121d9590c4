"""Two at once: one wins, nobody waits crosswise, nothing is handed out twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import Connection, text

from sla.lead import Lead, LeadId
from storage import cards, leads, outbox, turns
from storage.database import Database
from tests.databases import Open
from tests.storage.samples import MONDAY, a_clock, a_lead, a_post, changed, claim_all, keep, loaded, minutes

ROUNDS = 15
LEADS = [a_lead(number) for number in range(30)]


def _at_once(*jobs: Callable[[], object]) -> list[object]:
    """Run all jobs at the same time, and raise what any of them raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait(timeout=10)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


def _claim(database: Database, lead_id: LeadId, person: str, generation: int) -> bool:
    with database.begin() as connection:
        lead = leads.load(connection, [lead_id], lock=True)[lead_id]
        if lead.generation != generation:
            return False
        claimed = replace(lead, owner=person, generation=generation + 1)
        leads.write(connection, [changed(lead, claimed)], MONDAY)
        return True


def _by_two(database_url: str, opened: Open, lead: Lead, generation: int) -> list[object]:
    one, other = opened(database_url), opened(database_url)
    return _at_once(
        lambda: _claim(one, lead.id, "ben@example.com", generation),
        lambda: _claim(other, lead.id, "carla@example.com", generation),
    )


def test_of_two_claims_at_once_one_wins(database_url: str, opened: Open) -> None:
    database = opened(database_url)
    keep(database, LEADS[0])
    for generation in range(1, ROUNDS):
        won = _by_two(database_url, opened, LEADS[0], generation)
        assert sorted(map(bool, won)) == [False, True]
    assert loaded(database, LEADS[0].id).generation == ROUNDS


def test_one_clock_is_never_handed_to_two_tickers(postgresql_url: str, opened: Open) -> None:
    one, other = opened(postgresql_url), opened(postgresql_url)
    keep(one, *LEADS)
    later = MONDAY + minutes(60)
    with one.begin() as mine, other.begin() as theirs:
        first = leads.due_clocks(mine, later, 10, lock=True)
        second = leads.due_clocks(theirs, later, 15, lock=True)
        rest = leads.due_clocks(mine, later, 100, lock=True)
    assert (len(first), len(second)) == (10, 15)
    assert not set(first) & set(second)
    # What a ticker holds itself it is handed again.
    assert {lead.id for lead in LEADS} - {lead_id for lead_id, _ in second} == {
        lead_id for lead_id, _ in rest
    }


def test_a_lead_that_somebody_is_deciding_is_not_due_for_the_ticker(
    postgresql_url: str, opened: Open
) -> None:
    one, other = opened(postgresql_url), opened(postgresql_url)
    keep(one, *LEADS[:3])
    with one.begin() as mine, other.begin() as theirs:
        leads.load(mine, [LEADS[1].id], lock=True)
        due = leads.due_clocks(theirs, MONDAY + minutes(60), 10, lock=True)
    assert {LEADS[0].id, LEADS[2].id} == {lead_id for lead_id, _ in due}


def _tick(database: Database) -> None:
    with database.begin() as connection:
        due = leads.due_clocks(connection, MONDAY + minutes(60), 10, lock=True)
        _touch(connection, [lead_id for lead_id, _ in due])


def _record(database: Database, chance: Random) -> None:
    with database.begin() as connection:
        _touch(connection, [lead.id for lead in chance.sample(LEADS, 10)])


def _touch(connection: Connection, ids: list[LeadId]) -> None:
    for lead in leads.load(connection, ids, lock=True).values():
        number = lead.revision + 1
        moved = a_clock(lead.id, next_step_at=MONDAY + minutes(number % 7), round=number)
        leads.write(connection, [changed(lead, replace(lead, revision=number).with_clock(moved))], MONDAY)


def test_tickers_and_recorders_never_wait_for_each_other_crosswise(database_url: str, opened: Open) -> None:
    keep(opened(database_url), *LEADS)

    def ticking() -> None:
        database = opened(database_url)
        for _ in range(ROUNDS):
            _tick(database)

    def recording() -> None:
        database, chance = opened(database_url), Random(threading.get_ident())
        for _ in range(ROUNDS):
            _record(database, chance)

    # A deadlock would be broken by the database and raise Conflict here.
    _at_once(ticking, recording, ticking, recording)


def test_a_message_is_claimed_by_one_courier(postgresql_url: str, opened: Open) -> None:
    one, other = opened(postgresql_url), opened(postgresql_url)
    keep(one, *LEADS[:5], posts=[a_post()])
    with one.begin() as mine, other.begin() as theirs:
        ids = [delivery.id for delivery in outbox.claimable(mine, MONDAY, 9)]
        first = outbox.claim(mine, ids[:3], leased_until=MONDAY, at=MONDAY)
        second = outbox.claim(theirs, ids, leased_until=MONDAY, at=MONDAY)
    assert (ids[:3], ids[3:]) == ([d.id for d in first], [d.id for d in second])


_WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


def _wait_until_somebody_waits(database: Database) -> None:
    for _ in range(2000):
        with database.read() as connection:
            if connection.scalar(text(_WAITING)):
                return
        threading.Event().wait(0.005)
    pytest.fail("nobody came to wait for the lock")


def test_a_card_learns_of_a_change_that_was_being_written_as_it_was_sent(
    postgresql_url: str, opened: Open
) -> None:
    one, other = opened(postgresql_url), opened(postgresql_url)
    lead = LEADS[0]
    keep(one, lead, posts=[a_post()])
    with one.begin() as connection:
        [delivery] = claim_all(connection)

    def sent() -> bool:
        with other.begin() as theirs:
            return outbox.sent(theirs, delivery.id, 1, channel="D1", ts="1.1", at=MONDAY, revision=1)

    with ThreadPoolExecutor(1) as pool:
        with one.begin() as mine:
            before = leads.load(mine, [lead.id], lock=True)[lead.id]
            leads.write(mine, [changed(before, replace(before, revision=2))], MONDAY)
            accepted = pool.submit(sent)
            _wait_until_somebody_waits(one)
        assert accepted.result(timeout=30)
    with one.read() as connection:
        assert [card.wanted_revision for card in cards.dirty(connection, 9, MONDAY)] == [2]


def test_two_recorders_take_turns_at_assigning(database_url: str, opened: Open) -> None:
    def assigning(person: str) -> None:
        database = opened(database_url)
        for _ in range(ROUNDS):
            with database.begin() as connection:
                last = turns.load(connection, lock=True).last
                turns.took(connection, [(person, max(last.values(), default=0) + 1, MONDAY)])

    _at_once(lambda: assigning("alice@example.com"), lambda: assigning("ben@example.com"))
    with opened(database_url).read() as connection:
        assert max(turns.load(connection, lock=False).last.values()) == 2 * ROUNDS


def test_a_look_neither_waits_for_a_writer_nor_holds_one_up(database_url: str, opened: Open) -> None:
    one, other = opened(database_url), opened(database_url)
    with one.begin() as writing:
        leads.write(writing, [changed(None, LEADS[0])], MONDAY)
        with other.read() as connection:
            assert leads.load(connection, [LEADS[0].id]) == {}
    with other.read() as connection:
        assert {LEADS[0].id: LEADS[0]} == leads.load(connection, [LEADS[0].id])
        keep(one, LEADS[1])
        # One look is one moment: what came after its first question is not in it.
        assert leads.load(connection, [LEADS[1].id]) == {}
    with other.read() as connection:
        assert {LEADS[1].id: LEADS[1]} == leads.load(connection, [LEADS[1].id])
