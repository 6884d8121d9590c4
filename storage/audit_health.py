"""The auditor's questions about the database itself, and about the processes that use it."""

import os
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, text

from storage import absences
from storage.database import Database
from storage.tables import beats

ALIVE_WITHIN = timedelta(minutes=3)
"""A process that has not said so for longer, and did not say goodbye, is dead."""
SNAPSHOT_MAX = timedelta(minutes=10)
"""While somebody looks at an old state of the database nothing that was finished since can be tidied away."""
LOG_BYTES_MAX = 400 * 1024 * 1024
"""Of SQLite's log: five times what it holds before a commit moves it, so somebody keeps it from being moved."""
DISK_BYTES_MIN = 500 * 1024 * 1024
_REPLICA = "replica:"


def lives(connection: Connection, name: str, at: datetime) -> None:
    """This process works."""
    absences.beat(connection, _REPLICA + name, at)


def goes(connection: Connection, name: str) -> None:
    """This process stops as it ought to."""
    connection.execute(delete(beats).where(beats.c.name == _REPLICA + name))


def goes_alone(connection: Connection, name: str) -> None:
    """Every other process is one of before: for a database that only one uses."""
    others = (beats.c.name.startswith(_REPLICA), beats.c.name != _REPLICA + name)
    connection.execute(delete(beats).where(*others))


def replicas(connection: Connection) -> dict[str, datetime]:
    """When each process last said that it works."""
    theirs = select(beats).where(beats.c.name.startswith(_REPLICA))
    rows = connection.execute(theirs.order_by(beats.c.name))
    return {row.name.removeprefix(_REPLICA): row.at for row in rows}


def long_snapshots(connection: Connection, longest: timedelta = SNAPSHOT_MAX) -> int:
    """How many others have kept a transaction open for longer; on SQLite nobody can tell."""
    if connection.dialect.name == "sqlite":
        return 0
    open_for_long = text(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid() and backend_type = 'client backend' "
        "and (backend_xmin is not null or backend_xid is not null) "
        "and xact_start < now() - make_interval(secs => :seconds)"
    )
    return int(connection.scalar(open_for_long, {"seconds": longest.total_seconds()}) or 0)


def log_bytes(database: Database) -> int:
    """How long SQLite's log is; zero on PostgreSQL."""
    if database.path is None:
        return 0
    try:
        return os.stat(f"{database.path}-wal").st_size
    except OSError:
        return 0


def free_bytes(database: Database) -> int | None:
    """What is left on the disk of a SQLite file; None where that is not ours to know."""
    if database.path is None:
        return None
    try:
        disk = os.statvfs(database.path.parent)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize
