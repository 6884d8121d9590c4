"""Keeps the demo's time: how fast it runs, and jumps that are lived through, with all that comes due on the way."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.clock import now as wall_now
from bot.demo.clock import DemoClock
from storage import dues
from storage.database import Connection, DatabaseAway
from storage.dues import Due

Found = TypeVar("Found")

SETTLED_WITHIN_SECONDS = 3.0
"""How long a jump stops at a moment for what is due then."""
MESSAGES_WITHIN_SECONDS = 10.0
"""How long one jump waits for messages altogether: Slack's pace would make a jump over hundreds of them endless."""
LOOK_EVERY_SECONDS = 0.02
UNASKED_STEP = timedelta(seconds=1)
"""How far a jump goes where the database cannot say what is due next."""
LOOKS_NEEDED = 2
"""A message that has just left may bring a new step with it a moment later."""
WATCH_EVERY_SECONDS = 0.5
TOGETHER = timedelta(milliseconds=50)
"""What is due so close together is done together, as the bot does it when it is a little late."""


class Life(Protocol):
    """What the keeper must know of the bot that lives by this clock."""

    def look(self, question: Callable[[Connection], Found], otherwise: Found) -> Found:
        """Ask the bot's database."""

    @property
    def bot_runs(self) -> bool:
        """Whether there is a bot that would take what comes due."""

    @property
    def slack_is_well(self) -> bool:
        """Whether messages leave at once."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the clock shows."""

    at: datetime
    rate: float
    is_jumping: bool
    next: Due | None


class TimeKeeper:
    """`run`, `jump`, `standing` from any thread; `changed` is called whenever the clock is to be shown anew."""

    def __init__(self, clock: DemoClock, life: Life, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._life = life
        self._changed = changed
        self._lock = threading.Lock()
        self._jump: _Jump | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._watch, name="clock-watch", daemon=True).start()

    def standing(self) -> Standing:
        at = self._clock.now()
        return Standing(
            at=at, rate=self._clock.rate, is_jumping=self._jump is not None, next=self.next_after(at)
        )

    def next_after(self, at: datetime) -> Due | None:
        """What comes due next, as far as the bot has planned."""
        nothing: Due | None = None
        return self._life.look(lambda connection: dues.next_after(connection, at), nothing)

    def run(self, rate: float) -> None:
        """Let time run so fast; a jump ends where it is."""
        with self._lock:
            if self._ended.is_set():
                return
            self._stop_jumping()
            self._clock.run(rate)
        self._changed()

    def jump(self, until: datetime) -> None:
        """Live through the time until then, as fast as the bot can; returns when that has begun."""
        with self._lock:
            if self._ended.is_set():
                return
            rate = self._stop_jumping()
            self._clock.stand_at(self._clock.now())
            self._jump = _Jump(self._clock, self._life, until, rate, self._moved, self._landed)
            self._jump.start()
        self._changed()

    def close(self) -> None:
        """Look at nothing any more; time stands where it is."""
        self._ended.set()
        with self._lock:
            self._stop_jumping()

    def _stop_jumping(self) -> float:
        """The rate at which time ran before the jump, or runs."""
        jump, self._jump = self._jump, None
        if jump is None:
            return self._clock.rate
        jump.stop()
        return jump.rate_after

    def _moved(self, jump: "_Jump", at: datetime) -> None:
        with self._lock:
            if self._jump is not jump:
                # It was stopped a moment ago, and must not take time any further.
                return
            self._clock.stand_at(at)
        self._changed()

    def _landed(self, jump: "_Jump") -> None:
        with self._lock:
            if self._jump is not jump:
                return
            self._jump = None
            self._clock.run(jump.rate_after)
        self._changed()

    def _watch(self) -> None:
        """What is next changes also when nobody touches the clock."""
        shown: Due | None = None
        while not self._ended.wait(WATCH_EVERY_SECONDS):
            try:
                following = self.next_after(self._clock.now())
            except DatabaseAway:
                continue
            if following != shown:
                shown = following
                self._changed()


class _Jump:
    """Time stands at each moment at which something is due until that is done, and then at the next."""

    def __init__(
        self,
        clock: DemoClock,
        life: Life,
        until: datetime,
        rate_after: float,
        move: Callable[["_Jump", datetime], None],
        landed: Callable[["_Jump"], None],
    ) -> None:
        self._clock = clock
        self._life = life
        self._until = until
        self.rate_after = rate_after
        self._move = move
        self._landed = landed
        self._stopping = threading.Event()
        self._left_for_messages = MESSAGES_WITHIN_SECONDS
        self._thread = threading.Thread(target=self._fly, name="clock-jump", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _fly(self) -> None:
        try:
            self._settle()
            while not self._stopping.is_set() and (at := self._clock.now()) < self._until:
                self._move(self, self._next_stop(at))
                self._settle()
        finally:
            self._landed(self)

    def _next_stop(self, at: datetime) -> datetime:
        if not self._life.bot_runs:
            # Nobody lives through it: what is due is caught up with when the bot is back.
            return self._until
        nothing: datetime | None = None
        try:
            due_at = self._life.look(lambda connection: _next_stop(connection, at), nothing)
        except DatabaseAway:
            due_at = at + UNASKED_STEP
        return self._until if due_at is None else min(due_at, self._until)

    def _settle(self) -> None:
        """Wait until the bot has done what is due, as long as there is a bot and it makes sense."""
        began = time.monotonic()
        looks = 0
        while (
            looks < LOOKS_NEEDED
            and self._life.bot_runs
            and time.monotonic() - began < SETTLED_WITHIN_SECONDS
            and not self._stopping.wait(LOOK_EVERY_SECONDS)
        ):
            looks = looks + 1 if self._is_settled() else 0
        self._left_for_messages -= max(0.0, time.monotonic() - began - LOOKS_NEEDED * LOOK_EVERY_SECONDS)

    def _is_settled(self) -> bool:
        at, real_at = self._clock.now(), wall_now()
        with_messages = self._life.slack_is_well and self._left_for_messages > 0

        def done(connection: Connection) -> bool:
            return dues.steps_are_taken(connection, at) and (
                not with_messages or dues.messages_have_left(connection, at, real_at)
            )

        try:
            return self._life.look(done, True)
        except DatabaseAway:
            return False


def _next_stop(connection: Connection, at: datetime) -> datetime | None:
    due = dues.next_after(connection, at)
    return None if due is None else dues.last_until(connection, due.at + TOGETHER)
