"""Everything that happens in the workspace, as a stream that readers in any thread can follow."""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.model import Json

BACKLOG_MAX = 2_000


@dataclass(frozen=True, kw_only=True)
class Happening:
    seq: int
    kind: str
    data: Json


@dataclass(kw_only=True)
class Stream:
    """A bounded backlog, so that a reader who was away for a moment can ask for what it missed."""

    position: int = field(init=False, default=0)
    """The number of the newest happening; who follows from here on misses nothing."""
    _backlog: deque[Happening] = field(init=False, default_factory=lambda: deque(maxlen=BACKLOG_MAX))
    _readers: dict[int, Callable[[Happening], None]] = field(init=False, default_factory=dict)
    _numbers: "itertools.count[int]" = field(init=False, default_factory=lambda: itertools.count(1))
    _reader_numbers: "itertools.count[int]" = field(init=False, default_factory=lambda: itertools.count(1))
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)

    def tell(self, kind: str, data: Json) -> None:
        with self._lock:
            happening = Happening(seq=next(self._numbers), kind=kind, data=data)
            self.position = happening.seq
            self._backlog.append(happening)
            readers = list(self._readers.values())
        for reader in readers:
            reader(happening)

    def follow(self, reader: Callable[[Happening], None], *, after: int | None = None) -> Callable[[], None]:
        """Call `reader` for each happening from now on, first those after `after`; returns how to stop."""
        with self._lock:
            if after is not None:
                for happening in self._backlog:
                    if happening.seq > after:
                        reader(happening)
            number = next(self._reader_numbers)
            self._readers[number] = reader
        return lambda: self._stop(number)

    def since(self, after: int) -> list[Happening]:
        with self._lock:
            return [one for one in self._backlog if one.seq > after]

    def _stop(self, number: int) -> None:
        with self._lock:
            self._readers.pop(number, None)
