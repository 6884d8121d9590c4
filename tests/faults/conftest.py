"""The rig: on SQLite for most scenarios, on both databases where two processes meet."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.faults.rig import Rig, open_rig


@pytest.fixture
def rig(sqlite_database: Database) -> Iterator[Rig]:
    with open_rig(sqlite_database) as rig:
        yield rig


@pytest.fixture
def rig_on_each_database(database: Database) -> Iterator[Rig]:
    with open_rig(database) as rig:
        yield rig
