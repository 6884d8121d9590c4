"""The whole bot in this process, put together as `lead-sla run` does it, but at a time that can be set."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from bot.chores import Chores
from bot.clock import OneClock
from bot.courier import Courier, CourierParts
from bot.http import HttpParts
from bot.keeping import Keeping
from bot.policies import PolicyBox
from bot.policy_file import PolicyFile, parse_policy
from bot.recorder import Recorder
from bot.sandbox.server import SandboxServer
from bot.slack.desk import BotIdentity, Desk
from bot.slack.directory import Directory
from bot.slack.door import LISTENERS_AT_ONCE, build_app
from bot.slack.gateway import Gateway, web_client
from bot.slack.http_route import SlackRequests
from bot.slack.socket import SocketDoor
from bot.slack.straight import StraightWay
from bot.ticker import Ticker
from sla.facts import PersonRemoved
from storage import absences, leads, policies
from storage.database import Database
from tests.stories.front_door import SETTINGS, FrontDoor
from tests.stories.limits import LIMIT

Mode = Literal["http", "socket"]


class WatchedDatabase(Database):
    """A database that tells when something was committed, so that nobody has to poll for it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.changed = threading.Condition()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as connection:
            yield connection
        with self.changed:
            self.changed.notify_all()


class RunningBot:
    """Everything but the process: `stop` and a new one over the same file is a restart."""

    def __init__(
        self,
        slack: SandboxServer,
        door: FrontDoor,
        url: str,
        policy: Path,
        now: Callable[[], datetime],
        mode: Mode,
        *,
        texts: bool = True,
    ) -> None:
        self._slack = slack
        self._door = door
        self._now = now
        self._policy = policy
        self._seconds = 0.0
        self.texts = texts
        self.database = WatchedDatabase(url)
        self.policies = self._read_policy()
        self.recorder = Recorder(self.database, self.policies, now=now)
        self.ticker = Ticker(
            self.recorder,
            self.database,
            self.policies,
            clock=OneClock(now),
            gather=Chores(self.policies, Keeping(self.policies, None)),
        )
        self._pool = ThreadPoolExecutor(LISTENERS_AT_ONCE)
        self._socket: SocketDoor | None = None
        self._slack_side(mode)
        door.parts = self._http_parts()
        self.recorder.start()
        self.courier.start()
        if self._socket is not None:
            self._socket.start()
            assert self._socket.wait_connected(LIMIT)
        self.ticker.tick()
        self._tell_of_who_is_gone()

    def live_at(self, at: datetime) -> None:
        """The bot lived until now: the heartbeat says so, which the ticker else writes every ten seconds."""
        with self.database.begin() as connection:
            absences.beat(connection, "bot", at)
        self.ticker.tick()
        self.a_minute_passes()

    def a_minute_passes(self) -> None:
        """For Slack's pace, which goes by a clock of its own: nobody waits for it in these stories."""
        self._seconds += 60
        self.courier.wake()

    def take_up_policy(self) -> None:
        """What SIGHUP does."""
        self.policies.replace(self._policy, self._now())
        self._tell_of_who_is_gone()

    def stop(self) -> None:
        if self._socket is not None:
            self._socket.stop(LIMIT)
        self._door.parts = None
        self.courier.stop(LIMIT)
        self.recorder.stop(LIMIT)
        self._pool.shutdown()
        self.database.close()

    def _slack_side(self, mode: Mode) -> None:
        workspace, now = self._slack.workspace, self._now
        quick = web_client(workspace.tokens.bot, self._slack.api_url, timedelta(seconds=2))
        slow = web_client(workspace.tokens.bot, self._slack.api_url)
        said = quick.auth_test()
        identity = BotIdentity(team_id=said["team_id"], user_id=said["user_id"], bot_id=said["bot_id"])
        self.courier = Courier(
            CourierParts(
                database=self.database,
                recorder=self.recorder,
                policies=self.policies,
                gateway=Gateway(slow),
                directory=Directory(slow, self.database, team_id=workspace.team_id, now=now),
                own_ids=[said["bot_id"], said["user_id"]],
                workspace_url=str(said["url"]),
                clock=OneClock(now),
                monotonic=lambda: self._seconds,
                texts=self.texts,
                paced_by=now,
            )
        )
        self.desk = Desk(
            recorder=self.recorder,
            database=self.database,
            policies=self.policies,
            directory=Directory(quick, self.database, team_id=workspace.team_id, now=now),
            quick=quick,
            bot=identity,
            now=now,
            completion_waits=(timedelta(milliseconds=10),) * 5,
        )
        secret = workspace.tokens.signing_secret
        app = build_app(self.desk, signing_secret=secret, listeners=self._pool)
        if mode == "http":
            straight = StraightWay(self.desk, self._pool)
            self._door.slack = SlackRequests(app, secret, self._pool, straight=straight)
            workspace.request_url = self._door.events_url
        else:
            self._socket = SocketDoor(
                app, workspace.tokens.app, quick, watch_every=timedelta(milliseconds=50)
            )

    def _read_policy(self) -> PolicyBox:
        file = _parsed(self._policy.read_text(encoding="utf-8"))
        with self.database.begin() as connection:
            policies.store(connection, file.version, file.text, self._now())
        return PolicyBox(self.database, file)

    def _http_parts(self) -> HttpParts:
        return HttpParts(
            recorder=self.recorder,
            database=self.database,
            policies=self.policies,
            settings=SETTINGS,
            now=self._now,
            ticked_at=lambda: self.ticker.ticked_at,
            late_by=lambda: self.ticker.late_by,
            slack_state=lambda: "open",
        )

    def _tell_of_who_is_gone(self) -> None:
        policy = self.policies.current.policy
        with self.database.read() as connection:
            gone = [owner for owner in leads.owners_of_open_leads(connection) if policy.person(owner) is None]
            theirs = [(owner, one) for owner in gone for one in leads.open_leads_of(connection, owner)]
        for owner, lead_id in theirs:
            self.recorder.record(PersonRemoved(lead_id=lead_id, at=self._now(), person=owner), LIMIT)


@cache
def _parsed(text: str) -> PolicyFile:
    """Most stories have the same policy, and to read one takes a tenth of a second."""
    return parse_policy(text, "policy.yaml")
