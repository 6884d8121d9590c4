"""The courier's own thread: woken by commits, patient with the database, and stopped without losing an answer."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database, DatabaseAway
from storage.delivery import State
from tests.bot.courier.office import BACKUP, LIMIT, MANAGERS, Office, open_office
from tests.databases import Open

WITHIN = LIMIT.total_seconds()


def test_a_commit_wakes_the_courier(office: Office) -> None:
    office.courier.start()
    lead_id = office.a_lead_arrives()
    assert office.slack.wait_until(lambda: office.posted(office.card(lead_id).id) == 1, within=WITHIN)


def test_who_stops_it_waits_for_the_calls_under_way(office: Office) -> None:
    office.workspace.faults.fail("stall", "chat.postMessage", accept=True, seconds=0.3)
    id = office.owes(MANAGERS)
    office.courier.start()
    office.courier.wake()
    assert office.slack.wait_until(lambda: office.posted(id) == 1, within=WITHIN)
    assert office.delivery(id).state == State.SENDING
    office.courier.stop(LIMIT)
    assert office.delivery(id).state == State.SENT


def test_a_refusal_under_way_is_told_and_closed_before_the_courier_stops(office: Office) -> None:
    office.workspace.deactivate("U0ALICE")
    lead_id = office.a_lead_arrives()
    office.courier.start()
    office.courier.wake()
    assert office.slack.wait_until(lambda: office.card(lead_id).state != State.PENDING, within=WITHIN)
    office.courier.stop(LIMIT)
    assert office.card(lead_id).state == State.REFUSED
    assert len(office.deliveries(lead_id)) == 2


def test_after_the_stop_nothing_more_is_claimed(office: Office) -> None:
    office.courier.start()
    office.courier.stop(LIMIT)
    id = office.owes(MANAGERS)
    office.courier.wake()
    assert office.delivery(id).state == State.PENDING


@pytest.fixture
def impatient(sqlite_url: str, opened: Open) -> Database:
    """A database that says at once that it is locked."""
    return opened(sqlite_url, lock_wait=timedelta(milliseconds=50))


def test_an_answer_that_cannot_be_written_down_is_kept_until_it_can(
    impatient: Database, tmp_path: Path
) -> None:
    with open_office(impatient) as office:
        id = office.owes(MANAGERS)
        office.courier.round()
        while not office.courier.under_way or not office.posted(id):
            office.courier.rest(0.05)
        with sqlite3.connect(tmp_path / "lead-sla.db", isolation_level=None) as other:
            other.execute("begin immediate")
            office.courier.rest(WITHIN)
            with pytest.raises(DatabaseAway):
                office.courier.round()
            other.execute("rollback")
        other.close()
        office.settles()
        assert (office.delivery(id).state, office.delivery(id).attempt) == (State.SENT, 1)
        assert office.posted(id) == 1


def test_calls_that_hang_in_one_place_leave_senders_for_others(office: Office) -> None:
    office.workspace.faults.fail(
        "stall", "chat.postMessage", channel=MANAGERS, accept=False, seconds=1, times=4
    )
    stuck = [office.owes(MANAGERS) for _ in range(4)]
    free = office.owes(BACKUP)
    office.courier.start()
    office.courier.wake()
    assert office.slack.wait_until(lambda: office.posted(free) == 1, within=WITHIN)
    assert [office.posted(id) for id in stuck] == [0] * 4


def test_no_thread_of_a_stopped_courier_is_left(office: Office) -> None:
    office.owes(MANAGERS)
    office.courier.start()
    office.courier.wake()
    assert office.slack.wait_until(lambda: bool(office.visible(MANAGERS)), within=WITHIN)
    office.courier.stop(LIMIT)
    for thread in threading.enumerate():
        if thread.name.startswith("courier"):
            thread.join(WITHIN)
            assert not thread.is_alive()
