"""The clock of bots that share a database: each goes by the server's, however wrong its own machine's may be."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

AGREED_EVERY = timedelta(seconds=30)
LEFT_ALONE = timedelta(milliseconds=250)
"""A difference that nobody notices: to follow it would only make the time jump to and fro."""
ANSWERED_WITHIN = timedelta(seconds=1)
"""An answer that took longer says too little about what time it is."""
FIRST_TRIES = 5
SHOUTED_ABOUT = timedelta(seconds=5)


class AgreedClock:
    """`agree_at_first` before anything goes by it, then `start`: from there on it is done now and then."""

    leaps = False

    def __init__(self, own: Clock, servers: Callable[[], datetime]) -> None:
        self._own = own
        self._servers = servers
        self._behind = timedelta(0)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="clock", daemon=True)

    def now(self) -> datetime:
        return self._own.now() + self._behind

    def real_now(self) -> datetime:
        return self._own.real_now() + self._behind

    def real_until(self, at: datetime) -> timedelta:
        return self._own.real_until(at - self._behind)

    def agree_at_first(self) -> None:
        """Ask until an answer is quick enough to be believed, a few times at most. Raises DatabaseAway."""
        if not any(self.agree() for _ in range(FIRST_TRIES)):
            log.warning("clock_not_compared", reason="the database answers too slowly")

    def agree(self) -> bool:
        """Ask the server what time it is; False where the answer took too long. Raises DatabaseAway."""
        asked_at = self._own.real_now()
        servers = self._servers()
        took = self._own.real_now() - asked_at
        if not timedelta(0) <= took <= ANSWERED_WITHIN:
            return False
        behind = servers - (asked_at + took / 2)
        if abs(behind - self._behind) > LEFT_ALONE:
            if abs(behind) > SHOUTED_ABOUT:
                log.warning("own_clock_is_wrong", by_seconds=round(-behind.total_seconds(), 1))
            self._behind = behind
        return True

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _work(self) -> None:
        while not self._stopping.wait(AGREED_EVERY.total_seconds()):
            try:
                self.agree()
            except DatabaseAway as away:
                log.debug("clock_not_compared", reason=away.reason)
