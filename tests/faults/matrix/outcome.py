"""What a seed is played with, and what became of it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is played: on which database, by how many bots, with how many leads and kills of each bot."""

    database_url: str
    is_migrated: bool
    replicas: int = 1
    leads: int = 5
    kills: int = 3
    window: int = 4
    skew: float = 0.0
    posts_per_second: float | None = None


@dataclass(kw_only=True)
class Outcome:
    """What became of a seed; `problems` is everything that must not be."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    leads: int = 0
    sent_again: int = 0
    posts: int = 0
    edits: int = 0
    presses: int = 0
    claims: int = 0
    looked_up: int = 0
    archived: int = 0
    repaired: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    claimed_twice: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0
    logs: str = ""

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.claimed_twice, *self.broken]
