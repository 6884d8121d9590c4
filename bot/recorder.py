"""The recorder: one thread that takes all waiting facts, decides them and commits them together."""

import asyncio
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import cast

import structlog

from bot.batch import Batch
from bot.policies import PolicyBox
from bot.waiting import (
    Committed,
    Done,
    InLoop,
    Job,
    Nudge,
    Recorded,
    T,
    Waiting,
    answer_all,
    not_within,
    result_of,
    settle,
)
from sla.facts import Fact, Pressed
from storage.database import Conflict, Connection, Database, DatabaseAway

__all__ = ["Committed", "Recorded", "Recorder", "RecorderBusy"]

log = structlog.get_logger(__name__)

BATCH_MAX = 200
"""Facts in one commit: more would make the first of them wait."""
QUEUE_MAX = 20_000
"""Facts that may wait; beyond it doors say "later" instead of letting memory grow."""
CONFLICTS_MAX = 5
"""How often a fact is decided again because another process was faster."""
PRESSED_LASTS_S = 1.0
"""Who presses once mostly presses again, and where one is at work others are."""
ANSWER_WITHIN = timedelta(seconds=20)
"""How long a door's thread waits for its answer before it says that nothing was saved."""


class RecorderBusy(DatabaseAway):
    """Too many facts wait, or the bot is stopping: this one was not taken."""


class Recorder:
    """`record` for threads, `recorded` and `pressed` for the event loop, `run` for the bot's own transactions."""

    def __init__(self, database: Database, policies: PolicyBox, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._policies = policies
        self._now = now
        self._queue: queue.SimpleQueue[Waiting | Job | Nudge | None] = queue.SimpleQueue()
        self._first: deque[Waiting] = deque()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._stopping = False
        self._listeners: list[Callable[[Committed], None]] = []
        self._pressed_at = -inf
        self.saved_at: datetime | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: timedelta) -> None:
        """Take nothing new, finish what waits."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join(timeout.total_seconds())

    @property
    def is_started(self) -> bool:
        return self._thread.ident is not None

    @property
    def waiting(self) -> int:
        """How many facts wait for their commit."""
        return self._queue.qsize()

    def is_pressed(self) -> bool:
        """Whether somebody has just waited for an answer, so that the next press is near: be short."""
        return monotonic() - self._pressed_at < PRESSED_LASTS_S

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        """Call `listener` after each commit; it must only set flags."""
        self._listeners.append(listener)

    def submit(self, fact: Fact, done: Done) -> None:
        """Record a fact; `done` is called once, on the recorder's thread, after the commit or the failure."""
        self._put(Waiting(fact, done))

    def record(self, fact: Fact, timeout: timedelta = ANSWER_WITHIN) -> Recorded:
        """Record a fact and wait for it. Raises DatabaseAway when it was not saved in time.

        It goes before the facts of programs: whoever holds a thread has mostly pressed a button, which Slack
        gives three seconds.
        """
        future: Future[Recorded] = Future()
        self._put_first(
            Waiting(fact, lambda answer: settle(future, answer), future.set_running_or_notify_cancel)
        )
        return result_of(future, timeout)

    async def recorded(self, fact: Fact) -> Recorded:
        """Record a fact without holding a thread. Raises DatabaseAway when it was not saved."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Recorded] = loop.create_future()
        self.submit(fact, InLoop(loop, future))
        return await future

    async def pressed(self, fact: Fact, timeout: timedelta) -> Recorded:
        """The same for somebody who has pressed a button and waits: before the facts of programs, and in time.

        What is not begun by then is withdrawn. Raises DatabaseAway.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Recorded] = loop.create_future()
        begun: Future[None] = Future()
        self._put_first(Waiting(fact, InLoop(loop, answer), begun.set_running_or_notify_cancel))
        try:
            return await asyncio.wait_for(answer, timeout.total_seconds())
        except TimeoutError:
            begun.cancel()
            raise not_within(timeout) from None

    def run(self, work: Callable[[Connection], T], timeout: timedelta = ANSWER_WITHIN) -> T:
        """Run `work` in a transaction of its own on the recorder's thread; raises what it raises, or DatabaseAway."""
        job = Job(work, Future())
        self._put(job)
        return cast(T, result_of(job.result, timeout))

    def together(
        self,
        facts_of: Callable[[Connection], Sequence[Fact]],
        also: Callable[[Connection, Sequence[Recorded]], None] | None = None,
        timeout: timedelta = ANSWER_WITHIN,
    ) -> list[Recorded]:
        """Record facts that belong to one event in one transaction: all of them, or none. Raises DatabaseAway.

        `facts_of` finds them there, `also` writes what goes with them.
        """

        def work(connection: Connection) -> tuple[Batch, list[Recorded]]:
            batch = Batch(connection, self._policies, self._now())
            answers = [
                Recorded(lead=lead, duplicate=duplicate, refusal=refusal)
                for lead, duplicate, refusal in batch.decide(facts_of(connection))
            ]
            batch.write()
            if also is not None:
                also(connection, answers)
            return batch, answers

        batch, answers = self.run(work, timeout)
        self.tell(Committed(next_step_at=batch.next_step_at, owes=True))
        return answers

    def tell(self, committed: Committed) -> None:
        self.saved_at = self._now()
        for listener in self._listeners:
            try:
                listener(committed)
            except Exception:
                # It is on disk: whoever waits must not be told otherwise, nor the facts be decided again.
                log.exception("listener_failed")

    def _put(self, item: "Waiting | Job") -> None:
        if self._stopping:
            raise RecorderBusy("the bot is stopping")
        if self._queue.qsize() >= QUEUE_MAX:
            raise RecorderBusy(f"{QUEUE_MAX} facts wait already")
        self._queue.put(item)

    def _put_first(self, item: Waiting) -> None:
        if self._stopping:
            raise RecorderBusy("the bot is stopping")
        self._first.append(item)
        self._pressed_at = monotonic()
        self._queue.put(Nudge())

    def _work(self) -> None:
        while True:
            taken = self._take()
            self._commit_who_goes_first()
            self._commit_wanted([item for item in taken if isinstance(item, Waiting)])
            for item in taken:
                if isinstance(item, Job):
                    self._commit_who_goes_first()
                    self._run(item)
            if None in taken:
                self._commit_who_goes_first()
                return

    def _commit_who_goes_first(self) -> None:
        """In a commit of their own, which is short."""
        number = min(len(self._first), BATCH_MAX)
        self._commit_wanted([self._first.popleft() for _ in range(number)])

    def _commit_wanted(self, waiting: Sequence[Waiting]) -> None:
        wanted = [item for item in waiting if item.is_wanted()]
        if wanted:
            self._commit_together(wanted)

    def _take(self) -> list[Waiting | Job | Nudge | None]:
        """Everything that waits, at most a batch of it, in the order in which it came."""
        taken = [self._queue.get()]
        while len(taken) < BATCH_MAX and taken[-1] is not None:
            try:
                taken.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return taken

    def _run(self, job: Job) -> None:
        if not job.result.set_running_or_notify_cancel():
            return
        try:
            with self._database.begin() as connection:
                result = job.work(connection)
        except BaseException as problem:  # whoever asked for it gets it, whatever it is
            job.result.set_exception(problem)
        else:
            self.saved_at = self._now()
            job.result.set_result(result)

    def _commit_together(self, waiting: Sequence[Waiting]) -> None:
        try:
            answers = self._commit([item.fact for item in waiting])
        except DatabaseAway as problem:
            answer_all(waiting, [problem] * len(waiting))
        except Exception as problem:
            if len(waiting) == 1 and not isinstance(problem, Conflict):
                log.exception(
                    "fact_failed", lead=waiting[0].fact.lead_id, fact=type(waiting[0].fact).__name__
                )
                answer_all(waiting, [problem])
                return
            # One of them is bad, or another process was faster: each by itself, so that none harms the others.
            for item in waiting:
                self._commit_alone(item)
        else:
            answer_all(waiting, answers)

    def _commit_alone(self, item: Waiting) -> None:
        answer: Recorded | BaseException
        for _ in range(CONFLICTS_MAX):
            try:
                [answer] = self._commit([item.fact])
                break
            except Conflict as problem:
                answer = DatabaseAway(problem.reason)
            except DatabaseAway as problem:
                answer = problem
                break
            except Exception as problem:
                log.exception("fact_failed", lead=item.fact.lead_id, fact=type(item.fact).__name__)
                answer = problem
                break
        answer_all([item], [answer])

    def _commit(self, facts: Sequence[Fact]) -> list[Recorded]:
        with self._database.begin() as connection:
            batch = Batch(connection, self._policies, self._now())
            answers = batch.decide(facts)
            batch.write()
        self.tell(
            Committed(
                next_step_at=batch.next_step_at,
                owes=batch.owes,
                owes_outside=batch.owes_outside,
                pressed=frozenset(fact.lead_id for fact in facts if isinstance(fact, Pressed)),
            )
        )
        return [
            Recorded(lead=lead, duplicate=duplicate, refusal=refusal) for lead, duplicate, refusal in answers
        ]
