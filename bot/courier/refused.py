"""Messages that Slack refuses for good: somebody is told first, then they are closed."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.closed_accounts import ERRORS as CLOSED_ACCOUNT
from bot.closed_accounts import close_account
from bot.courier.jobs import RefusalTold, Result
from bot.courier.places import Places
from bot.recorder import Recorded
from sla.effects import Post, Role, ToPerson
from sla.facts import MessageRefused
from sla.roster import operating_people
from storage import outbox, people
from storage.outbox import Delivery

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)


class RefusedSends:
    """Writes down refused sends; `put` takes in that somebody was told of one."""

    def __init__(self, parts: "CourierParts", places: Places, put: Callable[[Result], None]) -> None:
        self._parts = parts
        self._places = places
        self._put = put
        self._being_told: set[str] = set()

    @property
    def being_told(self) -> int:
        """Refusals that are being told to somebody, after which their messages are closed."""
        return len(self._being_told)

    def is_opened_anew(self, delivery: Delivery, error: str) -> bool:
        """A conversation with a person that Slack does not know is opened again, once, before anybody is told."""
        to = delivery.post.to
        if error != "channel_not_found" or not isinstance(to, ToPerson) or delivery.attempt > 1:
            return False
        with self._parts.database.begin() as connection:
            people.forget_dm(connection, to.email)
            outbox.not_sent(connection, delivery.id, delivery.attempt, self._parts.clock.real_now(), error)
        return True

    def refuse(self, delivery: Delivery, error: str, at: datetime) -> None:
        """Somebody is told first, and only then is the message closed: a crash in between tells again."""
        log.warning(
            "send_refused",
            lead=delivery.lead_id,
            delivery=delivery.id,
            role=delivery.role,
            place=delivery.place,
            error=error,
        )
        self._places.forget(delivery.place)
        to = delivery.post.to
        if error in CLOSED_ACCOUNT and isinstance(to, ToPerson):
            close_account(self._parts.recorder, self._parts.policies, to.email, at)
        if delivery.lead_id is None or (delivery.role is Role.UNDELIVERED and delivery.place.startswith("@")):
            self._put(RefusalTold(delivery=delivery, error=error))
            return
        fact = MessageRefused(
            lead_id=delivery.lead_id,
            at=at,
            role=delivery.role,
            place=delivery.place,
            error=error,
            clock=delivery.clock,
        )
        told = RefusalTold(delivery=delivery, error=error)
        self._being_told.add(delivery.id)
        try:
            self._parts.recorder.submit(fact, self._then(told))
        except BaseException:
            self._being_told.discard(delivery.id)
            raise

    def _then(self, told: RefusalTold) -> Callable[[Recorded | BaseException], None]:
        def done(answer: Recorded | BaseException) -> None:
            # Not recorded: the lease expires, the message is looked for and tried again, and refused again.
            if isinstance(answer, BaseException):
                self._being_told.discard(told.delivery.id)
            else:
                self._put(told)

        return done

    def close(self, told: RefusalTold, at: datetime) -> None:
        delivery = told.delivery
        self._being_told.discard(delivery.id)
        with self._parts.database.begin() as connection:
            closed = outbox.refused(connection, delivery.id, delivery.attempt, told.error, at)
            if closed and delivery.lead_id is None:
                outbox.add(connection, self._to_lead_ops(delivery), at)

    def _to_lead_ops(self, delivery: Delivery) -> list[tuple[None, int, Post]]:
        """A summary stands for messages that nobody sends any more: refused by a channel, it goes to people."""
        if delivery.place.startswith("@") or delivery.role is Role.LEAD_LIST:
            return []
        policy = self._parts.policies.current.policy
        is_of_ops = delivery.role in (Role.AUDIT, Role.AUDIT_OVER)
        tell = operating_people(policy) if is_of_ops else policy.routing.unowned.tell
        return [
            (
                None,
                delivery.generation,
                delivery.post._replace(to=ToPerson(email=email), key=f"{delivery.post.key}:{email}"),
            )
            for email in tell
        ]
