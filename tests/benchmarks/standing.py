"""A bot that stands there with nothing due, in a process of its own: `python -m tests.benchmarks.standing URL POLICY`.

Recorder, ticker with its chores, and auditor as the bot builds them, without doors and courier. What it found is
printed as JSON: what a round of the auditor took, in seconds, and how much memory it has in the end.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from bot.auditor.auditor import Auditor, AuditorParts
from bot.auditor.looking import OwnProcess
from bot.chores import Chores
from bot.clock import WALL
from bot.keeping import Keeping
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.ticker import Ticker
from storage.database import Database
from tests.benchmarks.figures import middle

TICKS, ROUNDS = 300, 5
WITHIN = timedelta(seconds=20)
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one process found."""

    audit: float
    megabytes: float


class StandingBot:
    """Recorder, ticker and auditor, which do something when they are told to."""

    def __init__(self, url: str, policy: Path) -> None:
        self._database = Database(url)
        policies = PolicyBox.open(self._database, policy, WALL.now())
        self._recorder = Recorder(self._database, policies, now=WALL.now)
        gather = Chores(policies, Keeping(policies, None))
        self.ticker = Ticker(self._recorder, self._database, policies, clock=WALL, gather=gather)
        own = OwnProcess(name="standing", ticked_at=lambda: self.ticker.ticked_at, idle_for=timedelta)
        self.auditor = Auditor(
            AuditorParts(
                database=self._database, recorder=self._recorder, policies=policies, clock=WALL, own=own
            )
        )
        self._recorder.start()

    def close(self) -> None:
        self._recorder.stop(WITHIN)
        self._database.close()


def stand(url: str, policy: Path) -> Standing:
    """Start one and wait for what it found."""
    command = [sys.executable, "-m", "tests.benchmarks.standing", url, str(policy)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=TIMEOUT_SECONDS)
    return Standing(**json.loads(said.stdout.splitlines()[-1]))


def seconds_of(deed: Callable[[], object]) -> float:
    began = perf_counter()
    deed()
    return perf_counter() - began


def measure(url: str, policy: Path) -> Standing:
    with closing(StandingBot(url, policy)) as bot:
        for _ in range(TICKS):
            assert bot.ticker.tick().fired == 0
        rounds = [seconds_of(bot.auditor.round) for _ in range(ROUNDS)]
        return Standing(audit=middle(rounds), megabytes=_resident())


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2])).__dict__))
