"""A new lead arrives: from a sample, as JSON, in a burst, by the workflow step, and with hostile text."""

import re

import pytest
from playwright.sync_api import Dialog, expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import Crowd

pytestmark = pytest.mark.browser


def test_a_sample_is_sent_with_one_press_and_its_owner_has_the_card(monday: Onlooker, people: Crowd) -> None:
    dieter = people.join("U0DIETER")
    new = dieter.opens("New lead")
    new.get_by_role("button", name="German trial").click()
    new.get_by_role("button", name="Send the lead").click()
    expect(new).to_contain_text("202 Taken. High, with Dieter Daum, within SLA. Contact by 16:30.")
    expect(dieter.card("Kessel & Söhne")).to_contain_text("Contact by 16:30 · came in 16:00")

    new.get_by_role("button", name="What is going on with it").click()
    lead = dieter.panel("Lead")
    expect(lead.get_by_role("heading", level=2).last).to_have_text("Jonas Kessel, Kessel & Söhne")
    expect(lead).to_contain_text("30 working minutes. In Mon 16:00. 30 min. Due 16:30. Paused 0 min.")
    dieter.card("Kessel").get_by_role("button", name="What is going on").press("Enter")
    expect(lead.get_by_role("list", name="Ladder").locator("[data-state=done]")).to_have_count(1)


def test_broken_json_is_named_by_its_place_and_nothing_is_sent(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    before = len(week.get("leads")["leads"])
    new = alice.opens("New lead")
    new.get_by_role("tab", name="JSON").click()
    text = new.get_by_label("The lead as it is sent")
    text.fill('{"company": "Half a lead",\n "score": }')
    expect(new.get_by_role("status").first).to_contain_text("Line 2, column 11")
    expect(new.get_by_role("button", name="Send the lead")).to_be_disabled()
    new.get_by_role("tab", name="Form").click()
    expect(new.get_by_label("Company").first).to_be_disabled()

    new.get_by_role("tab", name="JSON").click()
    text.fill('{"company": "A whole lead", "email": "kim@whole.example", "score": 70}')
    new.get_by_role("tab", name="Form").click()
    expect(new.get_by_label("Company").first).to_have_value("A whole lead")
    new.get_by_role("button", name="Send the lead").click()
    expect(new).to_contain_text("202 Taken.")
    assert len(week.get("leads")["leads"]) == before + 1


def test_hostile_text_stands_on_the_card_as_text(week: Onlooker, people: Crowd) -> None:
    somebody = people.join("U0ALICE")
    boxes: list[str] = []
    somebody.page.on("dialog", lambda box: _note(box, boxes))
    new = somebody.opens("New lead")
    new.get_by_role("button", name="Hostile text").click()
    new.get_by_role("button", name="Send the lead").click()
    expect(new).to_contain_text("202 Taken.")
    said = re.search(r"with (\w+ \w+), within", new.inner_text())
    assert said is not None
    somebody.becomes(said[1])

    card = somebody.card("Pat <!channel>")
    expect(card).to_contain_text("hi @here <!everyone> <@U0MIA> https://phish.example")
    assert card.locator("img, script, a[href*=phish], .mention, mark").count() == 0
    assert boxes == []
    assert somebody.sticks_out() == []


def _note(box: Dialog, boxes: list[str]) -> None:
    boxes.append(box.message)
    box.dismiss()


def test_the_workflow_step_gives_back_what_the_bot_made_of_the_lead(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    new = alice.opens("New lead")
    new.get_by_text('The workflow step "Start a lead SLA"').click()
    step = new.locator("details").filter(has_text="The workflow step").first
    step.get_by_label("Company").fill("Workflow Works")
    step.get_by_label("E-mail").fill("kim@workflow.example")
    step.get_by_label("Score").fill("77")
    step.get_by_role("button", name="Run the step").click()
    expect(step).to_contain_text("The step is done and gave back:")
    expect(step.locator("dt")).to_have_text(["lead_id", "owner", "due_at"])
    step.get_by_role("button", name="What is going on with it").click()
    expect(alice.panel("Lead").get_by_role("heading", level=2).last).to_have_text("Workflow Works")


def test_a_lead_without_an_address_gets_no_clock_and_lead_ops_are_told(week: Onlooker, people: Crowd) -> None:
    ops = people.join("U0OPS")
    new = ops.opens("New lead")
    new.get_by_role("button", name="E-mail address missing").click()
    new.get_by_role("button", name="Send the lead").click()
    expect(new).to_contain_text("No clock runs, because something is missing.")
    expect(ops.card("Greyline")).to_contain_text("Greyline")
