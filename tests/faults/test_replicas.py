"""Several bots on one PostgreSQL: whatever two of them do at once, people see what one bot would have done."""

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.courier import Courier, CourierParts
from bot.courier.pacer import POSTS_BURST
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, Trouble
from storage import cards
from storage.database import Database
from tests.bot.courier.office import ALICE, LIMIT
from tests.faults.rig import Rig, open_rig


@pytest.fixture
def rig(postgresql_database: Database) -> Iterator[Rig]:
    with open_rig(postgresql_database) as rig:
        yield rig


class SlowRoad(Gateway):
    """Its edits wait on their way to Slack until they are let through."""

    is_open = threading.Event()

    def update(self, channel: str, ts: str, payload: Mapping[str, Any]) -> Trouble | None:
        self.is_open.wait(LIMIT.total_seconds())
        return super().update(channel, ts, payload)


@pytest.fixture
def on_a_slow_road(rig: Rig) -> Iterator[Courier]:
    """The courier of another process on the same database."""
    office = rig.office
    courier = Courier(
        CourierParts(
            database=office.database,
            recorder=office.recorder,
            policies=office.policies,
            gateway=SlowRoad(office.web),
            directory=Directory(
                office.web,
                office.database,
                team_id=office.slack.workspace.team_id,
                now=office.clock.real_now,
            ),
            own_ids=[str(rig.workspace.bot.bot_id), rig.workspace.bot.user],
            workspace_url="https://sandbox.slack.com/",
            clock=office.clock,
            monotonic=office.clock.seconds,
            paced_by=office.clock.real_now,
        )
    )
    SlowRoad.is_open.clear()
    yield courier
    SlowRoad.is_open.set()
    courier.stop(LIMIT)


@pytest.fixture
def another(rig: Rig) -> Iterator[Courier]:
    """The courier of one more process."""
    courier = rig.office.new_courier()
    yield courier
    courier.stop(LIMIT)


def test_two_processes_keep_slacks_pace_together(rig: Rig, another: Courier) -> None:
    office = rig.office
    for _ in range(20):
        office.a_lead_arrives()

    for _ in range(10):
        office.settles()
        office.settles(another)
        office.now += timedelta(seconds=1)

    # The four of the burst at once, then one a second: as from one process.
    assert len(rig.texts(ALICE)) == POSTS_BURST + 9
    assert [call for call in rig.workspace.ledger.calls("chat.postMessage") if not call.accepted] == []


def test_a_pause_that_slack_asked_of_one_process_is_kept_by_the_other(rig: Rig, another: Courier) -> None:
    office = rig.office
    office.workspace.faults.ratelimit("chat.postMessage", retry_after=30)
    office.a_lead_arrives()
    office.settles()
    office.a_lead_arrives()

    office.settles(another)
    assert len(rig.workspace.ledger.calls("chat.postMessage")) == 1

    office.now += timedelta(seconds=31)
    office.settles(another)
    assert len(rig.texts(ALICE)) == 2


def test_a_card_that_another_process_edits_is_left_to_it_and_shows_the_newest_in_the_end(
    rig: Rig, on_a_slow_road: Courier
) -> None:
    office = rig.office
    lead_id = office.a_lead_arrives(external_id="00Q-1")
    office.settles()
    office.a_lead_arrives(external_id="00Q-1", company="Northwind Freight")
    on_a_slow_road.round()
    assert on_a_slow_road.under_way
    office.a_lead_arrives(external_id="00Q-1", company="Northwind Air")
    office.settles()

    SlowRoad.is_open.set()
    office.settles(on_a_slow_road)
    office.settles()

    with rig.database.read() as connection:
        [card] = [one for one in cards.of_lead(connection, lead_id) if one.channel == ALICE]
    assert card.shown_revision == card.wanted_revision
    assert "Northwind Air" in str(rig.texts(ALICE))
