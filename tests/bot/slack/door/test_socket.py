"""The Socket Mode connection: it comes back by itself, and says how it stands."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.sandbox.outcomes import wait_until
from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from bot.slack.socket import STUCK_AFTER, SocketDoor

# slack-sdk leaves the socket of a handshake that failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

WITHIN = 20.0
SHORT = timedelta(milliseconds=50)
Opens = Callable[..., SocketDoor]


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    """What the failed handshakes left is collected here, and not in the middle of another test."""
    yield
    gc.collect()


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    workspace = Workspace()
    workspace.add_user("U0ALICE", name="alice", email="alice@acme.example")
    with SandboxServer(workspace) as server:
        yield server


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def at_work() -> threading.Event:
    return threading.Event()


@pytest.fixture
def finish() -> threading.Event:
    return threading.Event()


@pytest.fixture
def app(
    slack: SandboxServer, heard: list[str], at_work: threading.Event, finish: threading.Event
) -> Iterator[App]:
    with ThreadPoolExecutor(2) as pool:
        app = App(
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=slack.workspace.team_id),
            client=WebClient(base_url=slack.api_url, retry_handlers=[]),
            signing_secret="",
            process_before_response=True,
            listener_executor=pool,
        )

        @app.event("app_home_opened")
        def opened(event: dict[str, str], ack: Ack) -> None:
            heard.append(event["user"])
            ack()

        @app.event("app_mention")
        def waits(ack: Ack) -> None:
            at_work.set()
            finish.wait(WITHIN)
            ack()

        yield app


@pytest.fixture
def open_door(slack: SandboxServer, app: App) -> Iterator[Opens]:
    doors = []

    def opened(stuck_after: timedelta = STUCK_AFTER) -> SocketDoor:
        web = WebClient(base_url=slack.api_url, retry_handlers=[], timeout=2)
        door = SocketDoor(
            app,
            slack.workspace.tokens.app,
            web,
            ping_interval=timedelta(milliseconds=200),
            watch_every=SHORT,
            first_retry=SHORT,
            stuck_after=stuck_after,
        )
        door.start()
        doors.append(door)
        return door

    yield opened
    for door in doors:
        door.stop(timedelta(seconds=5))


def connections(slack: SandboxServer, count: int, *, after: int = 0) -> bool:
    """Whether so many sockets are open, and one that is younger than number `after`."""

    def holds() -> bool:
        numbers = [one.number for one in list(slack.sockets.connections)]
        return len(numbers) >= count and (not numbers or max(numbers) > after)

    return wait_until(slack.workspace, holds, within=WITHIN)


def tried_in_vain(slack: SandboxServer) -> None:
    """Wait until the bot has asked for a connection, and did not get one."""
    until = time.monotonic() + WITHIN
    while not slack.workspace.ledger.calls("apps.connections.open") and time.monotonic() < until:
        threading.Event().wait(0.01)
    assert slack.workspace.ledger.calls("apps.connections.open")


def newest(slack: SandboxServer) -> int:
    return max(one.number for one in slack.sockets.connections)


def test_an_event_comes_through_and_is_acknowledged(
    slack: SandboxServer, open_door: Opens, heard: list[str]
) -> None:
    open_door()
    assert connections(slack, 1)

    delivery = slack.people.open_home("U0ALICE")

    assert heard == ["U0ALICE"]
    assert delivery.acked


def test_the_state_says_since_when_and_when_the_last_envelope_came(
    slack: SandboxServer, open_door: Opens
) -> None:
    door = open_door()
    assert connections(slack, 1)
    assert door.state.last_envelope_at is None

    slack.people.open_home("U0ALICE")

    assert door.wait_connected(timedelta(seconds=WITHIN))
    assert door.state.last_envelope_at is not None


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "warning"])
def test_a_connection_that_slack_ends_is_followed_by_another(
    slack: SandboxServer, open_door: Opens, heard: list[str], reason: str
) -> None:
    open_door()
    assert connections(slack, 1)
    first = newest(slack)

    slack.disconnect(reason)

    assert connections(slack, 1, after=first)
    assert wait_until(slack.workspace, lambda: len(slack.sockets.connections) == 1, within=WITHIN)
    slack.people.open_home("U0ALICE")
    assert heard == ["U0ALICE"]


def test_a_connection_that_breaks_off_is_followed_by_another(slack: SandboxServer, open_door: Opens) -> None:
    open_door()
    assert connections(slack, 1)
    first = newest(slack)

    slack.cut_sockets()

    assert connections(slack, 1, after=first)


def test_a_bot_that_starts_while_slack_is_away_connects_when_it_is_back(
    slack: SandboxServer, open_door: Opens
) -> None:
    slack.begin_outage("reset")
    door = open_door()
    tried_in_vain(slack)
    assert not door.state.connected

    slack.end_outage()

    assert connections(slack, 1)


def test_after_an_outage_the_bot_is_there_again(
    slack: SandboxServer, open_door: Opens, heard: list[str]
) -> None:
    open_door()
    assert connections(slack, 1)
    first = newest(slack)

    slack.begin_outage()
    slack.end_outage()

    assert connections(slack, 1, after=first)
    slack.people.open_home("U0ALICE")
    assert heard == ["U0ALICE"]


def test_a_client_that_does_not_come_back_is_thrown_away(slack: SandboxServer, open_door: Opens) -> None:
    door = open_door(stuck_after=timedelta(milliseconds=300))
    assert connections(slack, 1)
    assert door.wait_connected(timedelta(seconds=WITHIN))
    first = newest(slack)
    assert door._handler is not None
    stuck = door._handler
    stuck.client.auto_reconnect_enabled = False
    stuck.client.default_auto_reconnect_enabled = False

    slack.cut_sockets()

    assert connections(slack, 1, after=first)
    assert door.wait_connected(timedelta(seconds=WITHIN))


def test_what_is_being_worked_on_is_finished_and_acknowledged_before_the_door_closes(
    slack: SandboxServer, open_door: Opens, at_work: threading.Event, finish: threading.Event
) -> None:
    door = open_door()
    assert door.wait_connected(timedelta(seconds=WITHIN))
    with ThreadPoolExecutor(2) as people:
        mention = people.submit(slack.people.event, {"type": "app_mention", "user": "U0ALICE"})
        assert at_work.wait(WITHIN)
        stopping = people.submit(door.stop, timedelta(seconds=WITHIN))
        finish.set()

        assert mention.result(WITHIN).acked
        stopping.result(WITHIN)
