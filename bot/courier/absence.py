"""Notices when Slack is away, and writes it down: nobody is blamed for an absence of Slack."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.slack.gateway import NotSent, Refused, Trouble
from sla.surroundings import ABSENCE_MIN
from storage import absences

PROBE_FIRST = timedelta(seconds=1)
PROBE_MAX = timedelta(seconds=5)
"""How long one probe waits for the next while Slack is away."""


class SlackWatch:
    """Every answer of Slack, whatever it says, means that it is there."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._away_since: datetime | None = None
        self._absence_id: int | None = None
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

    def heard(self, trouble: Trouble | None, at: datetime) -> datetime | None:
        """Take in what became of a call; returns since when Slack had been away if this was its return."""
        with self._lock:
            if _is_an_answer(trouble):
                since, self._away_since = self._away_since, None
                self._probe = PROBE_FIRST
                self.answered_at = at
                return since
            if self._away_since is None:
                self._away_since = at
            self._probe_at = self._monotonic() + self._probe.total_seconds()
            self._probe = min(self._probe * 2, PROBE_MAX)
            return None

    def note(self, connection: Connection, at: datetime) -> None:
        """Write down an absence that lasts longer than a minute, so that it is known after a restart."""
        if self._away_since is None or self._absence_id is not None or at - self._away_since < ABSENCE_MIN:
            return
        lasting = absences.lasting(connection, "slack")
        self._absence_id = (
            lasting.id if lasting is not None else absences.add(connection, "slack", self._away_since)
        )

    def is_to_note(self, at: datetime) -> bool:
        return (
            self._away_since is not None and self._absence_id is None and at - self._away_since >= ABSENCE_MIN
        )

    def close(self, connection: Connection, at: datetime) -> bool:
        """Slack is back: end the absence that lasts. Returns whether there was one."""
        lasting = absences.lasting(connection, "slack")
        self._absence_id = None
        return lasting is not None and absences.close(connection, lasting.id, at)


def _is_an_answer(trouble: Trouble | None) -> bool:
    if trouble is None or isinstance(trouble, Refused):
        return True
    if isinstance(trouble, NotSent):
        return trouble.retry_after is not None
    return trouble.error in ("internal_error", "fatal_error")
