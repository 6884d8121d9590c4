"""A sign of life beside a SQLite file: by it a bot sees that its database is older than what it did last."""

from datetime import datetime
from pathlib import Path


class LifeSign:
    """A small file that says when the bot lived last; whoever restores the database leaves it as it is."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".alive")

    def write(self, lived_at: datetime) -> None:
        """Raises OSError; `lived_at` is on disk in the database already, so that the file is never ahead of it."""
        self.path.write_text(f"{lived_at.isoformat()}\n", encoding="utf-8")

    def read(self) -> datetime | None:
        """None where there is none, or none that can be read (such as one half written in a power cut)."""
        try:
            return datetime.fromisoformat(self.path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None
