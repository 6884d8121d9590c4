"""`lead-sla run` on a back-up that was made while it ran: it notices by itself, or is told."""

from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.bot.bot_process import BotProcess, pretend_slack, running, types

pytestmark = pytest.mark.process


ON_CALL = ("D0OMAR", "D0MIA")
"""Whose week begins or ends today hears of that, too."""


def posts(slack: SandboxServer) -> int:
    return sum(post.channel not in ON_CALL for post in slack.workspace.ledger.posts())


def is_told(bot: BotProcess, slack: SandboxServer, number: int) -> None:
    bot.wait_until(lambda: posts(slack) >= number, f"{number} posts")


def a_bot_that_was_backed_up_on_the_way(folder: Path, slack: SandboxServer) -> dict[str, object]:
    """One lead before the back-up and one after it; then the back-up takes the database's place."""
    with running(folder, slack) as bot:
        bot.wait_until_open()
        first = bot.send(external_id="1")
        is_told(bot, slack, 1)
        bot.wait_until(lambda: (folder / "lead-sla.db.alive").exists(), "a sign of life")
        assert "readable by you alone" in types(folder, "db", "backup", "copy.db").stdout
        written = (folder / "lead-sla.db.alive").read_text(encoding="utf-8")
        bot.send(external_id="2", email="sam@little-loom.example", company="Little Loom")
        is_told(bot, slack, 2)
        bot.wait_until(
            lambda: (folder / "lead-sla.db.alive").read_text(encoding="utf-8") != written, "another"
        )
        assert bot.stop() == 0
    for name in ("lead-sla.db-wal", "lead-sla.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "copy.db").replace(folder / "lead-sla.db")
    return first


def test_a_bot_on_a_file_from_before_notices_it_or_is_told_and_says_nothing_twice(tmp_path: Path) -> None:
    with pretend_slack() as slack:
        first = a_bot_that_was_backed_up_on_the_way(tmp_path, slack)
        with running(tmp_path, slack) as bot:
            bot.wait_until_open()
            [said] = bot.logged("after_restore")
            again = bot.send(external_id="1")
            lost = bot.send(external_id="2", email="sam@little-loom.example", company="Little Loom")
            is_told(bot, slack, 3)
            assert bot.stop() == 0
        (tmp_path / "lead-sla.db.alive").unlink()
        with running(tmp_path, slack, ["run", "--after-restore"]) as bot:
            bot.wait_until_open()
            [asked_for] = bot.logged("after_restore")
            assert bot.stop() == 0

    assert (said["noticed"], asked_for["noticed"]) == (True, False)
    assert ("duplicate", first["lead_id"], "accepted") == (
        again["outcome"],
        again["lead_id"],
        lost["outcome"],
    )
    assert posts(slack) == 3
