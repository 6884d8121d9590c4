"""A rep at the page: a lead answered from its card, and what happens where something does not fit."""

import pytest
from playwright.sync_api import Page, expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import DANA, Crowd, Person

pytestmark = pytest.mark.browser

CALLED = "Called, spoke to them"


def has_a_lead(week: Onlooker, people: Crowd, company: str) -> Person:
    alice = people.join("U0ALICE")
    week.send(**DANA, company=company)
    expect(alice.card(company)).to_contain_text("Contact by")
    return alice


def test_three_presses_log_a_contact_and_the_card_says_so_in_its_place(week: Onlooker, people: Crowd) -> None:
    alice = has_a_lead(week, people, "Three Presses")
    stamp = alice.card("Three Presses").get_attribute("data-ts")
    alice.logs("Three Presses", CALLED)

    card = alice.card("Three Presses")
    expect(card.get_by_role("heading")).to_have_text("✅ Contacted: Dana Reyes, Three Presses")
    expect(card).to_contain_text("In time. Called, spoke to them")
    assert (card.get_attribute("data-ts"), alice.about("Three Presses").count()) == (stamp, 1)


def test_the_keyboard_alone_does_it_too_and_stays_at_the_card(week: Onlooker, people: Crowd) -> None:
    alice = has_a_lead(week, people, "Keyboard Co")
    alice.page.locator("body").press("Tab")
    alice.page.keyboard.press("Enter")  # the link that skips to the conversation
    tabs_to(alice.page, "Log contact for Dana Reyes, Keyboard Co")
    alice.page.keyboard.press("Enter")
    expect(alice.dialog.get_by_label(CALLED, exact=True)).to_be_focused()
    alice.page.keyboard.press("Space")
    alice.page.keyboard.press("Enter")

    expect(alice.card("Keyboard Co").get_by_role("heading")).to_contain_text("✅ Contacted")
    expect(alice.dialog).to_have_count(0)
    assert alice.card("Keyboard Co").evaluate("card => card.contains(document.activeElement)")


def test_who_closes_a_form_is_back_at_the_button_though_the_card_was_drawn_anew_meanwhile(
    week: Onlooker, people: Crowd
) -> None:
    alice = people.join("U0ALICE")
    lead = DANA | {"company": "Drawn Anew", "email": "dana@anew.example"}
    week.send(**lead, external_id="anew-1")
    opener = "Log contact for Dana Reyes, Drawn Anew"
    alice.page.get_by_role("button", name=opener).focus()
    alice.page.keyboard.press("Enter")
    expect(alice.dialog.get_by_label(CALLED, exact=True)).to_be_focused()
    week.send(**lead, external_id="anew-2")
    card = alice.page.locator("article", has_text="Drawn Anew").last
    expect(card).to_contain_text("asked again", ignore_case=True)
    alice.page.keyboard.press("Escape")
    expect(alice.dialog).to_have_count(0)
    expect(alice.page.get_by_role("button", name=opener)).to_be_focused()


def tabs_to(page: Page, name: str) -> None:
    for _ in range(60):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with the Tab key")


def test_what_the_bot_does_not_take_stands_beside_its_field_and_what_was_typed_stays(
    week: Onlooker, people: Crowd
) -> None:
    alice = has_a_lead(week, people, "Tomorrow Ltd")
    alice.press(alice.card("Tomorrow Ltd"), "Log contact")
    alice.dialog.get_by_label(CALLED, exact=True).click()
    when = alice.dialog.get_by_label("When")
    when.fill("2036-11-24T09:00")
    alice.dialog.get_by_label("Note").fill("Wants a call back.")
    alice.dialog.get_by_role("button", name="Save").click()

    expect(when).to_have_attribute("aria-invalid", "true")
    expect(when).to_be_focused()
    expect(alice.dialog.locator(".field-error:visible")).to_have_count(1)
    expect(alice.dialog.get_by_label("Note")).to_have_value("Wants a call back.")
    when.fill("")
    alice.dialog.get_by_role("button", name="Save").click()
    expect(alice.card("Tomorrow Ltd").get_by_role("heading")).to_contain_text("✅ Contacted")


def test_a_form_without_its_choice_is_not_sent(week: Onlooker, people: Crowd) -> None:
    alice = has_a_lead(week, people, "No Choice")
    alice.press(alice.card("No Choice"), "Log contact")
    alice.dialog.get_by_role("button", name="Save").click()
    expect(alice.dialog.locator(".field-error:visible")).to_have_count(1)
    alice.page.keyboard.press("Escape")
    expect(alice.dialog).to_have_count(0)
    expect(alice.card("No Choice").get_by_role("heading")).to_contain_text("📥 Hot lead")


def test_a_lead_that_is_passed_on_goes_to_the_next_and_stays_with_nobody_twice(
    week: Onlooker, people: Crowd
) -> None:
    alice = has_a_lead(week, people, "Passed On")
    bob = people.join("U0BOB")
    alice.press(alice.card("Passed On"), "Pass")
    alice.dialog.get_by_label("On a call or in a meeting").click()
    alice.dialog.get_by_role("button", name="Pass it on").click()

    expect(bob.card("Passed On").get_by_role("heading")).to_contain_text("now yours: Dana Reyes, Passed On")
    expect(alice.card("Passed On").get_by_role("heading")).to_contain_text("➡️ Passed to Bob Brandt")
    expect(alice.card("Passed On").locator("button", has_text="Log contact")).to_have_count(0)


def test_why_tells_the_whole_sum_in_a_modal(week: Onlooker, people: Crowd) -> None:
    alice = has_a_lead(week, people, "Why Not")
    alice.press(alice.card("Why Not"), "Why?")
    expect(alice.dialog).to_contain_text("5 working minutes")
    expect(alice.dialog).to_contain_text("because score 88 is at least 75")
    alice.dialog.get_by_role("button", name="Close").first.click()
    expect(alice.dialog).to_have_count(0)


def test_im_on_it_is_told_to_the_one_who_pressed_alone(week: Onlooker, people: Crowd) -> None:
    alice = has_a_lead(week, people, "Anvil Works")
    alice.press(alice.card("Anvil Works"), "I'm on it")
    expect(alice.card("Anvil Works")).to_contain_text("you're on it since")
    expect(alice.card("Anvil Works").locator("button", has_text="I'm on it")).to_have_count(0)
