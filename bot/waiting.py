"""Who waits for the recorder, and what they hear: facts with whoever asked, the bot's own work, every commit."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sla.errors import Refusal
from sla.facts import Fact
from sla.lead import Lead, LeadId
from storage.database import Connection, DatabaseAway

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What became of a fact: the lead as it now stands, or the refusal for the person who asked."""

    lead: Lead | None
    duplicate: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Committed:
    """What a commit changed, for those who want to be woken: the nearest next step, and whether anything is owed.

    `owes_outside`: by e-mail or text message, or that cannot be excluded. `pressed`: the leads about which people
    did something, who look at their cards now.
    """

    next_step_at: datetime | None
    owes: bool
    owes_outside: bool = True
    pressed: frozenset[LeadId] = frozenset()


Done = Callable[[Recorded | BaseException], None]
_Settled = tuple["asyncio.Future[Recorded]", Recorded | BaseException]


@dataclass(frozen=True)
class InLoop:
    """Somebody waits in an event loop: all who wait in it are woken at once, not one by one."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Recorded]"

    def __call__(self, answer: Recorded | BaseException) -> None:
        _wake(self.loop, [(self.future, answer)])


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Waiting:
    """`is_wanted` is asked once, just before the fact is decided: whoever gave up must not be surprised by it."""

    fact: Fact
    done: Done
    is_wanted: Callable[[], bool] = _always


@dataclass(frozen=True)
class Job:
    """Work of the bot itself that belongs into a transaction on this thread."""

    work: Callable[[Connection], object]
    result: "Future[object]"


@dataclass(frozen=True)
class Nudge:
    """Somebody came who goes first: wake up."""


def result_of(future: "Future[T]", timeout: timedelta) -> T:
    """What comes of it in time. What is not begun by then is withdrawn, so that "not saved" stays true of it."""
    try:
        return future.result(timeout.total_seconds())
    except TimeoutError:
        if future.cancel() or not future.done():
            raise not_within(timeout) from None
        return future.result()


def not_within(timeout: timedelta) -> DatabaseAway:
    return DatabaseAway(f"no answer within {timeout.total_seconds():g} s")


def answer_all(waiting: Sequence[Waiting], answers: Sequence[Recorded | BaseException]) -> None:
    in_loops: dict[asyncio.AbstractEventLoop, list[_Settled]] = {}
    for item, answer in zip(waiting, answers, strict=True):
        if isinstance(item.done, InLoop):
            in_loops.setdefault(item.done.loop, []).append((item.done.future, answer))
        else:
            item.done(answer)
    for loop, settled in in_loops.items():
        _wake(loop, settled)


def _wake(loop: asyncio.AbstractEventLoop, settled: Sequence[_Settled]) -> None:
    # A loop that was closed meanwhile has nobody left who waits; the recorder must not end over it.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle_in_loop, settled)


def settle(future: "Future[Recorded]", answer: Recorded | BaseException) -> None:
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
