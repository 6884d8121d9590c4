"""Names the modules that hold fixtures for all tests, and keeps their logs plain."""

import pytest

from bot import logs

pytest_plugins = ["tests.databases"]


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> None:
    """Tracebacks with every local variable in colours take seconds, and nobody reads them."""
    logs.set_up("text")
