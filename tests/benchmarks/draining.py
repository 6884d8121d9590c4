"""A ticker that works off all that is due, in a process of its own: `python -m tests.benchmarks.draining URL`.

It says `ready`, waits for a line, and then prints as JSON how many steps it took, how long that was, and how much of
it was its own work; the rest it waited for the server.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, process_time

from bot.clock import OneClock
from bot.courier.downtime import DowntimeDesk
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.ticker import Ticker
from storage.database import Database
from tests.benchmarks.open_clocks import NOW
from tests.sla.play import EXAMPLE

WITHIN = timedelta(seconds=20)
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Drained:
    """What one process did."""

    fired: int
    seconds: float
    own: float


@contextmanager
def ticking(url: str) -> Iterator[Ticker]:
    """A ticker with its recorder, at the moment at which the due clocks are due."""
    database = Database(url)
    policies = PolicyBox.open(database, EXAMPLE, NOW)
    recorder = Recorder(database, policies, now=lambda: NOW)
    recorder.start()
    clock = OneClock(lambda: NOW)
    try:
        yield Ticker(recorder, database, policies, clock=clock, gather=DowntimeDesk(policies).gather)
    finally:
        recorder.stop(WITHIN)
        database.close()


def drain(url: str, processes: int) -> tuple[float, Sequence[Drained]]:
    """Have so many processes drain it together; returns the seconds until the last has ended, and each one's."""
    command = [sys.executable, "-m", "tests.benchmarks.draining", url]
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(processes)
        ]
        for one in started:
            assert one.stdout is not None
            while (line := one.stdout.readline()) != "ready\n":
                assert line, "it ended before it was ready"
        began = perf_counter()
        for one in started:
            assert one.stdin is not None
            one.stdin.write("\n")
            one.stdin.flush()
        found = [one.communicate(timeout=TIMEOUT_SECONDS)[0] for one in started]
        drained = [Drained(**json.loads(said.splitlines()[-1])) for said in found]
    # Without the time that a process takes to end.
    seconds = max(one.seconds for one in drained)
    assert seconds <= perf_counter() - began
    return seconds, drained


def main(url: str) -> None:
    with ticking(url) as ticker:
        print("ready", flush=True)
        sys.stdin.readline()
        began, own = perf_counter(), process_time()
        fired = ticker.tick().fired
        found = Drained(fired=fired, seconds=perf_counter() - began, own=process_time() - own)
        print(json.dumps(found.__dict__), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
