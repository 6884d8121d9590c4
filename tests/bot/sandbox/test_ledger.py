"""The ledger: what was accepted, in order, and what people can see more than once."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import ALICE, BACKUP, MANAGERS, Clock, client_of, delivery


def test_what_was_accepted_stands_in_order_with_its_delivery(client: WebClient, workspace: Workspace) -> None:
    ts = client.chat_postMessage(channel=MANAGERS, text="Breached", metadata=delivery("d1"))["ts"]
    client.chat_update(channel=MANAGERS, ts=ts, text="Contacted")
    client.chat_postEphemeral(channel=MANAGERS, user=ALICE, text="Only you")
    client.chat_delete(channel=MANAGERS, ts=ts)

    entries = workspace.ledger.entries()

    assert [(one.did, one.delivery_id) for one in entries] == [
        ("post", "d1"),
        ("update", "d1"),
        ("ephemeral", None),
        ("delete", "d1"),
    ]
    assert entries[0].payload["text"] == "Breached"
    assert sorted(entries, key=lambda one: one.monotonic) == entries


def test_an_entry_says_which_attempt_made_it(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.ratelimit("chat.postMessage")
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))

    assert [one.attempt for one in workspace.ledger.posts("d1")] == [2]


def test_every_call_is_kept_with_its_outcome(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.ratelimit("chat.postMessage", times=1)
    for channel in (MANAGERS, "C0NOWHERE", MANAGERS):
        try:
            client.chat_postMessage(channel=channel, text="x")
        except SlackApiError:
            continue

    calls = workspace.ledger.calls("chat.postMessage")

    assert [(one.outcome, one.status, one.accepted) for one in calls] == [
        ("ratelimited", 429, False),
        ("channel_not_found", 200, False),
        ("ok", 200, True),
    ]


def test_a_call_that_took_effect_but_was_not_answered_counts_as_accepted(
    client: WebClient, workspace: Workspace
) -> None:
    workspace.faults.fail("status", "chat.postMessage", accept=True)
    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=MANAGERS, text="x")

    [call] = workspace.ledger.calls("chat.postMessage")

    assert (call.accepted, call.fault) == (True, "status")


def test_no_token_is_kept(client: WebClient, workspace: Workspace) -> None:
    client.api_call("chat.postMessage", params={"channel": MANAGERS, "text": "x", "token": "xoxb-sandbox"})

    assert "token" not in workspace.ledger.calls()[-1].args


def test_a_second_copy_is_a_duplicate_until_it_is_deleted(client: WebClient, workspace: Workspace) -> None:
    copies = [
        client.chat_postMessage(channel=MANAGERS, text="x", metadata=delivery("d1"))["ts"] for _ in range(2)
    ]
    client.chat_postMessage(channel=BACKUP, text="x", metadata=delivery("d2"))

    assert [one.ts for one in workspace.ledger.duplicates()["d1"]] == copies
    client.chat_delete(channel=MANAGERS, ts=copies[1])
    assert workspace.ledger.duplicates() == {}
    assert len(workspace.ledger.posts("d1")) == 2


def test_what_is_visible_is_as_it_stands_after_the_last_edit(client: WebClient, workspace: Workspace) -> None:
    ts = client.chat_postMessage(channel=MANAGERS, text="Breached", metadata=delivery("d1"))["ts"]
    client.chat_update(channel=MANAGERS, ts=ts, text="Contacted")

    assert [one.payload["text"] for one in workspace.ledger.visible(MANAGERS)] == ["Contacted"]
    assert workspace.ledger.visible(BACKUP) == []


def test_a_message_that_a_person_deleted_is_no_longer_visible(
    slack: SandboxServer, client: WebClient, workspace: Workspace
) -> None:
    ts = client.chat_postMessage(channel=MANAGERS, text="Breached", metadata=delivery("d1"))["ts"]
    slack.people.delete_message(MANAGERS, ts)

    assert workspace.ledger.visible() == []


def test_a_bounded_ledger_keeps_the_newest() -> None:
    workspace = Workspace(ledger_kept_max=3)
    workspace.pacing.posts_per_second = None
    workspace.add_channel("C0A", name="a")
    with SandboxServer(workspace) as server:
        for number in range(5):
            client_of(server).chat_postMessage(channel="C0A", text=str(number))

    assert [one.payload["text"] for one in workspace.ledger.posts()] == ["2", "3", "4"]
    assert [one.payload["text"] for one in workspace.ledger.visible()] == ["2", "3", "4"]
    assert len(workspace.ledger.calls()) == 3


def test_a_flood_in_one_channel_is_paced_and_others_are_not(client: WebClient, workspace: Workspace) -> None:
    workspace.pacing.burst = 2
    for _ in range(2):
        client.chat_postMessage(channel=MANAGERS, text="x")

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=MANAGERS, text="x")

    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")
    assert client.chat_postMessage(channel=BACKUP, text="x")["ok"]


def test_after_a_second_the_channel_takes_one_more(
    client: WebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.pacing.burst = 1
    client.chat_postMessage(channel=MANAGERS, text="x")
    clock.move(1)

    assert client.chat_postMessage(channel=MANAGERS, text="x")["ok"]


def test_other_methods_are_paced_by_the_minute_when_asked(
    client: WebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.pacing.tiers = True
    workspace.pacing.per_minute = {"users.info": 2}
    for _ in range(2):
        client.users_info(user=ALICE)

    with pytest.raises(SlackApiError) as refused:
        client.users_info(user=ALICE)

    assert refused.value.response.headers["Retry-After"] == "30"
    clock.move(30)
    assert client.users_info(user=ALICE)["ok"]
