"""An office for the courier: real recorder, database and pretend Slack, under a clock that is moved by hand."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from slack_sdk import WebClient

from bot.courier import Courier, CourierParts
from bot.courier.downtime import DowntimeDesk
from bot.courier.timings import Timings
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.sandbox.ledger import Entry
from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from bot.slack.directory import Directory
from bot.slack.gateway import Gateway, web_client
from sla.details import LeadDetails
from sla.effects import Post, Role, ToChannel, Urgency, place_of
from sla.facts import ContactLogged, Fact, LeadArrived, StepReached
from sla.lead import Lead, LeadId
from storage import leads, outbox
from storage.database import Database
from storage.delivery import Delivery
from storage.ids import new_contact_id, new_lead_id
from tests.bot.slack.door.office import BACKUP, EMAILS, MANAGERS, people_of
from tests.one_by_one import one_by_one
from tests.sla.play import EXAMPLE, moment

__all__ = ["ALICE", "BACKUP", "BOB", "EMAILS", "LIMIT", "MANAGERS", "OPS", "Office", "open_office"]

ALICE, BOB, CARLA, OPS = "D0ALICE", "D0BOB", "D0CARLA", "D0OPS"
LIMIT = timedelta(seconds=20)
CALL = timedelta(seconds=2)
"""How long a call may take here."""
ROUNDS_MAX = 2_000


class OfficeClock:
    """The time of facts is the office's; outside less of it has passed by what it leapt over."""

    def __init__(self, office: "Office") -> None:
        self._office = office

    @property
    def leaps(self) -> bool:
        return self._office.leapt > timedelta(0)

    def now(self) -> datetime:
        return self._office.now

    def real_now(self) -> datetime:
        return self._office.now - self._office.leapt

    def real_until(self, at: datetime) -> timedelta:
        return at - self._office.now

    def seconds(self) -> float:
        return self.real_now().timestamp()


class Office:
    def __init__(self, slack: SandboxServer, database: Database, policies: PolicyBox) -> None:
        self.slack = slack
        self.workspace = slack.workspace
        self.database = database
        self.policies = policies
        self.now = moment("Mon 10:00")
        self.leapt = timedelta(0)
        self.clock = OfficeClock(self)
        self.recorder = Recorder(database, policies, now=lambda: self.now)
        self.web: WebClient = web_client(self.workspace.tokens.bot, slack.api_url, CALL)
        self.courier = self.new_courier()
        self._numbers = count(1)

    def new_courier(self, **timings: Any) -> Courier:
        """As after a restart: everything that was only kept in memory is forgotten."""
        bot = self.workspace.bot
        return Courier(
            CourierParts(
                database=self.database,
                recorder=self.recorder,
                policies=self.policies,
                gateway=Gateway(self.web),
                directory=Directory(
                    self.web, self.database, team_id=self.slack.workspace.team_id, now=self.clock.real_now
                ),
                own_ids=[str(bot.bot_id), bot.user],
                workspace_url="https://sandbox.slack.com/",
                clock=self.clock,
                monotonic=self.clock.seconds,
                timings=Timings(**timings),
                paced_by=self.clock.real_now,
            )
        )

    # Time

    def passes(self, **span: float) -> None:
        """Time goes by, and the courier does what there is to do then."""
        self.now += timedelta(**span)
        self.settles()

    def leaps(self, **span: float) -> None:
        """The time of facts is later at once; outside no time has passed."""
        self.leapt += timedelta(**span)
        self.passes(**span)

    def passes_in_steps(self, steps: int, **step: float) -> None:
        for _ in range(steps):
            self.passes(**step)

    def settles(self, courier: Courier | None = None) -> None:
        """Until nothing is under way and nothing more may leave at this moment."""
        courier = courier or self.courier
        for _ in range(ROUNDS_MAX):
            courier.round()
            if not courier.under_way:
                # What the recorder was told meanwhile may owe something new.
                self.recorder.run(lambda connection: None)
                courier.round()
                if not courier.under_way:
                    return
            courier.rest(LIMIT.total_seconds())
        raise AssertionError("the courier never rests")

    # Leads

    def a_lead_arrives(self, **fields: Any) -> LeadId:
        """A hot lead, with Alice Anders unless said otherwise, due in five minutes."""
        number = next(self._numbers)
        known: dict[str, Any] = {
            "external_id": f"00Q-{number}",
            "first_name": "Dana",
            "last_name": f"Reyes {number}",
            "company": f"Northwind {number}",
            "email": "dana@northwind.example" if number == 1 else f"dana@northwind-{number}.example",
            "intent": "demo_request",
            "score": 88,
            "owner": EMAILS["alice"],
            "employees": 1800,
        }
        lead_id = new_lead_id(self.now)
        details = LeadDetails(**(known | fields))
        self.record(LeadArrived(lead_id=lead_id, at=self.now, source="website", details=details))
        return lead_id

    def record(self, fact: Fact) -> None:
        recorded = self.recorder.record(fact, LIMIT)
        assert recorded.refusal is None, recorded.refusal

    def is_contacted(self, lead_id: LeadId) -> None:
        """Its owner called, and it counts."""
        clock = self.lead(lead_id).clock
        assert clock is not None
        assert clock.person is not None
        self.record(
            ContactLogged(
                lead_id=lead_id,
                at=self.now,
                contact_id=new_contact_id(self.now),
                by=clock.person,
                logged_by=clock.person,
                channel="call",
                outcome="connected",
            )
        )

    def lead(self, lead_id: LeadId) -> Lead:
        with self.database.read() as connection:
            return leads.load(connection, [lead_id])[lead_id]

    def steps_fall_due(self, *lead_ids: LeadId) -> None:
        """The ticker's part: everything that is due on these leads' clocks now."""
        for lead_id in lead_ids:
            for _ in range(20):
                clock = self.lead(lead_id).clock
                if clock is None or clock.next_step_at is None or clock.next_step_at > self.now:
                    break
                self.record(StepReached(lead_id=lead_id, at=self.now, clock=clock.number))

    def catches_up(self) -> None:
        """The ticker's last act: what was gathered is summed up or let go."""
        desk = DowntimeDesk(self.policies)
        self.recorder.run(lambda connection: desk.gather(connection, self.now))

    # What is owed

    def owes(self, to: str, *, urgency: Urgency = Urgency.BREACH, rows: int = 1, key: str = "") -> str:
        """A message of no lead, which the pacing and the order are tried with; returns its id."""
        post = self.a_post(to, urgency=urgency, rows=rows, key=key)
        before = {one.id for one in self._unfinished()}
        self.owes_all([post])
        [new] = [one.id for one in self._unfinished() if one.id not in before]
        return new

    def owes_all(self, posts: Sequence[Post]) -> None:
        with self.database.begin() as connection:
            outbox.add(connection, [(None, next(self._numbers), post) for post in posts], self.now)

    def a_post(self, to: str, *, urgency: Urgency, rows: int = 1, key: str = "") -> Post:
        number = next(self._numbers)
        at = self.now.isoformat()
        lines = [
            {
                "lead_id": f"L{number}-{line}",
                "generation": 1,
                "person": f"Person {number}",
                "company": f"Company {number}",
                "owner": EMAILS["alice"],
                "due_at": at,
                "late": True,
                "excused": None,
                "told_at": None,
                "reminded_at": None,
            }
            for line in range(rows)
        ]
        return Post(
            role=Role.DOWNTIME_MANAGERS if isinstance(place_of(to), ToChannel) else Role.DOWNTIME_OWNER,
            to=place_of(to),
            key=key or f"summary:{number}",
            urgency=urgency,
            fenced=False,
            data={
                "what": "bot",
                "from_at": at,
                "until_at": at,
                "rows": lines,
                "left_out": 0,
                "hold_until": at,
                "contact_by": at,
                "raw": rows,
                "adjusted": 0,
            },
        )

    def owed_to(self, channel: str) -> int:
        return sum(one.place == channel for one in self._unfinished())

    def _unfinished(self) -> list[Delivery]:
        with self.database.read() as connection:
            return outbox.claimable(connection, self.now + timedelta(days=1), 10_000)

    def delivery(self, id: str) -> Delivery:
        with self.database.read() as connection:
            return outbox.get(connection, [id])[id]

    def deliveries(self, lead_id: LeadId, role: Role | None = None) -> list[Delivery]:
        with self.database.read() as connection:
            return [one for one in outbox.of_lead(connection, lead_id) if role in (None, one.role)]

    def card(self, lead_id: LeadId) -> Delivery:
        """The owner's card of a lead."""
        [card] = self.deliveries(lead_id, Role.OWNER_CARD)
        return card

    # What Slack has

    def visible(self, channel: str) -> list[Entry]:
        return self.workspace.ledger.visible(channel)

    def posted(self, id: str) -> int:
        """How often Slack took this delivery, copies that were deleted included."""
        return len(self.workspace.ledger.posts(id))

    def stands_once(self, id: str) -> bool:
        return [one.delivery_id for one in self.workspace.ledger.visible()].count(id) == 1

    def calls(self, method: str) -> int:
        return len(self.workspace.ledger.calls(method))


@contextmanager
def open_office(database: Database) -> Iterator[Office]:
    with ExitStack() as stack:
        office: list[Office] = []

        def time() -> float:
            return office[0].now.timestamp() if office else moment("Mon 10:00").timestamp()

        def lived() -> float:
            return office[0].clock.seconds() if office else time()

        workspace = Workspace(clock=time, monotonic=lived)
        people_of(workspace)
        slack = stack.enter_context(SandboxServer(workspace))
        policies = one_by_one(PolicyBox.open(database, EXAMPLE, moment("Mon 9:00")))
        office.append(Office(slack, database, policies))
        office[0].recorder.start()
        stack.callback(office[0].recorder.stop, LIMIT)
        stack.callback(lambda: office[0].courier.stop(LIMIT))
        yield office[0]
