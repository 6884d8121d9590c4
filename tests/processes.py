"""Real processes for tests: the bot as `lead-sla run` starts it, with nothing of the user's own settings."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

START_WITHIN_SECONDS = 30.0
STOP_WITHIN_SECONDS = 15.0
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Served:
    """A process that listens on a port of this machine; `start`, then `stop` or `kill`, as often as wanted."""

    def __init__(
        self, command: Sequence[str], port: int, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.port = port
        self._command = [sys.executable, *command]
        self._log = folder / f"{command[1]}.log"
        self._folder = folder
        kept = {name: at for name, at in os.environ.items() if not name.startswith(("SLACK_", "LEAD_SLA_"))}
        self._environment = kept | {"PYTHONPATH": str(ROOT), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, within: float = START_WITHIN_SECONDS) -> None:
        """Returns as soon as it listens."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        eventually(self._listens_or_ended, self._not_started, within=within)
        assert self._process.poll() is None, self._not_started()

    def runs_from(self, tree: Path) -> None:
        """By the program that lies there, not by this one."""
        self._environment = {**self._environment, "PYTHONPATH": str(tree)}

    def _listens_or_ended(self) -> bool:
        if self.exit_code is not None:
            return True
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _not_started(self) -> str:
        return f"It did not start. Its log:\n{self._log.read_text(errors='replace')[-4000:]}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """With what it ended, minus the signal's number for one that was killed; None while it lives."""
        return None if self._process is None else self._process.poll()

    def kill(self) -> None:
        """As a power cut would: no signal that it could catch."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def bot_before_no_slack(database_url: str, folder: Path, key: str, policy: Path = EXAMPLE) -> Served:
    """The whole bot, with the example policy, before a Slack that does not answer; source `website` has the key."""
    port = free_port()
    return Served(
        ["-m", "bot", "run"],
        port,
        folder,
        {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
            "LEAD_SLA_POLICY": str(policy),
            "LEAD_SLA_DATABASE_URL": database_url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{port}",
            "LEAD_SLA_INTAKE_KEYS": f"website={key}",
        },
    )
