"""A working day, its evening and the weekend after it, lived through in the page by jumps."""

import pytest
from playwright.sync_api import expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import Crowd, Person

pytestmark = pytest.mark.browser


def jumps_to(person: Person, where: str) -> None:
    clock = person.page.get_by_role("group", name="Time in the demo")
    clock.get_by_role("button", name="Jump to…").click()
    person.page.locator(".jump-menu").get_by_role("button", name=where).click()


def test_a_lead_of_friday_evening_waits_for_monday_and_its_sum_says_so(
    monday: Onlooker, people: Crowd
) -> None:
    bob = people.join("U0BOB")
    face = bob.page.get_by_role("group", name="Time in the demo").locator(".clock-face")
    for day in ("Tue Nov 24", "Wed Nov 25", "Thu Nov 26", "Fri Nov 27"):
        jumps_to(bob, "Tomorrow 9:00")
        expect(face).to_contain_text(day)
    jumps_to(bob, "Closing time")
    expect(face).to_contain_text("Fri Nov 27")
    expect(face).to_contain_text("5:00:00 PM")

    new = bob.opens("New lead")
    new.get_by_role("button", name="After hours").click()
    # Not a hot one, for which somebody would be paged.
    bob.page.locator("#draft-intent").fill("trial")
    bob.page.locator("#draft-score").fill("68")
    new.get_by_role("button", name="Send the lead").click()
    expect(new).to_contain_text("Contact by Mon Nov 30, 9:30 AM.")
    jumps_to(bob, "Monday 9:00")
    expect(face).to_contain_text("Mon Nov 30")
    expect(face).to_contain_text("9:00:00 AM")
    new.get_by_role("button", name="What is going on with it").click()
    lead = bob.panel("Lead")
    expect(lead.locator(".clock-sum")).to_contain_text(
        "In Fri 5:00 PM. Closed until Mon 9:00 AM. 30 min. Due Mon 9:30 AM."
    )
    expect(lead.locator(".clock-says")).to_contain_text("due 9:30 AM · running")
