"""What became of a send, whatever way it went: one of four outcomes."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The other side has it: `channel` says where, `ts` under which id."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The other side said no for good: to be told to somebody, not to be tried again."""

    error: str


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """The other side certainly does not have it. `retry_after` is the pause asked for; None: it was not reached."""

    error: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """The other side may have it or not."""

    error: str


Trouble = Refused | NotSent | Uncertain
Outcome = Sent | Trouble
