"""One Chromium for these tests in each process; where there is none, they say what is missing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.sandbox import SandboxServer
from tests.bot.demo.looking import Onlooker, watched
from tests.browser.harness import MISSING, Screen, chromium_path, launch, serve
from tests.browser.people import MORNING, Crowd, crowd, is_untouched, lives_until


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


@pytest.fixture(scope="package")
def stage(chromium: Browser) -> Iterator[Onlooker]:
    """The demo with its bot, set anew where a test wants that, and watched by nobody yet."""
    with watched("week") as onlooker:
        yield onlooker


@pytest.fixture
def week(stage: Onlooker) -> Iterator[Onlooker]:
    """The stage of the week, well, its time standing still where the test before left it."""
    # It may still be in the middle of being set anew by a press in some page.
    stage.stage.start_bot()
    if stage.stage.mode != "week":
        stage.stage.set_anew("week")
    stage.post("clock", rate=0)
    yield stage
    stage.post("trouble", what="none")
    stage.stage.start_bot()


@pytest.fixture
def monday(week: Onlooker) -> Onlooker:
    """The same on a Monday, 10:00 in New York, and nothing has happened yet: set anew where something has."""
    if not is_untouched(week):
        week.stage.set_anew("week")
        week.post("clock", rate=0)
    lives_until(week, to=MORNING)
    return week


@pytest.fixture
def seconds(stage: Onlooker) -> Iterator[Onlooker]:
    """The stage on which clocks run in seconds, set anew."""
    stage.stage.set_anew("seconds")
    yield stage
    stage.telling.stop()


@pytest.fixture
def people(chromium: Browser, stage: Onlooker) -> Iterator[Crowd]:
    with crowd(chromium, stage) as everybody:
        yield everybody
