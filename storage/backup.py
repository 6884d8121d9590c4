"""A back-up of a SQLite database while the bot runs on it: one file, whole and of one moment."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage import own_file
from storage.database import Database, DatabaseAway

PAGES_AT_ONCE = 2_000
"""Between two steps the bot may write; what it writes is copied, too."""


class NoFileToCopy(Exception):
    """PostgreSQL has its own programs for that; the message names the command."""

    def __init__(self) -> None:
        super().__init__(
            "This is PostgreSQL, which is backed up by its own program: "
            "pg_dump --format=custom --file=FILE --dbname=ADDRESS. It may run beside the bot."
        )


def back_up(database: Database, to: Path) -> int:
    """Copy the database into a new file that only its owner can read. Returns its size in bytes.

    Raises NoFileToCopy, FileExistsError, OSError or DatabaseAway; then there is no such file.
    """
    if database.path is None:
        raise NoFileToCopy()
    own_file.make(to)
    try:
        with (
            closing(sqlite3.connect(database.path.as_uri() + "?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy, pages=PAGES_AT_ONCE)
            [verdict] = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise DatabaseAway(f"the copy is damaged: {verdict}")
    except sqlite3.Error as problem:
        to.unlink(missing_ok=True)
        raise DatabaseAway(str(problem)) from problem
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    return to.stat().st_size
