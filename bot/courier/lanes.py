"""What is not urgent is said too: after a while one of it goes first now and then, however much is more urgent."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sla.effects import Urgency
from storage import outbox
from storage.database import Connection
from storage.outbox import Delivery

if TYPE_CHECKING:
    from bot.courier.courier import CourierParts

LANES = (Urgency.REMINDER, Urgency.NEW_LEAD, Urgency.BREACH)
"""From the lowest up; nothing goes before a page, and edits have a pace of their own."""


class Lanes:
    """A tenth of what Slack takes from a workspace is theirs who have waited; the rest goes by urgency."""

    def __init__(self, parts: "CourierParts") -> None:
        self._parts = parts
        self._looked: float | None = None
        self._first: str | None = None

    def in_order(
        self,
        connection: Connection,
        rows: list[Delivery],
        at: datetime,
        real_at: datetime,
        blocked: Collection[str],
    ) -> list[Delivery]:
        """The rows in the order in which they are to leave: one that has waited for too long goes first."""
        self._first = None
        every = self._parts.timings.lane_every.total_seconds()
        is_early = self._looked is not None and self._parts.monotonic() - self._looked < every
        if is_early or not rows:
            return rows
        since = at - self._parts.timings.lane_waits
        for lane in LANES:
            if lane <= rows[0].post.urgency:
                break
            waited = outbox.claimable(
                connection, at, 1, real_at=real_at, blocked=blocked, way="slack", lane=lane, since=since
            )
            if waited:
                self._first = waited[0].id
                return [*waited, *(row for row in rows if row.id != self._first)]
        self._looked = self._parts.monotonic()
        return rows

    def left(self, chosen: Collection[str]) -> None:
        """What was chosen of them; a row for which there was no room goes first again the next time."""
        if self._first in chosen:
            self._looked = self._parts.monotonic()
