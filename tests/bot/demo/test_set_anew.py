"""The stage set anew: the same address, another scene, and nothing left of what was."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.bot.demo.looking import Onlooker, watched


@pytest.fixture(scope="module")
def page() -> Iterator[Onlooker]:
    with watched("seconds") as onlooker:
        yield onlooker


@pytest.fixture
def week(page: Onlooker) -> Onlooker:
    """The same stage in its week, whichever test set it up."""
    if page.get("")["mode"] != "week":
        page.post("stage", mode="week")
    return page


def test_a_burst_of_fifty_is_taken_with_one_that_was_sent_twice(page: Onlooker) -> None:
    said = page.post("burst", count=50)
    outcomes = Counter(one["outcome"] for one in said["body"])
    assert (said["status"], outcomes) == (202, {"accepted": 47, "needs_attention": 2, "duplicate": 1})


def test_in_the_middle_of_a_burst_and_an_outage_the_week_begins_with_an_empty_stage(page: Onlooker) -> None:
    before = page.get("")
    page.post("trouble", what="slack_down")
    page.heard.clear()

    page.post("stage", mode="week")

    now = page.get("")
    assert (now["mode"], now["bot"]) == ("week", "running")
    assert page.events("stage") == [{"id": now["stage"], "mode": "week"}]
    assert now["stage"] != before["stage"]
    assert page.get("leads") == {"leads": []}
    # Whoever is on call that week may have been told so by now.
    assert {row["role"] for row in page.get("ledger")["rows"]} <= {"shift"}
    assert page.get("trouble") == {"what": "none"}
    roles = {one["name"]: one["role"] for one in now["people"]}
    assert roles["Dieter Daum"] == "Rep, DACH"
    assert roles["Carla Costa"] == "Rep, Inside sales · Backup, Enterprise, DACH"
    assert roles["Mia Moreno"] == "Manager, every team · On call"


def test_in_the_week_a_sum_spells_out_the_working_time(week: Onlooker) -> None:
    sent = week.send(company="Kessel & Söhne", country="DE", score=10)

    (clock,) = week.get(f"leads/{sent['lead_id']}")["clocks"]
    assert clock["calendar"] == "dach"
    assert clock["sum"].startswith("24 working hours. In Mon 15:55. 1 h 3")
    assert (
        " until closing at 17:30. Closed until Tue 08:30. 3 h 30 min more until closing at 12:00. "
        in clock["sum"]
    )
    assert clock["sum"].endswith(". Paused 0 min. Times in Berlin.")


def test_in_the_week_no_story_plays(week: Onlooker) -> None:
    assert week.declined("story", do="play") == (
        409,
        "The story plays with clocks in seconds. Set up that stage first.",
    )


def test_a_stage_that_does_not_exist_is_declined(page: Onlooker) -> None:
    assert page.declined("stage", mode="year") == (400, "mode is one of seconds, week.")
