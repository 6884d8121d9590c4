"""The page's blocks and modals by themselves, in a real browser, served by the sandbox that the page belongs to."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

from aiohttp import web
from playwright.sync_api import Browser, Page, Playwright

from bot.sandbox import SandboxServer, Workspace

HERE = Path(__file__).parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "Chromium is not installed: install Debian's `chromium` package"
# The machine's own zone and language differ from every person's: what a test sees comes from the person.
ELSEWHERE = {"timezone_id": "Asia/Kathmandu", "locale": "fr-FR"}

ALICE = {
    "id": "U0ALICE",
    "name": "alice",
    "real_name": "Alice Anders",
    "tz": "America/New_York",
    "locale": "en-US",
}
DIETER = {
    "id": "U0DIETER",
    "name": "dieter",
    "real_name": "Dieter Daum",
    "tz": "Europe/Berlin",
    "locale": "de-DE",
}


def chromium_path() -> str | None:
    return next(filter(None, map(which, CHROMIUM_NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    # As root, as in a container, Chromium does not start with its sandbox.
    return playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])


def _file(name: str) -> web.RouteDef:
    async def send(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(HERE / name)

    return web.get(f"/{name}", send)


def serve(workspace: Workspace | None = None) -> SandboxServer:
    """A sandbox whose control door has the harness besides the page."""
    names = ("harness.html", "harness.css", "harness.js")
    return SandboxServer(workspace or Workspace(), extra_routes=[_file(name) for name in names])


@contextmanager
def opened(browser: Browser, server: SandboxServer, *, width: int = 1280) -> Iterator[Page]:
    """The harness in a fresh context. A script that fails, or an address outside, fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **ELSEWHERE)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: wrong.append(asked.url) if not _is_own(asked.url) else None)
    page.goto(f"http://127.0.0.1:{server.control_port}/harness.html")
    page.wait_for_selector("html[data-ready]")
    page.set_default_timeout(5000)
    yield page
    context.close()
    assert wrong == []


def _is_own(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:"))


def show(
    page: Page,
    blocks: Sequence[Any],
    *,
    now: float,
    viewer: dict[str, Any] = ALICE,
    surface: str = "message",
) -> None:
    page.evaluate("([b, v, n, s]) => show(b, v, n, s)", [list(blocks), viewer, now, surface])


def show_modal(page: Page, view: dict[str, Any], *, now: float, viewer: dict[str, Any] = ALICE) -> None:
    page.evaluate("([w, v, n]) => showModal(w, v, n)", [{"id": "V1", **view}, viewer, now])


def outline(page: Page, selector: str = "#shown") -> str:
    """What stands there as a screen reader gets it: roles, names and texts, one a line."""
    return page.locator(selector).aria_snapshot()


def sticks_out(page: Page) -> bool:
    """Whether something is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
