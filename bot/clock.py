"""Clocks: the one place that reads the wall clock, and what the bot's parts ask of a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

FACTS_AHEAD_MAX = timedelta(seconds=10)
"""How far the time of facts may run on between two looks of somebody who waits for a moment of it."""


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


class Clock(Protocol):
    """Two times: that of facts, by which promises are kept, and the real one, which leases and retries go by.

    They are one wherever the bot works for somebody; only in the demo may the time of facts run and leap.
    """

    @property
    def leaps(self) -> bool:
        """Whether the time of facts may pass over hours at once."""

    def now(self) -> datetime:
        """The time of facts."""

    def real_now(self) -> datetime:
        """The time outside."""

    def real_until(self, at: datetime) -> timedelta:
        """How long it takes outside until the time of facts is `at`; negative when it is past."""


@dataclass(frozen=True)
class OneClock:
    """Both times are read from one source."""

    read: Callable[[], datetime]
    leaps: bool = False

    def now(self) -> datetime:
        return self.read()

    def real_now(self) -> datetime:
        return self.read()

    def real_until(self, at: datetime) -> timedelta:
        return at - self.read()


WALL = OneClock(now)
