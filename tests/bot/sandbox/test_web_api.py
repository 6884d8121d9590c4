"""Who may call the pretend Web API, how, and what it says about people."""

from email.utils import parsedate_to_datetime

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import (
    ALICE,
    GUEST,
    MANAGERS,
    MIA,
    Clock,
    client_of,
    refusal,
)


def test_the_bot_learns_who_it_is_and_what_it_may_do(client: WebClient, workspace: Workspace) -> None:
    said = client.auth_test()

    assert (said["team_id"], said["user_id"], said["bot_id"]) == ("T0SANDBOX", "U0BOT", "B0BOT")
    assert set(said.headers["x-oauth-scopes"].split(",")) == workspace.tokens.scopes


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-sandbox", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: SandboxServer, token: str | None, error: str) -> None:
    with pytest.raises(SlackApiError) as refused:
        client_of(slack, token).chat_postMessage(channel=MANAGERS, text="Hello")

    assert refusal(refused) == error


def test_each_answer_tells_the_time_at_slack(client: WebClient, clock: Clock) -> None:
    clock.move(94 - clock.now % 1)

    told = parsedate_to_datetime(client.auth_test().headers["Date"])

    assert told.timestamp() == int(clock.now)


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
def test_a_token_that_was_taken_away_works_no_longer(
    client: WebClient, workspace: Workspace, error: str
) -> None:
    workspace.tokens.bot_error = error

    with pytest.raises(SlackApiError) as refused:
        client.auth_test()

    assert refusal(refused) == error


def test_a_missing_scope_is_named(client: WebClient, workspace: Workspace) -> None:
    workspace.tokens.scopes.discard("groups:history")

    with pytest.raises(SlackApiError) as refused:
        client.conversations_history(channel=MANAGERS)

    assert refusal(refused) == "missing_scope"
    assert refused.value.response["needed"] == "groups:history"
    assert "chat:write" in refused.value.response["provided"]


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.shout")

    assert refusal(refused) == "unknown_method"


def test_people_are_found_by_id_and_by_address(client: WebClient) -> None:
    by_id = client.users_info(user=MIA, include_locale=True)["user"]
    by_address = client.users_lookupByEmail(email="MIA@acme.example")["user"]

    assert (by_id["id"], by_id["locale"]) == (MIA, "de-DE")
    assert (by_address["id"], by_address["tz"]) == (MIA, "America/New_York")
    assert client.users_info(user=GUEST)["user"]["is_restricted"] is True
    assert len(client.users_list()["members"]) == 5


def test_deactivated_people_are_not_found_by_their_address(client: WebClient, workspace: Workspace) -> None:
    workspace.deactivate(ALICE)

    with pytest.raises(SlackApiError) as refused:
        client.users_lookupByEmail(email="alice@acme.example")

    assert refusal(refused) == "users_not_found"
    assert client.users_info(user=ALICE)["user"]["deleted"] is True


def test_addresses_are_told_only_with_the_scope_for_them(client: WebClient, workspace: Workspace) -> None:
    workspace.tokens.scopes.discard("users:read.email")

    assert "email" not in client.users_info(user=ALICE)["user"]["profile"]


def test_quiet_hours_are_told(client: WebClient, workspace: Workspace) -> None:
    workspace.user(ALICE).dnd = {"dnd_enabled": True, "next_dnd_start_ts": 10, "next_dnd_end_ts": 20}

    said = client.dnd_info(user=ALICE)

    assert (said["dnd_enabled"], said["next_dnd_start_ts"], said["next_dnd_end_ts"]) == (True, 10, 20)


def test_arguments_in_a_form_are_understood_as_in_json(client: WebClient) -> None:
    client.api_call(
        "chat.postMessage",
        params={"channel": MANAGERS, "text": "x", "metadata": '{"event_type": "a", "event_payload": {}}'},
    )

    read = client.api_call(
        "conversations.history", params={"channel": MANAGERS, "include_all_metadata": "true"}
    )
    assert read["messages"][0]["metadata"] == {"event_type": "a", "event_payload": {}}
