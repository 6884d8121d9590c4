"""Names the modules that hold fixtures for all tests, says which want PostgreSQL, and keeps their logs plain."""

import gc

import pytest

from bot import logs
from bot.app import COLLECT_AFTER

pytest_plugins = ["tests.databases"]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what starts a PostgreSQL server, whether the test asks for it or one of its parameters does."""
    callspec = getattr(item, "callspec", None)
    values = [str(value) for value in callspec.params.values()] if callspec is not None else []
    wanted = [*getattr(item, "fixturenames", ()), *values]
    if any(one.startswith(("postgresql_", "postgresql-")) or one == "postgresql" for one in wanted):
        item.add_marker(pytest.mark.postgresql)


@pytest.fixture(autouse=True, scope="session")
def seldom_collected() -> None:
    """As in the bot: to look through all of pytest for cycles takes longer than Slack waits for a press."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> None:
    """Tracebacks with every local variable in colours take seconds, and nobody reads them."""
    logs.set_up("text")
