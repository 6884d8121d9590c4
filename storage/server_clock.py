"""What time it is where the database runs: the same for everybody who works on it."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from storage.database import Database


def time_of(connection: Connection) -> datetime:
    """At this very moment, not at the start of the transaction; SQLite's server is this machine."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return at.astimezone(UTC)


def servers_time(database: Database) -> datetime:
    """Raises DatabaseAway."""
    with database.read() as connection:
        return time_of(connection)
