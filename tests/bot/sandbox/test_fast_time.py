"""A workspace whose time runs fast: what lives for seconds lives for seconds outside."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.tokens import APP_TOKEN
from tests.bot.sandbox.conftest import ALICE, DM, Clock, client_of, delivery, form, refusal

HOUR = 3600.0


@pytest.fixture
def fast() -> Clock:
    return Clock()


@pytest.fixture
def outside() -> Clock:
    return Clock()


@pytest.fixture
def office(fast: Clock, outside: Clock) -> Workspace:
    workspace = Workspace(clock=fast, monotonic=outside, outside=time.time)
    workspace.add_user(ALICE, name="alice", email="alice@acme.example")
    workspace.dm(ALICE)
    return workspace


@pytest.fixture
def server(office: Workspace) -> Iterator[SandboxServer]:
    with SandboxServer(office) as server:
        yield server


@pytest.fixture
def bot(server: SandboxServer) -> WebClient:
    return client_of(server)


def test_a_trigger_lives_three_seconds_outside(
    office: Workspace, bot: WebClient, fast: Clock, outside: Clock
) -> None:
    trigger = office.surfaces.new_trigger(ALICE)
    fast.move(HOUR)
    outside.move(2.9)
    assert bot.views_open(trigger_id=trigger.id, view=form())["ok"]
    late = office.surfaces.new_trigger(ALICE)
    outside.move(3.1)
    with pytest.raises(SlackApiError) as refused:
        bot.views_open(trigger_id=late.id, view=form())
    assert refusal(refused) == "expired_trigger_id"


def test_an_answer_address_lives_half_an_hour_outside(office: Workspace, fast: Clock, outside: Clock) -> None:
    trigger = office.surfaces.new_trigger(ALICE)
    address = office.surfaces.new_response(trigger, channel=DM, message_ts=None)
    fast.move(100 * HOUR)
    outside.move(1799)
    assert office.surfaces.use_response(address.key) is address


def test_a_ticket_lives_a_minute_outside(
    server: SandboxServer, office: Workspace, fast: Clock, outside: Clock
) -> None:
    given: dict[str, Any] = client_of(server, APP_TOKEN).apps_connections_open(app_token=APP_TOKEN).data  # type: ignore[assignment]
    ticket = given["url"].partition("ticket=")[2].partition("&")[0]
    fast.move(100 * HOUR)
    assert office.tickets[ticket] == outside.now


def test_history_lags_by_seconds_outside(
    office: Workspace, bot: WebClient, fast: Clock, outside: Clock
) -> None:
    office.faults.late_history(seconds=5)
    bot.chat_postMessage(channel=DM, text="Hello", metadata=delivery("d1"))
    fast.move(HOUR)
    assert bot.conversations_history(channel=DM)["messages"] == []
    outside.move(5)
    [message] = bot.conversations_history(channel=DM)["messages"]
    assert message["text"] == "Hello"


def test_messages_bear_the_time_of_the_workspace_and_answers_the_one_outside(
    bot: WebClient, fast: Clock
) -> None:
    fast.move(1_000 * HOUR)
    posted = bot.chat_postMessage(channel=DM, text="Hello")
    assert float(posted["ts"]) == pytest.approx(fast.now)
    assert fast.now - parsedate_to_datetime(posted.headers["Date"]).timestamp() > 900 * HOUR
