"""A SQLite file without what was deleted from it: its log emptied, and the file written anew."""

from storage.database import Database


def empty_log(database: Database) -> bool:
    """Have nothing left in the log, not even what was written over since; nothing to do on PostgreSQL.

    False where somebody looks at the database all the time, such as a copy under way: then it is not emptied.
    """
    if not database.is_sqlite:
        return True
    [is_busy, *_] = database.order("PRAGMA wal_checkpoint(TRUNCATE)")
    return not is_busy


def compact(database: Database) -> None:
    """Write the file anew, without what is left of deleted rows between those that are there.

    Nobody else writes meanwhile. Nothing to do on PostgreSQL, which reuses that room by itself.
    """
    if database.is_sqlite:
        database.order("VACUUM")
        empty_log(database)
