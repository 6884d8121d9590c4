"""One stage for all tests of a module: each test leaves it running and well."""

from collections.abc import Iterator

import pytest

from tests.bot.demo.looking import Onlooker, watched


@pytest.fixture(scope="module")
def seconds() -> Iterator[Onlooker]:
    """The stage on which clocks run in seconds."""
    with watched("seconds") as onlooker:
        yield onlooker


@pytest.fixture
def page(seconds: Onlooker) -> Iterator[Onlooker]:
    """The same, with the bot running and no trouble."""
    yield seconds
    seconds.post("trouble", what="none")
    seconds.stage.start_bot()
