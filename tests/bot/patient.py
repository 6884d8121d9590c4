"""An installation for the doctor to look at: a folder with settings and a policy, before the pretend Slack."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.doctor.commands import examine
from bot.sandbox.commands import EXAMPLE_CHANNELS, EXAMPLE_PEOPLE
from bot.sandbox.seed import seed_from_people
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from bot.sandbox.workspace import Workspace
from tests.bot.notify.servers import ACCOUNT, Mailbox, mail_server
from tests.sla.play import EXAMPLE, moment

TWILIO_TOKEN = "t0kenoftwilio"
SECRETS = (
    BOT_TOKEN,
    APP_TOKEN,
    SIGNING_SECRET,
    "key-of-the-website",
    "pa55word",
    "xoxb-else",
    "xapp-else",
    TWILIO_TOKEN,
)
LOOKING = {
    "auth.test",
    "apps.connections.open",
    "conversations.info",
    "conversations.list",
    "dnd.info",
    "users.info",
    "users.lookupByEmail",
}


class Patient:
    """In good health, until a test breaks something."""

    def __init__(self, folder: Path, slack: SandboxServer, mailbox: Mailbox) -> None:
        self.folder = folder
        self.mailbox = mailbox
        self.slack = slack
        # Half a second past, as the header of Slack's answers counts whole seconds.
        self.now = moment("Mon 10:00") + timedelta(milliseconds=500)
        self.slacks_lead = timedelta(0)
        self.slept: list[float] = []
        self.settings()
        self.policy()

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def mail_server(self) -> str:
        """Where the mail server of this machine listens."""
        return self.mailbox.url.removeprefix("mailto://").partition("?")[0]

    def settings(self, **changed: str | None) -> None:
        """The settings of a bot that could run, with these changed; None takes one out."""
        values = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "LEAD_SLA_INTAKE_KEYS": "website=key-of-the-website",
            "LEAD_SLA_SMTP_URL": self.mailbox.url,
            "LEAD_SLA_SMS_URL": f"twilio://{ACCOUNT}:{TWILIO_TOKEN}@+15550109999",
        } | changed
        lines = [f"{name}={value}\n" for name, value in values.items() if value is not None]
        (self.folder / ".env").write_text("".join(lines), encoding="utf-8")

    def policy(self, *changes: tuple[str, str]) -> None:
        """The example's policy, with words replaced by others."""
        text = EXAMPLE.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, f"the example has no {old}"
            text = text.replace(old, new)
        (self.folder / "policy.yaml").write_text(text, encoding="utf-8")

    def without_slack_ids(self) -> None:
        """The example's people are to be found by their addresses."""
        self.policy(*((f", slack: {one['id']}", "") for one in EXAMPLE_PEOPLE))

    def says(self) -> list[str]:
        """What the doctor says; that it only looks, and keeps secrets to itself, holds every time."""
        lines = [str(one) for one in examine(now=self._now, sleep=self.slept.append, tell=lambda said: None)]
        assert [one for one in lines if any(secret in one for secret in SECRETS) or "\n" in one] == []
        assert {call.method for call in self.workspace.ledger.calls()} <= LOOKING
        assert list(self.workspace.ledger.entries()) == []
        return lines

    def on(self, topic: str, *levels: str) -> list[str]:
        """The lines about one topic, of these levels if some are named, without their first two words."""
        split = [line.split(maxsplit=2) for line in self.says()]
        return [what for level, about, what in split if about == topic and level in (levels or (level,))]

    def asked(self, method: str) -> int:
        return sum(call.method == method for call in self.workspace.ledger.calls())

    def _now(self) -> datetime:
        return self.now


@contextmanager
def a_patient(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    for name in os.environ:
        if name.startswith(("LEAD_SLA_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    patient: Patient | None = None

    def slacks_time() -> float:
        return (patient.now + patient.slacks_lead).timestamp() if patient is not None else 0.0

    workspace = Workspace(clock=slacks_time)
    seed_from_people(workspace, EXAMPLE_PEOPLE, EXAMPLE_CHANNELS)
    with SandboxServer(workspace) as slack, mail_server() as mailbox:
        patient = Patient(folder, slack, mailbox)
        yield patient
