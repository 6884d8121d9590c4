"""How long a press waits for its acknowledgement while the ticker drains 5,000 due clocks, and when nothing is due.

A press is measured from its fact to the end of its commit, which is when the Slack door acknowledges it; eight
people press "I'm on it" on leads of theirs, one lead after another. Only reported: a press may wait for the one
transaction of 200 steps that is under way, and no longer. Python looks for cycles as seldom as it does in the bot.
"""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

import pytest

from bot.app import COLLECT_AFTER
from sla.facts import OnItPressed
from sla.lead import Lead
from storage import leads
from storage.database import Database
from storage.tables import clocks
from tests.benchmarks.figures import at_share, ms, report
from tests.benchmarks.open_clocks import NOW, office
from tests.benchmarks.test_ticker import Clockwork, clockwork

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

OPEN, DUE = 20_000, 5_000
PEOPLE = 8
IDLE_SECONDS = 3.0
PAUSE_SECONDS = 0.005
"""Nobody presses faster than this."""


def free_leads(file: Path) -> list[Lead]:
    """The leads on which nothing is due."""
    database = Database(f"sqlite:///{file}")
    try:
        with database.read() as connection:
            ids = connection.execute(
                clocks.select().with_only_columns(clocks.c.lead_id).where(clocks.c.next_step_at > NOW)
            )
            return list(leads.load(connection, list(ids.scalars())).values())
    finally:
        database.close()


@contextmanager
def collecting_as_the_bot_does() -> Iterator[None]:
    """A collection that the bot never makes, with all of pytest to look through, would pass for a slow press."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def pressed(work: Clockwork, on: list[Lead], meanwhile: Callable[[], None]) -> list[float]:
    """The seconds that each press took while something else went on."""
    over = threading.Event()
    numbers = count()
    found: list[float] = []

    def press() -> None:
        while not over.is_set():
            lead = on[next(numbers)]
            assert lead.owner is not None
            fact = OnItPressed(lead_id=lead.id, at=NOW, by=lead.owner, generation=lead.generation)
            began = perf_counter()
            answer = work.recorder.record(fact)
            found.append(perf_counter() - began)
            assert answer.refusal is None
            over.wait(PAUSE_SECONDS)

    people = [threading.Thread(target=press) for _ in range(PEOPLE)]
    for person in people:
        person.start()
    try:
        meanwhile()
    finally:
        over.set()
        for person in people:
            person.join()
    return found


def test_a_press_while_thousands_are_due(tmp_path: Path) -> None:
    of = office(tmp_path, clocks=OPEN, due=DUE)
    on = free_leads(of.file)
    half = len(on) // 2
    fired: list[int] = []
    with clockwork(of.file, of) as work, collecting_as_the_bot_does():
        work.ticker.tick()
        idle = pressed(work, on[:half], lambda: time.sleep(IDLE_SECONDS))
        work.at = NOW + timedelta(seconds=1)
        began = perf_counter()
        busy = pressed(work, on[half:], lambda: fired.append(work.ticker.tick().fired))
        seconds = perf_counter() - began
    assert fired == [DUE]
    for name, found in (("nothing is due", idle), ("5,000 due clocks are drained", busy)):
        p50, p99 = at_share(found, 0.5), at_share(found, 0.99)
        report(f"a press while {name}, p50 and p99 of {len(found)}", f"{ms(p50)}, {ms(p99)}")
    report("the drain itself, with presses in between", f"{DUE / seconds:,.0f} steps/s")
    report(
        "p99 of a press in the drain in that of an idle bot",
        f"{at_share(busy, 0.99) / at_share(idle, 0.99):.1f}",
    )
