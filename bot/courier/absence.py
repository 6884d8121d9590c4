"""Notices when Slack is away, and writes it down: nobody is blamed for an absence of Slack."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.slack.gateway import NotSent, Refused, Trouble
from sla.surroundings import ABSENCE_MIN
from storage import absences
from storage.absences import Absence
from storage.database import Connection

PROBE_FIRST = timedelta(seconds=1)
PROBE_MAX = timedelta(seconds=5)
"""How long one probe waits for the next while Slack is away."""


class SlackWatch:
    """Every answer of Slack, whatever it says, means that it is there."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._away_since: datetime | None = None
        self._was_away_since: datetime | None = None
        self._is_back = False
        self._probe = PROBE_FIRST
        self._probe_at = 0.0
        self.answered_at: datetime | None = None

    @property
    def away_since(self) -> datetime | None:
        """Since when no call was answered; None while Slack answers."""
        return self._away_since

    def probe_wait(self) -> float:
        """Seconds until the next call may try whether Slack is back; zero while it answers."""
        return 0.0 if self._away_since is None else max(0.0, self._probe_at - self._monotonic())

    def heard(self, trouble: Trouble | None, at: datetime) -> bool:
        """Take in what became of a call; true when Slack is back, or answers for the first time since the start.

        Says so again with each answer until `return_written`, because the database may be away as well.
        """
        if _is_an_answer(trouble):
            if self._away_since is not None or self.answered_at is None:
                self._is_back = True
                self._was_away_since = self._was_away_since or self._away_since
            self._away_since = None
            self._probe = PROBE_FIRST
            self.answered_at = at
            return self._is_back
        if self._away_since is None:
            # One lost answer is no absence yet: whether Slack is there is asked at once.
            self._away_since = at
            self._probe_at = self._monotonic()
            return False
        self._probe_at = self._monotonic() + self._probe.total_seconds()
        self._probe = min(self._probe * 2, PROBE_MAX)
        return False

    def note(self, connection: Connection, at: datetime) -> None:
        """Write down an absence that lasts longer than a minute, so that it is known after a restart."""
        if self._away_since is not None:
            _write(connection, self._away_since, at)

    def close(self, connection: Connection, at: datetime) -> Absence | None:
        """Slack is back: end the absence that lasts, also one from before a restart. None where there is none."""
        if self._was_away_since is not None:
            _write(connection, self._was_away_since, at)
        lasting = absences.lasting(connection, "slack")
        if lasting is None or not absences.close(connection, lasting.id, at):
            return None
        return lasting

    def return_written(self) -> None:
        """The end of the absence is on disk."""
        self._is_back, self._was_away_since = False, None


def _write(connection: Connection, since: datetime, at: datetime) -> None:
    if at - since >= ABSENCE_MIN and absences.lasting(connection, "slack") is None:
        absences.add(connection, "slack", since)


def _is_an_answer(trouble: Trouble | None) -> bool:
    if trouble is None or isinstance(trouble, Refused):
        return True
    if isinstance(trouble, NotSent):
        return trouble.retry_after is not None
    return trouble.error in ("internal_error", "fatal_error")
