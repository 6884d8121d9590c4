"""Each fault as the bot's client sees it, and whether the call had taken effect."""

import http.client
import urllib.error

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.faults import FaultKind, Outage
from bot.sandbox.outcomes import wait_until
from tests.bot.sandbox.conftest import BACKUP, MANAGERS, Clock, client_of, delivery, refusal

BROKEN = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


@pytest.mark.parametrize("said", ["0", "1", "120", None, "soon"])
def test_a_rate_limit_says_how_long_to_wait_or_not(
    client: WebClient, workspace: Workspace, said: str | None
) -> None:
    workspace.faults.ratelimit("chat.postMessage", retry_after=said)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=MANAGERS, text="x")

    response = refused.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers.get("Retry-After") == said
    assert workspace.ledger.posts() == []
    assert [one.status for one in workspace.ledger.calls("chat.postMessage")] == [429]


def test_a_fault_of_one_channel_spares_the_others(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.ratelimit("chat.postMessage", channel=MANAGERS, times=None)

    client.chat_postMessage(channel=BACKUP, text="x")

    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=MANAGERS, text="x")


def test_a_fault_of_a_persons_direct_messages_also_hits_posts_to_the_person(
    client: WebClient, workspace: Workspace
) -> None:
    workspace.faults.ratelimit("chat.postMessage", channel="D0ALICE")

    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel="U0ALICE", text="x")


def test_a_fault_passes_after_its_number_of_calls(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.fail("error", "chat.*", accept=False, times=2, skip=1, error="service_unavailable")

    outcomes = []
    for _ in range(4):
        try:
            client.chat_postMessage(channel=MANAGERS, text="x")
            outcomes.append("ok")
        except SlackApiError as error:
            outcomes.append(error.response["error"])

    assert outcomes == ["ok", "service_unavailable", "service_unavailable", "ok"]
    assert workspace.faults.waiting() == []


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_comes_with_and_without_effect(
    client: WebClient, workspace: Workspace, status: int, accept: bool
) -> None:
    workspace.faults.fail("status", "chat.postMessage", accept=accept, status=status)

    with pytest.raises(SlackApiError) as failed:
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    assert failed.value.response.status_code == status
    assert len(workspace.ledger.posts("d1")) == int(accept)


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "never_heard_of"])
def test_an_error_in_the_body_comes_with_and_without_effect(
    client: WebClient, workspace: Workspace, error: str, accept: bool
) -> None:
    workspace.faults.fail("error", "chat.postMessage", accept=accept, error=error)

    with pytest.raises(SlackApiError) as failed:
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    assert refusal(failed) == error
    assert len(workspace.ledger.posts("d1")) == int(accept)


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("kind", ["drop", "reset", "truncate", "stall"])
def test_a_connection_that_breaks_leaves_the_client_uncertain(
    slack: SandboxServer, workspace: Workspace, kind: FaultKind, accept: bool
) -> None:
    workspace.faults.fail(kind, "chat.postMessage", accept=accept, seconds=600)
    client = client_of(slack)
    client.timeout = 0.2 if kind == "stall" else 5  # type: ignore[assignment]

    with pytest.raises(BROKEN):
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    assert wait_until(workspace, lambda: len(workspace.ledger.posts("d1")) == int(accept), within=5)


def test_a_reset_differs_from_a_connection_that_just_ends(slack: SandboxServer, workspace: Workspace) -> None:
    seen = []
    for kind in ("drop", "reset"):
        workspace.faults.fail(kind, "auth.test", accept=False)
        with pytest.raises(ConnectionError) as broken:
            client_of(slack).auth_test()
        seen.append(isinstance(broken.value, http.client.RemoteDisconnected))

    assert seen == [True, False]


def test_a_stall_that_ends_answers_after_all(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.fail("stall", "chat.postMessage", accept=True, seconds=0.05)

    assert client.chat_postMessage(channel=MANAGERS, text="x")["ok"]


def test_something_else_than_json_may_come_back(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.fail("garbage", "chat.postMessage", accept=True)

    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    assert len(workspace.ledger.posts("d1")) == 1


def test_a_late_message_is_seen_at_once_and_found_in_history_later(
    client: WebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.faults.late_history(15)
    client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    def found() -> int:
        return len(client.conversations_history(channel=MANAGERS)["messages"])

    assert [one.text for one in workspace.shown_in(MANAGERS)] == ["x"]
    assert found() == 0
    clock.move(14.5)
    assert found() == 0
    clock.move(1)
    assert found() == 1


def test_a_message_can_stay_out_of_history_for_ever(
    client: WebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.faults.late_history()
    client.chat_postMessage(channel=MANAGERS, text="x")
    clock.move(10 * 365 * 86_400)

    assert client.conversations_history(channel=MANAGERS)["messages"] == []


@pytest.mark.parametrize("mode", ["refuse", "reset", "hang"])
def test_nothing_is_answered_in_an_outage_and_all_again_after_it(
    slack: SandboxServer, workspace: Workspace, mode: Outage
) -> None:
    client = client_of(slack)
    client.timeout = 0.1  # type: ignore[assignment]
    slack.begin_outage(mode)
    with pytest.raises(BROKEN) as failed:
        client.chat_postMessage(channel=MANAGERS, text="x")
    slack.end_outage()
    client.timeout = 5

    refused = isinstance(getattr(failed.value, "reason", None), ConnectionRefusedError)
    assert refused is (mode == "refuse")
    assert workspace.ledger.posts() == []
    assert client.chat_postMessage(channel=MANAGERS, text="x")["ok"]


def test_an_embedded_server_stops_in_the_middle_of_a_stall(workspace: Workspace) -> None:
    workspace.faults.fail("stall", "auth.test", accept=False, seconds=600)
    with SandboxServer(workspace) as server:
        client = client_of(server)
        client.timeout = 0.1  # type: ignore[assignment]
        with pytest.raises(BROKEN):
            client.auth_test()

    assert server.is_stopping
