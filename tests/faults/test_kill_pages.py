"""The bot is killed in the middle of paging; who takes over pages on, and nobody is paged twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from storage.database import Database
from tests.faults.doomed import CLAIMED
from tests.faults.mortal import Mortal, open_mortal

pytestmark = pytest.mark.process

OMAR, MIA = "D0OMAR", "D0MIA"
OPEN_IN = timedelta(hours=12)
"""The team is closed now, whenever these tests run."""


@pytest.fixture
def at_night(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Iterator[Mortal]:
    with open_mortal(sqlite_database, sqlite_url, tmp_path, first_response="4h") as mortal:
        policy = yaml.safe_load(mortal.policy.read_text(encoding="utf-8"))
        opens = (datetime.now(UTC) + OPEN_IN).hour
        hours = [f"{opens:02d}:00-{opens:02d}:30"]
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours)
        policy["calendars"]["later"] = {"timezone": "UTC", "hours": week}
        for team in policy["teams"].values():
            team["calendar"] = "later"
        rotation = policy["on_call"]["hot-leads"]
        rotation |= {"starts": "2020-01-06", "rotation": ["omar@acme.example"], "acknowledge_within": "3s"}
        rotation["also_by"] = []
        mortal.policy.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
        yield mortal


def pages(mortal: Mortal) -> list[int]:
    """How many messages came to Omar, and to Mia."""
    posts = mortal.workspace.ledger.posts()
    return [len([one for one in posts if one.channel == place]) for place in (OMAR, MIA)]


def goes_on(mortal: Mortal) -> None:
    with mortal.heir() as rig:
        rig.passes(minutes=3)


def test_killed_between_the_decision_and_the_page_its_heir_pages_on(at_night: Mortal) -> None:
    at_night.workspace.faults.fail("stall", "chat.postMessage", accept=False, channel=OMAR)
    at_night.lives()
    at_night.a_lead_arrives(intent="demo_request")
    at_night.until(lambda: at_night.calls("chat.postMessage"))
    at_night.dies()

    goes_on(at_night)

    assert at_night.happened("paged") == 2
    assert pages(at_night)[0] <= 1
    assert pages(at_night)[1] == 1


def test_killed_after_slack_took_the_page_its_heir_sends_it_no_second_time(at_night: Mortal) -> None:
    at_night.workspace.faults.fail("stall", "chat.postMessage", accept=True, channel=OMAR)
    at_night.lives()
    at_night.a_lead_arrives(intent="demo_request")
    at_night.until(lambda: pages(at_night)[0])
    at_night.dies()

    goes_on(at_night)

    assert (at_night.happened("paged"), pages(at_night)) == (2, [1, 1])


def test_killed_with_the_second_page_claimed_its_heir_sends_it_once(at_night: Mortal) -> None:
    at_night.lives()
    at_night.a_lead_arrives(intent="demo_request")
    at_night.until(lambda: pages(at_night)[0])
    at_night.dies()
    at_night.lives(until=CLAIMED)
    at_night.is_killed()

    goes_on(at_night)

    assert (at_night.happened("paged"), pages(at_night)) == (2, [1, 1])
