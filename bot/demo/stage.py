"""The demo's stage: the pretend Slack in this process, the bot as a child process in a temporary folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from bot.sandbox.seed import seed_from_people
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace

POLICY = Path(__file__).with_name("policy.yaml")
CHANNELS = ({"id": "C0MANAGERS", "name": "sales-managers"}, {"id": "C0BACKUP", "name": "lead-backup"})
SOURCE = "website"
INTAKE_KEY = "demo-key"
START_WITHIN_SECONDS = 30.0
STOP_WITHIN_SECONDS = 12.0
LOOK_EVERY_SECONDS = 0.1
LOG_LINES_SHOWN = 15


class StageFailed(Exception):
    """The bot did not start; the message holds the end of its log."""


class Stage:
    """`with Stage() as stage:` starts everything and leaves nothing behind."""

    def __init__(self) -> None:
        workspace = Workspace(ledger_kept_max=10_000)
        people = [
            {"id": person["slack"], "email": person["email"], "name": person["name"]}
            for person in yaml.safe_load(POLICY.read_text(encoding="utf-8"))["people"]
        ]
        seed_from_people(workspace, people, CHANNELS)
        self.slack = SandboxServer(workspace)
        self.port = _free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="lead-sla-demo-"))
        self._bot: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The bot's HTTP door."""
        return f"http://127.0.0.1:{self.port}"

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
        """Start the real bot, `lead-sla run`, with nothing of the user's own settings."""
        log = (self._folder / "bot.log").open("ab")
        with log:
            self._bot = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_ready()

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
        if self._bot is not None:
            self._bot.send_signal(signal.SIGTERM)
            try:
                self._bot.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._bot.kill()
                self._bot.wait()
        self.slack.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def bot_has_ended(self) -> bool:
        return self._bot is None or self._bot.poll() is not None

    def log_end(self) -> str:
        """The last lines of the bot's log."""
        lines = (self._folder / "bot.log").read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def _environment(self) -> dict[str, str]:
        own = ("SLACK_", "LEAD_SLA_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        return kept | {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "LEAD_SLA_POLICY": str(POLICY),
            "LEAD_SLA_DATABASE_URL": f"sqlite:///{self._folder / 'demo.db'}",
            "LEAD_SLA_HTTP": f"127.0.0.1:{self.port}",
            "LEAD_SLA_INTAKE_KEYS": f"{SOURCE}={INTAKE_KEY}",
        }

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_WITHIN_SECONDS
        while time.monotonic() < until and not self.bot_has_ended():
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=1):  # noqa: S310
                    connected = self.slack.sockets.connected
            except (urllib.error.URLError, OSError):
                connected = 0
            if connected:
                return
            time.sleep(LOOK_EVERY_SECONDS)
        raise StageFailed(f"The bot did not start. The end of its log:\n{self.log_end()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
