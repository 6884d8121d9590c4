"""What the doctor found, as one line."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "care", "no"]
Topic = Literal[
    "setting",
    "policy",
    "database",
    "disk",
    "process",
    "backlog",
    "audit",
    "mail",
    "sms",
    "slack",
    "token",
    "scope",
    "clock",
    "channel",
    "person",
    "zone",
]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`no` must be mended before the bot can work, `care` is worth a look."""

    level: Level
    topic: Topic
    what: str

    def __str__(self) -> str:
        return f"{self.level:<6}{self.topic:<12}{_in_one_line(self.what)}"


def ok(topic: Topic, what: str) -> Finding:
    return Finding(level="ok", topic=topic, what=what)


def care(topic: Topic, what: str) -> Finding:
    return Finding(level="care", topic=topic, what=what)


def no(topic: Topic, what: str) -> Finding:
    return Finding(level="no", topic=topic, what=what)


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _in_one_line(text: str) -> str:
    """Names from files and from Slack may hold anything; a terminal obeys what it does not show."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
