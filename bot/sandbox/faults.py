"""What can be made to go wrong: faults that wait for a call and answer it the way Slack does on a bad day."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Literal

from bot.sandbox.model import Json

FaultKind = Literal[
    "ratelimited", "status", "error", "drop", "reset", "truncate", "garbage", "stall", "late_history"
]
Outage = Literal["refuse", "reset", "hang"]
FOR_EVER = float("inf")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    `method` may be a pattern ("chat.*"). The first `skip` matching calls pass, then `times` calls are hit
    (None: until cleared). With `accept` the call takes effect first. `seconds` is how long a stall lasts, or
    how late a message comes into the history.
    """

    kind: FaultKind
    method: str = "*"
    channel: str | None = None
    times: int | None = 1
    skip: int = 0
    accept: bool = False
    retry_after: str | None = "1"
    status: int = 500
    error: str = "internal_error"
    seconds: float = 30.0
    id: int = 0

    def concerns(self, method: str, channel: str | None) -> bool:
        return fnmatchcase(method, self.method) and self.channel in (None, channel)

    def to_json(self) -> Json:
        # JSON knows no infinity, and browsers refuse what Python writes for it.
        return asdict(self) | {"seconds": None if self.seconds == FOR_EVER else self.seconds}


@dataclass(kw_only=True)
class Faults:
    """The faults that are waiting, oldest first; each call takes at most one of each family."""

    changed: Callable[[], None] = lambda: None
    """Called whenever a fault was added, used up or taken away."""
    _waiting: list[Fault] = field(init=False, default_factory=list)
    _last_id: int = field(init=False, default=0)
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)
    outage: Outage | None = None
    lost_deliveries: int = 0
    """So many of the next events and presses are lost on their way to the bot."""

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._last_id += 1
            added = replace(fault, id=self._last_id)
            self._waiting.append(added)
        self.changed()
        return added

    def clear(self, fault_id: int | None = None) -> None:
        with self._lock:
            self._waiting = [one for one in self._waiting if fault_id not in (None, one.id)]
            if fault_id is None:
                self.lost_deliveries = 0
        self.changed()

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._waiting)

    def answer(self, method: str, channel: str | None) -> Fault | None:
        """The fault that answers this call instead of Slack."""
        return self._take(method, channel, late=False)

    def lateness(self, channel: str | None) -> float:
        """How long a message posted now stays out of the history; infinite means for ever."""
        late = self._take("chat.postMessage", channel, late=True)
        return 0.0 if late is None else late.seconds

    def lose_delivery(self) -> bool:
        with self._lock:
            if self.lost_deliveries == 0:
                return False
            self.lost_deliveries -= 1
        self.changed()
        return True

    def _take(self, method: str, channel: str | None, *, late: bool) -> Fault | None:
        with self._lock:
            before = list(self._waiting)
            taken = self._taken(method, channel, late=late)
            is_changed = self._waiting != before
        if is_changed:
            self.changed()
        return taken

    def _taken(self, method: str, channel: str | None, *, late: bool) -> Fault | None:
        for index, fault in enumerate(self._waiting):
            if (fault.kind == "late_history") is not late or not fault.concerns(method, channel):
                continue
            if fault.skip > 0:
                self._waiting[index] = replace(fault, skip=fault.skip - 1)
                return None
            if fault.times is not None:
                left = fault.times - 1
                self._waiting[index : index + 1] = [replace(fault, times=left)] if left > 0 else []
            return fault
        return None

    # The same in fewer words, for tests and for people at a prompt.

    def ratelimit(
        self,
        method: str = "*",
        *,
        retry_after: str | float | None = 1,
        channel: str | None = None,
        times: int | None = 1,
    ) -> Fault:
        said = None if retry_after is None else str(retry_after)
        return self.add(
            Fault(kind="ratelimited", method=method, retry_after=said, channel=channel, times=times)
        )

    def fail(
        self,
        kind: FaultKind,
        method: str = "*",
        *,
        accept: bool,
        channel: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        status: int = 500,
        error: str = "internal_error",
        seconds: float = 30.0,
    ) -> Fault:
        return self.add(
            Fault(
                kind=kind,
                method=method,
                accept=accept,
                channel=channel,
                times=times,
                skip=skip,
                status=status,
                error=error,
                seconds=seconds,
            )
        )

    def late_history(
        self, seconds: float = FOR_EVER, *, channel: str | None = None, times: int | None = 1
    ) -> Fault:
        """The next messages are seen by people at once, but come into the history only after a while."""
        return self.add(Fault(kind="late_history", seconds=seconds, channel=channel, times=times))

    def to_json(self) -> Json:
        listed: Iterable[Fault] = self.waiting()
        return {
            "outage": self.outage,
            "lost_deliveries": self.lost_deliveries,
            "waiting": [one.to_json() for one in listed],
        }
