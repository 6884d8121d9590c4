"""The composition root: the only place that builds the bot's parts, starts them in order and stops them in time."""

import gc
import os
import signal
import socket
import threading
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from time import monotonic
from types import FrameType

import structlog

from bot.agreed_clock import AgreedClock
from bot.auditor.auditor import Auditor, AuditorParts
from bot.auditor.looking import OwnProcess
from bot.chores import Chores
from bot.clock import WALL, Clock
from bot.courier.outside import OutsideCourier, OutsideParts
from bot.http import HttpParts, HttpServer, create_app
from bot.keeping import Keeping
from bot.notify.doors import Doors
from bot.policies import PolicyBox
from bot.policy_file import PolicyErrors
from bot.recorder import Recorded, Recorder
from bot.restoring import mind_a_restore
from bot.settings import Settings, SettingsProblems, read_settings
from bot.slack_side import SlackParts, SlackSide
from bot.ticker import Ticker
from sla.facts import PersonRemoved
from storage import leads, schema
from storage.database import Database, DatabaseAway
from storage.life_sign import LifeSign
from storage.lock import exclusive
from storage.log_mover import LogMover
from storage.server_clock import servers_time

log = structlog.get_logger(__name__)

COLLECT_AFTER = (100_000, 20, 50)
"""Allocations before Python looks for cycles: a batch makes some fifty thousand objects, and hardly a cycle."""
STOP_WITHIN = timedelta(seconds=9)
"""The whole stop; a second less than what is promised."""
TELL_AGAIN = timedelta(seconds=10)
"""How soon it is tried again to tell of people who left the policy, where that could not be saved."""


class Bot:
    """`start`, then `wait` until a signal asks it to end, then `stop`."""

    def __init__(self, settings: Settings, *, clock: Clock = WALL, after_restore: bool = False) -> None:
        self._settings = settings
        self._after_restore = after_restore
        self._clock = clock
        self._stack = ExitStack()
        self._end = threading.Event()
        self._reload = threading.Event()
        self._untold = threading.Event()
        self._tell_at = 0.0

    def start(self) -> None:
        """Raises PolicyErrors, SchemaTooOld, AlreadyRunning, DatabaseAway, ValueError or OSError, in words."""
        settings, clock = self._settings, self._clock
        self.database = Database(settings.database_url.get_secret_value())
        self._stack.callback(self.database.close)
        if self.database.path is not None:
            self._stack.enter_context(exclusive(self.database.path))
            schema.upgrade(self.database)
        else:
            schema.require_current(self.database)
            clock = self._clock = self._agreed(clock)
        sign = LifeSign(self.database.path) if self.database.path is not None else None
        mind_a_restore(self.database, sign, clock.now(), asked=self._after_restore)
        self._log_mover = LogMover(self.database)
        self.policies = PolicyBox.open(self.database, settings.policy, clock.now())
        self.recorder = Recorder(self.database, self.policies, now=clock.now)
        self.ticker = Ticker(
            self.recorder,
            self.database,
            self.policies,
            clock=clock,
            gather=Chores(self.policies, Keeping(self.policies, sign)),
        )
        self.slack = SlackSide(
            SlackParts(
                settings=settings,
                database=self.database,
                recorder=self.recorder,
                policies=self.policies,
                clock=clock,
            )
        )
        self.outside = OutsideCourier(
            OutsideParts(
                database=self.database,
                recorder=self.recorder,
                policies=self.policies,
                doors=Doors.of(settings),
                clock=clock,
                monotonic=monotonic,
                slack_away_since=self.slack.away_since,
                workspace_url=self.slack.workspace_url,
            )
        )
        self.auditor = Auditor(self._auditor_parts())
        door = create_app(self._http_parts())
        self._callers = door.callers
        self.http = HttpServer(door, settings.http)
        self._log_mover.start()
        self.recorder.start()
        self.http.start()
        self.slack.start()
        self.outside.start()
        self.ticker.start()
        self.auditor.start()
        self._tell_of_who_is_gone()
        # What start-up built lives as long as the process: collections need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        log.info("started", http=self.http.url, policy=self.policies.current.version_shown)

    def wait(self) -> None:
        """Until SIGTERM or SIGINT; SIGHUP takes up the policy file and the keys of the HTTP door anew."""
        while not self._end.wait(0.2):
            if self._reload.is_set():
                self._reload.clear()
                self._take_up_keys()
                self._take_up_policy()
            elif self._untold.is_set() and monotonic() >= self._tell_at:
                self._tell_of_who_is_gone()

    def stop(self) -> None:
        """Accept nothing new, finish what is in flight, in this order and within the time promised."""
        until = monotonic() + STOP_WITHIN.total_seconds()

        def left(share: float) -> timedelta:
            return timedelta(seconds=max(0.1, (until - monotonic()) * share))

        log.info("stopping")
        self.slack.close_doors(left(0.3))
        self.http.stop(left(0.5))
        self.auditor.stop(left(0.2))
        self.ticker.stop(left(0.5))
        self.outside.stop(left(0.3))
        self.slack.stop_courier(left(0.6))
        self.recorder.stop(left(0.7))
        self._log_mover.stop(left(0.5))
        self._stack.close()
        log.info("stopped")

    def _agreed(self, clock: Clock) -> Clock:
        """Bots on one server go by its clock: else one that is ahead would call people late before they are."""
        agreed = AgreedClock(clock, partial(servers_time, self.database))
        agreed.agree_at_first()
        agreed.start()
        self._stack.callback(agreed.stop)
        return agreed

    def listen_to_signals(self) -> None:
        """To be called on the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_end)
        signal.signal(signal.SIGHUP, self._asked_to_reload)

    def _asked_to_end(self, number: int, frame: FrameType | None) -> None:
        self._end.set()

    def _asked_to_reload(self, number: int, frame: FrameType | None) -> None:
        self._reload.set()

    def _auditor_parts(self) -> AuditorParts:
        return AuditorParts(
            database=self.database,
            recorder=self.recorder,
            policies=self.policies,
            clock=self._clock,
            own=OwnProcess(
                name=f"{socket.gethostname()}:{os.getpid()}",
                ticked_at=lambda: self.ticker.ticked_at,
                idle_for=lambda: max(self.slack.idle_for() or timedelta(0), self.outside.idle_for),
            ),
        )

    def _http_parts(self) -> HttpParts:
        return HttpParts(
            recorder=self.recorder,
            database=self.database,
            policies=self.policies,
            settings=self._settings,
            now=self._clock.now,
            ticked_at=lambda: self.ticker.ticked_at,
            late_by=lambda: self.ticker.late_by,
            slack_state=self.slack.state,
            slack_away_since=self.slack.away_since,
            extra_routes=[self.slack.route()],
        )

    def _take_up_keys(self) -> None:
        """Those of the `.env` file; what stands in the environment stays as the process was given it."""
        try:
            settings = read_settings()
        except SettingsProblems as problems:
            log.error("keys_refused", problems=str(problems))
        else:
            self._callers.take_up(settings)
            log.info("keys_taken_up", callers=self._callers.count)

    def _take_up_policy(self) -> None:
        try:
            self.policies.replace(self._settings.policy, self._clock.now())
        except PolicyErrors as problems:
            log.error("policy_refused", problems=str(problems), kept=self.policies.current.version_shown)
        except DatabaseAway as problem:
            log.error("policy_not_taken_up", reason=problem.reason)
        else:
            log.info("policy_taken_up", policy=self.policies.current.version_shown)
            self._tell_of_who_is_gone()

    def _tell_of_who_is_gone(self) -> None:
        """Open leads of people who are not in the policy (any more) are told to their managers, once."""
        self._untold.clear()
        self._tell_at = monotonic() + TELL_AGAIN.total_seconds()
        policy = self.policies.current.policy
        try:
            with self.database.read() as connection:
                gone = [one for one in leads.owners_of_open_leads(connection) if policy.person(one) is None]
                theirs = {owner: leads.open_leads_of(connection, owner) for owner in gone}
            for owner, ids in theirs.items():
                for lead_id in ids:
                    fact = PersonRemoved(lead_id=lead_id, at=self._clock.now(), person=owner)
                    self.recorder.submit(fact, self._told)
        except DatabaseAway as away:
            log.warning("removed_people_not_told", reason=away.reason)
            self._untold.set()

    def _told(self, answer: Recorded | BaseException) -> None:
        if isinstance(answer, DatabaseAway):
            self._untold.set()
