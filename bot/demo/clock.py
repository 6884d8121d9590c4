"""The demo's clock: set in the demo's own process, and followed by its bot through a file that both can read."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import now as wall_now

Monotonic = Callable[[], float]
"""Seconds that only go up; on one machine all processes count the same ones."""

HEARD_AT_ONCE = 4096
NOTICED_AFTER_SECONDS = 0.03
"""How much later than the clock itself its follower slows down."""
FAR = timedelta(days=365)
"""How long it takes until a later moment while time stands still: longer than anybody waits."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Course:
    """At `began` of the monotonic clock it was `micros` after 1970, and time has run `rate` times as fast since."""

    began: float
    micros: int
    rate: float

    def at(self, monotonic: float) -> datetime:
        passed = (monotonic - self.began) * self.rate
        return _EPOCH + timedelta(microseconds=self.micros) + timedelta(seconds=passed)


class DemoClock:
    """The clock itself; every change is in the file before it counts, and followers are `told` to look."""

    def __init__(
        self,
        file: Path,
        at: datetime,
        *,
        monotonic: Monotonic = time.monotonic,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._file = file
        self._monotonic = monotonic
        self._told = told
        self._lock = threading.RLock()
        self._take(at, 1)

    def now(self) -> datetime:
        return self._course.at(self._monotonic())

    def epoch(self) -> float:
        """Seconds since 1970, as Slack stamps messages."""
        return self.now().timestamp()

    @property
    def rate(self) -> float:
        return self._course.rate

    def run(self, rate: float) -> None:
        """From now on time runs so many times as fast as outside; not at all with 0."""
        with self._lock:
            self._take(self._soonest(rate), rate)

    def stand_at(self, at: datetime) -> None:
        """Time stands still at this moment; one that is past already leaves it where it is."""
        with self._lock:
            self._take(max(at, self._soonest(0)), 0)

    def _soonest(self, rate: float) -> datetime:
        """Now, or where a follower will be who hears a little later that time runs more slowly."""
        return self.now() + timedelta(seconds=NOTICED_AFTER_SECONDS * max(0.0, self.rate - rate))

    def _take(self, at: datetime, rate: float) -> None:
        course = Course(began=self._monotonic(), micros=(at - _EPOCH) // _MICROSECOND, rate=rate)
        # Whoever reads the file sees the course before this one or this one, and never half of it.
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(asdict(course)), encoding="utf-8")
        os.replace(new, self._file)
        self._course = course
        self._told()


class FollowedClock:
    """The bot's side: the time of facts as the file says it. It never runs backwards."""

    leaps = True

    def __init__(self, file: Path, *, monotonic: Monotonic = time.monotonic) -> None:
        self._file = file
        self._monotonic = monotonic
        course = _read(file)
        self._followed = course, course.at(monotonic())

    def now(self) -> datetime:
        course, earliest = self._followed
        return max(earliest, course.at(self._monotonic()))

    def real_now(self) -> datetime:
        return wall_now()

    def real_until(self, at: datetime) -> timedelta:
        course, _ = self._followed
        left = at - self.now()
        if left <= timedelta(0):
            return left
        return min(FAR, left / course.rate) if course.rate > 0 else FAR

    def look(self) -> bool:
        """Take up what the file says now; whether that is something new."""
        # The demo has just ended, and its folder with it: time goes on as it did.
        with contextlib.suppress(OSError, ValueError):
            course = _read(self._file)
            if course != self._followed[0]:
                self._followed = course, self.now()
                return True
        return False

    def follow(self, line: int, changed: Callable[[], None]) -> None:
        """Look whenever something is said on this line, until it is hung up."""
        while os.read(line, HEARD_AT_ONCE):
            if self.look():
                changed()


def _read(file: Path) -> Course:
    return Course(**json.loads(file.read_text(encoding="utf-8")))
