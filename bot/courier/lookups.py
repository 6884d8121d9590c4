"""Lost answers: found in Slack's history, sent again or given up, and looked for once more when a copy may show."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.courier.jobs import Withdrawing, Withdrawn
from bot.courier.looking import Looked, Looking
from bot.courier.pacer import Pacer
from bot.courier.places import Places
from bot.slack.gateway import NotSent, Refused
from storage import absences, outbox, restored
from storage.database import Connection
from storage.outbox import Delivery

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

log = structlog.get_logger(__name__)

AT_ONCE = timedelta(0)
TAKEN_UP_MAX = 500
"""Deliveries looked at after a restart for copies that may have come to show meanwhile."""


class LookUps:
    """Writes down what looking into a conversation brought; one delivery in a transaction."""

    def __init__(
        self,
        parts: "CourierParts",
        pacer: Pacer,
        places: Places,
        owner_is_told: Callable[[Delivery, datetime], None],
    ) -> None:
        self._parts = parts
        self._pacer = pacer
        self._places = places
        self._owner_is_told = owner_is_told
        self._rechecks: list[tuple[float, Looking | Withdrawing]] = []
        self._taken_up_at: float | None = None
        self._planned: dict[tuple[str, int], float] = {}
        self._unknown_told: set[str] = set()

    def rechecks(self, most: int) -> list[Looking | Withdrawing]:
        """Conversations that it is time to look at for a late copy, and copies that are to go."""
        self._take_up()
        now = self._parts.monotonic()
        due = [entry for entry in self._rechecks if entry[0] <= now][: max(0, most)]
        self._rechecks = [entry for entry in self._rechecks if entry not in due]
        return [job for _, job in due]

    def look_for_a_copy_later(self, delivery: Delivery, channel: str, ts: str) -> None:
        """What was sent again may come to stand twice, once the history has caught up."""
        if delivery.attempt > 1 and delivery.uncertain_since is not None:
            self._look_after(self._parts.timings.recheck, replace(delivery, channel=channel, ts=ts))

    def _look_after(self, waits: Collection[timedelta], delivery: Delivery) -> None:
        assert delivery.channel is not None
        looking = Looking(
            channel=delivery.channel, thread_ts=delivery.thread_ts, deliveries=[delivery], again=True
        )
        now = self._parts.monotonic()
        self._rechecks += [(now + wait.total_seconds(), looking) for wait in waits]
        self._planned[delivery.id, delivery.attempt] = now

    def _take_up(self) -> None:
        """After a start, and from then on for those who die meanwhile: look for the copies that others would.

        Also for those of what was given up, which nobody else plans.
        """
        now, recheck = self._parts.monotonic(), self._parts.timings.recheck
        is_first = self._taken_up_at is None
        if self._taken_up_at is not None and now - self._taken_up_at < min(recheck).total_seconds():
            return
        at = self._parts.clock.now()
        with self._parts.database.read() as connection:
            until = _lived_until(connection, at, at - max(recheck)) if is_first else at
            found = outbox.maybe_copied(connection, until - max(recheck), TAKEN_UP_MAX)
            known = self._places.written_to(connection, {one.post.to for one in found}) if found else {}
        for delivery in found:
            assert delivery.ended_at is not None
            channel = delivery.channel or known.get(delivery.place)
            if channel is None or (delivery.id, delivery.attempt) in self._planned:
                continue
            # A set: what fell due in between is one look.
            age = max(AT_ONCE, at - delivery.ended_at)
            waits = {max(AT_ONCE, after - age) for after in recheck}
            self._look_after(waits, replace(delivery, channel=channel))
        self._taken_up_at = now
        longest = 2 * max(recheck).total_seconds()
        self._planned = {one: planned for one, planned in self._planned.items() if now - planned < longest}

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
            self._could_not_look(result)
            return
        if looking.lost is not None:
            self._tell_of_the_unknown(result)
        for delivery in looking.deliveries:
            ts = result.found.get(delivery.id)
            with self._parts.database.begin() as connection:
                if ts is not None:
                    posted_at = datetime.fromtimestamp(float(ts), tz=at.tzinfo)
                    outbox.found(connection, delivery.id, looking.channel, ts, at=posted_at)
                else:
                    self._not_found(connection, delivery)
            if ts is not None:
                log.info("send_found", lead=delivery.lead_id, delivery=delivery.id)
                self.look_for_a_copy_later(delivery, looking.channel, ts)
                self._owner_is_told(delivery, at)

    def _tell_of_the_unknown(self, result: Looked) -> None:
        """What the lost hours posted and the database knows nothing of is left alone, and said so."""
        with self._parts.database.read() as connection:
            unknown = set(restored.unknown(connection, result.seen)) - self._unknown_told
        if unknown:
            log.warning("messages_of_lost_hours", channel=result.looking.channel, deliveries=sorted(unknown))
            self._unknown_told |= unknown

    def _could_not_look(self, result: Looked) -> None:
        """Without the right to read, the same waits pass and it is sent again; else it is looked for later."""
        trouble, deliveries = result.trouble, result.looking.deliveries
        pause = trouble.retry_after if isinstance(trouble, NotSent) else None
        if pause is not None:
            method = "conversations.replies" if result.looking.thread_ts else "conversations.history"
            self._pacer.block(method, None, pause)
        for delivery in deliveries:
            with self._parts.database.begin() as connection:
                if isinstance(trouble, Refused):
                    self._not_found(connection, delivery)
                else:
                    retry_at = self._parts.clock.real_now() + (pause or self._parts.timings.retry_max)
                    outbox.look_later(connection, delivery.id, retry_at)

    def _not_found(self, connection: Connection, delivery: Delivery) -> None:
        timings = self._parts.timings
        look_at = self._parts.clock.real_now() + timings.apart
        looks = outbox.not_found(connection, delivery.id, look_at)
        if looks >= timings.looks_needed:
            log.warning("send_repeated", lead=delivery.lead_id, delivery=delivery.id, looks=looks)
            outbox.again(connection, delivery.id)


def _lived_until(connection: Connection, at: datetime, since: datetime) -> datetime:
    """The last sign of life before this start; now, where no absence lasts or ended after `since`."""
    beat = absences.last_beat(connection, "bot")
    gaps = [gap.from_at for gap in absences.recent(connection, since) if gap.what == "bot"]
    return min([at, *gaps, *([] if beat is None else [beat])])
