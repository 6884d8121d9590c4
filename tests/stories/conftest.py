"""The office: on SQLite for every story, on PostgreSQL and over a socket too for the main ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.office import Office, open_office


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """SQLite, and Slack's requests over HTTP."""
    with open_office(tmp_path, sqlite_url) as office:
        yield office


@pytest.fixture(params=["sqlite", "postgresql"])
def either_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """Once on SQLite and over HTTP, once on PostgreSQL and over a socket."""
    url = request.getfixturevalue(f"{request.param}_url")
    with open_office(tmp_path, url, "http" if request.param == "sqlite" else "socket") as office:
        yield office
