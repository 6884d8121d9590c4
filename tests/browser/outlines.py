"""How every card and modal reads on the page: `python -m tests.browser.outlines` writes it down anew."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bot.slack.cards import RENDERERS
from sla.effects import Role
from tests.bot.slack import test_downtime_cards as downtime
from tests.bot.slack.samples import DANA, HOSTILE, a_lead, at
from tests.bot.slack.test_card_rules import message_of, situations
from tests.bot.slack.test_modals import every_modal
from tests.browser.gathered import GATHERED, Drawn, commands
from tests.browser.harness import HERE, Screen, launch, outline_of_cards, outline_of_modal, serve, show
from tests.browser.pieces import EVERY_BLOCK, INPUTS, modal, section

STORED = HERE / "outlines"
NOW = at("10:03:30").timestamp()


def _cards(role: Role) -> Callable[[Page], str]:
    def drawn(page: Page) -> str:
        found = [row for row in situations() if row[0] is role]
        cards = []
        for details in (DANA, HOSTILE):
            # A hostile lead stands in the same places in every state; one of them shows how.
            for index, (_, lead, number, fields) in enumerate(found if details is DANA else found[:1]):
                message = message_of(role, replace(lead, details=details), number, fields)
                cards.append((f"{index + 1}, {details.company}", _blocks(message)))
        return outline_of_cards(page, cards, now=NOW)

    return drawn


def _blocks(message: Mapping[str, Any]) -> list[Any]:
    """A line in a thread has no blocks: its text is shown."""
    return message.get("blocks") or [section(message["text"])]


def _downtime(page: Page) -> str:
    cards = [("for the managers", downtime.managers()), ("for an owner", downtime.owner())]
    return outline_of_cards(page, [(title, one["blocks"]) for title, one in cards], now=NOW)


def _gathered(messages: Callable[[], Iterable[Drawn]]) -> Callable[[Page], str]:
    return lambda page: outline_of_cards(page, [(what, one["blocks"]) for what, one in messages()], now=NOW)


def _modals(page: Page) -> str:
    # The last ones are about the limits of length alone.
    views = [view for details in (DANA, HOSTILE) for view in every_modal(a_lead(details))[:-3]]
    return "\n".join(outline_of_modal(page, view, now=NOW) for view in views)


def _pieces(page: Page) -> str:
    # The server is asked for the names of emoji, once.
    show(page, EVERY_BLOCK["rich_text"], now=NOW)
    page.wait_for_selector(".emoji[title=':tada:']")
    cards = outline_of_cards(page, list(EVERY_BLOCK.items()), now=NOW)
    return f"{cards}\n{outline_of_modal(page, modal(*INPUTS), now=NOW)}"


OUTLINES: dict[str, Callable[[Page], str]] = {
    **{
        str(role): _cards(role)
        for role in RENDERERS
        if role not in GATHERED and not role.startswith("downtime")
    },
    **{str(role): _gathered(messages) for role, messages in GATHERED.items()},
    "commands": _gathered(commands),
    "downtime": _downtime,
    "modals": _modals,
    "pieces": _pieces,
}
"""By the name of the file that keeps it."""


def outline(page: Page, name: str) -> str:
    """The whole of one file, as it would be now."""
    return OUTLINES[name](page) + "\n"


def main() -> None:
    with serve() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        page = Screen(browser, server).page
        for name in OUTLINES:
            (STORED / f"{name}.txt").write_text(outline(page, name))
        browser.close()


if __name__ == "__main__":
    main()
