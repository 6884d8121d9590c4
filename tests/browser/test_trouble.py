"""Trouble on demand, as the page shows it: Slack away, answers lost, the bot killed, fifty leads at once."""

import pytest
from playwright.sync_api import Locator, expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import DANA, Crowd, Person

pytestmark = pytest.mark.browser


def ends_the_trouble(person: Person) -> None:
    person.banner.get_by_role("button", name="End the trouble").click()
    expect(person.banner).to_be_hidden()


def is_good(person: Person) -> None:
    expect(person.opens("Ledger").locator(".sums")).to_contain_text("None doubled, none lost.")


def row_about(person: Person, company: str) -> Locator:
    """The ledger's row about the card of this lead."""
    rows = person.opens("Ledger").get_by_role("listitem").filter(has_text="Card to Alice Anders")
    return rows.filter(has_text=company).first


def test_slack_is_down_and_comes_back_and_what_was_owed_arrives_once(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    alice.turns_on("Slack is down")
    week.send(**DANA, company="Outage Partners")
    expect(row_about(alice, "Outage Partners")).to_contain_text("Waiting")
    expect(alice.about("Outage Partners")).to_have_count(0)

    ends_the_trouble(alice)
    expect(alice.card("Outage Partners")).to_contain_text("Contact by")
    expect(row_about(alice, "Outage Partners")).to_contain_text("Sent")
    is_good(alice)
    expect(alice.about("Outage Partners")).to_have_count(1)


def test_a_message_whose_answer_was_lost_is_looked_up_and_stands_once(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    alice.turns_on("Slack's answers get lost")
    week.send(**DANA, company="Lost & Found")
    expect(alice.card("Lost & Found")).to_contain_text("Contact by")
    expect(row_about(alice, "Lost & Found")).to_contain_text("No answer, being looked up")

    ends_the_trouble(alice)
    row = row_about(alice, "Lost & Found")
    expect(row).to_contain_text("Sentlooked up")
    row.locator("summary").click()
    calls = row.locator(".calls li")
    expect(calls).to_contain_text(["chat.postMessageno answer", "conversations.historylooked"])
    expect(calls.last).to_contain_text("In what Alice Anders got since")
    is_good(alice)
    expect(alice.about("Lost & Found")).to_have_count(1)


def test_a_killed_bot_is_seen_in_a_press_and_works_again_after_its_start(
    week: Onlooker, people: Crowd
) -> None:
    alice = people.join("U0ALICE")
    alice.may_be_refused = True  # the lead that nobody takes
    week.send(**DANA, company="Power Cut Ltd")
    expect(alice.card("Power Cut")).to_contain_text("Contact by")
    alice.opens("Trouble").get_by_role("button", name="Kill the bot").click()
    expect(alice.banner).to_contain_text("The bot is stopped.")

    alice.press(alice.card("Power Cut"), "I'm on it")
    expect(alice.card("Power Cut").get_by_role("alert")).to_contain_text("Apps need to respond")
    alice.opens("New lead").get_by_role("button", name="Send the lead").click()
    expect(alice.panel("New lead").get_by_role("status").last).to_contain_text(
        "Start the bot, then send it again."
    )

    alice.banner.get_by_role("button", name="Start the bot again").click()
    expect(alice.banner).to_be_hidden()
    alice.press(alice.card("Power Cut"), "I'm on it")
    expect(alice.card("Power Cut")).to_contain_text("you're on it since")
    expect(alice.card("Power Cut").get_by_role("alert")).to_have_count(0)
    is_good(alice)


def test_a_form_that_the_bot_did_not_answer_keeps_what_was_typed(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    week.send(**DANA, company="Patience Inc")
    alice.press(alice.card("Patience"), "Log contact")
    alice.dialog.get_by_label("E-mail sent").click()
    alice.dialog.get_by_label("Note").fill("Sent the offer.")
    week.stage.kill_bot()
    alice.dialog.get_by_role("button", name="Save").click()
    expect(alice.dialog.get_by_role("alert")).to_have_text("We had some trouble connecting. Try again?")
    expect(alice.dialog.get_by_label("Note")).to_have_value("Sent the offer.")

    week.stage.start_bot()
    alice.dialog.get_by_role("button", name="Save").click()
    expect(alice.card("Patience").get_by_role("heading")).to_contain_text("✅ Contacted")


def test_fifty_leads_at_once_while_slack_says_slow_down_all_arrive_once(
    monday: Onlooker, people: Crowd
) -> None:
    mia = people.join("U0MIA/C0MANAGERS")
    mia.turns_on("Slack says: slow down")
    new = mia.opens("New lead")
    new.get_by_role("button", name="Send 50 at once").click()
    expect(new).to_contain_text("50 sent: 47 taken, 2 with something missing, 1 known already.")
    ends_the_trouble(mia)
    is_good(mia)
    expect(mia.opens("Ledger").get_by_role("listitem").filter(has_text="Card to").first).to_be_visible()
