"""The tables' revision: bring a database up to date, or refuse to work with one that is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, insert, inspect, select, text

from storage.database import Database, SchemaTooOld
from storage.schema_tables import works_with

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number will do, so long as nothing else in the database uses the same one.
_LOCK_NUMBER = 7_304_212


class SchemaTooNew(Exception):
    """A newer version of the program has changed the tables: what they mean now is not known here."""

    def __init__(self, current: str) -> None:
        super().__init__(
            f"The database is at revision {current}, which this version does not know: a newer one made it. "
            "Install that version, or set LEAD_SLA_DATABASE_URL to another database."
        )
        self.current = current


def revision(database: Database) -> str | None:
    """The revision that the database is at, None for an empty one."""
    with database.read() as connection:
        return _revision(connection)


def newest() -> str:
    """The revision that this version of the program works with."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    assert head is not None, "there is at least one migration"
    return head


def is_known(revision: str) -> bool:
    """Whether this version of the program has the migration; one that it lacks is of a newer version."""
    return any(script.revision == revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions())


def works_beside_newer(database: Database) -> bool:
    """Whether a newer version made the tables and this one can work with them all the same."""
    with database.read() as connection:
        try:
            return _is_newer(connection, _revision(connection))
        except SchemaTooNew:
            return False


def require_current(database: Database) -> None:
    """Raise SchemaTooOld or SchemaTooNew unless this version can work with the tables.

    Those of a newer version will do where that version says so: then the two run side by side.
    """
    with database.read() as connection:
        current = _revision(connection)
        if _is_newer(connection, current):
            return
    needed = newest()
    if current != needed:
        raise SchemaTooOld(current, needed)


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables up to date (or to an earlier revision), in one transaction: never left half way.

    Raises SchemaTooNew where a newer version made tables that this one cannot work with, and leaves them as they are.
    """
    with database.begin() as connection:
        if not database.is_sqlite:
            # Two processes that start together: the second one waits and finds the work done.
            connection.execute(text(f"select pg_advisory_xact_lock({_LOCK_NUMBER})"))
        if not _is_newer(connection, _revision(connection)):
            command.upgrade(_config(connection), to)
            _say_who_may_stay(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _is_newer(connection: Connection, current: str | None) -> bool:
    """Whether a newer version made these tables and this one can work with them. Raises SchemaTooNew if it cannot."""
    if current is None or is_known(current):
        return False
    works_from = None
    if inspect(connection).has_table(works_with.name):
        said = select(works_with.c.works_from).where(works_with.c.revision == current)
        works_from = connection.execute(said).scalar()
    if works_from is None or not is_known(works_from):
        raise SchemaTooNew(current)
    return True


def _say_who_may_stay(connection: Connection) -> None:
    """Write down for versions that do not know the newest migration whether it leaves them what they need."""
    current = _revision(connection)
    if current is None or not inspect(connection).has_table(works_with.name):
        return
    migration = ScriptDirectory(str(_MIGRATIONS)).get_revision(current).module
    works_from = getattr(migration, "works_from", current)
    connection.execute(delete(works_with))
    connection.execute(insert(works_with).values(revision=current, works_from=works_from))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
