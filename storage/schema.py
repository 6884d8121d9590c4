"""The tables' revision: bring a database up to date, or refuse to work with one that is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database, SchemaTooOld

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


def require_current(database: Database) -> None:
    """Raise SchemaTooOld or SchemaTooNew unless the tables are those of this version."""
    current = revision(database)
    _refuse_a_newer(current)
    needed = newest()
    if current != needed:
        raise SchemaTooOld(current, needed)


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables up to date (or to an earlier revision), in one transaction: never left half way.

    Raises SchemaTooNew where there is nothing to bring up, and leaves everything as it is.
    """
    with database.begin() as connection:
        if not database.is_sqlite:
            # Two processes that start together: the second one waits and finds the work done.
            connection.execute(text(f"select pg_advisory_xact_lock({_LOCK_NUMBER})"))
        _refuse_a_newer(_revision(connection))
        command.upgrade(_config(connection), to)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_a_newer(current: str | None) -> None:
    if current is not None and not is_known(current):
        raise SchemaTooNew(current)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
