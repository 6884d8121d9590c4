"""People who look at the demo's page in real browsers, each in a context of their own, and what they do there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, expect

from tests.bot.demo.looking import Onlooker
from tests.browser.harness import ELSEWHERE, is_own

PATIENCE_MS: Final = 20_000
expect.set_options(timeout=PATIENCE_MS)
MORNING: Final = "2026-11-23T10:00:00-05:00"
"""Five minutes after the stage of the week begins."""
UNANSWERED: Final = "Failed to load resource"
"""What Chromium says to its console about every request that was refused."""
DANA: Final = {
    "first_name": "Dana",
    "last_name": "Reyes",
    "email": "dana@northwind.example",
    "intent": "demo_request",
    "score": 88,
    "employees": 1800,
    "country": "US",
    "owner": "alice@acme.example",
}
"""Hot, and Alice's: five minutes of her team's working time on the stage of the week."""


_STICKS_OUT: Final = """() => {
  const isMoved = (one) => one.scrollWidth > one.clientWidth && /auto|scroll/.test(getComputedStyle(one).overflowX);
  const scrolls = (one) => one && (isMoved(one) || scrolls(one.parentElement));
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest("[inert], .unseen, .skip"))
    .filter((one) => one.getBoundingClientRect().width > 0)
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
    .filter((one) => !scrolls(one.parentElement))
    .map((one) => `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`);
}"""


class Person:
    """One of the people of the policy at a screen. What went wrong on it is kept: a script, an address outside."""

    def __init__(self, browser: Browser, url: str, place: str, **look: Any) -> None:
        size = {"width": look.pop("width", 1280), "height": look.pop("height", 800)}
        self.context = browser.new_context(viewport=size, **ELSEWHERE, **look)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.wrong: list[str] = []
        self.may_be_refused = False
        """Whether a request of this page may be answered with an error, which Chromium writes to the console."""
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("request", lambda asked: None if is_own(asked.url) else self.wrong.append(asked.url))
        self.page.goto(f"{url}#/{place}")
        self.page.locator(".composer button:enabled:visible, .home:visible").first.wait_for()

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not (self.may_be_refused and text.startswith(UNANSWERED)):
            self.wrong.append(text)

    @property
    def messages(self) -> Locator:
        """The messages of the conversation that is open."""
        return self.page.get_by_role("region", name="Messages")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    @property
    def thread(self) -> Locator:
        return self.page.get_by_role("region", name="Thread").first

    def about(self, words: str) -> Locator:
        """Every message in which these words stand."""
        return self.messages.get_by_role("article").filter(has_text=words)

    def card(self, words: str) -> Locator:
        """The newest of them."""
        return self.about(words).last

    @property
    def banner(self) -> Locator:
        """The line about trouble, above everything."""
        return self.page.locator(".trouble-banner")

    @property
    def told_alone(self) -> Locator:
        """The messages that only this person can see."""
        return self.messages.get_by_role("article", name="Only you can see this")

    @property
    def letters(self) -> Locator:
        """The e-mails and text messages to this person, on the page that is open for them."""
        return self.page.get_by_role("region", name="E-mail and SMS").get_by_role("article")

    def press(self, card: Locator, label: str) -> None:
        """A button by what is written on it; its name for screen readers says more."""
        card.locator("button", has_text=label).first.click()

    def goes_to(self, conversation: str) -> None:
        self.page.locator(".places button", has_text=conversation).click()
        expect(self.page.locator(".talk-head h2:visible").first).to_contain_text(conversation)

    def becomes(self, name: str) -> None:
        self.page.locator(".people button", has_text=name).click()

    def opens(self, tab: str) -> Locator:
        """A page of the panel."""
        self.page.get_by_role("tab", name=tab, exact=True).click()
        return self.panel(tab)

    def panel(self, tab: str) -> Locator:
        return self.page.get_by_role("tabpanel", name=tab, exact=True)

    def turns_on(self, trouble: str) -> None:
        switch = self.opens("Trouble").get_by_role("switch", name=trouble)
        switch.click()
        expect(switch).to_be_checked()
        expect(self.banner).to_contain_text(f"{trouble}.")

    def types(self, text: str) -> None:
        """Into the field under the conversation, and sends it."""
        field = self.page.locator(".conversation .composer textarea")
        field.fill(text)
        field.press("Enter")

    def logs(self, company: str, what: str) -> None:
        """Three presses: the button, one choice, Save."""
        self.press(self.card(company), "Log contact")
        self.dialog.get_by_label(what, exact=True).click()
        self.dialog.get_by_role("button", name="Save").click()
        expect(self.dialog).to_have_count(0)

    def sticks_out(self) -> list[str]:
        """What reaches beyond the screen's left or right edge and cannot be scrolled to."""
        return list(self.page.evaluate(_STICKS_OUT))


class Crowd:
    """Lets people in; at the end nothing may have gone wrong on any of their screens."""

    def __init__(self, browser: Browser, onlooker: Onlooker) -> None:
        self._browser = browser
        self._url = onlooker.stage.page_url
        self.people: list[Person] = []

    def join(self, place: str, **look: Any) -> Person:
        """`place` is as in the page's address: U0ALICE, or U0CARLA/C0BACKUP."""
        person = Person(self._browser, self._url, place, **look)
        self.people.append(person)
        return person


@contextmanager
def crowd(browser: Browser, onlooker: Onlooker) -> Iterator[Crowd]:
    everybody = Crowd(browser, onlooker)
    try:
        yield everybody
        assert [one.wrong for one in everybody.people if one.wrong] == []
    finally:
        for one in everybody.people:
            one.context.close()


def lives_until(onlooker: Onlooker, **where: Any) -> None:
    """A jump, lived through to its end."""
    onlooker.post("clock/jump", **where)
    onlooker.wait_until(lambda: not onlooker.get("clock")["is_jumping"], "the end of the jump")


def is_untouched(onlooker: Onlooker) -> bool:
    """Whether it is as it was set up, before the morning."""
    workspace = onlooker.stage.slack.workspace
    # The bot itself says at the start who is on call.
    said = workspace.ephemerals or any(
        workspace.shown_in(one.id) for one in list(workspace.channels.values()) if one.kind != "im"
    )
    is_early = onlooker.stage.now() < datetime.fromisoformat(MORNING)
    return is_early and not said and onlooker.get("leads")["leads"] == []
