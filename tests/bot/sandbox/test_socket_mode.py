"""Socket Mode on the wire: tickets, hello, acknowledgements, several connections, and how they end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.deliveries import Attempt
from bot.sandbox.outcomes import wait_until
from tests.bot.sandbox.conftest import BACKUP, Clock, Heard, refusal

Talk = Callable[[aiohttp.ClientSession], Awaitable[Any]]


def talk(conversation: Talk) -> Any:
    """Run a conversation over raw WebSockets."""

    async def run() -> Any:
        async with aiohttp.ClientSession() as session:
            return await conversation(session)

    return asyncio.run(run())


def url(app_client: WebClient) -> str:
    return str(app_client.apps_connections_open(app_token=str(app_client.token))["url"])


def event(slack: SandboxServer) -> "asyncio.Future[Any]":
    """Post a message of another app from a thread, so that the conversation can go on."""
    loop = asyncio.get_running_loop()
    post = slack.people.post_metadata_message
    return loop.run_in_executor(None, lambda: post("A0CRM", BACKUP, "lead_created", {}))


def test_only_the_app_token_opens_a_socket(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.apps_connections_open(app_token="xoxb-sandbox")

    assert refusal(refused) == "not_allowed_token_type"


def test_the_first_word_is_hello(app_client: WebClient) -> None:
    address = url(app_client)

    async def conversation(session: aiohttp.ClientSession) -> Any:
        async with session.ws_connect(address) as ws:
            return await ws.receive_json(timeout=5)

    hello = talk(conversation)

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert "approximate_connection_time" in hello["debug_info"]


def test_a_ticket_is_good_once(app_client: WebClient) -> None:
    address = url(app_client)

    async def conversation(session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(address):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(address)

    talk(conversation)


def test_a_ticket_that_was_not_used_in_time_is_worth_nothing(app_client: WebClient, clock: Clock) -> None:
    address = url(app_client)
    clock.move(61)

    async def conversation(session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(address)

    talk(conversation)


def test_an_envelope_without_acknowledgement_comes_again_with_its_number(
    slack: SandboxServer, app_client: WebClient
) -> None:
    address = url(app_client)

    async def conversation(session: aiohttp.ClientSession) -> tuple[Any, Any]:
        async with session.ws_connect(address) as ws:
            await ws.receive_json(timeout=5)
            posting = event(slack)
            first = await ws.receive_json(timeout=5)
            second = await ws.receive_json(timeout=5)
            await ws.send_json({"envelope_id": second["envelope_id"]})
            await posting
            return first, second

    first, second = talk(conversation)

    assert [first["retry_attempt"], second["retry_attempt"]] == [0, 1]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


def test_envelopes_are_spread_over_the_sockets_each_to_one(
    slack: SandboxServer, app_client: WebClient
) -> None:
    addresses = [url(app_client), url(app_client)]

    async def conversation(session: aiohttp.ClientSession) -> tuple[list[str], set[Any]]:
        heard, used = [], set()
        async with session.ws_connect(addresses[0]) as one, session.ws_connect(addresses[1]) as two:
            for ws in (one, two):
                await ws.receive_json(timeout=5)
            for _ in range(2):
                posting = event(slack)
                asked = {asyncio.create_task(ws.receive_json(timeout=5)): ws for ws in (one, two)}
                done, waiting = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                for task in waiting:
                    task.cancel()
                for task in done:
                    envelope = await task
                    heard.append(envelope["payload"]["event_id"])
                    used.add(asked[task])
                    await asked[task].send_json({"envelope_id": envelope["envelope_id"]})
                await posting
        return heard, used

    heard, used = talk(conversation)

    assert len(set(heard)) == len(heard) == len(used) == 2


def test_the_same_envelope_can_come_over_two_sockets(slack: SandboxServer, app_client: WebClient) -> None:
    slack.workspace.knobs.retry_delays = ()
    addresses = [url(app_client), url(app_client)]

    async def conversation(session: aiohttp.ClientSession) -> tuple[Any, Any, Attempt]:
        async with session.ws_connect(addresses[0]) as one, session.ws_connect(addresses[1]) as two:
            for ws in (one, two):
                await ws.receive_json(timeout=5)
            slack.workspace.faults.lost_deliveries = 1
            await event(slack)
            loop = asyncio.get_running_loop()
            again = loop.run_in_executor(None, lambda: slack.people.redeliver(everywhere=True))
            first, second = await one.receive_json(timeout=5), await two.receive_json(timeout=5)
            await one.send_json({"envelope_id": first["envelope_id"]})
            return first, second, await again

    first, second, attempt = talk(conversation)

    assert first["envelope_id"] == second["envelope_id"]
    assert attempt.acked


def test_an_eleventh_socket_is_sent_away(app_client: WebClient) -> None:
    addresses = [url(app_client) for _ in range(11)]

    async def conversation(session: aiohttp.ClientSession) -> Any:
        sockets = [await session.ws_connect(address) for address in addresses]
        words = [await ws.receive_json(timeout=5) for ws in sockets]
        for ws in sockets:
            await ws.close()
        return words

    words = talk(conversation)

    assert [one["type"] for one in words] == ["hello"] * 10 + ["disconnect"]
    assert words[-1]["reason"] == "too_many_websockets"


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_disconnect_says_why_and_closes(slack: SandboxServer, app_client: WebClient, reason: str) -> None:
    address = url(app_client)

    async def conversation(session: aiohttp.ClientSession) -> tuple[Any, bool]:
        async with session.ws_connect(address) as ws:
            await ws.receive_json(timeout=5)
            leaving = asyncio.get_running_loop().run_in_executor(None, lambda: slack.disconnect(reason))
            said = await ws.receive_json(timeout=5)
            await ws.receive(timeout=5)
            await leaving
            return said, ws.closed

    said, closed = talk(conversation)

    assert (said["type"], said["reason"], closed) == ("disconnect", reason, True)


def test_a_warning_leaves_the_socket_open(slack: SandboxServer, app_client: WebClient) -> None:
    address = url(app_client)

    async def conversation(session: aiohttp.ClientSession) -> Any:
        async with session.ws_connect(address) as ws:
            await ws.receive_json(timeout=5)
            await asyncio.get_running_loop().run_in_executor(None, lambda: slack.disconnect("warning"))
            return await ws.receive_json(timeout=5), slack.sockets.connected

    said, connected = talk(conversation)

    assert (said["reason"], connected) == ("warning", 1)


def test_the_built_in_client_comes_back_after_it_was_asked_to_refresh(
    slack: SandboxServer, over_socket: Heard, workspace: Workspace
) -> None:
    slack.disconnect("refresh_requested")

    assert wait_until(workspace, lambda: slack.sockets.connected == 1, within=10)
    assert slack.people.open_home("U0ALICE").acked


def test_the_built_in_client_comes_back_after_its_socket_was_cut(
    slack: SandboxServer, over_socket: Heard, workspace: Workspace
) -> None:
    slack.cut_sockets()

    assert wait_until(workspace, lambda: slack.sockets.connected == 1, within=10)
    assert slack.people.open_home("U0ALICE").acked
