"""The demo tells the main job, in the terminal and in the page, and gives way to whoever acts there."""

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.demo import story
from tests.bot.demo.looking import Onlooker

pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def quick_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "READING_SECONDS", 0.2)


@pytest.fixture
def told(page: Onlooker) -> Iterator[Onlooker]:
    """A page in which the story plays; it is ended afterwards."""
    page.heard.clear()
    assert page.post("story", do="play")["state"] == "playing"
    yield page
    page.post("story", do="stop")


@pytest.mark.timeout(120)
def test_the_demo_tells_the_whole_story_and_leaves_nothing_behind() -> None:
    told = CliRunner().invoke(
        app, ["demo", "--story-only"], env={"COLUMNS": "120", "SLACK_BOT_TOKEN": "not-ours"}
    )
    assert told.exit_code == 0, told.output
    seen = " ".join(told.output.split())
    in_order = [
        "Open http://127.0.0.1:",
        "Alice Anders, direct message",
        "Hot lead: Dana Reyes, Northwind Freight",
        "now: ✅ Contacted: Dana Reyes, Northwind Freight · In time.",
        "Lead SLA expires in 5 seconds",
        "Breached: Tidewell, Hot lead",
        "#lead-backup",
        "Free to claim: Tidewell, Hot lead",
        "presses Claim on Tidewell",
        "just before you. Nothing to do.",
        "now yours: Mara Quist, Tidewell",
        "That was the story.",
    ]
    places = [seen.find(piece) for piece in in_order]
    assert -1 not in places, in_order[places.index(-1)]
    assert len(re.findall(r"only (?:Carla Costa|Omar Odeh) sees this", seen)) == 1


def test_the_page_hears_what_the_narrator_says(told: Onlooker) -> None:
    first = {"state": "playing", "says": "A hot lead comes in from the website. Its owner has 12 seconds."}
    told.wait_until(lambda: len(told.events("story")) > 1, "what somebody does")
    assert told.events("story")[0] == first
    assert re.fullmatch(r"(Alice Anders|Bob Brandt) presses Log contact\.", told.events("story")[1]["says"])
    assert told.declined("story", do="play") == (409, "The story plays already.")


def test_a_story_that_is_stopped_leaves_the_stage(told: Onlooker) -> None:
    assert told.post("story", do="stop") == {
        "state": "over",
        "says": "The story stops here; the stage is yours.",
    }
    assert told.get("")["story"]["state"] == "over"


def test_somebody_who_presses_a_button_while_the_story_plays_takes_the_stage(told: Onlooker) -> None:
    people, workspace = told.stage.slack.people, told.stage.slack.workspace
    told.wait_until(lambda: any(one["channel"].startswith("D") for one in told.events("post")), "a card")
    card = next(one for one in told.events("post") if one["channel"].startswith("D"))
    people.press(workspace.channels[card["channel"]].user or "", card["channel"], card["ts"], "why")

    told.wait_until(lambda: told.get("")["story"]["state"] == "over", "the end of the story")
    assert told.telling.ended_early == "Somebody else acts on the stage."


def test_a_bot_that_is_killed_while_the_story_plays_ends_it(told: Onlooker) -> None:
    told.post("bot", do="kill")
    told.wait_until(lambda: told.get("")["story"]["state"] == "over", "the end of the story")
    assert told.telling.ended_early is not None


def test_trouble_while_the_story_plays_ends_it(told: Onlooker) -> None:
    told.post("trouble", what="slack_down")
    assert told.get("")["story"]["state"] == "over"
