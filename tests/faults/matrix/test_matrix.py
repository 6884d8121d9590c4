"""The crash matrix in short: a few of its seeds on each database; `python -m tests.faults.matrix` plays the rest."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.ledger import delivery_of
from storage.database import Database
from tests.bot.courier.office import ALICE, open_office
from tests.databases import PostgresqlServer
from tests.faults.matrix import findings
from tests.faults.matrix.company import Pressed
from tests.faults.matrix.endings import FIRST, NAMED, endings_of
from tests.faults.matrix.nurse import Nurse
from tests.faults.matrix.outcome import Outcome, Setting
from tests.faults.matrix.places import database_of
from tests.faults.matrix.seed import Play

LEADS, KILLS = 4, 1
WITHIN_SECONDS = 400
"""Of a busy machine; alone it takes ten to twenty."""


@pytest.fixture(scope="module")
def nurse() -> Iterator[Nurse]:
    with Nurse() as nurse:
        yield nurse


def played(
    seed: int, nurse: Nurse, folder: Path, server: PostgresqlServer | None = None, *, replicas: int = 1
) -> Outcome:
    is_migrated = seed % 4 != 0
    with database_of(server, folder, f"matrix_{seed}_{replicas}", is_migrated=is_migrated) as url:
        setting = Setting(
            database_url=url, is_migrated=is_migrated, replicas=replicas, leads=LEADS, kills=KILLS
        )
        return Play(seed, setting, nurse, folder).run()


@pytest.mark.process
@pytest.mark.timeout(WITHIN_SECONDS)
@pytest.mark.parametrize("seed", [8, 10])
def test_a_bot_on_sqlite_is_killed_and_nothing_is_lost_or_doubled(
    nurse: Nurse, tmp_path: Path, seed: int
) -> None:
    outcome = played(seed, nurse, tmp_path)
    assert outcome.problems == []
    assert outcome.kills.total() >= KILLS


@pytest.mark.process
@pytest.mark.timeout(WITHIN_SECONDS)
@pytest.mark.parametrize(("seed", "replicas"), [(12, 1), (9, 2)], ids=["one bot", "two bots"])
def test_bots_on_postgresql_are_killed_and_nothing_is_lost_or_doubled(
    nurse: Nurse, tmp_path: Path, postgresql_server: PostgresqlServer, seed: int, replicas: int
) -> None:
    outcome = played(seed, nurse, tmp_path, postgresql_server, replicas=replicas)
    assert outcome.problems == []
    assert outcome.kills.total() >= KILLS * replicas


def test_neighbouring_seeds_have_every_moment_between_them() -> None:
    planned = {one.name for seed in range(40) for one in endings_of(random.Random(seed), seed, 3)}
    assert {one.name for one in (*FIRST, *NAMED)} <= planned


def test_a_lead_that_is_gone_and_a_message_that_stands_twice_are_found(sqlite_database: Database) -> None:
    with open_office(sqlite_database) as office:
        lead_id = office.a_lead_arrives(external_id="00Q-1")
        office.settles()
        told = {"00Q-1": str(lead_id)}
        assert findings.lost(sqlite_database, told) == []
        assert findings.doubled(sqlite_database, office.workspace) == []
        assert findings.broken(sqlite_database, office.workspace) == []

        [post] = office.workspace.ledger.visible(ALICE)
        metadata = post.payload["metadata"]
        office.web.chat_postMessage(channel=ALICE, text="once more", metadata=metadata)

        assert len(findings.lost(sqlite_database, {**told, "00Q-2": "L2"})) == 1
        assert len(findings.doubled(sqlite_database, office.workspace)) == 1
        assert len(findings.broken(sqlite_database, office.workspace)) == 1
        assert str(delivery_of(post.payload)) in findings.doubled(sqlite_database, office.workspace)[0]


def test_two_people_who_both_believe_to_have_won_a_claim_are_found(sqlite_database: Database) -> None:
    def presses(*, told: bool) -> list[Pressed]:
        first = Pressed(user="U0CARLA", action="claim", value="L1:2:1", acked=True, was_told=False)
        return [first, Pressed(user="U0OMAR", action="claim", value="L1:2:1", acked=True, was_told=told)]

    assert findings.claims_won_twice(sqlite_database, presses(told=True)) == []
    assert len(findings.claims_won_twice(sqlite_database, presses(told=False))) == 1
