"""The ticker: the only one who notices that time passes, and turns due clocks into reached steps."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.batch import Batch
from bot.clock import FACTS_AHEAD_MAX, Clock
from bot.clock import now as wall_now
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from sla.lead import LeadId
from sla.surroundings import ABSENCE_MIN
from storage import absences, leads
from storage.database import Connection, Database, DatabaseAway

log = structlog.get_logger(__name__)

AHEAD_MAX = timedelta(seconds=1)
"""The ticker looks at least this often, whatever it believes to be due next."""
STEPS_PER_COMMIT = 200
"""Steps taken in one transaction: presses and new leads get their turn between two of them. More are no cheaper."""
STEPS_BETWEEN_PRESSES = 20
"""The same while people press buttons: each of them waits for the transaction under way."""
BEAT_EVERY = timedelta(seconds=10)
"""How often the bot writes down that it lives; a gap of more than a minute is an absence."""
STOPPED_WITHIN = timedelta(seconds=3)
"""How long the stop waits for a tick under way."""

Gather = Callable[[Connection, datetime], int]
"""Turns what a catch-up owes to one place into a summary, or lets it go as it is; returns how many rows."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """What one look at the clocks did."""

    fired: int
    next_step_at: datetime | None


class Ticker:
    """Clockwork by APScheduler in memory: one job, armed for the next due time, which a commit may bring nearer."""

    def __init__(
        self,
        recorder: Recorder,
        database: Database,
        policies: PolicyBox,
        *,
        clock: Clock,
        gather: Gather,
        name: str = "bot",
    ) -> None:
        self._recorder = recorder
        self._database = database
        self._policies = policies
        self._clock = clock
        self._gather = gather
        self._name = name
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "max_instances": 1, "coalesce": True},
            timezone="UTC",
        )
        self._lock = threading.Lock()
        self._armed_for: datetime | None = None
        self._looks_at = clock.real_now()
        self._is_ticking = False
        self._beaten_at: datetime | None = None
        self._really_beaten_at: datetime | None = None
        self.ticked_at: datetime | None = None
        self.late_by = timedelta(0)

    def start(self) -> None:
        # A tick that a commit brought nearer while one runs is not lost: each tick arms the next itself.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()
        self._scheduler.add_job(
            self._tick_and_arm,
            "interval",
            seconds=AHEAD_MAX.total_seconds(),
            id="tick",
            next_run_time=wall_now(),
        )
        self._recorder.on_commit(self._nearer)

    def stop(self, timeout: timedelta = STOPPED_WITHIN) -> None:
        """Wait for the tick under way, but not for a database that holds it up: what it wrote is committed."""
        if self._scheduler.running:
            closing = threading.Thread(target=self._scheduler.shutdown, name="ticker-stop", daemon=True)
            closing.start()
            closing.join(timeout.total_seconds())

    def look(self) -> None:
        """The clock leapt: what has become due is taken now, and what waited for its time may leave."""
        with self._lock:
            at = self._clock.now()
            if self._is_ticking:
                # The tick under way began before the leap; the one after it comes at once.
                self._armed_for = at
            else:
                self._arm(at)
        self._recorder.tell(Committed(next_step_at=None, owes=True))

    def tick(self) -> Tick:
        """Fire everything that is due now."""
        fired = 0
        has_beaten = False
        while True:
            # However much is due: all the while it lives, and looks.
            has_beaten = self._beat() or has_beaten
            most = STEPS_BETWEEN_PRESSES if self._recorder.is_pressed() else STEPS_PER_COMMIT
            count = self._fire(most)
            fired += count
            self.ticked_at = self._clock.now()
            if count:
                self._recorder.tell(Committed(next_step_at=None, owes=True))
            if count < most:
                break
        if fired or has_beaten:
            # Also with the heartbeat: a crash between firing and gathering must not leave anything unsaid.
            self._recorder.run(lambda connection: self._gather(connection, self._clock.now()))
            self._recorder.tell(Committed(next_step_at=None, owes=True))
        with self._database.read() as connection:
            following = leads.next_step_at(connection)
        return Tick(fired=fired, next_step_at=following)

    def _tick_and_arm(self) -> None:
        with self._lock:
            self._is_ticking = True
            if self._armed_for is not None:
                self.late_by = max(timedelta(0), self._clock.now() - self._armed_for)
            self._armed_for = None
        following = None
        try:
            following = self.tick().next_step_at
        except DatabaseAway as problem:
            log.warning("tick_failed", reason=problem.reason)
        except Exception:
            log.exception("tick_failed")
        finally:
            with self._lock:
                self._is_ticking = False
                nearer = [at for at in (following, self._armed_for) if at is not None]
                self._arm(min(nearer, default=None))

    def _nearer(self, committed: Committed) -> None:
        at = committed.next_step_at
        if at is None:
            return
        with self._lock:
            if self._is_ticking:
                self._armed_for = at if self._armed_for is None else min(at, self._armed_for)
            elif self._clock.real_now() + min(self._clock.real_until(at), AHEAD_MAX) < self._looks_at:
                # Only nearer: a stream of commits must not put off the next look again and again.
                self._arm(at)

    def _arm(self, at: datetime | None) -> None:
        """Set the job's next run: at the next step, at most a second ahead, never in the past."""
        ahead = min(AHEAD_MAX, self._clock.real_until(self._clock.now() + FACTS_AHEAD_MAX))
        wait = self._clock.real_until(at) if at is not None else AHEAD_MAX
        self._armed_for = at if at is not None and wait <= AHEAD_MAX else None
        ahead = max(timedelta(0), min(wait, ahead))
        self._looks_at = self._clock.real_now() + ahead
        if self._scheduler.running:
            # The clockwork runs by the wall clock, whatever clock the facts get their time from.
            self._scheduler.modify_job("tick", next_run_time=wall_now() + ahead)

    def _fire(self, most: int) -> int:
        try:
            return self._recorder.run(partial(self._fire_together, most=most))
        except DatabaseAway:
            raise
        except Exception:
            # One clock spoils the batch: each by itself, so that it never stops the rest.
            log.exception("steps_failed_together")
            return self._fire_one_by_one(most)

    def _fire_together(self, connection: Connection, most: int) -> int:
        at = self._clock.now()
        due = leads.due_clocks(connection, at, most, lock=True)
        return self._fire_these(connection, due, at)

    def _fire_these(self, connection: Connection, due: list[tuple[LeadId, int]], at: datetime) -> int:
        if due:
            batch = Batch(connection, self._policies, at)
            batch.decide_steps(due)
            batch.write()
        return len(due)

    def _fire_one_by_one(self, most: int) -> int:
        at = self._clock.now()
        with self._database.read() as connection:
            due = leads.due_clocks(connection, at, most, lock=False)
        for clock in due:
            try:
                self._recorder.run(partial(self._fire_these, due=[clock], at=at))
            except DatabaseAway:
                raise
            except Exception:
                lead_id, number = clock
                failures = self._recorder.run(
                    partial(leads.clock_failed, lead_id=lead_id, number=number, at=at)
                )
                log.exception("step_failed", lead=clock[0], clock=clock[1], failures=failures)
        return len(due)

    def _beat(self) -> bool:
        """Write down, now and then, that the bot lives; a long gap since the last beat becomes an absence."""
        at, real_at = self._clock.now(), self._clock.real_now()
        if _is_fresh(self._beaten_at, at) and _is_fresh(self._really_beaten_at, real_at):
            return False
        was_alive = self._really_beaten_at is not None and real_at - self._really_beaten_at <= ABSENCE_MIN
        self._recorder.run(lambda connection: self._write_beat(connection, at, was_alive=was_alive))
        self._beaten_at, self._really_beaten_at = at, real_at
        return True

    def _write_beat(self, connection: Connection, at: datetime, *, was_alive: bool) -> None:
        # Two replicas that come back together note one absence; a clock that leapt while this process lived
        # is none.
        last = absences.last_beat(connection, self._name, lock=True)
        if last is not None and at - last > ABSENCE_MIN and not was_alive:
            log.warning("bot_was_away", from_at=last.isoformat(), until_at=at.isoformat())
            absences.add(connection, "bot", last, at)
        absences.beat(connection, self._name, at)


def _is_fresh(beaten_at: datetime | None, at: datetime) -> bool:
    return beaten_at is not None and timedelta(0) <= at - beaten_at < BEAT_EVERY
