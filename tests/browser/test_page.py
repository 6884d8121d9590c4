"""The page itself: what stands where and for whom, at each width, in light and dark, and after a reload."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.bot.demo.looking import Onlooker
from tests.browser.people import DANA, Crowd, Person

pytestmark = pytest.mark.browser

TABS = ("Lead", "New lead", "Trouble", "Ledger")
WIDTHS = (400, 700, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=tab]")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title))
  .map((one) => one.outerHTML)"""


def test_the_page_reads_as_a_workspace_with_its_panel(monday: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    expect(alice.page).to_have_title("Alice Anders · Lead SLA")
    expect(alice.page.get_by_role("banner")).to_match_aria_snapshot("""
      - banner:
        - paragraph: Lead SLA
        - group "Time in the demo":
          - paragraph:
            - text: Mon Nov 23
            - timer "Time in the demo": 10:00:00 AM
          - group "How fast time runs":
            - radio "Time stands still" [checked]
            - radio /×1/
            - radio /×60/
          - button "Jump to…"
          - button "Nothing is due" [disabled]
    """)
    expect(alice.page.get_by_role("navigation", name="People and conversations")).to_match_aria_snapshot("""
      - navigation "People and conversations":
        - heading "Sandbox" [level=1]
        - heading "You are" [level=2]
        - button "Account…"
        - list:
          - listitem:
            - button "Alice Anders, Rep, Enterprise · Backup, Inside sales" [pressed]
          - listitem:
            - button /Bob Brandt, Rep/
          - listitem:
            - button /Carla Costa, Rep/
          - listitem:
            - button "Dieter Daum, Rep, DACH"
          - listitem:
            - button /Mia Moreno, Manager, every team · On call/
          - listitem:
            - button "Omar Odeh, On call"
          - listitem:
            - button "Lead Ops, Leads that need attention"
        - heading "Conversations" [level=2]
        - list:
          - listitem:
            - button "lead-sla"
          - listitem:
            - button "App Home"
          - listitem:
            - button "E-mail and SMS"
          - listitem:
            - button "lead-backup, private"
        - combobox "Colours"
    """)
    expect(alice.page.get_by_role("complementary", name="Panel")).to_match_aria_snapshot("""
      - complementary "Panel":
        - tablist:
          - tab "Lead" [selected]
          - tab "New lead"
          - tab "Trouble"
          - tab "Ledger"
        - tabpanel "Lead":
          - region "What is going on":
            - heading "Leads" [level=2]
            - paragraph: Nothing here yet. Send a lead with New lead.
    """)
    expect(alice.messages).to_contain_text(
        "Nothing here yet. Send a lead with New lead; its owner hears of it here."
    )


def test_a_press_is_not_lost_where_what_is_pressed_changes_meanwhile(week: Onlooker, people: Crowd) -> None:
    mia, alice = people.join("U0MIA"), people.join("U0ALICE/C0BACKUP")
    button = mia.page.locator(".people button", has_text="Alice Anders")
    button.hover()
    mia.page.mouse.down()
    week.send(**DANA, company="Meanwhile")
    marked = alice.page.locator(".places button", has_text="lead-sla")
    expect(marked).to_have_attribute("aria-label", re.compile("unread"))
    # Both pages heard of it from the same stream; what was heard is drawn with the next picture.
    mia.page.evaluate("() => new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 100)))")
    mia.page.mouse.up()
    expect(button).to_have_attribute("aria-pressed", "true")


def test_app_home_says_that_there_is_none_yet(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    alice.page.locator(".places button", has_text="App Home").click()
    expect(alice.page.get_by_role("region", name="App Home")).to_have_text(
        "This app has no Home yet. Its messages come as direct messages."
    )


def test_a_command_that_nobody_knows_is_refused_to_the_one_who_typed_it(
    week: Onlooker, people: Crowd
) -> None:
    alice, bob = people.join("U0ALICE/C0BACKUP"), people.join("U0BOB/C0BACKUP")
    alice.types("/sla status")
    expect(alice.told_alone).to_contain_text("/sla is not a valid command, so nothing was sent.")
    alice.types("Hello, <b>backups</b>")
    expect(bob.card("Hello, <b>backups</b>")).to_contain_text("Alice Anders")
    expect(bob.told_alone).to_have_count(0)


def test_what_can_be_typed_behind_a_command_stands_above_it_while_it_is_typed(
    week: Onlooker, people: Crowd
) -> None:
    alice = people.join("U0ALICE")
    field = alice.page.locator(".conversation .composer textarea")
    hint = alice.page.locator(".conversation .command-hint")
    field.press_sequentially("/lea")
    field.press("Tab")
    expect(field).to_have_value("/lead-sla ")
    expect(hint).to_have_text("away until 18:00 · back · out · cover @colleague until 18:00 · who")
    field.press_sequentially("who")
    field.press("Enter")
    expect(hint).to_be_hidden()
    expect(alice.told_alone).to_contain_text("On call for hot leads: Mia Moreno")


def test_what_comes_in_does_not_move_the_text_that_somebody_reads(week: Onlooker, people: Crowd) -> None:
    for number in range(30):
        says(week, f"Line {number} of a long talk")
    mia = people.join("U0MIA/C0BACKUP")
    expect(mia.card("Line 29 of a long talk")).to_be_in_viewport()
    first = mia.card("Line 0 of a long talk")
    first.scroll_into_view_if_needed()
    place = first.bounding_box()
    says(week, "One more thing")
    newest = mia.page.get_by_role("button", name="New messages")
    expect(newest).to_be_visible()
    assert first.bounding_box() == place
    newest.click()
    expect(mia.card("One more thing")).to_be_in_viewport()


def says(week: Onlooker, text: str) -> None:
    said = {"user": "U0BOB", "channel": "C0BACKUP", "text": text}
    week.http.post("/_sandbox/act/say", json=said).raise_for_status()


def test_a_thread_is_answered_beside_its_conversation_and_escape_closes_it(
    week: Onlooker, people: Crowd
) -> None:
    mia = people.join("U0MIA/C0MANAGERS")
    mia.types("Who is in on Friday?")
    question = mia.card("Who is in on Friday?")
    question.get_by_role("button", name="Thread").press("Enter")
    answer = mia.thread.get_by_label("Answer in the thread")
    answer.fill("I am.")
    answer.press("Enter")
    expect(mia.thread.get_by_role("article").filter(has_text="I am.")).to_have_count(1)
    expect(question.locator(".thread-summary")).to_contain_text("1 reply")
    expect(mia.about("I am.")).to_have_count(0)
    answer.press("Escape")
    expect(mia.thread).to_be_hidden()


def test_a_thread_in_the_address_is_open_and_can_be_answered(week: Onlooker, people: Crowd) -> None:
    mia = people.join("U0MIA/C0BACKUP")
    mia.types("Who takes the fair?")
    stamp = mia.card("Who takes the fair?").get_attribute("data-ts")
    bob = people.join(f"U0BOB/C0BACKUP/{stamp}")
    answer = bob.thread.get_by_label("Answer in the thread")
    answer.fill("I do.")
    answer.press("Enter")
    expect(mia.card("Who takes the fair?").locator(".thread-summary")).to_contain_text("1 reply")


def test_what_is_typed_before_the_page_has_loaded_stays(week: Onlooker, people: Crowd) -> None:
    mia = people.join("U0MIA/C0MANAGERS")
    held: list[Route] = []
    mia.page.route("**/_sandbox/state", lambda route: held.append(route))
    mia.page.reload()
    field = mia.page.locator(".conversation .composer textarea")
    field.fill("Typed early")
    expect(mia.page.locator(".conversation .composer button")).to_be_disabled()
    held.pop().continue_()
    mia.page.locator(".composer button:enabled").first.wait_for()
    expect(field).to_have_value("Typed early")


def test_colours_are_those_of_the_system_until_somebody_chooses(week: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE", color_scheme="dark")
    assert brightness(alice.page.locator("body")) < 0.3
    alice.page.get_by_label("Colours").select_option("Light")
    assert brightness(alice.page.locator("body")) > 0.7
    alice.page.reload()
    alice.page.locator(".composer button:enabled").first.wait_for()
    assert brightness(alice.page.locator("body")) > 0.7


def brightness(element: Locator) -> float:
    """Of its background, from black 0 to white 1."""
    colour: str = element.evaluate("one => getComputedStyle(one).backgroundColor")
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3 / 255


def test_a_reload_keeps_the_person_the_place_the_messages_and_the_open_form(
    week: Onlooker, people: Crowd
) -> None:
    alice = people.join("U0ALICE")
    week.send(**DANA, company="Reload Ltd")
    alice.press(alice.card("Reload Ltd"), "Log contact")
    expect(alice.dialog).to_contain_text("What happened?")
    address = alice.page.url
    alice.page.reload()
    expect(alice.dialog).to_contain_text("What happened?")
    assert alice.page.url == address
    alice.dialog.get_by_label("E-mail sent").click()
    alice.dialog.get_by_role("button", name="Save").click()
    expect(alice.card("Reload Ltd").get_by_role("heading")).to_contain_text("✅ Contacted")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_stands_out_of_the_screen_and_everything_has_a_name(
    week: Onlooker, people: Crowd, width: int
) -> None:
    week.send(**DANA, company="W" * 70)
    week.send(**next(one["lead"] for one in week.get("")["samples"] if one["id"] == "hostile"))
    alice = people.join("U0ALICE", width=width)
    expect(alice.card("WWWW")).to_be_visible()
    assert looks_wrong(alice) == []
    for tab in TABS:
        if width < 700:
            bar = alice.page.get_by_role("navigation", name="Parts of the page")
            label = {"Lead": "Lead", "New lead": "New"}.get(tab, "More")
            bar.get_by_role("button", name=label, exact=True).click()
        elif width < 1100 and tab == "Lead":
            alice.page.get_by_role("button", name="Panel", exact=True).click()
        panel = alice.opens(tab)
        expect(panel.get_by_role("heading", level=2).locator("visible=true").first).to_be_visible()
        assert (tab, looks_wrong(alice)) == (tab, [])


def looks_wrong(person: Person) -> list[str]:
    """What is wider than the screen in light or in dark, and what has no name for who cannot see it."""
    found = list(person.page.evaluate(NAMELESS))
    for scheme in SCHEMES:
        person.page.emulate_media(color_scheme=scheme)
        found += [f"too wide in {scheme}: {one}" for one in person.sticks_out()]
    return found


def test_on_a_phone_one_part_is_in_front_and_the_bar_leads_to_the_others(
    week: Onlooker, people: Crowd
) -> None:
    alice = people.join("U0ALICE", width=400, height=800)
    week.send(**DANA, company="Pocket Inc")
    expect(alice.card("Pocket Inc")).to_be_visible()
    bar = alice.page.get_by_role("navigation", name="Parts of the page")
    bar.get_by_role("button", name="Chats").click()
    people_and_places = alice.page.get_by_role("navigation", name="People and conversations")
    expect(people_and_places).to_be_visible()
    people_and_places.get_by_role("button", name="lead-backup").click()
    expect(alice.page.locator(".talk-head h2:visible")).to_contain_text("lead-backup")
    bar.get_by_role("button", name="Lead", exact=True).click()
    alice.panel("Lead").get_by_role("button", name="Pocket Inc").click()
    expect(alice.panel("Lead").get_by_role("heading", name="Clocks")).to_be_visible()


def test_the_story_can_be_played_taken_over_and_seen_again(seconds: Onlooker, people: Crowd) -> None:
    bob = people.join("U0BOB")
    story = bob.page.get_by_role("region", name="The story")
    story.get_by_role("button", name="Play the story").click()
    expect(story).to_contain_text("A hot lead comes in from the website.")
    expect(story.get_by_role("button", name="Take over")).to_be_enabled()
    story.get_by_role("button", name="Take over").click()
    expect(story).to_contain_text("The story stops here; the stage is yours.")
    expect(story.get_by_role("button", name="Play the story again")).to_be_visible()


def test_another_stage_is_set_up_after_a_question(seconds: Onlooker, people: Crowd) -> None:
    alice = people.join("U0ALICE")
    trouble = alice.opens("Trouble")
    trouble.get_by_label("A working week").click()
    question = alice.page.get_by_role("dialog", name="Set everything up anew")
    question.get_by_role("button", name="Stay here").click()
    expect(trouble.get_by_label("Seconds, around the clock")).to_be_checked()
    trouble.get_by_label("A working week").click()
    question.get_by_role("button", name="Set up anew").click()
    expect(alice.page.get_by_role("banner")).to_contain_text("Mon Nov 23")
    expect(alice.page.get_by_role("button", name="Dieter Daum")).to_be_visible()
