"""The policy in force and every earlier one that a running clock still keeps its promise to."""

import threading
from datetime import datetime
from pathlib import Path

from bot.policy_file import PolicyFile, parse_policy, read_policy
from sla.policy import Policy
from storage import policies
from storage.database import Database


class PolicyBox:
    """`current` decides about people, channels and rights; `at(version)` about targets, calendars, ladders."""

    def __init__(self, database: Database, current: PolicyFile) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: dict[str, Policy] = {current.version: current.policy}
        self.current = current

    @classmethod
    def open(cls, database: Database, path: Path | str, at: datetime) -> "PolicyBox":
        """Read the file, store its version, and make it the current one. Raises PolicyErrors."""
        file = read_policy(path)
        _store(database, file, at)
        return cls(database, file)

    def at(self, version: str) -> Policy:
        """The policy of that version, from memory or from the database, where each is stored whole."""
        known = self._known.get(version)
        if known is not None:
            return known
        with self._lock:
            if version not in self._known:
                with self._database.read() as connection:
                    text = policies.text(connection, version)
                if text is None:
                    raise LookupError(f"The policy {version[:6]} of a running clock is not in the database.")
                self._known[version] = parse_policy(text, f"policy {version[:6]}").policy
            return self._known[version]

    def replace(self, path: Path | str, at: datetime) -> frozenset[str]:
        """Take up a new file; who is no longer in it is returned. Raises PolicyErrors and keeps the old one."""
        file = read_policy(path)
        _store(self._database, file, at)
        gone = {person.email for person in self.current.policy.people} - {
            person.email for person in file.policy.people
        }
        self._known[file.version] = file.policy
        self.current = file
        return frozenset(gone)


def _store(database: Database, file: PolicyFile, at: datetime) -> None:
    with database.begin() as connection:
        policies.store(connection, file.version, file.text, at)
