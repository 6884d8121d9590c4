"""The auditor's rounds: look, mend what has one right answer, write down the rest so that it is told."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot import metrics
from bot.auditor.looking import LATE_MAX, Look, OwnProcess, found_of
from bot.auditor.telling import write_down
from bot.clock import Clock
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from sla.facts import ClockFoundIdle
from storage import audit_health, audit_mending
from storage.audit_findings import Found
from storage.audit_kinds import MENDED, Kind, Suspect
from storage.database import Database, DatabaseAway

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
MENDED_AT_ONCE = 50
"""Each of them is a transaction: presses and new leads get their turn in between."""


@dataclass(frozen=True, kw_only=True)
class AuditorParts:
    database: Database
    recorder: Recorder
    policies: PolicyBox
    clock: Clock
    own: OwnProcess


class Auditor:
    """Has a clockwork of its own, so that it goes on while the ticker does not. Any number may work at once."""

    def __init__(self, parts: AuditorParts) -> None:
        self._parts = parts
        self._look = Look(parts.database, parts.policies, parts.clock, parts.own)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "max_instances": 1, "coalesce": True},
            timezone="UTC",
        )

    def start(self) -> None:
        """The first round comes after a minute: before it there is nothing that could have stood for long."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._announce()
        self._scheduler.start()
        self._scheduler.add_job(self._round, "interval", seconds=EVERY.total_seconds(), id="audit")

    def stop(self, timeout: timedelta) -> None:
        """To be called while the recorder still works: it says goodbye, so that nobody takes it for dead."""
        if self._scheduler.running:
            closing = threading.Thread(target=self._scheduler.shutdown, name="auditor-stop", daemon=True)
            closing.start()
            closing.join(timeout.total_seconds())
        name = self._parts.own.name
        try:
            self._parts.recorder.run(lambda connection: audit_health.goes(connection, name), timeout)
        except DatabaseAway as away:
            log.warning("goodbye_not_written", reason=away.reason)

    def round(self) -> list[Found]:
        """Look once at everything that one round looks at; returns what is left after mending."""
        parts, at = self._parts, self._parts.clock.now()
        with parts.database.read() as connection:
            suspects = self._look.suspects(connection, at)
            health = list(self._look.health(connection, at))
        left = self._mend(suspects)
        found = [*found_of(left), *health, *self._look.own_process(at)]
        policy, name = parts.policies.current.policy, parts.own.name
        owed = parts.recorder.run(lambda connection: write_down(connection, policy, name, found, at))
        self._look.goes_on()
        for one in found:
            log.warning(
                "audit_found", kind=one.kind, number=one.number, leads=list(one.leads[:5]), name=one.name
            )
        if owed:
            parts.recorder.tell(Committed(next_step_at=None, owes=True))
        return found

    def _round(self) -> None:
        try:
            self.round()
        except DatabaseAway as away:
            log.warning("audit_put_off", reason=away.reason)
        except Exception:
            log.exception("audit_failed")

    def _announce(self) -> None:
        """A process that stops before its first round is known all the same."""
        at, name = self._parts.clock.now(), self._parts.own.name
        alone = self._parts.database.is_sqlite
        with self._parts.database.begin() as connection:
            if alone:
                audit_health.goes_alone(connection, name)
            audit_health.lives(connection, name, at)

    def _mend(self, suspects: Sequence[Suspect]) -> list[Suspect]:
        """Mend what can be; what is left is to be told. Each has its line in the log, with its lead."""
        idle = [one for one in suspects if one.kind is Kind.IDLE_CLOCK]
        others = [one for one in suspects if one.kind in MENDED and one.kind is not Kind.IDLE_CLOCK]
        left = [one for one in suspects if one.kind not in MENDED]
        left += [one for one in idle[:MENDED_AT_ONCE] if not self._planned_anew(one)] + idle[MENDED_AT_ONCE:]
        if others:
            at = self._parts.clock.real_now()
            work = partial(audit_mending.mend, suspects=others[:MENDED_AT_ONCE], at=at, before=at - LATE_MAX)
            for one in self._parts.recorder.run(work):
                self._note(one)
            self._parts.recorder.tell(Committed(next_step_at=None, owes=True))
        return left

    def _planned_anew(self, one: Suspect) -> bool:
        """The core says what follows; a clock of which it knows nothing to follow is left to people."""
        assert one.lead_id is not None
        fact = ClockFoundIdle(lead_id=one.lead_id, at=self._parts.clock.now(), clock=int(one.name))
        try:
            lead = self._parts.recorder.record(fact).lead
        except DatabaseAway:
            raise
        except Exception:
            # What cannot be decided is logged where it was tried, with its lead.
            return False
        clock = lead.clock if lead is not None else None
        if clock is None or clock.number != fact.clock:
            # Meanwhile somebody ended it.
            return True
        if clock.next_step_at is None:
            return False
        self._note(one)
        return True

    @staticmethod
    def _note(one: Suspect) -> None:
        metrics.REPAIRS.labels(one.kind).inc()
        log.warning("mended", kind=one.kind, lead=one.lead_id, name=one.name)
