"""Moves SQLite's log into its file, a little after something was written, so that no commit has to."""

import threading
from datetime import timedelta

from storage.database import Database, DatabaseAway

AFTER = timedelta(milliseconds=250)
"""How long what was written waits: short enough for the log to stay small, long enough to be worth the flush."""


class LogMover:
    """A thread that follows the commits of one database; none on PostgreSQL, which looks after its log itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-mover", daemon=True)

    def start(self) -> None:
        if self._database.is_sqlite:
            self._thread.start()

    def stop(self, timeout: timedelta) -> None:
        """What the log still holds is moved when the database is closed."""
        self._ends.set()
        self._database.written.set()
        if self._thread.ident is not None:
            self._thread.join(timeout.total_seconds())

    def _run(self) -> None:
        while self._database.written.wait() and not self._ends.wait(AFTER.total_seconds()):
            self._database.written.clear()
            try:
                self._database.move_log()
            except DatabaseAway:
                # Whoever writes next hears of it, in words; the log keeps everything until then.
                self._database.written.set()
