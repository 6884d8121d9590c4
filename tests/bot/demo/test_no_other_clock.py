"""Outside the demo nothing sets the bot's clock: no file, no option, no variable."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import WALL
from bot.demo.clock import DemoClock
from bot.running import run_bot
from tests.bot.bot_process import pretend_slack, running, types
from tests.sla.play import moment

pytestmark = pytest.mark.process

FAR_AHEAD = moment("Mon 10:00").replace(year=2090)


def test_the_run_command_takes_no_clock(tmp_path: Path) -> None:
    DemoClock(tmp_path / "clock.json", FAR_AHEAD)
    said = types(tmp_path, "run", "--clock", "clock.json")
    assert said.returncode == 2
    assert "No such option" in said.stderr


def test_a_bot_beside_such_a_file_goes_by_the_wall_clock(tmp_path: Path) -> None:
    DemoClock(tmp_path / "clock.json", FAR_AHEAD)
    with pretend_slack() as slack, running(tmp_path, slack, LEAD_SLA_CLOCK="clock.json") as bot:
        bot.wait_until_open()
        answer = bot.send(external_id="X-1", score=88)
        assert datetime.fromisoformat(answer["sla"]["due_at"]) < FAR_AHEAD


def test_who_says_nothing_runs_by_the_wall_clock() -> None:
    assert run_bot.__defaults__ == (WALL,)
