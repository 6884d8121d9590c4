"""Lost answers: found in Slack's history, or sent again, and looked for once more when a late copy may show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from bot.courier.jobs import Looked, Looking, Withdrawing, Withdrawn
from bot.courier.pacer import Pacer
from bot.slack.gateway import NotSent, Refused
from storage import outbox
from storage.database import Connection
from storage.outbox import Delivery

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)


class LookUps:
    """Writes down what looking into a conversation brought; one delivery in a transaction."""

    def __init__(
        self,
        parts: "CourierParts",
        pacer: Pacer,
        owner_is_told: Callable[[Delivery, datetime], None],
    ) -> None:
        self._parts = parts
        self._pacer = pacer
        self._owner_is_told = owner_is_told
        self._sent_again: dict[str, datetime] = {}
        """When the first try of each delivery that was sent again had begun."""
        self._rechecks: list[tuple[float, Looking | Withdrawing]] = []

    def rechecks(self, most: int) -> list[Looking | Withdrawing]:
        """Conversations that it is time to look at for a late copy, and copies that are to go."""
        now = self._parts.monotonic()
        due = [entry for entry in self._rechecks if entry[0] <= now][: max(0, most)]
        self._rechecks = [entry for entry in self._rechecks if entry not in due]
        return [job for _, job in due]

    def look_for_a_copy_later(self, delivery: Delivery, channel: str, ts: str) -> None:
        """What was sent again may come to stand twice, once the history has caught up."""
        first = self._sent_again.pop(delivery.id, None)
        if first is None:
            return
        known = replace(delivery, ts=ts, send_started_at=first)
        looking = Looking(channel=channel, thread_ts=delivery.thread_ts, deliveries=[known], again=True)
        for after in self._parts.timings.recheck:
            self._rechecks.append((self._parts.monotonic() + after.total_seconds(), looking))

    def withdraw(self, channel: str, ts: str) -> None:
        """This copy is not the message that is written down."""
        self._rechecks.append((self._parts.monotonic(), Withdrawing(channel=channel, ts=ts)))

    def withdrawn(self, result: Withdrawn) -> None:
        if result.trouble is not None and not isinstance(result.trouble, Refused):
            self._again_later(result.withdrawing)

    def _again_later(self, job: Looking | Withdrawing) -> None:
        self._rechecks.append((self._parts.monotonic() + self._parts.timings.retry_max.total_seconds(), job))

    def looked(self, result: Looked, at: datetime) -> None:
        looking = result.looking
        if looking.again:
            if result.trouble is not None and not isinstance(result.trouble, Refused):
                self._again_later(looking)
            return
        if result.found is None:
            self._could_not_look(result, at)
            return
        for delivery in looking.deliveries:
            ts = result.found.get(delivery.id)
            with self._parts.database.begin() as connection:
                if ts is not None:
                    posted_at = datetime.fromtimestamp(float(ts), tz=at.tzinfo)
                    outbox.found(connection, delivery.id, looking.channel, ts, at=posted_at)
                else:
                    self._not_found(connection, delivery, at)
            if ts is not None:
                log.info("send_found", delivery=delivery.id)
                self.look_for_a_copy_later(delivery, looking.channel, ts)
                self._owner_is_told(delivery, at)

    def _could_not_look(self, result: Looked, at: datetime) -> None:
        """Without the right to read, the same waits pass and it is sent again; else it is looked for later."""
        trouble, deliveries = result.trouble, result.looking.deliveries
        pause = trouble.retry_after if isinstance(trouble, NotSent) else None
        if pause is not None:
            method = "conversations.replies" if result.looking.thread_ts else "conversations.history"
            self._pacer.block(method, None, pause)
        for delivery in deliveries:
            with self._parts.database.begin() as connection:
                if isinstance(trouble, Refused):
                    self._not_found(connection, delivery, at)
                else:
                    retry_at = at + (pause or self._parts.timings.retry_max)
                    outbox.look_later(connection, delivery.id, retry_at)

    def _not_found(self, connection: Connection, delivery: Delivery, at: datetime) -> None:
        timings = self._parts.timings
        looks = outbox.not_found(connection, delivery.id, at + timings.apart)
        if looks >= timings.looks_needed:
            log.warning("send_repeated", delivery=delivery.id, looks=looks)
            outbox.again(connection, delivery.id)
            self._sent_again.setdefault(delivery.id, delivery.send_started_at or delivery.created_at)
