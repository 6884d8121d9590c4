"""Several people at their own screens: a deadline that passes, a queue, managers who act, and who sees what."""

import pytest
from playwright.sync_api import expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import DANA, Crowd, lives_until

pytestmark = pytest.mark.browser


def test_a_lead_breaches_while_time_is_jumped_and_everybody_reads_their_own_time(
    monday: Onlooker, people: Crowd
) -> None:
    alice, mia = people.join("U0ALICE"), people.join("U0MIA/C0MANAGERS")
    monday.send(**DANA, company="Northwind Freight")
    expect(alice.card("Northwind Freight")).to_contain_text("Contact by 10:05 AM · came in 10:00 AM")

    clock = alice.page.get_by_role("group", name="Time in the demo")
    jump = clock.get_by_role("button", name="Jump to what is next")
    expect(jump).to_contain_text("Reminder to Alice Anders")
    jump.click()
    expect(alice.card("Northwind")).to_contain_text("Lead SLA expires in 2 minutes")
    expect(clock.get_by_role("timer")).to_have_text("10:02:30 AM")

    expect(jump).to_contain_text("Deadline of Alice Anders")
    jump.click()
    expect(alice.card("Northwind").get_by_role("heading")).to_contain_text("Deadline passed")
    managers_card = mia.card("Northwind Freight")
    expect(managers_card.get_by_role("heading")).to_have_text("⚠️ Breached: Northwind Freight, Hot lead")
    expect(managers_card).to_contain_text("Alice Anders · due 10:05 AM")
    expect(managers_card).to_contain_text("backup queue at 11:05 AM")

    expect(jump).to_contain_text("Hand-over to the backup")
    jump.click()
    expect(alice.about("Northwind").first.get_by_role("heading")).to_contain_text(
        "Handed to the backup queue"
    )
    expect(clock.get_by_role("timer")).to_have_text("11:05:00 AM")
    # The same card before the eyes of somebody in Berlin.
    mia.goes_to("lead-backup")
    expect(mia.card("Northwind Freight")).to_contain_text("Due 10:05 AM with Alice Anders")
    mia.becomes("Dieter Daum")
    mia.goes_to("lead-backup")
    expect(mia.card("Northwind Freight")).to_contain_text("Due 16:05 with Alice Anders")

    lead = alice.opens("Lead")
    lead.get_by_role("button", name="Northwind Freight").click()
    expect(lead.get_by_role("list", name="Ladder").locator("[aria-current=step]")).to_contain_text(
        "Still free: the backups are reminded"
    )
    expect(lead.get_by_role("list", name="Timeline")).to_contain_text("11:05 AM")


def test_two_people_claim_at_once_and_one_reads_who_was_faster(monday: Onlooker, people: Crowd) -> None:
    carla, bob = people.join("U0CARLA/C0BACKUP"), people.join("U0BOB/C0BACKUP")
    monday.send(**DANA, company="Tidewell")
    lives_until(monday, seconds=3900)
    pressed = (carla, bob)
    for one in pressed:
        expect(one.card("Tidewell").locator("button", has_text="Claim")).to_be_enabled()
    # Both presses leave before either screen hears what became of them.
    for one in pressed:
        one.page.evaluate(
            "setTimeout(() => [...document.querySelectorAll('article button')]"
            ".find((one) => one.textContent === 'Claim').click())"
        )

    expect(carla.card("Tidewell").locator("button", has_text="Claim")).to_have_count(0)
    is_carlas = owner_of(monday, "Tidewell") == "Carla Costa"
    faster, slower = pressed if is_carlas else reversed(pressed)
    told = slower.told_alone.last
    expect(told).to_contain_text(
        f"{'Carla Costa' if is_carlas else 'Bob Brandt'} claimed Tidewell at 11:05 AM"
    )
    expect(told).to_contain_text("just before you. Nothing to do.")
    expect(faster.told_alone).to_have_count(0)
    faster.goes_to("lead-sla")
    expect(faster.card("Tidewell").get_by_role("heading")).to_contain_text("now yours")


def owner_of(page: Onlooker, company: str) -> str | None:
    owner = next(one["owner"] for one in page.get("leads")["leads"] if company in one["label"])
    person = page.stage.scene.policy.person(owner)
    return None if person is None else person.name


def test_a_manager_moves_a_lead_and_gives_time_with_menus_and_a_reason(
    monday: Onlooker, people: Crowd
) -> None:
    mia, alice = people.join("U0MIA/C0MANAGERS"), people.join("U0ALICE")
    monday.send(**DANA, company="Alder & Sons")
    lives_until(monday, seconds=300)
    card = mia.card("Alder & Sons")

    mia.press(card, "Extend")
    mia.dialog.get_by_label("15 min more").click()
    mia.dialog.get_by_role("button", name="Give time").click()
    expect(mia.dialog.locator(".field-error:visible")).to_have_count(1)
    mia.dialog.get_by_label("Reason").fill("She is on a train.")
    mia.dialog.get_by_role("button", name="Give time").click()
    expect(alice.about("Alder & Sons").first).to_contain_text("Mia Moreno gave you until 11:20 AM")

    mia.press(card, "Reassign")
    owners = mia.dialog.get_by_label("New owner")
    bob = owners.locator("option", has_text="Bob Brandt – 0 open").get_attribute("value")
    owners.select_option(value=bob)
    mia.dialog.get_by_role("button", name="Reassign").click()
    expect(alice.about("Alder & Sons").first.get_by_role("heading")).to_contain_text("Now with Bob Brandt")
    expect(card).to_contain_text("Bob Brandt")
    card.locator(".thread-summary").click()
    expect(mia.thread.get_by_role("article").first).to_contain_text("Now with Bob Brandt")
    expect(mia.thread).to_contain_text("Mia Moreno gave 15 min more")
    mia.page.keyboard.press("Escape")
    expect(mia.thread).to_be_hidden()


def test_who_may_not_press_is_told_alone_and_the_card_stays(monday: Onlooker, people: Crowd) -> None:
    dieter, mia = people.join("U0DIETER/C0BACKUP"), people.join("U0MIA/C0BACKUP")
    monday.send(**DANA, company="Fjordline")
    lives_until(monday, seconds=3900)
    dieter.press(dieter.card("Fjordline"), "Claim")
    expect(dieter.told_alone).to_contain_text("Only the Enterprise backups can claim")
    expect(mia.told_alone).to_have_count(0)
    dieter.told_alone.get_by_role("button", name="Dismiss message").click()
    expect(dieter.told_alone).to_have_count(0)
    expect(dieter.card("Fjordline").get_by_role("heading")).to_contain_text("Free to claim")


def test_each_channel_is_there_for_those_who_have_a_part_in_it(week: Onlooker, people: Crowd) -> None:
    somebody = people.join("U0MIA")
    places = somebody.page.locator(".places .place")
    for name, channels in (
        ("Mia Moreno", ["lead-backup", "sales-managers"]),
        ("Dieter Daum", ["lead-backup"]),
        ("Lead Ops", ["lead-ops"]),
        ("Omar Odeh", []),
    ):
        somebody.becomes(name)
        expect(places.filter(has_text="🔒").locator(".row-name")).to_have_text(channels)


def test_what_nobody_has_read_is_marked_until_its_person_looks(monday: Onlooker, people: Crowd) -> None:
    somebody = people.join("U0MIA")
    monday.send(**DANA, company="Greyline")
    alices = somebody.page.locator(".people button", has_text="Alice Anders")
    role = "Rep, Enterprise · Backup, Inside sales"
    expect(alices).to_have_accessible_name(f"Alice Anders, {role}, 1 unread")
    lives_until(monday, seconds=300)
    channel = somebody.page.locator(".places button", has_text="sales-managers")
    expect(channel).to_have_accessible_name("sales-managers, private, 1 unread")
    somebody.goes_to("sales-managers")
    expect(channel).to_have_accessible_name("sales-managers, private")

    somebody.becomes("Alice Anders")
    expect(somebody.card("Greyline").first).to_be_visible()
    assert somebody.page.url.endswith("#/U0ALICE/D0ALICE")
    expect(alices).to_have_accessible_name(f"Alice Anders, {role}")
    somebody.page.go_back()
    expect(somebody.page.locator(".talk-head h2:visible")).to_contain_text("sales-managers")
