"""Modals on the page, against the pretend Slack and a bot: filling in, errors, stacks, waiting, closing."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from bot.sandbox import SandboxServer, Workspace
from tests.bot.slack.samples import at
from tests.browser.bot import Bot, answering
from tests.browser.harness import Screen, serve
from tests.browser.pieces import INPUTS, NOON, OPTIONS, actions, asked, button, modal, plain, section

pytestmark = pytest.mark.browser

ALICE = "U0ALICE"
WHAT = asked("what", {"type": "radio_buttons", "options": OPTIONS})
NOTE = asked("note", {"type": "plain_text_input", "multiline": True, "max_length": 20}, optional=True)


@pytest.fixture
def slack() -> Iterator[SandboxServer]:
    office = Workspace()
    office.add_user(ALICE, name="alice", real_name="Alice Anders", tz="America/New_York")
    office.add_user("U0MIA", name="mia", real_name="Mia Moreno")
    office.add_channel("C0GENERAL", name="general", members=[ALICE])
    with serve(office) as server:
        yield server


@pytest.fixture
def bot(slack: SandboxServer) -> Iterator[Bot]:
    with answering(slack) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, slack: SandboxServer, bot: Bot) -> Iterator[Page]:
    screen = Screen(chromium, slack)
    screen.page.evaluate(f"location.hash = '#/{ALICE}'")
    screen.page.evaluate("follow()")
    yield screen.page
    screen.close()
    # A refusal is in the answer that the page shows; Chromium writes it down as an error besides.
    assert [one for one in screen.wrong if "status of 4" not in one] == []


def show(slack: SandboxServer, bot: Bot, view: dict[str, Any]) -> str:
    """Open a modal for Alice, as after a press of hers."""
    trigger = slack.workspace.surfaces.new_trigger(ALICE)
    opened: dict[str, Any] = bot.client.views_open(trigger_id=trigger.id, view=view)["view"]
    return str(opened["id"])


def dialog(page: Page, title: str = "Log contact") -> Locator:
    found = page.get_by_role("dialog", name=title)
    found.wait_for()
    return found


def gone(page: Page) -> None:
    page.get_by_role("dialog").wait_for(state="detached")


def beside(page: Page, block: str) -> str:
    return page.locator(f"[data-block={block}] .field-error").inner_text()


def test_a_contact_is_logged_with_the_keyboard_alone(page: Page, slack: SandboxServer, bot: Bot) -> None:
    show(slack, bot, modal(WHAT, NOTE))
    dialog(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    gone(page)
    assert bot.submitted()["what"]["selected_option"]["value"] == "a"


def test_arrows_walk_through_the_choices(page: Page, slack: SandboxServer, bot: Bot) -> None:
    show(slack, bot, modal(WHAT, NOTE))
    dialog(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    gone(page)
    assert bot.submitted()["what"]["selected_option"]["value"] == "b"


def test_every_input_says_what_was_entered(page: Page, slack: SandboxServer, bot: Bot) -> None:
    # Slack's checker does not let these two into a view.
    refused = ("rich_text_input", "external_select")
    show(slack, bot, modal(*(one for one in INPUTS if one["element"]["type"] not in refused)))
    form = dialog(page)
    form.get_by_label("Name").fill("Dana Reyes")
    form.get_by_label("Note").fill("two\nlines")
    form.get_by_label("Page").fill("https://northwind.example")
    form.get_by_label("Seats").fill("4")
    form.get_by_label("When").fill("2026-11-23T10:06")
    form.get_by_label("Owner").select_option("a")
    form.get_by_role("group", name="Backups").locator("summary").click()
    form.get_by_role("group", name="Backups").get_by_label("Bob Brandt").check()
    form.get_by_label("Where").select_option("C0GENERAL")
    form.get_by_role("radio", name="Bob Brandt").check()
    form.get_by_role("button", name="Save").click()
    gone(page)
    said = {block: {k: v for k, v in one.items() if k != "type"} for block, one in bot.submitted().items()}
    assert {
        "name": {"value": "Dana Reyes"},
        "note": {"value": "two\nlines"},
        "email": {"value": "sam@loom.example"},
        "page": {"value": "https://northwind.example"},
        "seats": {"value": "4"},
        "day": {"selected_date": "2026-11-23"},
        "hour": {"selected_time": "09:05"},
        "when": {"selected_date_time": int(at("10:06").timestamp())},
        "owner": {"selected_option": OPTIONS[0]},
        "backups": {"selected_options": [OPTIONS[1]]},
        "people": {"selected_users": ["U0MIA"]},
        "where": {"selected_channel": "C0GENERAL"},
        "what": {"selected_option": OPTIONS[1]},
        "which": {"selected_options": []},
    } == said


def test_a_required_field_that_is_empty_is_said_beside_it(page: Page, slack: SandboxServer, bot: Bot) -> None:
    show(slack, bot, modal(NOTE, WHAT))
    dialog(page).get_by_role("button", name="Save").click()
    page.locator("[data-block=what].is-wrong").wait_for()
    assert beside(page, "what") == "Please complete this required field."
    assert (page.evaluate("document.activeElement.type"), bot.heard) == ("radio", [])


def test_what_is_no_number_and_no_address_does_not_leave_the_page(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(*(one for one in INPUTS if one["block_id"] in ("name", "email", "page", "seats"))))
    form = dialog(page)
    form.get_by_label("Name").press_sequentially("D")
    form.get_by_label("Email").fill("nobody")
    form.get_by_label("Page").fill("loom")
    form.get_by_label("Seats").fill("12")
    form.get_by_role("button", name="Save").click()
    assert [beside(page, name) for name in ("name", "email", "page", "seats")] == [
        "Write at least 2 characters.",
        "Write an e-mail address, such as name@company.example.",
        "Write an address that begins with https://.",
        "Write 9 or less.",
    ]
    assert (page.evaluate("document.activeElement.labels[0].innerText"), bot.heard) == ("Name", [])


def test_errors_of_the_bot_stand_beside_their_fields_until_the_next_save(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(WHAT, NOTE))
    bot.answers = [{"response_action": "errors", "errors": {"note": "Say in the note what it was."}}]
    form = dialog(page)
    form.get_by_label("Alice Anders").check()
    form.get_by_role("button", name="Save").click()
    page.locator("[data-block=note].is-wrong").wait_for()
    assert beside(page, "note") == "Say in the note what it was."
    note = form.get_by_label("Note")
    assert note.get_attribute("aria-invalid") == "true"
    assert note.evaluate("(one) => one === document.activeElement")
    note.fill("They called us")
    form.get_by_role("button", name="Save").click()
    gone(page)
    assert bot.submitted()["note"]["value"] == "They called us"


def test_a_bot_that_does_not_answer_is_said_and_what_was_typed_stays(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(WHAT, NOTE))
    slack.workspace.knobs.ack_within = 0.2
    bot.may_answer.clear()
    form = dialog(page)
    form.get_by_label("Alice Anders").check()
    form.get_by_label("Note").fill("still here")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("We had some trouble connecting. Try again?").wait_for()
    assert form.get_by_label("Note").input_value() == "still here"
    slack.workspace.knobs.ack_within = 5
    bot.may_answer.set()
    form.get_by_role("button", name="Save").click()
    gone(page)


def test_a_form_that_waits_for_its_answer_is_not_sent_twice(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(WHAT))
    bot.may_answer.clear()
    dialog(page).get_by_label("Alice Anders").check()
    page.keyboard.press("Enter")
    page.locator("form[aria-busy=true]").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").click(force=True)
    bot.may_answer.set()
    gone(page)
    assert bot.types() == ["view_submission"]


def test_an_update_keeps_what_was_typed_and_where_the_focus_is(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    view = show(slack, bot, modal(section("Contact by 10:06 AM"), WHAT, NOTE))
    form = dialog(page)
    form.get_by_label("Bob Brandt").check()
    form.get_by_label("Note").press_sequentially("on the ph")
    hint = {**NOTE, "hint": plain("Short")}
    bot.client.views_update(
        view_id=view, view=modal(section("Deadline passed"), WHAT, hint, submit=plain("Log"))
    )
    form.get_by_text("Deadline passed").wait_for()
    assert form.get_by_text("Contact by").count() == 0
    page.keyboard.press("End")
    page.keyboard.type("one")
    form.get_by_role("button", name="Log").click()
    gone(page)
    said = bot.submitted()
    assert (said["note"]["value"], said["what"]["selected_option"]["value"]) == ("on the phone", "b")


def test_a_form_answered_with_another_view_shows_that_one(page: Page, slack: SandboxServer, bot: Bot) -> None:
    show(slack, bot, modal(WHAT))
    bot.answers = [
        {"response_action": "update", "view": modal(section("Somebody was faster."), title=plain("Sorry"))}
    ]
    dialog(page).get_by_label("Alice Anders").check()
    page.keyboard.press("Enter")
    assert "Somebody was faster." in dialog(page, "Sorry").inner_text()


def test_pushed_views_lie_on_top_and_back_leads_to_what_was_typed(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(WHAT, NOTE))
    bot.answers = [
        {"response_action": "push", "view": modal(NOTE, title=plain("One more"), close=plain("No"))}
    ]
    dialog(page).get_by_label("Note").fill("first")
    dialog(page).get_by_label("Alice Anders").check()
    page.get_by_role("button", name="Save").click()
    assert dialog(page, "One more").get_by_label("Note").input_value() == ""
    page.get_by_role("button", name="Back").click()
    assert dialog(page).get_by_label("Note").input_value() == "first"
    assert page.get_by_role("button", name="Back").count() == 0


@pytest.mark.parametrize(("is_cleared", "how"), [(False, "Cancel"), (True, "Close"), (True, "Escape")])
def test_the_bot_hears_of_a_closed_view_that_it_asked_about(
    page: Page, slack: SandboxServer, bot: Bot, is_cleared: bool, how: str
) -> None:
    show(slack, bot, modal(WHAT, notify_on_close=True))
    dialog(page)
    if how == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name=how).click()
    gone(page)
    slack.wait_until(lambda: bool(bot.heard))
    assert [("view_closed", is_cleared)] == [(one["type"], one["is_cleared"]) for one in bot.heard]


def test_a_press_in_a_modal_says_what_stands_in_the_fields(
    page: Page, slack: SandboxServer, bot: Bot
) -> None:
    show(slack, bot, modal(NOTE, actions(button("value", "Look up"))))
    dialog(page).get_by_label("Note").fill("Dana")
    page.get_by_role("button", name="Look up").click()
    assert slack.wait_until(lambda: bool(bot.heard))
    pressed = bot.heard[0]
    assert (pressed["actions"][0]["block_id"], pressed["actions"][0]["type"]) == ("do", "button")
    assert pressed["view"]["state"]["values"]["note"]["value"]["value"] == "Dana"


def test_a_field_that_wants_to_be_heard_at_once_is(page: Page, slack: SandboxServer, bot: Bot) -> None:
    tier = asked("tier", {"type": "static_select", "options": OPTIONS}, dispatch_action=True)
    show(slack, bot, modal(tier))
    dialog(page).get_by_label("Tier").select_option("b")
    assert slack.wait_until(lambda: bool(bot.heard))
    assert OPTIONS[1] == bot.heard[0]["actions"][0]["selected_option"]


def test_the_field_that_asks_for_the_focus_gets_it(page: Page, slack: SandboxServer, bot: Bot) -> None:
    focused = asked("reason", {"type": "plain_text_input", "focus_on_load": True})
    show(slack, bot, modal(WHAT, focused))
    dialog(page)
    page.keyboard.type("x")
    assert page.get_by_label("Reason").input_value() == "x"


def test_somebody_elses_modal_is_not_on_the_screen(page: Page, slack: SandboxServer, bot: Bot) -> None:
    trigger = slack.workspace.surfaces.new_trigger("U0MIA")
    bot.client.views_open(trigger_id=trigger.id, view=modal(section("For Mia"), title=plain("Mia's")))
    show(slack, bot, modal(section(f"For Alice, {NOON}")))
    assert "For Alice" in dialog(page).inner_text()


def test_a_form_that_is_gone_meanwhile_says_so_in_words(page: Page, slack: SandboxServer, bot: Bot) -> None:
    show(slack, bot, modal(NOTE))
    form = dialog(page)
    slack.workspace.surfaces.modals[ALICE].clear()
    form.get_by_role("button", name="Save").click()
    form.get_by_text("This has changed meanwhile. Look at it again.").wait_for()
