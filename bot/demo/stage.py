"""The demo's stage: the pretend Slack in this process, the bot as a child process in a temporary folder."""

import itertools
import json
import secrets
import shutil
import socket
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from bot.demo.clock_on_stage import StageTime
from bot.demo.process import BotProcess
from bot.demo.scene import Mode, Scene, scene
from bot.sandbox.post_office import SENDER
from bot.sandbox.seed import seed_from_people
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace
from storage.database import Connection, Database

SOURCE = "website"
INTAKE_KEY = "demo-key"
LEDGER_KEPT_MAX = 20_000
START_WITHIN_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.05

BotState = Literal["running", "starting", "stopped"]
Found = TypeVar("Found")


class StageFailed(Exception):
    """The bot did not start; the message holds the end of its log."""


class Stage:
    """`with Stage() as stage:` starts everything and leaves nothing behind.

    It can be set anew for another scene while the pretend Slack's doors stay open: a page that shows it keeps its
    address.
    """

    def __init__(self, mode: Mode = "seconds", *, control_port: int = 0) -> None:
        workspace = Workspace(
            clock=lambda: self.time.clock.epoch(), outside=time.time, ledger_kept_max=LEDGER_KEPT_MAX
        )
        self.slack = SandboxServer(workspace, control_port=control_port)
        self.port = 0
        self.bot_state: BotState = "stopped"
        self._lock = threading.RLock()
        self._ending = threading.Event()
        self._numbers = itertools.count(1001)
        self._database: Database | None = None
        self._set(scene(mode))

    @property
    def url(self) -> str:
        """The bot's HTTP door."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def page_url(self) -> str:
        """Where a person looks at it all."""
        return f"http://127.0.0.1:{self.slack.control_port}/"

    @property
    def mode(self) -> Mode:
        return self.scene.mode

    @property
    def bot_pid(self) -> int | None:
        return self._bot.pid

    def now(self) -> datetime:
        """The time on the stage."""
        return self.time.clock.now()

    def __enter__(self) -> Self:
        try:
            self.slack.start()
            self.start_bot()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def start_bot(self) -> None:
        """Start the real bot and wait until it is open; nothing happens where one runs."""
        with self._lock:
            if self._bot.is_alive:
                return
            # Only now: before the pretend Slack has its ports, it could be one of them.
            self.port = self.port or _free_port()
            self._bot_is("starting")
            self._bot.start(["bot.demo.child", "--clock", str(self.time.file)], self._settings())
            self._wait_until_ready()
            self._database = self._database or Database(self._database_url)
            self._bot_is("running")

    def kill_bot(self) -> None:
        """End the bot as a power cut would."""
        with self._lock:
            self._bot.kill()
            self._bot_is("stopped")

    def set_anew(self, mode: Mode) -> None:
        """Everything from the start: an empty Slack, an empty database, a new bot, by the scene's policy."""
        with self._lock:
            # Nothing of it is kept, so nothing needs to be finished.
            self.kill_bot()
            self._strike()
            self.slack.clear()
            self._set(scene(mode))
            self.slack.workspace.stream.tell("stage", {"id": self.id, "mode": mode})
            self.start_bot()

    def look(self, question: Callable[[Connection], Found], otherwise: Found) -> Found:
        """Ask the bot's database beside the bot, dead or alive; `otherwise` while there is none yet."""
        database = self._database
        if database is None:
            return otherwise
        with database.read() as connection:
            return question(connection)

    def new_external_id(self) -> str:
        """An id that no lead on this stage has yet."""
        return f"WEB-{next(self._numbers)}"

    def send(self, lead: dict[str, Any]) -> dict[str, Any]:
        """Send a lead to the bot's HTTP door, as a website would."""
        request = urllib.request.Request(  # noqa: S310  the address is our own
            f"{self.url}/v1/leads",
            data=json.dumps(lead).encode(),
            headers={"Authorization": f"Bearer {INTAKE_KEY}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            said: dict[str, Any] = json.load(answer)
        return said

    def close(self) -> None:
        """Stop the bot, then Slack, and take the folder away."""
        with self._lock:
            self._strike()
            self.slack.stop()

    def end_soon(self) -> None:
        """Wait for nothing any more: `close` comes next."""
        self._ending.set()

    def bot_has_ended(self) -> bool:
        return not self._bot.is_alive

    @property
    def bot_failed(self) -> bool:
        """Whether the bot ended and nobody wanted that."""
        return self._bot.ended_by_itself

    def log_end(self) -> str:
        """The last lines of the bot's log."""
        return self._bot.log_end()

    def _set(self, scene: Scene) -> None:
        self.id = secrets.token_hex(4)
        self.scene = scene
        self._folder = Path(tempfile.mkdtemp(prefix="lead-sla-demo-"))
        self._bot = BotProcess(self._folder, self._bot_ended)
        self.time = StageTime(self, self._folder / "clock.json", scene.starts_at(), told=self._bot.nudge)
        seed_from_people(self.slack.workspace, scene.people(), scene.channels())

    def _strike(self) -> None:
        """Stop the bot and take away what it kept."""
        self.time.close()
        self._bot.stop()
        self._bot_is("stopped")
        if self._database is not None:
            self._database.close()
            self._database = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _bot_is(self, state: BotState) -> None:
        if state != self.bot_state:
            self.bot_state = state
            self.slack.workspace.stream.tell("bot", {"state": state})

    def _bot_ended(self) -> None:
        if self.bot_state == "running":
            self._bot_is("stopped")

    @property
    def _database_url(self) -> str:
        return f"sqlite:///{self._folder / 'demo.db'}"

    def _settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "LEAD_SLA_POLICY": str(self.scene.file),
            "LEAD_SLA_DATABASE_URL": self._database_url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{self.port}",
            "LEAD_SLA_INTAKE_KEYS": f"{SOURCE}={INTAKE_KEY}",
            "LEAD_SLA_SMTP_URL": self.slack.mail_url,
            "LEAD_SLA_MAIL_FROM": SENDER,
            "LEAD_SLA_SMS_URL": self.slack.sms_url,
            "LEAD_SLA_SMS_API_URL": self.slack.sms_api_url,
            # Text messages stay on this machine whatever proxy its user has.
            "NO_PROXY": "127.0.0.1",
        }

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < until and self._bot.is_alive:
            if self._is_ready() or self._ending.wait(LOOK_EVERY_SECONDS):
                return
        said = self.log_end()
        self._bot.kill()
        self._bot_is("stopped")
        raise StageFailed(f"The bot did not start. The end of its log:\n{said}")

    def _is_ready(self) -> bool:
        """Leads can come in, and people can press, unless Slack is away on purpose."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1):  # noqa: S310
                pass
        except (urllib.error.URLError, OSError):
            return False
        return self.slack.sockets.connected > 0 or self.slack.workspace.faults.outage is not None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
