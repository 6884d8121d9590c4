"""`lead-sla run` as a process of its own, in a folder of its own, before the pretend Slack."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.sandbox.commands import EXAMPLE_CHANNELS, EXAMPLE_PEOPLE
from bot.sandbox.seed import seed_from_people
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace
from tests.processes import ROOT, free_port
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

KEY = "key-of-the-website"
PATIENCE_SECONDS = 40.0
STOPS_WITHIN_SECONDS = 10.0
"""What is promised of a stop."""


def bare(**settings: str) -> dict[str, str]:
    """This environment with these settings alone."""
    own = ("SLACK_", "LEAD_SLA_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | settings


def types(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Somebody types a command and reads what it prints; a traceback is never among it."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=bare(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


def at_any_hour(policy: str) -> str:
    """The same policy with a team that is always at work: a real process runs when it runs, also on a Sunday."""
    from_, until = policy.index("  us-east:"), policy.index("  dach:")
    return f"{policy[:from_]}  us-east: {{always: true}}\n{policy[until:]}"


class BotProcess:
    """A running bot; what it logs is read from its file."""

    def __init__(
        self, folder: Path, slack: SandboxServer, words: Sequence[str] = ("run",), **settings: str
    ) -> None:
        self.folder = folder
        self.slack = slack
        self.port = free_port()
        self.settings = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": slack.api_url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{self.port}",
            "LEAD_SLA_INTAKE_KEYS": f"website={KEY}",
            "LEAD_SLA_LOG": "json",
        } | settings
        self.policy = folder / "policy.yaml"
        self.policy.write_text(at_any_hour(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
        with (folder / "bot.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", *words],
                cwd=folder,
                env=bare(**self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def log(self) -> str:
        return (self.folder / "bot.log").read_text(encoding="utf-8")

    def logged(self, event: str) -> list[Mapping[str, Any]]:
        """The log's lines about something, in order."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        def is_so() -> bool:
            assert self.process.poll() is None, f"the bot ended: {self.log()}"
            return holds()

        late = f"not within {PATIENCE_SECONDS:.0f} s: {what}"
        eventually(is_so, lambda: f"{late}; {self.log()}", within=PATIENCE_SECONDS, every=0.02)

    def wait_until_open(self) -> None:
        self.wait_until(lambda: self.slack.sockets.connected > 0 and bool(self.logged("started")), "open")

    def send(self, key: str = KEY, /, **lead: Any) -> dict[str, Any]:
        """Send a lead over HTTP, as a website does."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/leads",
            data=json.dumps({"email": "dana@northwind.example", "company": "Northwind"} | lead).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
        return said

    def answers(self, key: str) -> int:
        """With which status a lead of this key is answered."""
        try:
            self.send(key, external_id="whoever")
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code
        return 202

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; the exit code, if it comes in the time that is promised."""
        self.process.send_signal(number)
        return self.process.wait(STOPS_WITHIN_SECONDS)


@contextmanager
def pretend_slack() -> Iterator[SandboxServer]:
    workspace = Workspace()
    seed_from_people(workspace, EXAMPLE_PEOPLE, EXAMPLE_CHANNELS)
    with SandboxServer(workspace) as slack:
        yield slack


@contextmanager
def running(
    folder: Path, slack: SandboxServer, words: Sequence[str] = ("run",), **settings: str
) -> Iterator[BotProcess]:
    """A bot that was started; whatever the test did to it, it is gone afterwards."""
    bot = BotProcess(folder, slack, words, **settings)
    try:
        yield bot
        assert "Traceback" not in bot.log()
    finally:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait()
