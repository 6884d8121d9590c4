"""What happens at any hour, lived through on the page: a night, an absence, a queue, a morning, an account closed."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import DANA, Crowd, lives_until

pytestmark = pytest.mark.browser


def sample(page: Onlooker, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["lead"] for one in page.get("")["samples"] if one["id"] == name)
    return found


def test_a_page_at_night_that_nobody_answers_reaches_the_next_by_sms_and_is_answered(
    monday: Onlooker, people: Crowd
) -> None:
    lives_until(monday, to="closing")
    mia, omar = people.join("U0MIA"), people.join("U0OMAR/letters")
    monday.send(**sample(monday, "after-hours"))
    page = mia.card("Alder & Sons")
    expect(page.get_by_role("heading")).to_have_text("📟 On call: Hot lead Noor Haddad, Alder & Sons")
    expect(page).to_contain_text("Press I'm on it by 5:05 PM")
    lives_until(monday, seconds=300)

    text = omar.letters.last
    expect(text).to_contain_text("Lead SLA on call: Hot lead Noor Haddad, Alder. Press by 5:10, contact")
    text.get_by_role("link").click()
    page = omar.card("Alder & Sons")
    expect(page).to_contain_text("Mia Moreno did not press I'm on it by 5:05 PM.")
    omar.press(page, "I'm on it")
    expect(page.get_by_role("heading")).to_contain_text("📟 You're on it")
    omar.logs("Alder & Sons", "E-mail sent")
    expect(page.get_by_role("heading")).to_contain_text("✅ Contacted")
    expect(page).to_contain_text("Nothing more tonight.")

    page.get_by_role("button", name="What is going on").press("Enter")
    sent = omar.panel("Lead").get_by_role("article").get_by_role("article")
    expect(sent).to_have_count(2)
    expect(sent.first).to_contain_text("to Mia Moreno")
    expect(sent.last).to_contain_text("to Omar Odeh")


def test_whoever_is_on_call_is_covered_after_a_command_and_is_not_paged(
    monday: Onlooker, people: Crowd
) -> None:
    lives_until(monday, to="closing")
    mia, omar = people.join("U0MIA"), people.join("U0OMAR")
    mia.types("/lead-sla cover @omar until tomorrow 9:00")
    expect(mia.told_alone).to_contain_text("Omar Odeh is on call for you (hot leads)")
    sent = monday.stage.slack.deliveries.log[-1].payload
    assert sent["text"] == "cover <@U0OMAR|omar> until tomorrow 9:00"
    expect(omar.card("on call")).to_contain_text("You cover for Mia Moreno.")
    monday.send(**sample(monday, "after-hours"))
    expect(omar.card("Alder & Sons").get_by_role("heading")).to_contain_text("📟 On call")
    expect(mia.about("Alder & Sons")).to_have_count(0)


def test_whoever_goes_away_hands_on_what_is_open_and_gets_nothing_until_they_are_back(
    monday: Onlooker, people: Crowd
) -> None:
    alice, bob = people.join("U0ALICE"), people.join("U0BOB")
    monday.send(**DANA, company="Northwind Freight")
    expect(alice.card("Northwind")).to_contain_text("Contact by")
    alice.types("/lead-sla away until 16:00 cover @bob")
    asked = alice.told_alone.last
    expect(asked).to_contain_text("Northwind Freight")
    asked.get_by_role("button", name="Hand on Dana Reyes, Northwind Freight").click()
    expect(bob.card("Northwind").get_by_role("heading")).to_contain_text("now yours")
    expect(alice.about("Northwind").first.get_by_role("heading")).to_contain_text("➡️ Now with Bob Brandt")

    alice.types("/lead-sla back")
    expect(alice.told_alone.last).to_contain_text("back")


def test_a_lead_is_claimed_from_the_queue_and_contacted_by_who_claimed_it(
    monday: Onlooker, people: Crowd
) -> None:
    carla, mia = people.join("U0CARLA/C0BACKUP"), people.join("U0MIA/C0MANAGERS")
    monday.send(**DANA, company="Cobalt Rail")
    lives_until(monday, seconds=3900)
    carla.press(carla.card("Cobalt Rail"), "Claim")
    expect(carla.card("Cobalt Rail").get_by_role("heading")).to_contain_text("➡️ Claimed by Carla Costa")
    carla.goes_to("lead-sla")
    expect(carla.card("Cobalt Rail")).to_contain_text("Contact by 11:35 AM")
    carla.logs("Cobalt Rail", "Called, spoke to them")
    expect(carla.card("Cobalt Rail").get_by_role("heading")).to_contain_text("✅ Contacted")
    expect(mia.card("Cobalt Rail").get_by_role("heading")).to_contain_text("✅ Contacted")


def test_in_the_morning_the_managers_read_of_the_night_and_the_rep_finds_what_waits(
    monday: Onlooker, people: Crowd
) -> None:
    lives_until(monday, to="closing")
    monday.send(**sample(monday, "webinar"))
    carla, mia = people.join("U0CARLA"), people.join("U0MIA/C0MANAGERS")
    clock = mia.page.get_by_role("group", name="Time in the demo")
    clock.get_by_role("button", name="Jump to…").click()
    mia.page.locator(".jump-menu").get_by_role("button", name="Tomorrow 9:00").click()

    digest = mia.card("Overnight, Inside sales")
    expect(digest.get_by_role("heading")).to_have_text("ℹ️ Overnight, Inside sales: 1 lead")
    expect(digest).to_contain_text("Starting now: 1. Carla Costa 1.")
    expect(digest).to_contain_text("1 acknowledgement e-mail sent")
    expect(carla.card("Little Loom")).to_contain_text("1:00 PM")
    carla.card("Little Loom").get_by_role("button", name="What is going on").press("Enter")
    expect(carla.panel("Lead").get_by_role("article", name="E-mail")).to_contain_text(
        "We have your request and will answer on Tuesday, November 24, from 9:00 AM"
    )


def test_while_slack_is_down_what_is_urgent_goes_by_e_mail_and_sms_and_is_not_said_again(
    monday: Onlooker, people: Crowd
) -> None:
    mia, ops = people.join("U0MIA"), people.join("U0OPS/letters")
    monday.send(**DANA, company="Harbour & Vale")
    mia.turns_on("Slack is down")
    lives_until(monday, seconds=900)
    # Since when depends on when the bot noticed, while time jumped.
    expect(ops.letters).to_contain_text(re.compile(r"Slack is away since 10:\d\d AM: 1 lead to call"))
    expect(ops.letters).to_contain_text("was due 10:05 AM · Alice Anders · Dana Reyes, Harbour & Vale, Hot")
    mia.goes_to("E-mail and SMS")
    expect(mia.page.get_by_role("article", name="SMS")).to_contain_text(
        "Lead SLA: Breached: Harbour & Vale, Hot"
    )
    mia.banner.get_by_role("button", name="End the trouble").click()
    mia.goes_to("sales-managers")
    expect(mia.card("Harbour & Vale").get_by_role("heading")).to_contain_text("⚠️ Breached")
    rows = mia.opens("Ledger").get_by_role("listitem")
    expect(rows.filter(has_text="Deadline passed to Alice Anders by e-mail")).to_contain_text("Sent")
    expect(rows.filter(has_text="said by e-mail while Slack was away")).to_have_count(1)
    expect(mia.panel("Ledger").locator(".sums")).to_contain_text("None doubled, none lost.")


def test_what_is_open_of_somebody_whose_account_is_closed_is_free_at_once_and_the_managers_know(
    monday: Onlooker, people: Crowd
) -> None:
    alice, mia = people.join("U0ALICE"), people.join("U0MIA/C0MANAGERS")
    monday.send(**DANA, company="Fjordline")
    expect(alice.card("Fjordline")).to_contain_text("Contact by")
    changes_account(alice, "Close the account")
    expect(alice.page.locator(".people [aria-pressed=true]")).to_contain_text("account closed")
    expect(alice.page.get_by_role("textbox", name="This account is closed")).to_be_disabled()
    expect(mia.card("Alice Anders")).to_contain_text("No longer active in Slack")
    mia.goes_to("lead-backup")
    expect(mia.card("Fjordline").get_by_role("heading")).to_contain_text("📥 Free to claim")
    changes_account(alice, "Open the account again")
    expect(alice.page.locator(".people [aria-pressed=true]")).not_to_contain_text("account closed")


def test_do_not_disturb_is_said_beside_the_name_and_can_be_ended(week: Onlooker, people: Crowd) -> None:
    omar, mia = people.join("U0OMAR"), people.join("U0MIA")
    changes_account(omar, "Do not disturb")
    expect(mia.page.locator(".people button", has_text="Omar Odeh")).to_contain_text("do not disturb")
    changes_account(omar, "End do not disturb")
    expect(mia.page.locator(".people button", has_text="Omar Odeh")).not_to_contain_text("do not disturb")


def changes_account(person: Any, label: str) -> None:
    person.page.get_by_role("button", name="Account…").click()
    person.page.locator("#account-menu").get_by_role("button", name=label, exact=True).click()
