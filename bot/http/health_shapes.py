"""The shapes of the answers for the machines that look after the bot."""

from typing import Literal

from bot.http.shapes import Shape


class PartState(Shape):
    """How one part stands."""

    ok: bool
    detail: str


class Readiness(Shape):
    """Whether leads are recorded and clocks are watched. Slack is only reported: intake goes on without it."""

    ready: bool
    database: PartState
    ticker: PartState
    slack: str


class Alive(Shape):
    """The process lives."""

    status: Literal["ok"]
