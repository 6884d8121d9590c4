"""What a benchmark found, kept for the one table at the end, and how a side of a comparison is summed up."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table; `target` is empty for what is only reported."""

    what: str
    found: str
    target: str = ""


FIGURES: list[Figure] = []
"""Everything found since the process began, in order."""


def report(what: str, found: str, target: str = "") -> None:
    """Say it at once, and keep it for the table."""
    FIGURES.append(Figure(what=what, found=found, target=target))
    print(f"{what:<78}{found:>26}   {target}", flush=True)


def as_markdown(figures: Sequence[Figure]) -> str:
    """The table as a README or a note takes it."""
    lines = ["| measured | found | target |", "| --- | ---: | --- |"]
    return "\n".join([*lines, *(f"| {one.what} | {one.found} | {one.target} |" for one in figures)])


def middle(values: Sequence[float]) -> float:
    """The median of some rounds: a busy moment of the machine spoils one of them, not the figure."""
    return median(values)


def at_share(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies: 0.99 is the p99."""
    in_order = sorted(values)
    return in_order[min(len(in_order) - 1, int(len(in_order) * share))]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms" if seconds < 0.01 else f"{seconds * 1000:,.0f} ms"
