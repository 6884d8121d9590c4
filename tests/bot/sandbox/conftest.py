"""A small office in the pretend Slack, and Slack's own client to talk to it."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest, Complete, Fail, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.outcomes import wait_until
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

ALICE, CARLA, MIA, GUEST = "U0ALICE", "U0CARLA", "U0MIA", "U0GUEST"
MANAGERS, BACKUP, SECRET = "C0MANAGERS", "C0BACKUP", "C0SECRET"
DM = "D0ALICE"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(clock: Clock) -> Workspace:
    office = Workspace(clock=clock, monotonic=clock)
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


class Heard:
    """What reached the bot, in order, and what it is to do: a Bolt app with one listener for each kind."""

    def __init__(self, client: WebClient) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.retries: list[tuple[str, str]] = []
        self.states: list[dict[str, Any]] = []
        self.says: str | None = None
        self.replaces = False
        self.opens: dict[str, Any] | None = None
        self.answers: dict[str, Any] = {}
        self.answers_commands: dict[str, Any] = {}
        self.fails = 0
        self.before_it_fails: Callable[[], object] = lambda: None
        self.app = App(client=client, signing_secret=SIGNING_SECRET, process_before_response=True)
        self.app.use(self._note)
        self.app.action("claim")(self._press)
        self.app.action("pick")(self._press)
        self.app.view("log_contact")(self._submit)
        self.app.view_closed("log_contact")(lambda ack: ack())
        self.app.command("/lead-sla")(self._command)
        self.app.event("message_metadata_posted")(lambda: None)
        self.app.event("app_home_opened")(lambda: None)
        self.app.event("user_change")(lambda: None)
        self.app.function("start_lead_sla", auto_acknowledge=False)(self._step)

    def _note(self, req: BoltRequest, body: dict[str, Any], next: Callable[[], None]) -> None:
        self.bodies.append(body)
        self.retries.append(
            (
                req.headers.get("x-slack-retry-num", ["0"])[0],
                req.headers.get("x-slack-retry-reason", [""])[0],
            )
        )
        if self.fails > 0:
            self.fails -= 1
            self.before_it_fails()
            raise RuntimeError("the database is away")
        next()

    def _press(self, ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        if self.opens is not None:
            client.views_open(trigger_id=body["trigger_id"], view=self.opens)
        if self.says is not None:
            respond(text=self.says, response_type="ephemeral", replace_original=self.replaces)
        ack()

    def _command(self, ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        if self.answers_commands:
            ack(**self.answers_commands)
        else:
            self._press(ack, body, client, respond)

    def _submit(self, ack: Ack, view: dict[str, Any]) -> None:
        self.states.append(view["state"]["values"])
        ack(**self.answers)

    def _step(self, ack: Ack, inputs: dict[str, Any], complete: Complete, fail: Fail) -> None:
        ack()
        if "company" in inputs:
            complete(outputs={"lead_id": "L1"})
        else:
            fail(error="The lead has no company.")


class _Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, app: App) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers: dict[str, Any] = dict(self.headers.items())
                said = app.dispatch(BoltRequest(body=body, headers=headers))
                self.send_response(said.status)
                for name, values in said.headers.items():
                    self.send_header(name, values[0])
                self.end_headers()
                self.wfile.write(said.body.encode())

            def log_message(self, *_: object) -> None:
                """Requests are not written to the terminal."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def heard(client: WebClient) -> Heard:
    return Heard(client)


@pytest.fixture
def over_http(heard: Heard, workspace: Workspace) -> Iterator[Heard]:
    """The bot behind a request address; events come signed over HTTP."""
    receiver = _Receiver(heard.app)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    workspace.mode, workspace.request_url = "http", f"http://127.0.0.1:{receiver.server_port}/slack/events"
    workspace.knobs.ack_within = 5
    yield heard
    receiver.shutdown()
    receiver.server_close()
    thread.join()


@pytest.fixture
def over_socket(slack: SandboxServer, heard: Heard, app_client: WebClient) -> Iterator[Heard]:
    """The bot behind a socket, with the built-in client that production uses."""
    handler = SocketModeHandler(heard.app, APP_TOKEN, web_client=app_client, ping_interval=0.25)
    slack.workspace.knobs.ack_within = 5
    connect: Callable[[], None] = handler.connect
    connect()
    yield heard
    leave(slack, handler)


def leave(slack: SandboxServer, handler: SocketModeHandler) -> None:
    """Close the client at once: left alone it waits up to 3 s for its next read and 1 s for its queue."""
    client = handler.client
    client.auto_reconnect_enabled = False
    slack.cut_sockets()
    assert wait_until(slack.workspace, lambda: not client.is_connected(), within=5)
    client.message_processor.event.set()
    client.enqueue_message("{}")
    close: Callable[[], None] = handler.close
    close()
