"""Every card, modal and piece of Block Kit as the page shows it: its structure, not its pixels."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests.bot.slack.samples import ENDLESS, a_lead, at
from tests.bot.slack.test_card_rules import message_of, situations
from tests.bot.slack.test_modals import every_modal
from tests.browser.harness import DIETER, show, show_all, show_modal, sticks_out
from tests.browser.outlines import NOW, OUTLINES, STORED, outline
from tests.browser.pieces import (
    CONFIRM,
    EVERY_BLOCK,
    GROUPS,
    INPUTS,
    OPTIONS,
    actions,
    asked,
    button,
    modal,
    section,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", OUTLINES)
def test_the_page_reads_as_it_was_written_down(page: Page, name: str) -> None:
    assert (STORED / f"{name}.txt").read_text() == outline(page, name)


def test_nothing_that_the_bot_sends_is_unknown_to_the_page_or_wider_than_a_phone(phone: Page) -> None:
    cards = []
    for role, lead, number, fields in situations():
        message = message_of(role, replace(lead, details=ENDLESS), number, fields)
        cards.append((role, message.get("blocks", [])))
    show_all(phone, cards, now=NOW)
    assert (phone.locator(".cannot-show").count(), sticks_out(phone)) == (0, False)
    for view in every_modal(a_lead(ENDLESS)):
        show_modal(phone, view, now=NOW)
        assert (phone.locator("dialog .cannot-show").count(), sticks_out(phone)) == (0, False)


def test_every_piece_fits_a_phone(phone: Page) -> None:
    show(phone, [one for blocks in EVERY_BLOCK.values() for one in blocks], now=NOW)
    assert not sticks_out(phone)
    show_modal(phone, modal(*INPUTS), now=NOW)
    assert not sticks_out(phone)


def test_what_cannot_be_shown_keeps_its_json(page: Page) -> None:
    show(page, EVERY_BLOCK["cannot_be_shown"][:1], now=NOW)
    page.get_by_text("Its JSON").click()
    assert "https://away.example/v" in page.locator(".cannot-show pre").inner_text()


# Presses


def presses(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = page.evaluate("presses")
    return found


def test_a_press_says_its_action_and_its_block(page: Page) -> None:
    show(page, [actions(button("claim", "Claim"), block_id="do:v3")], now=NOW)
    page.get_by_role("button", name="Claim").press("Enter")
    assert presses(page) == [{"action_id": "claim", "block_id": "do:v3", "choice": None}]


def test_a_button_waits_for_its_answer_and_is_not_pressed_twice(page: Page) -> None:
    page.evaluate("() => { answer = new Promise((done) => (window.done = done)) }")
    show(page, [actions(button("claim", "Claim"))], now=NOW)
    claim = page.get_by_role("button", name="Claim")
    claim.click()
    claim.click()
    assert (claim.get_attribute("aria-busy"), len(presses(page))) == ("true", 1)
    page.evaluate("done({acked: true})")
    page.locator("button:not([aria-busy])").wait_for()


def test_a_press_that_nobody_answered_has_a_warning_until_the_next(page: Page) -> None:
    page.evaluate("() => { answer = {acked: false} }")
    show(page, [actions(button("claim", "Claim"))], now=NOW)
    page.get_by_role("button", name="Claim").click()
    said = "Operation timed out. Apps need to respond within three seconds."
    assert f"⚠{said}" == page.get_by_role("alert").inner_text().replace("\n", "")
    page.evaluate("() => { answer = {acked: true} }")
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("alert").wait_for(state="detached")


def test_a_confirmation_is_asked_for_before_the_press(page: Page) -> None:
    show(page, [actions(button("end", "Close lead", confirm=CONFIRM))], now=NOW)
    page.get_by_role("button", name="Close lead").click()
    assert page.locator("dialog .dialog-body").inner_text() == "Nothing more is sent about it."
    page.get_by_role("button", name="Keep it open").click()
    page.get_by_role("button", name="Close lead").click()
    page.keyboard.press("Escape")
    assert presses(page) == []
    page.get_by_role("button", name="Close lead").click()
    page.get_by_role("button", name="Close it").click()
    page.locator("dialog").wait_for(state="detached")
    assert [one["action_id"] for one in presses(page)] == ["end"]


def test_a_button_with_an_address_opens_it_and_is_pressed(page: Page) -> None:
    show(page, [actions(button("crm", "Open in CRM", url=f"{page.url}?crm"))], now=NOW)
    with page.expect_popup() as opened_page:
        page.get_by_role("link", name="Open in CRM").click()
    assert opened_page.value.url.endswith("?crm")
    assert [one["action_id"] for one in presses(page)] == ["crm"]


def test_an_overflow_menu_is_used_with_the_keyboard_alone(page: Page) -> None:
    show(page, [actions({"type": "overflow", "action_id": "more", "options": OPTIONS})], now=NOW)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Alice Anders").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert presses(page) == [{"action_id": "more", "block_id": "do", "choice": "b"}]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "More actions"


def test_each_element_of_a_message_says_what_was_chosen(page: Page) -> None:
    show(page, EVERY_BLOCK["chosen_in_a_message"], now=NOW)
    page.locator("[data-action=s]").select_option("b")
    page.locator("[data-action=u]").select_option("U0BOB")
    page.locator("[data-action=cs]").select_option("C0MANAGERS")
    page.locator("[data-action=ch]").select_option("C0GENERAL")
    for action, value in (("d", "2026-11-25"), ("t", "14:30"), ("dt", "2026-11-23T10:06")):
        page.locator(f"[data-action={action}]").fill(value)
        page.locator(f"[data-action={action}]").blur()
    page.locator("[data-action=r]").get_by_label("Bob Brandt").check()
    page.locator("[data-action=c]").get_by_label("Alice Anders").check()
    page.locator("[data-action=c]").get_by_label("Bob Brandt").uncheck()
    said = [(one["action_id"], one["choice"]) for one in presses(page)]
    assert [
        ("s", "b"),
        ("u", "U0BOB"),
        ("cs", "C0MANAGERS"),
        ("ch", "C0GENERAL"),
        ("d", "2026-11-25"),
        ("t", "14:30"),
        ("dt", int(at("10:06").timestamp())),
        ("r", "b"),
        ("c", ["b", "a"]),
        ("c", ["a"]),
    ] == said


def test_a_choice_that_was_called_off_is_taken_back(page: Page) -> None:
    menu = {"type": "static_select", "action_id": "s", "options": OPTIONS, "initial_option": OPTIONS[0]}
    show(page, [actions({**menu, "confirm": CONFIRM})], now=NOW)
    page.locator("[data-action=s]").select_option("b")
    page.get_by_role("button", name="Keep it open").click()
    page.locator("dialog").wait_for(state="detached")
    assert (presses(page), page.locator("[data-action=s]").input_value()) == ([], "a")


def test_options_in_groups_keep_their_group(page: Page) -> None:
    show_modal(page, modal(asked("owner", {"type": "static_select", "option_groups": GROUPS})), now=NOW)
    groups = page.locator("optgroup")
    assert [one.get_attribute("label") for one in groups.all()] == ["Can take it", "Away"]
    assert groups.nth(1).inner_text().strip() == "Alice Anders – 2 open"


def test_a_moment_is_chosen_in_the_viewers_zone_also_when_the_clocks_change(page: Page) -> None:
    picker = actions({"type": "datetimepicker", "action_id": "dt", "initial_date_time": int(NOW)})
    show(page, [picker], now=NOW, viewer=DIETER)
    field = page.locator("[data-action=dt]")
    assert field.input_value() == "2026-11-23T16:03"
    field.fill("2026-10-25T03:30")
    field.blur()
    field.fill("2026-10-25T01:30")
    field.blur()
    # Two hours of clock, three of time: that night the clocks in Berlin go back from 3 to 2.
    first, second = (one["choice"] for one in presses(page))
    assert (first, second) == (1792895400, 1792884600)


def test_a_long_text_folds_unless_the_app_wants_all_of_it(page: Page) -> None:
    show(page, [section("word " * 300)], now=NOW)
    folded = page.locator(".text").bounding_box()
    page.get_by_role("button", name="See more").click()
    unfolded = page.locator(".text").bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert folded["height"] < unfolded["height"]
    show(page, [{**section("word " * 300), "expand": True}], now=NOW)
    assert page.get_by_role("button").count() == 0


def test_the_focus_finds_a_button_again_although_the_app_renamed_its_block(page: Page) -> None:
    names = []
    for block_id in ("do:v1", "do:v2"):
        show(page, [actions(button("why", "Why?"), block_id=block_id)], now=NOW)
        names.append(page.get_by_role("button", name="Why?").get_attribute("data-focus"))
    assert names == ["why/do", "why/do"]
