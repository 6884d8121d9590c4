"""The office: on SQLite for every story, on PostgreSQL and over a socket too for the main ones."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from tests.invariants import holds
from tests.sla.play import EXAMPLE, moment
from tests.stories.front_door import FrontDoor
from tests.stories.office import Office
from tests.stories.running import Mode
from tests.stories.staff import people_of


@contextmanager
def open_office(door: FrontDoor, folder: Path, url: str, mode: Mode = "http") -> Iterator[Office]:
    """Over a migrated database; at the end everything that must always hold is looked at."""
    clock: list[Office] = []

    def seconds() -> float:
        return (clock[0].now if clock else moment("Mon 10:00")).timestamp()

    policy = folder / "policy.yaml"
    policy.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    with ExitStack() as stack:
        workspace = Workspace(mode=mode, clock=seconds, monotonic=seconds)
        workspace.pacing.posts_per_second = None
        people_of(workspace)
        slack = stack.enter_context(SandboxServer(workspace))
        office = Office(slack, door, url, policy, mode)
        clock.append(office)
        stack.callback(lambda: office.bot.stop())
        yield office
        office.settles()
        holds(office.bot.database, workspace)


@pytest.fixture(scope="session")
def front_door() -> Iterator[FrontDoor]:
    door = FrontDoor()
    yield door
    door.close()


@pytest.fixture
def office(front_door: FrontDoor, tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """SQLite, and Slack's requests over HTTP."""
    with open_office(front_door, tmp_path, sqlite_url) as office:
        yield office


@pytest.fixture(params=["sqlite", "postgresql"])
def either_office(request: pytest.FixtureRequest, front_door: FrontDoor, tmp_path: Path) -> Iterator[Office]:
    """Once on SQLite, once on PostgreSQL, with Slack's requests over HTTP."""
    url = request.getfixturevalue(f"{request.param}_url")
    with open_office(front_door, tmp_path, url) as office:
        yield office


@pytest.fixture(params=["sqlite-http", "postgresql-socket"])
def very_different_office(
    request: pytest.FixtureRequest, front_door: FrontDoor, tmp_path: Path
) -> Iterator[Office]:
    """The same, with Slack's requests over a socket where it is PostgreSQL. A socket takes a second to close."""
    kind, _, mode = request.param.partition("-")
    with open_office(front_door, tmp_path, request.getfixturevalue(f"{kind}_url"), mode) as office:
        yield office
