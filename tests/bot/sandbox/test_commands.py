"""`lead-sla sandbox` from the outside, and workspaces filled from plain data."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import typer

from bot.notify.mail import MailDoor
from bot.notify.phone import PhoneDoor
from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.commands import sandbox
from bot.sandbox.seed import seed_from_people
from tests.bot.sandbox.conftest import client_of

START = "import typer; from bot.sandbox.commands import sandbox; typer.run(sandbox)"
POLICY = """
calendars:
  dach: {timezone: Europe/Berlin}
people:
  - {email: dieter@acme.example, name: Dieter Daum, slack: U0DIETER, calendar: dach}
  - {email: new@acme.example, name: New Here}
teams:
  dach: {manager_channel: C0MANAGERS, backup_channel: "#lead-backup"}
ops: {channel: C0LEADOPS}
"""


def settings_of(*args: str) -> tuple[dict[str, str], int]:
    """Start the command, read what it prints for the bot, and end it as Ctrl-C does."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *args], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    with process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.strip())
            if line.startswith("# See it"):
                break
        process.send_signal(signal.SIGINT)
        code = process.wait(10)
    return dict(line.split("=", 1) for line in lines if "=" in line), code


def test_the_command_prints_the_settings_of_a_bot_and_ends_at_ctrl_c() -> None:
    settings, code = settings_of()

    assert code == 0
    assert settings["SLACK_BOT_TOKEN"] == "xoxb-sandbox"
    assert settings["SLACK_APP_TOKEN"] == "xapp-sandbox"
    assert settings["SLACK_API_URL"].endswith("/api/")
    door = MailDoor(settings["LEAD_SLA_SMTP_URL"], settings["LEAD_SLA_MAIL_FROM"])
    assert door.sender == "sales@acme.example"
    phone = PhoneDoor(settings["LEAD_SLA_SMS_URL"], settings["LEAD_SLA_SMS_API_URL"])
    assert phone.sender == "+15550109999"


def test_with_a_request_address_the_bot_gets_a_signing_secret_instead_of_an_app_token() -> None:
    settings, _ = settings_of("--http", "http://127.0.0.1:9/slack/events")

    assert settings["SLACK_SIGNING_SECRET"] == "sandbox-signing-secret"
    assert "SLACK_APP_TOKEN" not in settings


def test_people_and_channels_of_a_policy_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    seen: list[list[dict[str, object]]] = []

    def look(server: object) -> list[str]:
        client = client_of(server)  # type: ignore[arg-type]
        seen.append(client.users_list()["members"])
        seen.append(client.conversations_list(types="private_channel")["channels"])
        return []

    monkeypatch.setattr("bot.sandbox.commands.settings_lines", look)
    ended = threading.Event()
    ended.set()
    monkeypatch.setattr("bot.sandbox.commands._end_by_signal", lambda: ended)

    sandbox(port=0, control_port=0, policy=policy, http=None)

    people, channels = seen
    assert [(one["id"], one["tz"]) for one in people[1:]] == [
        ("U0DIETER", "Europe/Berlin"),
        ("U0NEW", "America/New_York"),
    ]
    assert [one["id"] for one in channels] == ["C0LEADBACKUP", "C0LEADOPS", "C0MANAGERS"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"people: ["])
def test_a_policy_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    policy = tmp_path / "policy.yaml"
    if content is not None:
        policy.write_bytes(content)
    with pytest.raises(typer.Exit) as left:
        sandbox(port=0, control_port=0, policy=policy, http=None)

    assert left.value.exit_code == 1
    assert "Give --policy a policy file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "people: 3",
        "calendars: [dach]\npeople: [{email: ann@acme.example, name: Ann, calendar: dach}]",
        "calendars: {dach: {timezone: [UTC]}}\npeople: [{email: ann@acme.example, name: Ann, calendar: dach}]",
        "calendars: {}\npeople: [{email: ann@acme.example, name: Ann, calendar: [dach]}]",
    ],
)
def test_a_policy_with_mistakes_in_it_gives_the_people_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(text, encoding="utf-8")
    ended = threading.Event()
    ended.set()
    monkeypatch.setattr("bot.sandbox.commands._end_by_signal", lambda: ended)

    sandbox(port=0, control_port=0, policy=policy, http=None)

    people = "Ann" if "email" in text else ""
    assert f"# People: {people}\n" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["port", "control_port"])
def test_a_port_that_is_taken_says_which_and_what_to_do(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with SandboxServer() as first, pytest.raises(typer.Exit):
        sandbox(**{"port": 0, "control_port": 0, option: first.port}, policy=None, http=None)

    said = (
        f"Cannot listen on port {first.port}: it is in use. Choose another with --port or --control-port.\n"
    )
    assert said == capsys.readouterr().err


@pytest.mark.parametrize("option", ["--port", "--control-port"])
def test_a_number_that_is_no_port_is_wrong_usage(option: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", START, option, "99999"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "65535" in ended.stderr


def test_people_get_ids_made_from_their_addresses() -> None:
    workspace = Workspace()

    seeded = seed_from_people(
        workspace,
        [{"email": "ann-lee@acme.example"}, {"email": "bo@acme.example", "id": "U1", "name": "Bo"}],
        [{"name": "#deals"}, {"id": "C1", "members": ["U1"]}],
    )

    assert seeded.people == {"ann-lee@acme.example": "U0ANNLEE", "bo@acme.example": "U1"}
    assert seeded.channels == {"deals": "C0DEALS", "c1": "C1"}
    assert workspace.channels["C0DEALS"].members == {"U0ANNLEE", "U1", "U0BOT"}
    assert workspace.channels["C1"].members == {"U1", "U0BOT"}
