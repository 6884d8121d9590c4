"""What is kept, and how long: a chore of the heartbeat, a little at a time."""

from datetime import datetime

import structlog

from storage import absences
from storage.database import Connection
from storage.life_sign import LifeSign

log = structlog.get_logger(__name__)


class Keeping:
    """Called with each heartbeat and after steps, in the transaction of that moment; returns how much was done."""

    def __init__(self, sign: LifeSign | None) -> None:
        self._sign = sign

    def __call__(self, connection: Connection, at: datetime) -> int:
        self._show_that_it_lives(connection)
        return 0

    def _show_that_it_lives(self, connection: Connection) -> None:
        """What this transaction sees is on disk: the file beside the database is never ahead of it."""
        lived_at = absences.last_beat(connection, "bot") if self._sign is not None else None
        if self._sign is None or lived_at is None:
            return
        try:
            self._sign.write(lived_at)
        except OSError as problem:
            log.warning("no_sign_of_life", file=str(self._sign.path), reason=problem.strerror)
            self._sign = None
