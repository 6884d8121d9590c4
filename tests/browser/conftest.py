"""One Chromium for these tests in each process; where there is none, they say what is missing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.sandbox import SandboxServer
from tests.browser.harness import MISSING, chromium_path, launch, opened, serve


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


@pytest.fixture
def page(chromium: Browser, alone: SandboxServer) -> Iterator[Page]:
    with opened(chromium, alone) as found:
        yield found


@pytest.fixture
def phone(chromium: Browser, alone: SandboxServer) -> Iterator[Page]:
    """The same on a narrow screen."""
    with opened(chromium, alone, width=400) as found:
        yield found
