"""The disk is full, the file is locked or may not be written: nothing is acknowledged, and all goes on afterwards."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database, DatabaseAway
from tests.sla.play import moment
from tests.stories.conftest import open_office
from tests.stories.front_door import FrontDoor
from tests.stories.known_leads import KNOWN
from tests.stories.office import Office

ROOM = 1_073_741_823
"""Pages that SQLite allows a file by itself."""


def says(database: Database, setting: str) -> None:
    """To the one connection that writes."""
    with database.begin() as connection:
        connection.exec_driver_sql(f"pragma {setting}")


@contextmanager
def is_full(database: Database) -> Iterator[None]:
    says(database, "max_page_count = 1")
    yield
    says(database, f"max_page_count = {ROOM}")


@contextmanager
def may_not_be_written(database: Database) -> Iterator[None]:
    with database.begin() as connection:
        writer = connection.connection.driver_connection
    assert isinstance(writer, sqlite3.Connection)
    writer.execute("pragma query_only = on").close()
    yield
    writer.execute("pragma query_only = off").close()


@contextmanager
def is_locked(database: Database) -> Iterator[None]:
    """By another program, for longer than anybody waits."""
    assert database.path is not None
    says(database, "busy_timeout = 20")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("begin immediate")
    yield
    other.close()


TROUBLES: dict[str, Callable[[Database], AbstractContextManager[None]]] = {
    "full": is_full,
    "not to be written": may_not_be_written,
    "locked": is_locked,
}


@pytest.fixture(scope="module")
def door() -> Iterator[FrontDoor]:
    door = FrontDoor()
    yield door
    door.close()


@pytest.fixture
def office(door: FrontDoor, tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    with open_office(door, tmp_path, sqlite_url) as office:
        yield office


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_lead_is_answered_503_and_taken_when_it_is_sent_again(office: Office, trouble: str) -> None:
    # Longer than the room that is left in the file's pages.
    sent = KNOWN["Northwind"] | {"message": "x" * 100_000}
    with TROUBLES[trouble](office.bot.database):
        for path, body in (("/v1/leads", sent), ("/v1/leads/batch", [sent])):
            answer = office.http("POST", path, key="website-key", status=503, settles=False, json=body)
            assert "nothing of it was" in answer["detail"]

    assert office.sends(sent)["outcome"] == "accepted"
    assert len(office.direct_messages("alice")) == 1


@pytest.mark.parametrize("trouble", ["not to be written", "locked"])
def test_a_press_is_told_that_it_was_not_saved_and_works_when_it_is_made_again(
    office: Office, trouble: str
) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    with TROUBLES[trouble](office.bot.database):
        office.presses("I'm on it", by="alice", on=lead)
        assert office.told_only("alice") == "That was not saved. Press again in a minute."
        assert office.lead(lead).on_it is None

    office.presses("I'm on it", by="alice", on=lead)
    assert office.told_only("alice") == ""
    assert office.lead(lead).on_it is not None


@pytest.mark.parametrize("trouble", ["not to be written", "locked"])
def test_a_step_of_a_workflow_is_not_acknowledged_and_recorded_when_slack_sends_it_again(
    office: Office, trouble: str
) -> None:
    inputs = {"external_id": "W-1", "email": "dana@northwind.example", "company": "Northwind"}
    with TROUBLES[trouble](office.bot.database):
        run = office.slack.people.run_workflow_step("start_lead_sla", inputs)
        assert not run.delivery.attempts[0].acked

    assert office.slack.people.redeliver(run.delivery).acked
    assert office.asks_about(office.http("GET", "/v1/leads/workflow:W-1")["lead_id"])["source"] == "workflow"


@pytest.mark.parametrize("trouble", ["not to be written", "locked"])
def test_what_falls_due_meanwhile_is_said_once_afterwards(office: Office, trouble: str) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:04")
    with TROUBLES[trouble](office.bot.database):
        office.now = moment("Mon 10:05")
        for _ in range(2):
            with pytest.raises(DatabaseAway):
                office.bot.ticker.tick()
        office.bot.courier.wake()
        assert office.seen_in("sales-managers") == ""

    office.it_is("Mon 10:06")
    assert office.seen_in("sales-managers").count("Breached: Northwind Freight") == 1
    assert office.happened(lead).count("breached") == 1


@pytest.mark.parametrize("trouble", ["not to be written", "locked"])
def test_the_bot_says_that_it_is_not_ready_and_that_it_is_again(office: Office, trouble: str) -> None:
    office.a_lead_arrives("Northwind", owner="alice")
    with TROUBLES[trouble](office.bot.database):
        office.now += timedelta(seconds=30)
        said = office.http("GET", "/readyz", status=503, settles=False)
        assert (said["database"]["ok"], "the log says why" in said["database"]["detail"]) == (False, True)

    assert office.http("GET", "/readyz")["ready"]
