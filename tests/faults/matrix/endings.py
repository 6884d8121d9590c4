"""How a bot's life may end in the matrix: at a named moment, in the middle of a call, or at any time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.sandbox.faults import Faults
from tests.faults import doomed

AT_RANDOM = "at random"
WHILE_STARTING = "at random, while it starts and recovers"
REQUEST_WRITTEN = "a message is on its way, and Slack has not taken it"
REQUEST_TAKEN = "a message is on its way, and Slack has taken it"
EDIT_TAKEN = "an edit is on its way, and Slack has taken it"
HISTORY_ASKED = "history is asked for, and nothing has come yet"

STARTING_SECONDS = (0.02, 0.6)
LIVING_SECONDS = (0.5, 3.5)
STALLED_SECONDS = 60.0
FIRST_WITHIN_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Ending:
    """`until` is one of the moments of `doomed`, the `nth` time; `stalls` a call in whose middle it ends.

    `after` is when it is killed if nothing of that has come about; `is_lost`: an answer of Slack gets lost first,
    `is_paced`: Slack asks for a pause first, `is_first`: it comes about in an empty database only.
    """

    name: str
    until: str | None = None
    nth: int = 1
    stalls: str | None = None
    takes: bool = False
    after: float = 0.0
    is_lost: bool = False
    is_paced: bool = False
    is_first: bool = False

    def prepare(self, faults: Faults, chance: random.Random) -> None:
        """What must go wrong in Slack for the moment to come about."""
        if self.is_paced:
            faults.ratelimit("chat.postMessage", retry_after=1)
        if self.is_lost:
            faults.fail(chance.choice(["drop", "reset"]), "chat.postMessage", accept=chance.random() < 0.5)
        if self.stalls is not None:
            faults.fail("stall", self.stalls, accept=self.takes, seconds=STALLED_SECONDS)


def _of(moment: str, **more: bool) -> Ending:
    return Ending(name=moment, until=moment, **more)  # type: ignore[arg-type]


FIRST: Sequence[Ending] = (
    Ending(name=doomed.MIGRATING, until=doomed.MIGRATING, after=FIRST_WITHIN_SECONDS, is_first=True),
    Ending(name=doomed.MIGRATED, until=doomed.MIGRATED, after=FIRST_WITHIN_SECONDS, is_first=True),
)
NAMED: Sequence[Ending] = (
    _of(doomed.TAKEN),
    _of(doomed.WRITTEN),
    _of(doomed.COMMITTED),
    _of(doomed.HEARD),
    _of(doomed.RECORDED),
    _of(doomed.STEP_WRITTEN),
    _of(doomed.STEP_COMMITTED),
    _of(doomed.GATHERED),
    _of(doomed.ARCHIVED),
    _of(doomed.AUDITED),
    _of(doomed.CLAIMED),
    Ending(name=REQUEST_WRITTEN, stalls="chat.postMessage"),
    Ending(name=REQUEST_TAKEN, stalls="chat.postMessage", takes=True),
    _of(doomed.ANSWERED),
    _of(doomed.SENT_WRITTEN),
    _of(doomed.PAUSE_HEARD, is_paced=True),
    _of(doomed.PAUSE_WRITTEN, is_paced=True),
    Ending(name=EDIT_TAKEN, stalls="chat.update", takes=True),
    _of(doomed.EDITED),
    Ending(name=HISTORY_ASKED, stalls="conversations.history", is_lost=True),
    _of(doomed.LOOKED, is_lost=True),
    _of(doomed.FOUND_WRITTEN, is_lost=True),
    _of(doomed.NOT_FOUND_WRITTEN, is_lost=True),
    _of(doomed.SENT_AGAIN, is_lost=True),
    _of(doomed.LEASE_OVER),
    _of(doomed.POLICY_OPENED),
    _of(doomed.TAKEN_UP),
)
EVERY_TIME: frozenset[str] = frozenset({doomed.POLICY_OPENED, doomed.TAKEN_UP, doomed.LEASE_OVER})
"""These come about once in a life."""


def endings_of(chance: random.Random, seed: int, kills: int) -> list[Ending]:
    """A share of all the moments, so that neighbouring seeds have them all between them; then some at random."""
    named = [NAMED[(seed * kills + turn) % len(NAMED)] for turn in range(kills)]
    chosen = [FIRST[seed // 4 % len(FIRST)]] if seed % 4 == 0 else []
    for ending in named:
        nth = 1 if ending.name in EVERY_TIME else chance.choice([1, 1, 1, 2, 3])
        chosen.append(replace(ending, nth=nth, after=chance.uniform(*LIVING_SECONDS) + 1.5))
        if chance.random() < 0.5:
            chosen.append(_at_random(chance))
    return chosen


def _at_random(chance: random.Random) -> Ending:
    if chance.random() < 0.5:
        return Ending(name=WHILE_STARTING, after=chance.uniform(*STARTING_SECONDS))
    return Ending(name=AT_RANDOM, after=chance.uniform(*LIVING_SECONDS))
