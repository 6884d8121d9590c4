"""The recorder: one thread that takes all waiting facts, decides them and commits them together."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

import structlog

from bot.batch import Batch
from bot.policies import PolicyBox
from sla.errors import Refusal
from sla.facts import Fact
from sla.lead import Lead
from storage.database import Conflict, Connection, Database, DatabaseAway

log = structlog.get_logger(__name__)

BATCH_MAX = 200
"""Facts in one commit: more would make the first of them wait."""
QUEUE_MAX = 20_000
"""Facts that may wait; beyond it doors say "later" instead of letting memory grow."""
CONFLICTS_MAX = 5
"""How often a fact is decided again because another process was faster."""
ANSWER_WITHIN = timedelta(seconds=20)
"""How long a door's thread waits for its answer before it says that nothing was saved."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of a fact: the lead as it now stands, or the refusal for the person who asked."""

    lead: Lead | None
    duplicate: bool = False
    refusal: Refusal | None = None


class RecorderBusy(DatabaseAway):
    """Too many facts wait, or the bot is stopping: this one was not taken."""


Done = Callable[[Recorded | BaseException], None]
_Settled = tuple["asyncio.Future[Recorded]", Recorded | BaseException]


@dataclass(frozen=True)
class _InLoop:
    """Somebody waits in an event loop: all who wait in it are woken at once, not one by one."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Recorded]"

    def __call__(self, answer: Recorded | BaseException) -> None:
        _wake(self.loop, [(self.future, answer)])


def _always() -> bool:
    return True


@dataclass(frozen=True)
class _Waiting:
    """`is_wanted` is asked once, just before the fact is decided: whoever gave up must not be surprised by it."""

    fact: Fact
    done: Done
    is_wanted: Callable[[], bool] = _always


@dataclass(frozen=True)
class _Job:
    """Work of the bot itself that belongs into a transaction on this thread."""

    work: Callable[[Connection], object]
    result: "Future[object]"


@dataclass(frozen=True, kw_only=True)
class Committed:
    """What a commit changed, for those who want to be woken: the nearest next step, and whether anything is owed."""

    next_step_at: datetime | None
    owes: bool


class Recorder:
    """`record` for threads, `recorded` for the event loop, `run` for the bot's own transactions."""

    def __init__(self, database: Database, policies: PolicyBox, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._policies = policies
        self._now = now
        self._queue: queue.Queue[_Waiting | _Job | None] = queue.Queue(maxsize=QUEUE_MAX)
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._stopping = False
        self._listeners: list[Callable[[Committed], None]] = []
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

    def on_commit(self, listener: Callable[[Committed], None]) -> None:
        """Call `listener` after each commit; it must only set flags."""
        self._listeners.append(listener)

    def submit(self, fact: Fact, done: Done) -> None:
        """Record a fact; `done` is called once, on the recorder's thread, after the commit or the failure."""
        self._put(_Waiting(fact, done))

    def record(self, fact: Fact, timeout: timedelta = ANSWER_WITHIN) -> Recorded:
        """Record a fact and wait for it. Raises DatabaseAway when it was not saved in time."""
        future: Future[Recorded] = Future()
        self._put(_Waiting(fact, lambda answer: _settle(future, answer), future.set_running_or_notify_cancel))
        return _result(future, timeout)

    async def recorded(self, fact: Fact) -> Recorded:
        """Record a fact without holding a thread. Raises DatabaseAway when it was not saved."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Recorded] = loop.create_future()
        self.submit(fact, _InLoop(loop, future))
        return await future

    def run(self, work: Callable[[Connection], T], timeout: timedelta = ANSWER_WITHIN) -> T:
        """Run `work` in a transaction of its own on the recorder's thread; raises what it raises, or DatabaseAway."""
        job = _Job(work, Future())
        self._put(job)
        return cast(T, _result(job.result, timeout))

    def tell(self, committed: Committed) -> None:
        self.saved_at = self._now()
        for listener in self._listeners:
            try:
                listener(committed)
            except Exception:
                # It is on disk: whoever waits must not be told otherwise, nor the facts be decided again.
                log.exception("listener_failed")

    def _put(self, item: "_Waiting | _Job") -> None:
        if self._stopping:
            raise RecorderBusy("the bot is stopping")
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            raise RecorderBusy(f"{QUEUE_MAX} facts wait already") from None

    def _work(self) -> None:
        while True:
            taken = self._take()
            facts = [item for item in taken if isinstance(item, _Waiting) and item.is_wanted()]
            if facts:
                self._commit_together(facts)
            for item in taken:
                if isinstance(item, _Job):
                    self._run(item)
            if None in taken:
                return

    def _take(self) -> list[_Waiting | _Job | None]:
        """Everything that waits, at most a batch of it, in the order in which it came."""
        taken = [self._queue.get()]
        while len(taken) < BATCH_MAX and taken[-1] is not None:
            try:
                taken.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return taken

    def _run(self, job: _Job) -> None:
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

    def _commit_together(self, waiting: Sequence[_Waiting]) -> None:
        try:
            answers = self._commit([item.fact for item in waiting])
        except DatabaseAway as problem:
            _answer(waiting, [problem] * len(waiting))
        except Exception as problem:
            if len(waiting) == 1 and not isinstance(problem, Conflict):
                log.exception(
                    "fact_failed", lead=waiting[0].fact.lead_id, fact=type(waiting[0].fact).__name__
                )
                _answer(waiting, [problem])
                return
            # One of them is bad, or another process was faster: each by itself, so that none harms the others.
            for item in waiting:
                self._commit_alone(item)
        else:
            _answer(waiting, answers)

    def _commit_alone(self, item: _Waiting) -> None:
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
        _answer([item], [answer])

    def _commit(self, facts: Sequence[Fact]) -> list[Recorded]:
        with self._database.begin() as connection:
            batch = Batch(connection, self._policies, self._now())
            answers = batch.decide(facts)
            batch.write()
        self.tell(Committed(next_step_at=batch.next_step_at, owes=batch.owes))
        return [
            Recorded(lead=lead, duplicate=duplicate, refusal=refusal) for lead, duplicate, refusal in answers
        ]


def _result(future: "Future[T]", timeout: timedelta) -> T:
    """What comes of it in time. What is not begun by then is withdrawn, so that "not saved" stays true of it."""
    try:
        return future.result(timeout.total_seconds())
    except TimeoutError:
        if future.cancel() or not future.done():
            raise DatabaseAway(f"no answer within {timeout.total_seconds():g} s") from None
        return future.result()


def _answer(waiting: Sequence[_Waiting], answers: Sequence[Recorded | BaseException]) -> None:
    in_loops: dict[asyncio.AbstractEventLoop, list[_Settled]] = {}
    for item, answer in zip(waiting, answers, strict=True):
        if isinstance(item.done, _InLoop):
            in_loops.setdefault(item.done.loop, []).append((item.done.future, answer))
        else:
            item.done(answer)
    for loop, settled in in_loops.items():
        _wake(loop, settled)


def _wake(loop: asyncio.AbstractEventLoop, settled: Sequence[_Settled]) -> None:
    # A loop that was closed meanwhile has nobody left who waits; the recorder must not end over it.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle_in_loop, settled)


def _settle(future: "Future[Recorded]", answer: Recorded | BaseException) -> None:
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _settle_in_loop(settled: Sequence[_Settled]) -> None:
    for future, answer in settled:
        if future.done():
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
