"""The page's blocks and modals by themselves, in a real browser, served by the sandbox that the page belongs to."""

from collections.abc import Sequence
from itertools import count
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

_NUMBERS = count(1)


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


class Screen:
    """The harness in a window of its own. What went wrong in it is kept: a script, an address outside."""

    def __init__(self, browser: Browser, server: SandboxServer, *, width: int = 1280) -> None:
        size = {"width": width, "height": 900}
        self._context = browser.new_context(viewport=size, **ELSEWHERE)  # type: ignore[arg-type]
        self._url = f"http://127.0.0.1:{server.control_port}/harness.html"
        self.wrong: list[str] = []
        self.page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("request", lambda asked: None if is_own(asked.url) else self.wrong.append(asked.url))
        self.reload()

    def reload(self) -> None:
        self.wrong.clear()
        self.page.goto(self._url)
        self.page.wait_for_selector("html[data-ready]")

    def close(self) -> None:
        self._context.close()


def is_own(url: str) -> bool:
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


def show_all(page: Page, cards: Sequence[tuple[str, Sequence[Any]]], *, now: float) -> None:
    """Cards one under the other, each with its title."""
    page.evaluate("([c, v, n]) => showAll(c, v, n)", [[[title, list(b)] for title, b in cards], ALICE, now])


def show_modal(page: Page, view: dict[str, Any], *, now: float, viewer: dict[str, Any] = ALICE) -> None:
    """Another modal each time, as a view with a new id."""
    named = {"id": f"V{next(_NUMBERS)}", **view}
    page.evaluate("([w, v, n]) => showModal(w, v, n)", [named, viewer, now])


def outline_of_cards(page: Page, cards: Sequence[tuple[str, Sequence[Any]]], *, now: float) -> str:
    """What stands on each card as a screen reader gets it: by block, roles, names and texts."""
    show_all(page, cards, now=now)
    return page.locator("#shown").aria_snapshot()


def outline_of_modal(page: Page, view: dict[str, Any], *, now: float) -> str:
    show_modal(page, view, now=now)
    page.evaluate("nameBlocks(document)")
    return page.locator("dialog").aria_snapshot()


_STICKS_OUT = """[document.documentElement, ...document.querySelectorAll("dialog .dialog-body")]
  .some((one) => one.scrollWidth > one.clientWidth)"""


def sticks_out(page: Page) -> bool:
    """Whether something on the screen or in the dialog is wider than its place."""
    return bool(page.evaluate(_STICKS_OUT))
