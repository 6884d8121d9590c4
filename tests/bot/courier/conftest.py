"""The courier's office, on SQLite for most tests and on both databases where claiming is what is tried."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.bot.courier.office import Office, open_office


@pytest.fixture
def office(sqlite_database: Database) -> Iterator[Office]:
    with open_office(sqlite_database) as office:
        yield office


@pytest.fixture
def office_on_each_database(database: Database) -> Iterator[Office]:
    with open_office(database) as office:
        yield office
