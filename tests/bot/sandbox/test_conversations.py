"""Conversations opened, listed and read back."""

from typing import Any

from slack_sdk import WebClient

from bot.sandbox import Workspace
from tests.bot.sandbox.conftest import (
    ALICE,
    BACKUP,
    DM,
    MANAGERS,
    MIA,
)


def test_history_is_newest_first_and_cut_by_its_bounds(client: WebClient) -> None:
    first, second, third = [client.chat_postMessage(channel=MANAGERS, text=one)["ts"] for one in "abc"]

    def read(**bounds: Any) -> list[str]:
        return [one["text"] for one in client.conversations_history(channel=MANAGERS, **bounds)["messages"]]

    assert read() == ["c", "b", "a"]
    assert read(oldest=first) == ["c", "b"]
    assert read(oldest=first, inclusive=True) == ["c", "b", "a"]
    assert read(latest=third) == ["b", "a"]
    assert read(oldest=second, latest=second, inclusive=True) == ["b"]


def test_history_comes_in_pages(client: WebClient) -> None:
    for one in "abc":
        client.chat_postMessage(channel=MANAGERS, text=one)

    first = client.conversations_history(channel=MANAGERS, limit=2)
    rest = client.conversations_history(
        channel=MANAGERS, limit=2, cursor=first["response_metadata"]["next_cursor"]
    )

    assert ([one["text"] for one in first["messages"]], first["has_more"]) == (["c", "b"], True)
    assert ([one["text"] for one in rest["messages"]], rest["has_more"]) == (["a"], False)


def test_thread_lines_stand_in_replies_and_not_in_history(client: WebClient) -> None:
    parent = client.chat_postMessage(channel=MANAGERS, text="Breached")["ts"]
    client.chat_postMessage(channel=MANAGERS, text="Nudged", thread_ts=parent)
    client.chat_postMessage(channel=MANAGERS, text="Still free", thread_ts=parent, reply_broadcast=True)

    history = client.conversations_history(channel=MANAGERS)["messages"]
    replies = client.conversations_replies(channel=MANAGERS, ts=parent)["messages"]

    assert [one["text"] for one in history] == ["Still free", "Breached"]
    assert [one["text"] for one in replies] == ["Breached", "Nudged", "Still free"]


def test_a_thread_survives_the_deletion_of_its_first_message(client: WebClient) -> None:
    parent = client.chat_postMessage(channel=MANAGERS, text="Breached")["ts"]
    client.chat_postMessage(channel=MANAGERS, text="Nudged", thread_ts=parent)
    client.chat_delete(channel=MANAGERS, ts=parent)

    replies = client.conversations_replies(channel=MANAGERS, ts=parent)["messages"]

    assert [one["text"] for one in replies] == ["Nudged"]


def test_opening_a_direct_message_twice_gives_the_same_conversation(client: WebClient) -> None:
    first = client.conversations_open(users=ALICE)
    second = client.conversations_open(users=ALICE)

    assert (first["channel"]["id"], first["already_open"]) == (DM, False)
    assert (second["channel"]["id"], second["already_open"]) == (DM, True)


def test_a_channel_tells_whether_outsiders_are_in_it(client: WebClient, workspace: Workspace) -> None:
    workspace.channels[BACKUP].is_ext_shared = True

    told = client.conversations_info(channel=BACKUP)["channel"]

    assert (told["is_ext_shared"], told["is_private"], told["is_member"]) == (True, False, True)


def test_lists_show_only_what_the_bot_can_see(client: WebClient) -> None:
    listed = client.conversations_list(types="public_channel,private_channel")["channels"]
    mine = client.users_conversations(types="public_channel,private_channel", user=MIA)["channels"]

    assert [one["id"] for one in listed] == [MANAGERS, BACKUP]
    assert [one["id"] for one in mine] == [MANAGERS]
    assert client.conversations_members(channel=MANAGERS)["members"] == [ALICE, "U0BOT", MIA]
