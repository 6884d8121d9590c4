"""A small office: the real recorder, database and Slack door, before the pretend Slack, at a time that can be set."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

from slack_sdk import WebClient

from bot.policies import PolicyBox
from bot.recorder import Recorded, Recorder
from bot.sandbox.model import Json
from bot.sandbox.outcomes import PressResult
from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from bot.slack.completion import THREAD as COMPLETION_THREAD
from bot.slack.desk import BotIdentity, Desk
from bot.slack.directory import Directory
from bot.slack.door import LISTENERS_AT_ONCE, build_app
from bot.slack.http_route import SlackRequests
from bot.slack.socket import SocketDoor
from bot.slack.straight import StraightWay
from sla.details import LeadDetails
from sla.facts import CardDelivered, Fact, LeadArrived, StepReached
from sla.lead import Lead, LeadId
from sla.policy import Policy
from storage import leads
from storage.database import Database
from storage.ids import new_lead_id
from storage.schema import upgrade
from tests.bot.slack.door.served import served
from tests.sla.play import EXAMPLE, moment

Mode = Literal["socket", "http"]
LIMIT = timedelta(seconds=20)

EMAILS = {
    "alice": "alice@acme.example",
    "bob": "bob@acme.example",
    "carla": "carla@acme.example",
    "dieter": "dieter@acme.example",
    "mia": "mia@acme.example",
    "omar": "omar@acme.example",
    "ops": "ops@acme.example",
}
MANAGERS = "C0MANAGERS"
BACKUP = "C0BACKUP"


def people_of(workspace: Workspace) -> None:
    """The people of the policy, and those who can press but may not."""
    for name, email in EMAILS.items():
        zone = "Europe/Berlin" if name == "dieter" else "America/New_York"
        locale = "de-DE" if name == "dieter" else "en-US"
        workspace.add_user(f"U0{name.upper()}", name=name, email=email, tz=zone, locale=locale)
    workspace.add_user("U0STRANGER", name="stranger", email="stranger@acme.example")
    workspace.add_user("U0GUEST", name="guest", email="guest@agency.example", is_restricted=True)
    workspace.add_user("U0LONEGUEST", name="loneguest", email="lone@agency.example", is_ultra_restricted=True)
    workspace.add_user("U0FOREIGN", name="foreign", email="foreign@other.example", team_id="T0OTHER")
    workspace.add_user("U0GONE", name="gone", email="gone@acme.example", deleted=True)
    workspace.add_user("U0ROBOT", name="robot", is_bot=True)
    members = [f"U0{name.upper()}" for name in EMAILS] + ["U0STRANGER", "U0GUEST", "U0FOREIGN", "U0GONE"]
    workspace.add_channel(MANAGERS, name="sales-managers", kind="private", members=members)
    workspace.add_channel(BACKUP, name="sales-backup", members=members)


def who_is_the_bot(web: WebClient) -> BotIdentity:
    said = web.auth_test()
    return BotIdentity(team_id=said["team_id"], user_id=said["user_id"], bot_id=said["bot_id"])


class Office:
    def __init__(self, slack: SandboxServer, desk: Desk, recorder: Recorder, database: Database) -> None:
        self.slack = slack
        self.desk = desk
        self.recorder = recorder
        self.database = database
        self.now = moment("Mon 10:00")
        self._numbers = count(1)

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def policy(self) -> Policy:
        return self.desk.policy

    @property
    def limit(self) -> timedelta:
        return LIMIT

    def it_is(self, said: str) -> None:
        self.now = moment(said)

    def record(self, fact: Fact) -> Recorded:
        return self.recorder.record(fact, LIMIT)

    def a_lead_arrives(self, **fields: Any) -> LeadId:
        """Northwind Freight, hot, with Alice Anders, unless said otherwise."""
        number = next(self._numbers)
        known: Json = {
            "external_id": f"00Q-{1000 + number}",
            "first_name": "Dana",
            "last_name": "Reyes",
            "company": "Northwind Freight",
            "email": f"dana@northwind-{number}.example",
            "intent": "demo_request",
            "score": 88,
            "owner": EMAILS["alice"],
            "employees": 1800,
        }
        details = LeadDetails(**(known | fields))
        fact = LeadArrived(
            lead_id=new_lead_id(self.now), at=self.now, source="website", details=details, needs=()
        )
        lead = self.record(fact).lead
        assert lead is not None
        self.card_reaches_its_owner(lead.id)
        return lead.id

    def card_reaches_its_owner(self, lead_id: LeadId) -> None:
        """Slack accepts the owner's card, which no courier sends here; without it nothing is handed over."""
        clock = self.lead(lead_id).clock
        if clock is not None and clock.person is not None and clock.told_at is None:
            self.record(CardDelivered(lead_id=lead_id, at=self.now, clock=clock.number))

    def lead(self, lead_id: LeadId) -> Lead:
        with self.database.read() as connection:
            return leads.load(connection, [lead_id])[lead_id]

    def time_comes(self, lead_id: LeadId, said: str) -> Lead:
        """Everything that is due on this lead's clocks until then has happened."""
        target = moment(said)
        for _ in range(20):
            self.card_reaches_its_owner(lead_id)
            clock = self.lead(lead_id).clock
            if clock is None or clock.next_step_at is None or clock.next_step_at > target:
                break
            self.now = clock.next_step_at
            self.record(StepReached(lead_id=lead_id, at=self.now, clock=clock.number))
        self.now = target
        return self.lead(lead_id)

    def in_the_queue(self) -> LeadId:
        """A lead that Alice Anders did not contact, handed to the backup queue at 11:05 New York time."""
        lead_id = self.a_lead_arrives()
        self.time_comes(lead_id, "Mon 11:07")
        return lead_id

    def shows(self, channel: str, lead_id: LeadId, *actions: str) -> str:
        """A message with these buttons about the lead as it is now; the answer is its ts."""
        generation = self.lead(lead_id).generation
        elements = [
            {
                "type": "button",
                "action_id": action,
                "value": f"{lead_id}:{generation}",
                "text": {"type": "plain_text", "text": action},
            }
            for action in actions
        ]
        place = self.workspace.channels[channel]
        blocks = [{"type": "actions", "block_id": "do:v1", "elements": elements}]
        return self.workspace.post(place, text="A card", blocks=blocks).ts

    def completions_end(self) -> None:
        """Whatever still tries to end a workflow step has given up."""
        for thread in threading.enumerate():
            if thread.name == COMPLETION_THREAD:
                thread.join(LIMIT.total_seconds())

    def press(
        self, who: str, action: str, lead_id: LeadId, *, ts: str | None = None, **more: Any
    ) -> PressResult:
        """A press in the managers' channel, where everybody is, on a message that shows the lead as it is now."""
        ts = ts or self.shows(MANAGERS, lead_id, action)
        return self.slack.people.press(f"U0{who.upper()}", MANAGERS, ts, action, **more)

    def told(self, who: str, action: str, lead_id: LeadId, **more: Any) -> str | None:
        """What is said to the presser alone, None where nothing is."""
        result = self.press(who, action, lead_id, **more)
        assert result.acked
        return result.ephemerals[0].text if result.ephemerals else None


@contextmanager
def open_office(folder: Path, mode: Mode = "http", url: str | None = None) -> Iterator[Office]:
    """On a SQLite file of the folder, unless another database is named."""
    with ExitStack() as stack:
        workspace = Workspace(mode=mode)
        people_of(workspace)
        slack = stack.enter_context(SandboxServer(workspace))
        database = Database(url or f"sqlite:///{folder / 'office.db'}")
        stack.callback(database.close)
        upgrade(database)
        policies = PolicyBox.open(database, EXAMPLE, moment("Mon 9:00"))
        clock: list[Office] = []

        def now() -> datetime:
            return clock[0].now if clock else moment("Mon 10:00")

        recorder = Recorder(database, policies, now=now)
        recorder.start()
        stack.callback(recorder.stop, LIMIT)
        quick = WebClient(token=workspace.tokens.bot, base_url=slack.api_url, timeout=2, retry_handlers=[])
        desk = Desk(
            recorder=recorder,
            database=database,
            policies=policies,
            directory=Directory(quick, database, team_id=workspace.team_id, now=now),
            quick=quick,
            bot=who_is_the_bot(quick),
            now=now,
            completion_waits=(timedelta(milliseconds=10),) * 5,
        )
        office = Office(slack, desk, recorder, database)
        clock.append(office)
        pool = stack.enter_context(ThreadPoolExecutor(LISTENERS_AT_ONCE))
        secret = workspace.tokens.signing_secret
        app = build_app(desk, signing_secret=secret, listeners=pool)
        if mode == "http":
            requests = SlackRequests(app, secret, pool, straight=StraightWay(desk, pool))
            url = stack.enter_context(served(requests.route()))
            workspace.request_url = f"{url}/slack/events"
        else:
            door = SocketDoor(app, workspace.tokens.app, quick)
            door.start()
            stack.callback(door.stop, LIMIT)
            assert door.wait_connected(LIMIT)
        yield office
