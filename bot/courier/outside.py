"""The courier's other thread: e-mail and text messages, whatever Slack does meanwhile."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.clock import FACTS_AHEAD_MAX, Clock
from bot.courier.letters import COPY_OF, LetterWriter, Unwritable
from bot.courier.outage import OutageDesk
from bot.courier.outside_outcomes import SAID_BY_MAIL, OutsideOutcomes, OutsideResult
from bot.courier.pacer import POST, Monotonic, Pacer
from bot.courier.rounds import IDLE_WAIT, Rounds
from bot.courier.timings import Timings
from bot.notify.doors import Doors
from bot.notify.mail import Letter
from bot.outcome import NotSent, Outcome, Uncertain
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorder
from sla.effects import Outside, Role, ToMail, still_true
from sla.lead import Lead, LeadId
from storage import absences, leads, outbox
from storage.database import Connection, Database
from storage.outbox import Delivery, State

log = structlog.get_logger(__name__)

AT_ONCE = 6
"""Calls under way; one that hangs holds up no other."""
SEEN_AT_ONCE = 30
UNCERTAIN_AT_ONCE = 50
SOON = 0.3
LOOKED_EVERY = 2.0
"""Seconds between looks for what came back without an answer, and for what Slack's absence asks for."""
UNWRITABLE_LATER = timedelta(minutes=1)
OUTSIDE_TIMINGS = Timings(lease=timedelta(minutes=5), retry_max=timedelta(minutes=1))
"""A talk with a mail server may be long."""


def _nobody_away() -> datetime | None:
    return None


@dataclass(frozen=True, kw_only=True)
class OutsideParts:
    """`slack_away_since` and `workspace_url` are what the Slack side knows at the moment."""

    database: Database
    recorder: Recorder
    policies: PolicyBox
    doors: Doors
    clock: Clock
    monotonic: Monotonic
    slack_away_since: Callable[[], datetime | None] = _nobody_away
    workspace_url: Callable[[], str] = str
    timings: Timings = field(default=OUTSIDE_TIMINGS)


class OutsideCourier(Rounds[OutsideResult]):
    """`start`, `wake` after commits, `stop`: what is in flight is finished and written down."""

    def __init__(self, parts: OutsideParts) -> None:
        super().__init__("outside-courier", AT_ONCE)
        self._parts = parts
        self._pacer = Pacer(parts.monotonic)
        self._writer = LetterWriter(
            parts.policies, sender=lambda: parts.doors.signature, workspace_url=parts.workspace_url
        )
        self._outage = OutageDesk(parts.policies)
        self._outcomes = OutsideOutcomes(parts.database, parts.recorder, parts.clock, parts.timings)
        self._in_flight: set[str] = set()
        self._takes_over = parts.database.is_sqlite
        self._looked_at = 0.0

    def start(self) -> None:
        self._parts.recorder.on_commit(self._committed)
        self._thread.start()

    @property
    def under_way(self) -> int:
        """How many calls are not written down yet."""
        return len(self._in_flight) + self._results.qsize()

    def _committed(self, committed: Committed) -> None:
        if committed.owes and committed.owes_outside:
            self._wake.set()

    def _go_on(self) -> float:
        parts = self._parts
        at, real_at = parts.clock.now(), parts.clock.real_now()
        if parts.monotonic() >= self._looked_at:
            self._looked_at = parts.monotonic() + LOOKED_EVERY
            self._settle(at, real_at)
        soon = parts.clock.real_until(at + FACTS_AHEAD_MAX).total_seconds()
        return min(IDLE_WAIT, soon, self._send(at, real_at))

    def _write_down(self, result: OutsideResult) -> None:
        outcome = result.outcome
        if isinstance(outcome, NotSent) and outcome.retry_after is not None:
            self._pacer.block(POST, _way(result.delivery), outcome.retry_after)
        self._outcomes.take_in(result, self._backoff(result))

    def _is_over(self, result: OutsideResult) -> None:
        self._in_flight.discard(result.delivery.id)

    def _backoff(self, result: OutsideResult) -> timedelta:
        timings = self._parts.timings
        doublings: int = 2 ** min(result.delivery.attempt, 8)
        longest = min(timings.retry_first * doublings, timings.retry_max)
        return longest * random.uniform(0.7, 1.0)  # noqa: S311  jitter, no secret

    def _settle(self, at: datetime, real_at: datetime) -> None:
        """Sends of which nobody knows whether they arrived, and what waits in vain for Slack."""
        with self._parts.database.begin() as connection:
            outbox.expire_leases(connection, real_at)
            if self._takes_over:
                outbox.take_over(connection, real_at, real_at, way="outside")
                self._takes_over = False
            for delivery in outbox.to_look_up(connection, real_at, UNCERTAIN_AT_ONCE, way="outside"):
                self._outcomes.settle(connection, delivery, at)
            if self._parts.slack_away_since() is not None:
                self._outage.look(connection, at)

    def _send(self, at: datetime, real_at: datetime) -> float:
        room = AT_ONCE - len(self._in_flight)
        if room <= 0:
            return IDLE_WAIT
        parts = self._parts
        with parts.database.read() as connection:
            rows = outbox.claimable(connection, at, SEEN_AT_ONCE, real_at=real_at, way="outside")
            is_away = parts.slack_away_since() is not None
            early = {
                row.id for row in rows if not is_away and self._writer.waits_for_its_link(connection, row, at)
            }
        chosen: list[str] = []
        wait = IDLE_WAIT
        for row in rows:
            way = _way(row)
            pause = 0.0 if parts.doors.shut(row.post.to) else self._pacer.post_wait(way)
            if row.id in early:
                wait = SOON
            elif pause > 0:
                wait = min(wait, pause)
            elif len(chosen) < room:
                self._pacer.take_post(way)
                chosen.append(row.id)
        if chosen:
            self._claim(chosen, at)
            wait = 0.0 if len(rows) == SEEN_AT_ONCE else wait
        return wait

    def _claim(self, chosen: list[str], at: datetime) -> None:
        parts = self._parts
        leaving: list[tuple[Delivery, Letter]] = []
        with parts.database.begin() as connection:
            until = parts.clock.real_now() + parts.timings.lease
            taken = outbox.claim(connection, chosen, leased_until=until, at=at)
            known = leads.load(connection, {row.lead_id for row in taken if row.lead_id is not None})
            for row in taken:
                letter = self._prepared(connection, row, known, at)
                if letter is not None:
                    leaving.append((row, letter))
        for row, letter in leaving:
            self._in_flight.add(row.id)
            self._pool.submit(self._call, row, letter)
        left = {row.id for row, _ in leaving}
        for row in taken:
            if row.id not in left:
                self._pacer.give_back_post(_way(row))

    def _prepared(
        self, connection: Connection, row: Delivery, known: dict[LeadId, Lead], at: datetime
    ) -> Letter | None:
        """The letter, or a reason why there is none, which is written down."""
        lead = known.get(row.lead_id) if row.lead_id is not None else None
        reason = self._not_worth_saying(connection, row, lead, at)
        if reason is not None:
            outbox.void(connection, [row.id], reason, at)
            return None
        shut = self._parts.doors.shut(row.post.to)
        if shut is None and row.role is Role.ACKNOWLEDGEMENT and outbox.was_refused(connection, row.place):
            shut = "an e-mail to this address was refused before"
        try:
            if shut is not None:
                raise Unwritable(shut)
            return self._writer.write(connection, row, lead, at)
        except Unwritable as problem:
            self._outcomes.leave_out(connection, row, str(problem), at)
        except Exception:
            # A message that cannot be written is a fault of ours: it waits, is shouted about, and stops nothing.
            log.exception("cannot_be_written", delivery=row.id, role=row.role, lead=row.lead_id)
            retry_at = self._parts.clock.real_now() + UNWRITABLE_LATER
            outbox.not_sent(connection, row.id, row.attempt, retry_at, "cannot be written")
        return None

    @staticmethod
    def _not_worth_saying(
        connection: Connection, row: Delivery, lead: Lead | None, at: datetime
    ) -> str | None:
        if lead is not None and not still_true(row.post, lead, at):
            return "no longer true"
        if row.post.expires_at is not None and at >= row.post.expires_at:
            return "no longer true"
        if COPY_OF not in row.post.data:
            return None
        if absences.lasting(connection, "slack") is None:
            return "Slack is back"
        id = str(row.post.data[COPY_OF])
        original = outbox.get(connection, [id]).get(id)
        was_said = original is not None and original.state is State.VOID and original.error != SAID_BY_MAIL
        return "no longer owed in Slack" if was_said else None

    def _call(self, row: Delivery, letter: Letter) -> None:
        """On a sender's thread: the call, and nothing but the call."""
        to = row.post.to
        outcome: Outcome
        try:
            assert isinstance(to, Outside)
            outcome = self._parts.doors.send(to, letter)
        except Exception as problem:
            log.exception("call_failed", lead=row.lead_id, delivery=row.id)
            outcome = Uncertain(error=type(problem).__name__)
        self._result_came(OutsideResult(delivery=row, outcome=outcome))


def _way(row: Delivery) -> str:
    return "mail" if isinstance(row.post.to, ToMail) else "sms"
