"""A small office in the pretend Slack, and Slack's own client to talk to it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN

ALICE, CARLA, MIA, GUEST = "U0ALICE", "U0CARLA", "U0MIA", "U0GUEST"
MANAGERS, BACKUP, SECRET = "C0MANAGERS", "C0BACKUP", "C0SECRET"
DM = "D0ALICE"


class Clock:
    """The wall clock and a movement by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    office = Workspace(clock=clock, monotonic=clock.monotonic)
    office.add_user(ALICE, name="alice", real_name="Alice Anders", email="alice@acme.example")
    office.add_user(CARLA, name="carla", real_name="Carla Costa", email="carla@acme.example")
    office.add_user(MIA, name="mia", real_name="Mia Moreno", email="mia@acme.example", locale="de-DE")
    office.add_user(GUEST, name="guest", is_restricted=True)
    office.add_channel(MANAGERS, name="sales-managers", members=[MIA, ALICE], kind="private")
    office.add_channel(BACKUP, name="lead-backup", members=[CARLA, ALICE])
    office.add_channel(SECRET, name="secret", kind="private", with_bot=False)
    office.knobs.ack_within = 0.15
    office.knobs.retry_scale = 0.0
    return office


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[SandboxServer]:
    with SandboxServer(workspace) as server:
        yield server


def client_of(server: SandboxServer, token: str | None = BOT_TOKEN, **more: Any) -> WebClient:
    return WebClient(token, base_url=server.api_url, retry_handlers=[], **more)


@pytest.fixture
def client(slack: SandboxServer) -> WebClient:
    return client_of(slack)


@pytest.fixture
def app_client(slack: SandboxServer) -> WebClient:
    return client_of(slack, APP_TOKEN)


def refusal(error: pytest.ExceptionInfo[SlackApiError]) -> str:
    return str(error.value.response["error"])


def delivery(delivery_id: str) -> dict[str, Any]:
    return {"event_type": "lead_sla_delivery", "event_payload": {"delivery_id": delivery_id}}


def button(action_id: str = "claim", **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Claim"}
    return {"type": "button", "action_id": action_id, "text": label, "value": "L1:1", **more}


def card(*buttons: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "do", "elements": list(buttons or [button()])}]


def form(**more: Any) -> dict[str, Any]:
    """A modal with a choice, a note that may stay empty and a moment."""

    def text(words: str) -> dict[str, Any]:
        return {"type": "plain_text", "text": words}

    def asked(block_id: str, element: dict[str, Any], *, optional: bool) -> dict[str, Any]:
        return {
            "type": "input",
            "block_id": block_id,
            "label": text(block_id),
            "element": element,
            "optional": optional,
        }

    options = [{"text": text(one.title()), "value": one} for one in ("called", "mailed")]
    return {
        "type": "modal",
        "callback_id": "log_contact",
        "title": text("Log contact"),
        "submit": text("Save"),
        "blocks": [
            asked("what", {"type": "radio_buttons", "action_id": "w", "options": options}, optional=False),
            asked("note", {"type": "plain_text_input", "action_id": "n"}, optional=True),
            asked("when", {"type": "datetimepicker", "action_id": "at"}, optional=True),
        ],
        **more,
    }
