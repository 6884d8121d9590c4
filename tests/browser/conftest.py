"""One Chromium for these tests in each process; where there is none, they say what is missing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.sandbox import SandboxServer
from tests.browser.harness import MISSING, Screen, chromium_path, launch, serve


# Not longer than this package: while Playwright runs, no other test can start an event loop in this thread.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def alone() -> Iterator[SandboxServer]:
    """A sandbox without a bot."""
    with serve() as server:
        yield server


@pytest.fixture(scope="package")
def wide(chromium: Browser, alone: SandboxServer) -> Iterator[Screen]:
    screen = Screen(chromium, alone)
    yield screen
    screen.close()


@pytest.fixture(scope="package")
def narrow(chromium: Browser, alone: SandboxServer) -> Iterator[Screen]:
    screen = Screen(chromium, alone, width=400)
    yield screen
    screen.close()


@pytest.fixture
def page(wide: Screen) -> Iterator[Page]:
    """The harness, loaded anew; a script that fails in it, or an address outside, fails the test."""
    wide.reload()
    yield wide.page
    assert wide.wrong == []


@pytest.fixture
def phone(narrow: Screen) -> Iterator[Page]:
    """The same on a narrow screen."""
    narrow.reload()
    yield narrow.page
    assert narrow.wrong == []
