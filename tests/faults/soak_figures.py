"""What is looked at while the soak goes on, and what of it may not grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

WARM_UP = 0.2
"""Share of the time in which pools, caches and the interpreter come to their size."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How it stood at a moment; memory and log in MB."""

    rss: float
    threads: float
    files: float
    uncertain: float
    waiting: float
    rows: float
    log: float

    def __str__(self) -> str:
        return (
            f"{self.rss:.0f} MB, {self.threads:.0f} threads, {self.files:.0f} files, {self.waiting:.0f} owed "
            f"({self.uncertain:.0f} unknown), {self.rows:.0f} rows, log {self.log:.1f} MB"
        )


LIMITS = {
    "rss": ("memory of the bot, MB", 12.0),
    # Pools take a thread more whenever all they have hang, up to their size: a leak would go on from there.
    "threads": ("its threads", 20.0),
    "files": ("its open files", 8.0),
    "uncertain": ("messages of unknown outcome", 25.0),
    "waiting": ("messages that are owed", 25.0),
    "rows": ("rows of the outbox", 150.0),
    "log": ("log of the database, MB", 8.0),
}
"""What of each figure may come on top between the first third after the warm-up and the last one."""
SETTLE = ("rss", "threads")
SETTLED_AFTER_MINUTES = 45.0
"""Pools fill up and memory comes to its size within a quarter of an hour: a shorter run says nothing of them."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """The middle of a figure in the first and in the last third after the warm-up."""

    what: str
    first: float
    last: float
    most: float

    @property
    def is_growth(self) -> bool:
        return self.last - self.first > self.most

    def __str__(self) -> str:
        return f"{self.what} grew from {self.first:.1f} to {self.last:.1f}"


def growth_in(samples: Sequence[Sample], minutes: float) -> list[str]:
    """What grew, of all that a run of so many minutes can tell."""
    names = [name for name in LIMITS if name not in SETTLE or minutes >= SETTLED_AFTER_MINUTES]
    told = {LIMITS[name][0] for name in names}
    return [str(one) for one in courses_of(samples) if one.is_growth and one.what in told]


def courses_of(samples: Sequence[Sample]) -> list[Course]:
    warm = samples[int(len(samples) * WARM_UP) :]
    third = max(1, len(warm) // 3)
    found = []
    for name, (what, most) in LIMITS.items():
        values = [float(getattr(one, name)) for one in warm]
        found.append(Course(what=what, first=median(values[:third]), last=median(values[-third:]), most=most))
    return found


def table_of(samples: Sequence[Sample]) -> str:
    lines = ["| | first third | last third | may come on top |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {one.what} | {one.first:.1f} | {one.last:.1f} | {one.most:.0f} |" for one in courses_of(samples)
    ]
    return "\n".join(lines)


def status_of(pid: int, name: str) -> float:
    """A figure of a process as the system has it; memory in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return float(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
