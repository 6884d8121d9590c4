"""The office: anew for each test, or one for many that do not disturb each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.slack.door.office import Mode, Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as office:
        yield office


@pytest.fixture(scope="module")
def _busy_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture
def busy_office(_busy_office: Office) -> Office:
    """One office for all tests of a module that each bring a lead of their own and break nothing."""
    _busy_office.it_is("Mon 10:00")
    return _busy_office


@pytest.fixture(params=["http", "socket"])
def office_in_each_mode(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    mode: Mode = request.param
    with open_office(tmp_path, mode) as office:
        yield office
