"""A look into a conversation's history: which of our messages stand there, and of two copies one goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.slack.gateway import Gateway, Posted, SlackFailed, Trouble
from storage.delivery import State
from storage.outbox import Delivery
from storage.restored import Restore

LOOK_BACK = timedelta(seconds=60)
"""How far before the send history is read: the two machines' clocks may differ."""
LOOK_AHEAD = timedelta(minutes=15)
"""How long after its call a message may have been posted: far more than a call lasts and clocks differ."""


@dataclass(frozen=True, kw_only=True)
class Looking:
    """Deliveries of one conversation whose outcome is unknown, or that were sent again and may stand twice.

    `anywhere`: the clock may have leapt during the call, so that what was posted then bears any later time.
    `lost`: they may have been sent in the hours that a restored back-up knows nothing of.
    """

    channel: str
    thread_ts: str | None
    deliveries: Sequence[Delivery]
    again: bool = False
    anywhere: bool = False
    lost: Restore | None = None

    def do(self, gateway: Gateway, app_ids: Sequence[str]) -> "Looked":
        oldest, latest = self._within()
        try:
            found = gateway.own_messages(
                self.channel, oldest, thread_ts=self.thread_ts, app_ids=app_ids, latest=latest
            )
        except SlackFailed as failed:
            return Looked(looking=self, trouble=failed.trouble)
        stands, trouble = self._without_copies(gateway, found)
        return Looked(
            looking=self, found=stands, trouble=trouble, seen=frozenset(one.delivery_id for one in found)
        )

    def _within(self) -> tuple[datetime, datetime | None]:
        oldest = min(map(_first_try_at, self.deliveries))
        if self.lost is not None:
            return min(oldest, self.lost.from_at) - LOOK_BACK, self.lost.at + LOOK_AHEAD
        # A copy that shows late is looked for up to now; what was just sent can only stand near its call.
        is_open = self.again or self.anywhere
        return oldest - LOOK_BACK, None if is_open else max(map(_last_try_at, self.deliveries)) + LOOK_AHEAD

    def _without_copies(
        self, gateway: Gateway, found: Sequence[Posted]
    ) -> tuple[dict[str, str], Trouble | None]:
        """The message of each delivery; of two copies the younger is deleted, or the one that we do not know.

        What was given up is said by no copy.
        """
        stands: dict[str, str] = {}
        trouble: Trouble | None = None
        for delivery in self.deliveries:
            copies = [one.ts for one in found if one.delivery_id == delivery.id]
            if copies and delivery.state is not State.VOID:
                stands[delivery.id] = delivery.ts if delivery.ts in copies else copies[0]
            for ts in copies:
                if ts != stands.get(delivery.id):
                    trouble = gateway.delete(self.channel, ts) or trouble
        return stands, trouble


def _last_try_at(delivery: Delivery) -> datetime:
    return delivery.send_started_at or delivery.created_at


def _first_try_at(delivery: Delivery) -> datetime:
    """When it may have been posted at the earliest: only the start of the latest attempt is written down."""
    if delivery.attempt > 1 or delivery.send_started_at is None:
        return delivery.created_at
    return delivery.send_started_at


@dataclass(frozen=True, kw_only=True)
class Looked:
    """`found` is None where history could not be read; with it, `trouble` is about a copy that still stands.

    `seen` are all deliveries of ours that stand there, also those that nobody asked about.
    """

    looking: Looking
    found: dict[str, str] | None = None
    trouble: Trouble | None = None
    seen: frozenset[str] = frozenset()
