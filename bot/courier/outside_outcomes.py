"""Writing down what became of an e-mail or a text message, on the delivery and on the lead's timeline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.courier.letters import COPY_OF
from bot.courier.timings import Timings
from bot.outcome import NotSent, Outcome, Refused, Sent, Uncertain
from bot.recorder import Recorder
from sla.effects import Entry, Role, ToMail
from sla.facts import MessageRefused
from storage import outbox, timeline
from storage.database import Connection, Database
from storage.outbox import Delivery

log = structlog.get_logger(__name__)

TO_THE_LEAD = frozenset({Role.ACKNOWLEDGEMENT})
"""What goes to somebody whose address stands in no policy."""
NEVER_TWICE = TO_THE_LEAD
"""A second copy of these is worse than none."""
SAID_ONCE = frozenset({Role.DEADLINE_PASSED, Role.REMINDER})
"""Said by e-mail while Slack was away, these are not said again in Slack; cards are, for they have the buttons."""
SAID_BY_MAIL = "said by e-mail while Slack was away"
LOST = "nobody knows whether it arrived"


@dataclass(frozen=True, kw_only=True)
class OutsideResult:
    """One call that came back."""

    delivery: Delivery
    outcome: Outcome


class OutsideOutcomes:
    """Each result in a transaction of its own."""

    def __init__(self, database: Database, recorder: Recorder, clock: Clock, timings: Timings) -> None:
        self._database = database
        self._recorder = recorder
        self._clock = clock
        self._timings = timings

    def take_in(self, result: OutsideResult, backoff: timedelta) -> None:
        delivery, outcome, at = result.delivery, result.outcome, self._clock.now()
        if isinstance(outcome, Refused):
            self._refused(delivery, outcome, at)
            return
        with self._database.begin() as connection:
            match outcome:
                case Sent():
                    self._sent(connection, delivery, outcome, at)
                case NotSent():
                    log.warning(
                        "outside_not_sent", lead=delivery.lead_id, delivery=delivery.id, error=outcome.error
                    )
                    retry_at = self._clock.real_now() + (outcome.retry_after or backoff)
                    outbox.not_sent(connection, delivery.id, delivery.attempt, retry_at, outcome.error)
                case Uncertain():
                    self._uncertain(connection, delivery, outcome, at)

    def _refused(self, delivery: Delivery, outcome: Refused, at: datetime) -> None:
        """Somebody who can mend it is told in the same transaction, of a colleague's number or address once."""
        log.warning(
            "outside_refused",
            lead=delivery.lead_id,
            delivery=delivery.id,
            role=delivery.role,
            error=outcome.error,
        )

        def told(connection: Connection) -> list[MessageRefused]:
            if delivery.lead_id is None or delivery.role in TO_THE_LEAD:
                return []
            fact = MessageRefused(
                lead_id=delivery.lead_id,
                at=at,
                role=delivery.role,
                place=delivery.place,
                error=outcome.error,
                clock=delivery.clock,
                is_known=outbox.was_refused(connection, delivery.place),
            )
            return [fact]

        def closed(connection: Connection, _: object) -> None:
            if outbox.refused(connection, delivery.id, delivery.attempt, outcome.error, at):
                note(connection, delivery, "refused_outside", at, why=outcome.error)

        self._recorder.together(told, closed)

    def _sent(self, connection: Connection, delivery: Delivery, outcome: Sent, at: datetime) -> None:
        accepted = outbox.sent(
            connection, delivery.id, delivery.attempt, channel=outcome.channel, ts=outcome.ts, at=at
        )
        if not accepted:
            return
        note(connection, delivery, "said_outside", at)
        original = delivery.post.data.get(COPY_OF)
        if original is not None and delivery.role in SAID_ONCE:
            outbox.void(connection, [str(original)], SAID_BY_MAIL, at)

    def _uncertain(
        self, connection: Connection, delivery: Delivery, outcome: Uncertain, at: datetime
    ) -> None:
        log.warning("outside_uncertain", lead=delivery.lead_id, delivery=delivery.id, error=outcome.error)
        since = self._clock.real_now()
        look_at = since + self._timings.settle
        if not outbox.uncertain(connection, delivery.id, delivery.attempt, since, look_at, outcome.error):
            return
        if not may_repeat(delivery):
            self._give_up(connection, delivery, at)

    def settle(self, connection: Connection, delivery: Delivery, at: datetime) -> None:
        """Nobody knows whether it arrived, and nobody can be asked: once more, or never again."""
        if may_repeat(delivery):
            log.warning("outside_repeated", lead=delivery.lead_id, delivery=delivery.id, role=delivery.role)
            outbox.repeat(connection, delivery.id)
        else:
            self._give_up(connection, delivery, at)

    def _give_up(self, connection: Connection, delivery: Delivery, at: datetime) -> None:
        if outbox.void(connection, [delivery.id], LOST, at):
            note(connection, delivery, "left_out_outside", at, why=LOST)

    def leave_out(self, connection: Connection, delivery: Delivery, why: str, at: datetime) -> None:
        """It does not leave at all, and the timeline says why."""
        log.warning(
            "outside_left_out", lead=delivery.lead_id, delivery=delivery.id, role=delivery.role, why=why
        )
        if outbox.void(connection, [delivery.id], why, at):
            note(connection, delivery, "left_out_outside", at, why=why)


def may_repeat(delivery: Delivery) -> bool:
    """E-mail, once: its copies bear one Message-ID. A text message that comes twice wakes somebody twice."""
    return isinstance(delivery.post.to, ToMail) and delivery.role not in NEVER_TWICE and delivery.looks == 0


def note(connection: Connection, delivery: Delivery, kind: str, at: datetime, **data: str) -> None:
    """A line of the lead's timeline."""
    if delivery.lead_id is None:
        return
    way = "e-mail" if isinstance(delivery.post.to, ToMail) else "text message"
    entry = Entry(
        kind=kind,
        occurred_at=at,
        logged_at=at,
        who=delivery.place.partition(":")[2],
        data={"what": delivery.role.value, "by": way, **data},
    )
    timeline.append(connection, delivery.lead_id, [entry])
