"""A bot in a process of its own, before the pretend Slack, that is killed at a chosen moment; and who takes over."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import yaml
from sqlalchemy import select

from bot.policies import PolicyBox
from bot.sandbox.server import SandboxServer
from bot.sandbox.tokens import APP_TOKEN, BOT_TOKEN
from bot.sandbox.workspace import Workspace
from sla.lead import LeadId
from storage.database import Database
from storage.delivery import Delivery, read_delivery
from storage.tables import outbox, timeline
from tests.bot.courier.office import LIMIT, Office
from tests.bot.slack.door.office import people_of
from tests.faults.rig import Rig
from tests.invariants import holds
from tests.processes import Served, free_port
from tests.sla.play import EXAMPLE
from tests.waiting import eventually

KEY = "website-key"
WITHIN = 40.0
"""Seconds in which a real process must have come to the moment that is waited for."""
LOOK_EVERY = 0.002
FAR_FROM_NOW = timedelta(days=3)


class Mortal:
    """`lives`, then something is waited for, then `dies`; `heir` is a bot in this process on the same database.

    Or it `lives` until a moment of its own life, at which it `is_killed`.
    """

    def __init__(self, slack: SandboxServer, database: Database, url: str, folder: Path) -> None:
        self.slack = slack
        self.workspace = slack.workspace
        self.database = database
        self.policy = folder / "policy.yaml"
        self._folder, self._url = folder, url
        self._numbers = count(1)
        self._process: Served | None = None
        self._http = ""

    def lives(self, *, until: str | None = None) -> None:
        """Start it, and wait until it is there for Slack, too. `until` is one of the moments of `doomed`."""
        port = free_port()
        self._http = f"http://127.0.0.1:{port}"
        environment = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": self.slack.api_url,
            "LEAD_SLA_POLICY": str(self.policy),
            "LEAD_SLA_DATABASE_URL": self._url,
            "LEAD_SLA_HTTP": f"127.0.0.1:{port}",
            "LEAD_SLA_INTAKE_KEYS": f"website={KEY}",
        }
        command = ["-m", "bot", "run"] if until is None else ["-m", "tests.faults.doomed", until]
        self._process = Served(command, port, self._folder, environment)
        self._process.start()
        self.until(lambda: self.slack.sockets.connected > 0)

    def dies(self) -> None:
        """As in a power cut."""
        assert self._process is not None
        self._process.kill()
        self._process = None
        self.workspace.faults.clear()

    def is_killed(self) -> None:
        """Wait until it came to the moment at which it ends."""
        process = self._process
        assert process is not None
        self.until(lambda: process.exit_code is not None)
        assert process.exit_code == -signal.SIGKILL
        self.dies()

    def is_gone(self) -> None:
        """For the end of a test, whatever became of it."""
        if self._process is not None:
            self._process.kill()

    def until(self, holds: Callable[[], object]) -> None:
        """Returns at the very moment, as far as one can look that fast."""
        eventually(holds, within=WITHIN, every=LOOK_EVERY)

    def a_lead_arrives(self, **fields: Any) -> LeadId:
        answer = self._is_sent(fields)
        assert answer.status_code == 202, answer.text
        return LeadId(answer.json()["lead_id"])

    def a_lead_arrives_last(self) -> None:
        """It is taken; whether its sender hears of that before the bot ends is open."""
        with suppress(httpx.TransportError):
            self._is_sent({})

    def _is_sent(self, fields: dict[str, Any]) -> httpx.Response:
        number = next(self._numbers)
        known = {
            "external_id": f"00Q-{number}",
            "company": "Northwind Freight",
            "email": f"dana@northwind-{number}.example",
            "owner": "alice@acme.example",
            "employees": 1800,
            "score": 88,
        }
        return httpx.post(
            f"{self._http}/v1/leads",
            json=known | fields,
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=WITHIN,
        )

    def happened(self, kind: str) -> int:
        """How often this stands on timelines."""
        with self.database.read() as connection:
            return len(connection.execute(select(timeline.c.seq).where(timeline.c.kind == kind)).all())

    def states(self) -> list[str]:
        return [one.state for one in self.deliveries()]

    def deliveries(self) -> list[Delivery]:
        with self.database.read() as connection:
            return [read_delivery(row) for row in connection.execute(select(outbox).order_by(outbox.c.seq))]

    def calls(self, method: str) -> int:
        return len(self.workspace.ledger.calls(method))

    @contextmanager
    def heir(self, *, ago: timedelta = timedelta(0)) -> Iterator[Rig]:
        """A bot that takes over what the dead one left, at a time moved by hand; with `ago` it went before.

        At its end everything that must always hold is looked at.
        """
        policies = PolicyBox.open(self.database, self.policy, _wall())
        office = Office(self.slack, self.database, policies)
        office.now = _wall() - ago
        office.courier = office.new_courier()
        office.recorder.start()
        real = self.workspace.clock
        self.workspace.clock = lambda: office.now.timestamp()
        try:
            rig = Rig(office)
            yield rig
            if not ago:
                rig.keeps_pace()
                holds(self.database, self.workspace)
        finally:
            self.workspace.clock = real
            office.courier.stop(LIMIT)
            office.recorder.stop(LIMIT)

    def has_an_heir_that_finishes_everything(self) -> None:
        with self.heir() as rig:
            rig.rests()


def _wall() -> datetime:
    return datetime.now(UTC)


@contextmanager
def open_mortal(database: Database, url: str, folder: Path, *, first_response: str) -> Iterator[Mortal]:
    """Everything is open around the clock, and every tier has the same target."""
    policy = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for team in policy["teams"].values():
        team["calendar"] = "around-the-clock"
    for tier in policy["tiers"]:
        tier["first_response"] = first_response
    for rotation in policy["on_call"].values():
        # Nobody's week begins or ends while this runs: that would be told, too.
        rotation["hand_over"]["day"] = f"{_wall() + FAR_FROM_NOW:%a}".lower()
    with ExitStack() as stack:
        workspace = Workspace()
        people_of(workspace)
        slack = stack.enter_context(SandboxServer(workspace))
        mortal = Mortal(slack, database, url, folder)
        mortal.policy.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
        stack.callback(mortal.is_gone)
        yield mortal
