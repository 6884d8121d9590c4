"""`lead-sla run` as a process: it works, takes up policies, stands alone on its database, and stops in time."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from storage import leads
from storage.database import Database
from tests.bot.bot_process import BotProcess, pretend_slack, running, types
from tests.databases import Open

pytestmark = pytest.mark.process

OAUTH = {"SLACK_CLIENT_ID": "111.222", "SLACK_CLIENT_SECRET": "of-another-app"}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """One running bot, with Slack's OAuth variables in its environment, for all tests that leave it running."""
    with pretend_slack() as slack, running(tmp_path_factory.mktemp("bot"), slack, **OAUTH) as bot:
        bot.wait_until_open()
        yield bot


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    with pretend_slack() as slack:
        yield slack


def cards_of(bot: BotProcess, person: str) -> list[str]:
    """The stamps of the messages in a person's direct messages."""
    channel = f"D{person[1:]}"
    if channel not in bot.slack.workspace.channels:
        return []
    return [message.ts for message in bot.slack.workspace.shown_in(channel)]


def is_kept(database: Database, lead: str) -> bool:
    with database.read() as connection:
        return leads.resolve(connection, lead) is not None


def test_variables_of_slacks_oauth_change_nothing(bot: BotProcess) -> None:
    bot.send(external_id="oauth", score=90, owner="alice@acme.example")
    bot.wait_until(lambda: len(cards_of(bot, "U0ALICE")) > 0, "the card")

    pressed = bot.slack.people.press("U0ALICE", "D0ALICE", cards_of(bot, "U0ALICE")[0], "on_it")
    assert pressed.acked


def test_a_second_bot_on_the_same_file_is_refused(bot: BotProcess) -> None:
    done = types(bot.folder, "run", **bot.settings)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Another bot is running on this database (process {bot.process.pid}," in done.stderr
    assert "Stop it first, or give this one a database of its own." in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_doctor_works_beside_a_running_bot_and_takes_no_socket_from_it(bot: BotProcess) -> None:
    done = types(bot.folder, "doctor", **bot.settings)

    assert (done.returncode, done.stderr) == (0, "")
    assert "lead-sla.db: up to date" in done.stdout
    assert bot.slack.sockets.connected == 1


def test_sighup_takes_up_a_changed_policy_and_keeps_it_when_the_next_one_is_bad(bot: BotProcess) -> None:
    good = bot.policy.read_text(encoding="utf-8")
    assert (
        bot.send(external_id="before", email="before@quiet.example", company=None)["outcome"]
        == "needs_attention"
    )

    bot.policy.write_text(good.replace("required: [email, company]", "required: [email]"), encoding="utf-8")
    bot.reload()
    bot.wait_until(lambda: len(bot.logged("policy_taken_up")) == 1, "the changed policy")
    assert (
        bot.send(external_id="after", email="after@tidewell.example", company=None)["outcome"] == "accepted"
    )

    bot.policy.write_text("tiers: [", encoding="utf-8")
    bot.reload()
    bot.wait_until(lambda: len(bot.logged("policy_refused")) == 1, "the refusal")
    (refused,) = bot.logged("policy_refused")
    assert "policy.yaml:" in refused["problems"]
    assert refused["kept"] == bot.logged("policy_taken_up")[0]["policy"]
    assert (
        bot.send(external_id="with the old one", email="old@loom.example", company=None)["outcome"]
        == "accepted"
    )
    bot.policy.write_text(good, encoding="utf-8")


def test_sighup_takes_up_changed_keys_without_a_break(tmp_path: Path, slack: SandboxServer) -> None:
    keys = tmp_path / ".env"

    def are_taken_up(bot: BotProcess, number: int, *lines: str) -> None:
        keys.write_text("\n".join(lines), encoding="utf-8")
        bot.reload()
        bot.wait_until(lambda: len(bot.logged("keys_taken_up")) == number, "the keys")

    keys.write_text("LEAD_SLA_INTAKE_KEYS=website=of-2026", encoding="utf-8")
    with running(tmp_path, slack, LEAD_SLA_INTAKE_KEYS="") as bot:
        bot.wait_until_open()
        assert [bot.answers(key) for key in ("of-2026", "of-2027")] == [202, 401]

        are_taken_up(
            bot, 1, "LEAD_SLA_INTAKE_KEYS=website=of-2026,website=of-2027", "LEAD_SLA_ADMIN_KEYS=boss"
        )
        assert [bot.answers(key) for key in ("of-2026", "of-2027", "boss")] == [202, 202, 202]

        are_taken_up(bot, 2, "LEAD_SLA_INTAKE_KEYS=website=of-2027")
        assert [bot.answers(key) for key in ("of-2026", "of-2027", "boss")] == [401, 202, 401]

        keys.write_text("LEAD_SLA_INTAKE_KEYS=no pair", encoding="utf-8")
        bot.reload()
        bot.wait_until(lambda: len(bot.logged("keys_refused")) == 1, "the refusal")
        assert bot.answers("of-2027") == 202
        assert "of-2027" not in bot.log()


def test_a_bot_that_is_asked_to_end_stops_cleanly_in_time(
    tmp_path: Path, slack: SandboxServer, opened: Open
) -> None:
    with running(tmp_path, slack) as bot:
        bot.wait_until_open()
        bot.send(external_id="1", score=90)

        assert bot.stop() == 0
        assert [len(bot.logged(event)) for event in ("stopping", "stopped")] == [1, 1]
    assert is_kept(opened(f"sqlite:///{tmp_path}/lead-sla.db"), "website:1")


def test_a_bot_stops_in_time_while_a_message_is_under_way_that_slack_does_not_answer(
    tmp_path: Path, slack: SandboxServer
) -> None:
    with running(tmp_path, slack) as bot:
        bot.wait_until_open()
        slack.workspace.faults.fail("stall", "chat.postMessage", accept=True, seconds=60.0)
        bot.send(external_id="1", score=90)
        bot.wait_until(lambda: bool(slack.workspace.ledger.calls("chat.postMessage")), "a call that hangs")

        assert bot.stop() == 0


def test_a_bot_stops_in_time_while_slack_is_still_away_from_the_start(
    tmp_path: Path, slack: SandboxServer
) -> None:
    slack.begin_outage("hang")
    with running(tmp_path, slack) as bot:
        bot.wait_until(lambda: bool(bot.logged("started")), "the start")

        assert bot.stop() == 0


def test_the_bot_runs_on_postgresql_and_stops_at_ctrl_c_as_well(
    tmp_path: Path, slack: SandboxServer, postgresql_url: str, opened: Open
) -> None:
    with running(tmp_path, slack, LEAD_SLA_DATABASE_URL=postgresql_url) as bot:
        bot.wait_until_open()
        bot.send(external_id="1", score=90)

        assert bot.stop(signal.SIGINT) == 0
    assert is_kept(opened(postgresql_url), "website:1")
