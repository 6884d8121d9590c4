"""The doctor and the app in its workspace: tokens, scopes, clock, and a Slack that is slow, busy or away."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack.scopes import SCOPES
from tests.bot.patient import Patient, a_patient


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    with a_patient(tmp_path, monkeypatch) as patient:
        yield patient


def test_a_bot_token_of_another_app_is_to_be_copied_again(patient: Patient) -> None:
    patient.settings(SLACK_BOT_TOKEN="xoxb-else")

    assert patient.on("token", "no") == [
        "Slack refuses SLACK_BOT_TOKEN (invalid_auth), so that scopes, channels and people stay unchecked. "
        "Copy the Bot User OAuth Token from OAuth & Permissions"
    ]


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
def test_an_app_that_was_taken_out_is_to_be_installed_again(patient: Patient, error: str) -> None:
    patient.workspace.tokens.bot_error = error

    assert f"({error})" in patient.on("token", "no")[0]
    assert "Install the app again" in patient.on("token", "no")[0]


def test_a_bot_token_that_is_refused_hides_neither_the_app_token_nor_the_clock(patient: Patient) -> None:
    patient.workspace.tokens.bot_error = "token_revoked"
    patient.slacks_lead = timedelta(minutes=2)

    assert patient.on("token", "ok") == ["the app token opens Socket Mode"]
    assert "120 s behind Slack" in patient.on("clock", "no")[0]


def test_an_app_token_that_is_refused_says_where_a_good_one_is(patient: Patient) -> None:
    patient.settings(SLACK_APP_TOKEN="xapp-else")

    assert "(invalid_auth)" in patient.on("token", "no")[0]
    assert "App-Level Tokens" in patient.on("token", "no")[0]


def test_an_app_token_without_its_scope_is_told_which_one_it_needs(patient: Patient) -> None:
    patient.workspace.tokens.app_error = "missing_scope"

    assert "connections:write" in patient.on("token", "no")[0]


def test_no_socket_is_opened(patient: Patient) -> None:
    patient.says()

    assert patient.asked("apps.connections.open") == 1
    assert patient.slack.sockets.connected == 0


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: str(scope.name))
def test_each_scope_that_is_missing_says_what_is_lost_and_what_to_do(patient: Patient, scope: object) -> None:
    name, without = scope.name, scope.without  # type: ignore[attr-defined]
    patient.workspace.tokens.scopes.discard(name)

    level = "no" if without == "nothing works" else "care"
    assert patient.on("scope", "ok", "care", "no") == [
        f"{name} is missing: {without}",
        "add what is missing under OAuth & Permissions, then install the app again",
    ]
    assert len(patient.on("scope", level)) == 2


def test_the_scope_for_addresses_is_needed_as_soon_as_one_person_has_no_slack_id(patient: Patient) -> None:
    patient.workspace.tokens.scopes.discard("users:read.email")
    assert patient.on("scope", "no") == []

    patient.policy((", slack: U0DIETER", ""))
    assert patient.on("scope", "no")[0].startswith("users:read.email is missing")


def test_the_scope_for_channels_is_needed_as_soon_as_one_is_called_by_name(patient: Patient) -> None:
    patient.workspace.tokens.scopes.discard("channels:read")
    assert patient.on("scope", "no") == []

    patient.policy(("C0BACKUP", '"#lead-backup"'))
    said = "channels:read is missing: channels that the policy calls by name are not found (#lead-backup)"
    assert patient.on("scope", "no")[0] == said


@pytest.mark.parametrize(
    ("lead", "level", "said"),
    [
        (0, "ok", "this machine's clock agrees with Slack's"),
        (5, "ok", "this machine's clock agrees with Slack's"),
        (-5, "ok", "this machine's clock agrees with Slack's"),
        (6, "care", "this machine is 6 s behind Slack: set its clock, deadlines would be late"),
        (60, "care", "this machine is 60 s behind Slack: set its clock, deadlines would be late"),
        (94, "no", "this machine is 94 s behind Slack: set its clock, deadlines would be late"),
        (-6, "care", "this machine is 6 s ahead of Slack: set its clock, deadlines would be early"),
        (-61, "no", "this machine is 61 s ahead of Slack: set its clock, deadlines would be early"),
    ],
)
def test_a_clock_that_is_off_is_told_by_how_much(patient: Patient, lead: int, level: str, said: str) -> None:
    patient.slacks_lead = timedelta(seconds=lead)

    assert patient.on("clock", level) == [said]


@pytest.mark.parametrize("mode", ["refuse", "reset"])
def test_a_slack_that_is_away_is_one_line_and_the_rest_is_checked(patient: Patient, mode: str) -> None:
    patient.slack.begin_outage(mode)  # type: ignore[arg-type]

    lines = patient.says()
    assert lines[-1].startswith("no    slack       Slack does not answer (")
    assert [line.split()[1] for line in lines if line.startswith("ok")] == [
        "setting",
        "policy",
        "database",
        "mail",
        "sms",
    ]


def test_a_slack_that_goes_away_in_the_middle_is_one_line_too(patient: Patient) -> None:
    patient.workspace.faults.fail("drop", "users.info", accept=False, times=None, skip=2)

    lines = patient.says()
    assert lines[-1].startswith("no    slack       Slack does not answer (")
    assert "ok    channel     C0BACKUP (#lead-backup): private, and the bot is in it" in lines


@pytest.mark.parametrize("kind", ["status", "drop", "reset", "truncate", "garbage"])
def test_one_answer_that_is_lost_is_asked_for_again(patient: Patient, kind: str) -> None:
    patient.workspace.faults.fail(kind, "conversations.info", accept=False)  # type: ignore[arg-type]

    assert len(patient.on("channel", "ok")) == 3
    assert patient.asked("conversations.info") == 4


def test_what_is_no_slack_at_all_is_not_taken_for_one(patient: Patient) -> None:
    patient.workspace.faults.fail("garbage", accept=False, times=None)

    assert "Check the network and SLACK_API_URL" in patient.on("slack", "no")[0]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open", "conversations.info", "users.info"])
def test_slacks_pace_is_kept_to_wherever_it_is_asked_for(patient: Patient, method: str) -> None:
    patient.workspace.faults.ratelimit(method, retry_after=30)

    assert [line for line in patient.says() if not line.startswith("ok") and "in force" not in line] == []
    assert patient.slept == [30]


@pytest.mark.parametrize(
    ("method", "topic"),
    [
        ("auth.test", "slack"),
        ("apps.connections.open", "token"),
        ("conversations.info", "channel"),
        ("users.info", "person"),
    ],
)
def test_nobody_waits_longer_than_a_person_at_a_prompt_does(
    patient: Patient, method: str, topic: str
) -> None:
    patient.workspace.faults.ratelimit(method, retry_after=600, times=None)

    assert "Slack asks to wait 600 s" in patient.on(topic, "care")[0]
    assert patient.slept == []


def test_all_waits_together_have_an_end(patient: Patient) -> None:
    patient.workspace.faults.ratelimit("users.info", retry_after=50, times=None)

    assert patient.on("person", "care") == [
        "7 people were not looked up: Slack asks to wait 50 s. Run doctor again in a minute"
    ]
    assert patient.slept == [50, 50, 50]
