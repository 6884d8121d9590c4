"""Slack on a bad day, by the seed: pauses, lost and cut answers, slow calls, a history that lags."""

import random
import threading
from dataclasses import dataclass, field

from bot.sandbox.faults import Faults

EVERY_SECONDS = (0.3, 2.0)
METHODS = (
    "chat.postMessage",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "users.lookupByEmail",
)


@dataclass
class Mischief:
    """Goes on in a thread of its own until it is stopped; what waits to go wrong then is taken away."""

    faults: Faults
    chance: random.Random
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.faults.clear()

    def _live(self) -> None:
        while not self._over.wait(self.chance.uniform(*EVERY_SECONDS)):
            self._happens()

    def _happens(self) -> None:
        method, accept = self.chance.choice(METHODS), self.chance.random() < 0.5
        match self.chance.randrange(7):
            case 0:
                self.faults.ratelimit(method, retry_after=self.chance.choice([0, 1, 2]))
            case 1:
                self.faults.fail("status", method, accept=accept, status=self.chance.choice([500, 503]))
            case 2:
                self.faults.fail("reset", method, accept=accept)
            case 3:
                self.faults.fail("truncate", method, accept=accept)
            case 4:
                self.faults.fail("stall", method, accept=True, seconds=self.chance.uniform(0.2, 1.5))
            case 5:
                self.faults.late_history(self.chance.choice([0.3, 1.0, 2.5]))
            case _:
                self.faults.lost_deliveries += 1
