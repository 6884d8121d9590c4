"""Waiting for what other threads and processes do: the one place of the tests where time is let pass."""

from collections.abc import Callable
from time import monotonic, sleep

WITHIN_SECONDS = 20.0
LOOK_EVERY_SECONDS = 0.01


def eventually(
    holds: Callable[[], object],
    otherwise: Callable[[], str] = lambda: "it never came to that",
    *,
    within: float = WITHIN_SECONDS,
    every: float = LOOK_EVERY_SECONDS,
) -> None:
    """Return as soon as it holds. Raises AssertionError with what `otherwise` says after `within` seconds."""
    until = monotonic() + within
    while not holds():
        assert monotonic() < until, otherwise()
        sleep(every)
