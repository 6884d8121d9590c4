"""A step of a ladder on one clock: when it is reached, and what it does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sla.lead import Clock, Status

Deed = Literal[
    "remind_owner",
    "notify_owner",
    "notify_managers",
    "hand_to_backup",
    "lead_deadline",
    "still_free",
    "review",
    "page_next",
    "open",
    "page_on_call",
    "look_again",
]

NEXT_IS_NEAR = "the next one is near"
TOO_LITTLE_TIME = "too little time is left"
REMINDED_BEFORE = "they were reminded when they had it before"
"""Why a reminder is left out."""

_MOVES: frozenset[Deed] = frozenset(
    {"hand_to_backup", "review", "page_next", "open", "page_on_call", "look_again"}
)
_LEAVES = _MOVES - {"page_next"}


class Rung(NamedTuple):
    """A step of a ladder on one clock, with the moment at which it is reached.

    `left_out` says why a reminder is left out; its status change happens all the same. A tuple, for each step of
    each lead that falls due makes half a dozen of them.
    """

    at: datetime
    do: tuple[Deed, ...]
    status: Status | None = None
    left_out: str | None = None

    @property
    def said(self) -> bool:
        return self.left_out is None

    @property
    def is_reminder(self) -> bool:
        return self.do == ("remind_owner",)

    @property
    def is_told(self) -> bool:
        """Whether it tells somebody of a passed deadline."""
        return "notify_owner" in self.do or "notify_managers" in self.do

    @property
    def hands_over(self) -> bool:
        return "hand_to_backup" in self.do

    @property
    def changes_hands(self) -> bool:
        """Whether somebody else has the lead after it."""
        return not _MOVES.isdisjoint(self.do)


def is_done(rung: Rung, clock: Clock) -> bool:
    return clock.fired_through is not None and rung.at <= clock.fired_through


def ahead_on(clock: Clock, rungs: Sequence[Rung]) -> Sequence[Rung]:
    """Those of a clock's steps that are not done."""
    done = clock.fired_through
    return rungs if done is None else [rung for rung in rungs if rung.at > done]


def until_it_leaves(rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    """The steps that come if nobody acts: up to the one with which the lead leaves those who have it."""
    kept: list[Rung] = []
    for rung in rungs:
        kept.append(rung)
        if not _LEAVES.isdisjoint(rung.do):
            break
    return tuple(kept)
