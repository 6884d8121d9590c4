"""The base of all refusals: what a person asked for and the rules do not allow, worded for them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime

SayTime = Callable[[datetime], str]
"""Writes a moment for the one reader: "11:09 AM", with its date when it is not today."""


class Refusal(ABC, Exception):
    """Something the rules do not allow; never an error of the program."""

    @abstractmethod
    def words(self, say: SayTime) -> str:
        """What is true now and who can help, with times as this reader says them."""

    def __str__(self) -> str:
        return self.words(lambda at: at.strftime("%Y-%m-%d %H:%M UTC"))
