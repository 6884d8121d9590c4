"""The base of all refusals: what a person asked for and the rules do not allow, worded for them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Says = Callable[[datetime], str]


@dataclass(frozen=True, kw_only=True)
class SayTime:
    """Writes a moment for the one reader: "11:09 AM", with its date when it is not today.

    `since` and `until` say of whole days "Fri Nov 27" and "the end of Thu Nov 26": nobody means 12:00 AM.
    """

    time: Says
    since: Says
    until: Says

    def __call__(self, at: datetime) -> str:
        return self.time(at)


def _in_utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


TO_PROGRAMS = SayTime(time=_in_utc, since=_in_utc, until=_in_utc)


class Refusal(ABC, Exception):
    """Something the rules do not allow; never an error of the program."""

    @abstractmethod
    def words(self, say: SayTime) -> str:
        """What is true now and who can help, with times as this reader says them."""

    def __str__(self) -> str:
        return self.words(TO_PROGRAMS)
