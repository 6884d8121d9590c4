"""The demo tells the main job: in time, reminder, breach, hand-over, two claims with one winner."""

import re

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.demo import story


@pytest.mark.timeout(120)
def test_the_demo_tells_the_whole_story_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "READING_SECONDS", 0.2)
    told = CliRunner().invoke(
        app, ["demo", "--story-only"], env={"COLUMNS": "120", "SLACK_BOT_TOKEN": "not-ours"}
    )
    assert told.exit_code == 0, told.output
    seen = " ".join(told.output.split())
    in_order = [
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
