"""A courier's one bookkeeping thread: round after round, until it is stopped and every answer is written down."""

import queue
import threading
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, sleep
from typing import Generic, TypeVar

import structlog

from storage.database import Conflict, DatabaseAway

log = structlog.get_logger(__name__)

IDLE_WAIT = 1.0
"""Seconds after which a courier looks again even if nobody woke it."""
AFTER_TROUBLE = 2.0
"""Seconds to wait when the database itself is away."""
R = TypeVar("R")


class Rounds(ABC, Generic[R]):
    """`R` is what comes back from the senders' threads; `wake` after commits, `stop` at the end."""

    def __init__(self, name: str, senders: int) -> None:
        self._name = name
        self._results: queue.SimpleQueue[R] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(senders, thread_name_prefix=f"{name}-sender")
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._went_round = monotonic()

    def wake(self) -> None:
        """Something may be owed: look now."""
        self._wake.set()

    def stop(self, timeout: timedelta) -> None:
        """Claim nothing more; wait for the calls under way and write down what became of them."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout.total_seconds())
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def idle_for(self) -> timedelta:
        """How long ago it last went round; a second where all is well."""
        return timedelta(seconds=monotonic() - self._went_round)

    @property
    @abstractmethod
    def under_way(self) -> int:
        """How much is not written down yet."""

    def rest(self, seconds: float) -> None:
        """Wait until an answer comes or somebody wakes the courier, at most so long."""
        if self._results.empty():
            self._wake.wait(seconds)
        self._wake.clear()

    def round(self) -> float:
        """Take in results, then send what may leave. Returns the seconds until there may be more to do."""
        while True:
            try:
                result = self._results.get_nowait()
            except queue.Empty:
                break
            self._take_in(result)
        return IDLE_WAIT if self._stopping.is_set() else self._go_on()

    @abstractmethod
    def _go_on(self) -> float:
        """What a round does besides taking in results; the seconds until there may be more to do."""

    @abstractmethod
    def _write_down(self, result: R) -> None: ...

    @abstractmethod
    def _is_over(self, result: R) -> None:
        """Its place among the calls under way is free again."""

    def _result_came(self, result: R) -> None:
        self._results.put(result)
        self._wake.set()

    def _take_in(self, result: R) -> None:
        try:
            self._write_down(result)
        except (DatabaseAway, Conflict):
            # What was answered is not to be had again: it is kept until it can be written down.
            self._results.put(result)
            raise
        except Exception:
            self._is_over(result)
            raise
        self._is_over(result)

    def _work(self) -> None:
        while not (self._stopping.is_set() and not self.under_way):
            try:
                wait = self.round()
                self._went_round = monotonic()
                self.rest(wait)
            except DatabaseAway as problem:
                log.warning("courier_waits_for_the_database", courier=self._name, reason=problem.reason)
                sleep(AFTER_TROUBLE)
            except Exception:
                log.exception("courier_round_failed", courier=self._name)
                sleep(AFTER_TROUBLE)
