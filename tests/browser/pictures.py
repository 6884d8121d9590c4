"""The README's pictures: `python -m tests.browser.pictures` plays a Monday on the demo's stage and takes them anew."""

from collections.abc import Iterator
from typing import Any, Final

from playwright.sync_api import expect, sync_playwright

from tests.bot.demo.looking import Onlooker, watched
from tests.browser.harness import HERE, MISSING, chromium_path, launch
from tests.browser.people import DANA, MORNING, Crowd, Person, crowd, lives_until

STORED: Final = HERE / "pictures"
PHONE: Final = {"width": 400, "height": 800}

Picture = tuple[str, Person]
"""Its name, and on whose screen it is taken."""


def main() -> None:
    if chromium_path() is None:
        raise SystemExit(MISSING)
    STORED.mkdir(exist_ok=True)
    with (
        watched("week") as onlooker,
        sync_playwright() as playwright,
        crowd(launch(playwright), onlooker) as people,
    ):
        onlooker.post("clock", rate=0)
        lives_until(onlooker, to=MORNING)
        for part in (_morning, _breach, _handed_over, _trouble, _night, _next_day):
            for name, person in part(onlooker, people):
                # Nothing is lit up by the mouse, and no cursor blinks.
                person.page.mouse.move(0, 0)
                person.page.screenshot(path=STORED / f"{name}.png", animations="disabled")
                print(name, flush=True)


def _morning(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """A lead arrives; its rep reads the card and logs the contact."""
    alice = people.join("U0ALICE", color_scheme="light")
    new = alice.opens("New lead")
    yield "new_lead", alice
    new.get_by_role("button", name="Send the lead").click()
    new.get_by_role("button", name="What is going on with it").click()
    lives_until(onlooker, seconds=80)
    expect(alice.card("Northwind")).to_contain_text("Contact by 10:05 AM")
    _settled(alice)
    yield "rep", alice
    dark = people.join("U0ALICE", color_scheme="dark")
    dark.opens("Lead").get_by_role("button", name="Northwind").click()
    _settled(dark)
    yield "dark", dark
    phone = people.join("U0ALICE", color_scheme="light", **PHONE)
    expect(phone.card("Northwind")).to_be_visible()
    yield "phone", phone
    alice.press(alice.card("Northwind"), "Log contact")
    alice.dialog.get_by_label("Called, spoke to them").click()
    yield "log_contact", alice
    alice.dialog.get_by_role("button", name="Cancel").click()


def _breach(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """Nobody logs anything; the managers hear of it and give time."""
    mia = people.join("U0MIA/C0MANAGERS", color_scheme="light")
    onlooker.send(**_sample(onlooker, "trial"))
    lives_until(onlooker, to="2026-11-23T10:05:00-05:00")
    mia.press(mia.card("Northwind"), "Extend")
    mia.dialog.get_by_label("15 min more").click()
    mia.dialog.get_by_label("Reason").fill("Alice is in a demo until 11.")
    mia.dialog.get_by_role("button", name="Give time").click()
    mia.card("Northwind").locator(".thread-summary").click()
    expect(mia.thread).to_contain_text("gave 15 min more")
    yield "managers", mia


def _handed_over(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """The backup queue after that; somebody in Berlin about to jump on."""
    carla = people.join("U0CARLA/C0BACKUP", color_scheme="light")
    lives_until(onlooker, to="2026-11-23T11:20:00-05:00")
    expect(carla.card("Northwind").locator("button", has_text="Claim")).to_be_enabled()
    carla.opens("Lead").get_by_role("button", name="Northwind").click()
    _settled(carla)
    yield "queue", carla
    dieter = people.join("U0DIETER", color_scheme="light")
    dieter.page.get_by_role("button", name="Jump to…").click()
    yield "time", dieter


def _trouble(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """Slack away with something owed; answers lost and looked up."""
    bob = people.join("U0BOB/C0BACKUP", color_scheme="light")
    bob.turns_on("Slack is down")
    onlooker.send(**_sample(onlooker, "webinar"))
    yield "trouble", bob
    bob.goes_to("lead-sla")
    onlooker.post("trouble", what="answers_lost")
    onlooker.send(**_sample(onlooker, "partner"))
    ledger = bob.opens("Ledger")
    expect(ledger).to_contain_text("No answer, being looked up")
    onlooker.post("trouble", what="none")
    expect(ledger.locator(".sums")).not_to_contain_text("looked up", timeout=60_000)
    ledger.locator("details").filter(has_text="looked up").first.locator("summary").click()
    yield "ledger", bob


def _night(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """A hot lead after closing: whoever is on call does not press, the next one does."""
    lives_until(onlooker, to="closing")
    onlooker.send(**_sample(onlooker, "after-hours"))
    onlooker.send(**_sample(onlooker, "webinar") | {"company": "Morning Mills", "email": "sam@mills.example"})
    lives_until(onlooker, seconds=300)
    omar = people.join("U0OMAR", color_scheme="dark")
    omar.press(omar.card("Alder & Sons"), "I'm on it")
    expect(omar.card("Alder & Sons")).to_contain_text("Log contact by")
    omar.opens("Lead").get_by_role("button", name="Alder & Sons").click()
    sent = omar.panel("Lead").get_by_role("article", name="SMS").last
    expect(sent).to_contain_text("to Omar Odeh")
    sent.scroll_into_view_if_needed()
    yield "night", omar


def _next_day(onlooker: Onlooker, people: Crowd) -> Iterator[Picture]:
    """What the managers read in the morning; somebody goes away and is asked about what is open."""
    lives_until(onlooker, to="tomorrow")
    mia = people.join("U0MIA/C0MANAGERS", color_scheme="light", height=690)
    expect(mia.card("Overnight, Inside sales")).to_contain_text("Morning Mills")
    mia.opens("Lead").get_by_role("button", name="Morning Mills").click()
    answer = mia.panel("Lead").get_by_role("article", name="E-mail")
    expect(answer).to_contain_text("sam@mills.example")
    answer.scroll_into_view_if_needed()
    yield "morning", mia
    onlooker.send(**DANA, company="Cobalt Rail")
    alice = people.join("U0ALICE", color_scheme="light", height=690)
    expect(alice.card("Cobalt Rail")).to_contain_text("Contact by")
    alice.types("/lead-sla away until 16:00 cover @bob")
    expect(alice.told_alone).to_contain_text("Hand on")
    alice.opens("Lead")
    yield "away", alice


def _sample(onlooker: Onlooker, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["lead"] for one in onlooker.get("")["samples"] if one["id"] == name)
    return found


def _settled(person: Person) -> None:
    """The panel shows the lead as it is by now."""
    expect(person.panel("Lead").get_by_role("list", name="Timeline")).to_contain_text("Told")
    expect(person.panel("Lead").locator(".span-run").first).not_to_have_css("width", "0px")


if __name__ == "__main__":
    main()
