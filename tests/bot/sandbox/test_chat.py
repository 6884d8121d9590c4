"""Posting, editing and deleting as slack-sdk's own client meets it."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import (
    ALICE,
    BACKUP,
    CARLA,
    DM,
    MANAGERS,
    MIA,
    SECRET,
    card,
    delivery,
    refusal,
)


def test_a_post_is_read_back_with_its_metadata(client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached", blocks=card(), metadata=delivery("d1"))

    read = client.conversations_history(channel=MANAGERS, include_all_metadata=True)["messages"]

    assert [sent["ts"]] == [one["ts"] for one in read]
    assert delivery("d1") == read[0]["metadata"]
    assert (read[0]["app_id"], read[0]["bot_id"]) == ("A0LEADSLA", "B0BOT")


def test_without_asking_for_it_only_the_type_of_metadata_comes_back(client: WebClient) -> None:
    client.chat_postMessage(channel=MANAGERS, text="Breached", metadata=delivery("d1"))

    read = client.conversations_history(channel=MANAGERS)["messages"]

    assert read[0]["metadata"] == {"event_type": "lead_sla_delivery"}


def test_stamps_rise_and_are_unique_in_a_conversation(slack: SandboxServer, client: WebClient) -> None:
    slack.workspace.pacing.posts_per_second = None
    stamps = [client.chat_postMessage(channel=MANAGERS, text=str(number))["ts"] for number in range(20)]

    assert sorted(set(stamps)) == stamps


def test_a_person_can_be_written_to_by_their_id(client: WebClient) -> None:
    assert client.chat_postMessage(channel=ALICE, text="Hello")["channel"] == DM


def test_a_channel_can_be_written_to_by_its_name(client: WebClient) -> None:
    assert client.chat_postMessage(channel="#lead-backup", text="Hello")["channel"] == BACKUP


def refused_posts() -> list[tuple[str, dict[str, Any]]]:
    unknown_block = [{"type": "confetti"}]
    long_header = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    return [
        ("channel_not_found", {"channel": "C0NOWHERE", "text": "x"}),
        ("channel_not_found", {"channel": SECRET, "text": "x"}),
        ("no_text", {"channel": MANAGERS, "blocks": card()}),
        ("no_text", {"channel": MANAGERS, "text": ""}),
        ("msg_too_long", {"channel": MANAGERS, "text": "x" * 40_001}),
        ("invalid_blocks", {"channel": MANAGERS, "text": "x", "blocks": unknown_block}),
        ("invalid_blocks", {"channel": MANAGERS, "text": "x", "blocks": long_header}),
        ("invalid_blocks_format", {"channel": MANAGERS, "text": "x", "blocks": "[not json"}),
        ("invalid_metadata_format", {"channel": MANAGERS, "text": "x", "metadata": {"event_type": "a"}}),
        ("thread_not_found", {"channel": MANAGERS, "text": "x", "thread_ts": "1.000001"}),
    ]


@pytest.mark.parametrize(("error", "post"), refused_posts())
def test_a_post_that_slack_would_refuse_is_refused_and_not_kept(
    client: WebClient, workspace: Workspace, error: str, post: dict[str, Any]
) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.postMessage", json=post)

    assert refusal(refused) == error
    assert workspace.ledger.posts() == []


def test_bad_blocks_are_answered_with_the_place_of_each_problem(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=MANAGERS, text="x", blocks=[{"type": "confetti"}])

    assert "/blocks/0" in refused.value.response["response_metadata"]["messages"][0]


def test_an_archived_channel_takes_no_post(client: WebClient, workspace: Workspace) -> None:
    workspace.archive(MANAGERS)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=MANAGERS, text="x")

    assert refusal(refused) == "is_archived"


def test_a_channel_that_the_bot_was_removed_from_takes_no_post(
    client: WebClient, workspace: Workspace
) -> None:
    workspace.kick_bot(BACKUP)

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=BACKUP, text="x")

    assert refusal(refused) == "not_in_channel"


def test_a_deactivated_person_gets_no_message(client: WebClient, workspace: Workspace) -> None:
    client.conversations_open(users=ALICE)
    workspace.deactivate(ALICE)

    with pytest.raises(SlackApiError) as posting:
        client.chat_postMessage(channel=DM, text="x")
    with pytest.raises(SlackApiError) as opening:
        client.conversations_open(users=ALICE)

    assert [refusal(posting), refusal(opening)] == ["user_disabled", "user_disabled"]


def test_an_update_replaces_text_and_blocks_and_keeps_the_metadata(client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached", blocks=card(), metadata=delivery("d1"))

    client.chat_update(channel=MANAGERS, ts=sent["ts"], text="Contacted")

    read = client.conversations_history(channel=MANAGERS, include_all_metadata=True)["messages"][0]
    assert ("Contacted", delivery("d1")) == (read["text"], read["metadata"])
    assert "blocks" not in read
    assert "edited" in read


def test_an_update_with_empty_metadata_removes_it(client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached", metadata=delivery("d1"))

    client.chat_update(channel=MANAGERS, ts=sent["ts"], text="Contacted", metadata={})

    assert "metadata" not in client.conversations_history(channel=MANAGERS)["messages"][0]


def test_an_update_longer_than_4000_characters_is_refused(client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="x" * 4_001)

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel=MANAGERS, ts=sent["ts"], text="x" * 4_001)

    assert refusal(refused) == "msg_too_long"


def test_somebody_elses_message_cannot_be_changed(slack: SandboxServer, client: WebClient) -> None:
    other, _ = slack.people.post_metadata_message("A0CRM", MANAGERS, "lead_created", {}, tell=False)

    with pytest.raises(SlackApiError) as updating:
        client.chat_update(channel=MANAGERS, ts=other.ts, text="x")
    with pytest.raises(SlackApiError) as deleting:
        client.chat_delete(channel=MANAGERS, ts=other.ts)

    assert [refusal(updating), refusal(deleting)] == ["cant_update_message", "cant_delete_message"]


def test_a_message_that_a_person_deleted_cannot_be_updated(slack: SandboxServer, client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached")
    slack.people.delete_message(MANAGERS, sent["ts"])

    with pytest.raises(SlackApiError) as refused:
        client.chat_update(channel=MANAGERS, ts=sent["ts"], text="x")

    assert refusal(refused) == "message_not_found"


def test_a_deleted_message_is_gone_for_people_and_from_history(
    client: WebClient, workspace: Workspace
) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached")

    client.chat_delete(channel=MANAGERS, ts=sent["ts"])

    assert client.conversations_history(channel=MANAGERS)["messages"] == []
    assert workspace.ledger.visible(MANAGERS) == []


def test_an_ephemeral_message_is_seen_by_one_person_and_is_in_no_history(
    client: WebClient, workspace: Workspace
) -> None:
    client.chat_postEphemeral(channel=MANAGERS, user=ALICE, text="Only you")

    assert [one.text for one in workspace.ephemerals_for(ALICE)] == ["Only you"]
    assert workspace.ephemerals_for(MIA) == []
    assert client.conversations_history(channel=MANAGERS)["messages"] == []


def test_an_ephemeral_message_needs_the_person_in_the_channel(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postEphemeral(channel=MANAGERS, user=CARLA, text="Only you")

    assert refusal(refused) == "user_not_in_channel"


def test_a_permalink_names_channel_and_stamp(client: WebClient) -> None:
    sent = client.chat_postMessage(channel=MANAGERS, text="Breached")

    link = client.chat_getPermalink(channel=MANAGERS, message_ts=sent["ts"])["permalink"]

    assert link.endswith(f"/archives/{MANAGERS}/p{sent['ts'].replace('.', '')}")
