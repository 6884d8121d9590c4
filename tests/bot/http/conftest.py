"""A running door for each test."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.bot.http.served import Door, served


@pytest.fixture
def door(sqlite_database: Database) -> Iterator[Door]:
    with served(sqlite_database) as running:
        yield running


@pytest.fixture
def either_door(database: Database) -> Iterator[Door]:
    """Once on SQLite and once on PostgreSQL."""
    with served(database) as running:
        yield running
