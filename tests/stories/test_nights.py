"""Nights in the office: hot leads that come in while nobody of the team is there, and who is woken for them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sla.lead import LeadId
from storage import covers, outbox
from tests.sla.play import NEW_YORK
from tests.stories.known_leads import KNOWN
from tests.stories.office import Office, when

PRIYA: dict[str, Any] = {
    "external_id": "00Q-1042",
    "email": "priya@harbourvale.example",
    "phone": "+44 20 7946 0958",
    "first_name": "Priya",
    "last_name": "Nair",
    "title": "COO",
    "company": "Harbour & Vale",
    "industry": "retail",
    "employees": 420,
    "country": "GB",
    "intent": "demo_request",
    "score": 91,
    "message": "Can we see it before our board on Tuesday?",
}
BERLIN = ZoneInfo("Europe/Berlin")


def priya_writes(office: Office, at: str, zone: ZoneInfo = NEW_YORK) -> LeadId:
    office.it_begins(at, zone)
    return LeadId(office.sends(PRIYA)["lead_id"])


def pages(office: Office, name: str, lead: LeadId) -> list[str]:
    """The pages about the lead in somebody's messages, as their headers."""
    return [one.header for one in office.messages(name, lead)]


def told_outside(office: Office, lead: LeadId) -> list[str]:
    """To which numbers and addresses something about the lead was owed."""
    with office.bot.database.read() as connection:
        owed = outbox.of_lead(connection, lead)
    return [one.place for one in owed if one.place.startswith(("sms:", "mailto:"))]


def omar_and_mia_have_no_phone(policy: Any) -> None:
    for person in policy["people"]:
        person.pop("phone", None)
    policy["on_call"]["hot-leads"]["also_by"] = []


def test_a_night_with_one_page(either_office: Office) -> None:
    office = either_office
    lead = priya_writes(office, "Mon 2:04")
    [text] = office.direct_messages("omar")
    assert text.startswith(
        "On call: Hot lead Priya Nair, Harbour & Vale. Press I'm on it by 2:09 AM, contact by 3:04 AM. "
        "Otherwise Mia Moreno is paged at 2:09 AM. It is 7:04 AM there."
    )
    assert told_outside(office, lead) == ["sms:+15550101"]

    office.it_is("Mon 2:06")
    office.presses("I'm on it", by="omar", on=lead)
    assert office.card(lead, "omar").header == "📟 You're on it: Priya Nair, Harbour & Vale"
    office.it_is("Mon 2:11")
    assert office.logs_contact("E-mail sent", by="omar", on=lead) == ""
    page = office.card(lead, "omar")
    assert page.lines[0].startswith("*In time.* E-mail sent 2:11 AM, 7 min after the page. From 9:00 AM it")
    assert page.buttons == ("Correct", "Why?")

    office.it_is("Mon 8:59")
    assert pages(office, "mia", lead) == []
    assert office.seen_in("sales-managers") == ""
    owner = office.asks_about(lead)["day_owner"].partition("@")[0]
    assert office.asks_about(lead)["owner"] == "omar@acme.example"
    office.it_is("Mon 9:00")
    assert office.asks_about(lead)["owner"] == f"{owner}@acme.example"
    assert office.asks_about(lead)["sla"]["outcome"] == "met"
    assert "Omar Odeh e-mailed 2:11 AM. The next step is yours." in office.card(lead, owner).everything


def test_a_night_in_which_the_first_does_not_press(office: Office) -> None:
    lead = priya_writes(office, "Mon 2:04")
    office.it_is("Mon 2:09")
    assert pages(office, "omar", lead) == ["➡️ Now with Mia Moreno: Priya Nair, Harbour & Vale"]
    assert office.card(lead, "omar").buttons == ()
    assert office.card(lead, "mia").lines[0] == "Omar Odeh did not press I'm on it by 2:09 AM."
    assert office.seen_in("sales-managers") == ""

    office.presses("I'm on it", by="omar", on=lead, stale=True)
    assert office.told_only("omar") == "This lead has been with Mia Moreno since 2:09 AM."
    office.presses("I'm on it", by="mia", on=lead)
    office.it_is("Mon 2:20")
    assert office.logs_contact("E-mail sent", by="mia", on=lead) == ""
    assert "Mia Moreno e-mailed 2:20 AM. Nothing more for you." in office.card(lead, "omar").everything


def test_who_cannot_take_it_hands_it_to_the_next_with_one_press(office: Office) -> None:
    lead = priya_writes(office, "Mon 2:04")
    office.it_is("Mon 2:05")
    office.presses("Can't take it", by="omar", on=lead)

    assert office.card(lead, "omar").lines[0] == (
        "You handed it on 2:05 AM; Mia Moreno was paged. Nothing more for you."
    )
    assert office.card(lead, "mia").lines[0] == "Omar Odeh handed it on 2:05 AM."
    assert "page_declined" in office.happened(lead)


def test_a_night_in_which_nobody_presses_ends_with_the_day_owner(office: Office) -> None:
    lead = priya_writes(office, "Mon 2:04")
    office.it_is("Mon 2:14")
    assert office.card(lead, "sales-managers").header == "📟 Nobody is on it yet: Harbour & Vale"
    office.it_is("Mon 3:04")
    assert office.card(lead, "mia").header == "⚠️ Deadline passed: Priya Nair, Harbour & Vale"
    assert office.card(lead, "sales-managers").header == "⚠️ Breached: Harbour & Vale, Hot lead"

    office.it_is("Mon 9:00")
    owner = office.asks_about(lead)["owner"].partition("@")[0]
    assert owner in ("bob", "carla")
    assert office.card(lead, owner).text.startswith(
        "Hot lead, now yours: Priya Nair, Harbour & Vale. Contact by 9:05 AM, in 5 min."
    )
    assert "The team opened 9:00 AM." in office.card(lead, "mia").everything
    assert [len(pages(office, name, lead)) for name in ("omar", "mia")] == [1, 1]


def test_a_lead_that_nobody_contacted_by_closing_goes_to_who_is_on_call_and_comes_back(
    office: Office,
) -> None:
    office.it_begins("Mon 16:58")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 17:00")
    assert office.card(lead, "mia").lines[0] == (
        "It was with Alice Anders until the team closed 5:00 PM; no contact is logged."
    )
    assert office.card(lead, "alice", 0).header == "➡️ Now with Mia Moreno: Northwind Freight"
    page = office.card(lead, "mia").text
    assert "Press I'm on it by 5:05 PM, contact by Tue Nov 24, 9:03 AM." in page[:100]

    office.it_is("Mon 17:15")
    known = office.card(lead, "sales-managers")
    assert known.header == "📟 Nobody is on it yet: Northwind Freight"
    assert known.lines[0].startswith("*Contact by Tue Nov 24, 9:03 AM*")
    assert "Due Tue 9:03 AM." in office.opens("Why?", by="mia", on=lead, place="sales-managers").text

    office.it_is("Tue 9:00")
    assert office.asks_about(lead)["owner"] == "alice@acme.example"
    assert office.card(lead, "alice", 0).header == "➡️ Yours again: Northwind Freight"
    assert office.card(lead, "alice").text.startswith("Hot lead, now yours: Dana Reyes, Northwind Freight.")
    assert "Contact by 9:03 AM" in office.card(lead, "alice").text


def test_a_lead_that_asks_again_and_is_hot_now_pages_at_night_and_its_owner_has_it_in_the_morning(
    office: Office,
) -> None:
    office.it_begins("Mon 16:00")
    lead = office.a_lead_arrives("Quiet", owner="bob")
    office.it_is("Mon 20:00")
    office.sends(KNOWN["Quiet"] | {"external_id": "WEB-1", "intent": "demo_request"})
    assert office.card(lead, "mia").text.startswith(
        "On call: Hot lead Pat O'Neil, Quiet Co. Press I'm on it by 8:05 PM, contact by 9:00 PM."
    )
    mine = office.card(lead, "bob")
    assert (mine.header, mine.lines) == (
        "➡️ Now with Mia Moreno: Quiet Co",
        ("Since 8:00 PM, until your team opens. Then it is yours again. Nothing to do for you now.",),
    )
    office.it_is("Mon 20:03")
    office.logs_contact(by="mia", on=lead)
    office.it_is("Tue 9:00")
    assert (
        "Mia Moreno e-mailed Mon Nov 23, 8:03 PM. The next step is yours."
        in office.card(lead, "bob").everything
    )
    clock = next(
        line for line in office.opens("Why?", by="bob", on=lead).text.splitlines() if "Clock" in line
    )
    assert "1 h after hours from the request of Mon 8:00 PM, which made it Hot." in clock


def test_a_hot_lead_that_waits_for_its_team_is_worked_on_call_overnight_and_waits_again(
    office: Office,
) -> None:
    office.the_policy_changes(lambda policy: policy["routing"].update(nobody_available="hold"))
    office.it_begins("Mon 16:50")
    for name in ("alice", "bob"):
        office.types("/lead-sla out until 2026-11-24", by=name)
    lead = office.a_lead_arrives("Northwind")
    office.it_is("Mon 17:00")
    assert office.card(lead, "mia").lines[0] == (
        "Nobody of its team could take it before the team closed 5:00 PM."
    )
    office.it_is("Tue 9:00")
    assert office.card(lead, "mia").header == "➡️ Waits for its team: Dana Reyes, Northwind Freight"
    assert office.card(lead, "ops").lines[0] == "*Contact by Mon Nov 23, 4:55 PM* · no owner since 9:00 AM"
    assert len(office.messages("ops", lead)) == 1
    office.it_is("Wed 9:00")
    assert "It was due Mon Nov 23, 4:55 PM with nobody. That is not counted against you." in (
        office.card(lead, "alice").lines
    )


def test_a_cover_is_paged_instead_of_who_is_on_call(office: Office) -> None:
    office.it_begins("Mon 0:00")
    with office.bot.database.begin() as connection:
        covers.add(
            connection,
            "hot-leads",
            "carla@acme.example",
            from_at=when("Mon 0:00"),
            until_at=when("Mon 6:00"),
            by="omar@acme.example",
            at=when("Mon 0:00"),
        )
    lead = LeadId(office.sends(PRIYA)["lead_id"])

    assert "You are on call until 6:00 AM" in office.card(lead, "carla").everything
    assert pages(office, "omar", lead) == []


def test_over_a_weekend_the_shift_that_holds_is_paged(office: Office) -> None:
    lead = priya_writes(office, "Sat 12:00")
    assert "Press I'm on it by 12:05 PM, contact by 1:00 PM." in office.card(lead, "mia").text
    assert "You are on call until Mon Nov 30, 9:00 AM" in office.card(lead, "mia").everything


@pytest.mark.parametrize(
    ("at", "due"),
    [
        # In this night the clocks go back: 1:30 AM comes twice, and an hour is an hour.
        ("2026-11-01 01:30", "2026-11-01T06:30:00"),
        # In this one they go forward: after 1:30 AM comes 3:00 AM.
        ("2027-03-14 01:30", "2027-03-14T07:30:00"),
    ],
)
def test_in_a_night_in_which_the_clocks_change_an_hour_is_an_hour(office: Office, at: str, due: str) -> None:
    lead = priya_writes(office, at)

    assert office.asks_about(lead)["sla"]["due_at"].startswith(due)


def test_whom_slack_would_not_wake_is_passed_over_and_asked_about_once(office: Office) -> None:
    office.it_begins("Mon 2:04")
    office.the_policy_changes(omar_and_mia_have_no_phone)
    night = {"dnd_enabled": True, "next_dnd_start_ts": when("Mon 0:00").timestamp()}
    office.workspace.users["U0OMAR"].dnd = night | {"next_dnd_end_ts": when("Mon 8:00").timestamp()}
    lead = LeadId(office.sends(PRIYA)["lead_id"])

    assert pages(office, "omar", lead) == []
    assert office.card(lead, "mia").lines[0] == "Slack keeps silent for Omar Odeh now."
    assert "page_skipped" in office.happened(lead)

    second = LeadId(
        office.sends(PRIYA | {"external_id": "00Q-1043", "email": "x@y.example", "phone": None})["lead_id"]
    )
    assert office.card(second, "mia").lines[0] == "Slack keeps silent for Omar Odeh until 8:00 AM."
    asked = [call for call in office.workspace.ledger.calls("dnd.info") if call.args["user"] == "U0OMAR"]
    assert len(asked) == 1


def test_whom_a_text_message_wakes_is_paged_whatever_slack_keeps_silent(office: Office) -> None:
    office.it_begins("Mon 2:04")
    night = {"dnd_enabled": True, "next_dnd_start_ts": when("Mon 0:00").timestamp()}
    office.workspace.users["U0OMAR"].dnd = night | {"next_dnd_end_ts": when("Mon 8:00").timestamp()}
    lead = LeadId(office.sends(PRIYA)["lead_id"])

    assert len(pages(office, "omar", lead)) == 1
    assert pages(office, "mia", lead) == []


def test_where_no_text_message_leaves_whom_slack_would_not_wake_is_passed_over(office: Office) -> None:
    night = {"dnd_enabled": True, "next_dnd_start_ts": when("Mon 0:00").timestamp()}
    office.workspace.users["U0OMAR"].dnd = night | {"next_dnd_end_ts": when("Mon 8:00").timestamp()}
    office.it_begins("Mon 2:04")
    office.is_set_up_without_text_messages()
    lead = LeadId(office.sends(PRIYA)["lead_id"])

    assert pages(office, "omar", lead) == []
    assert office.card(lead, "mia").lines[0] == "Slack keeps silent for Omar Odeh now."


def test_a_restart_in_the_middle_of_the_paging_pages_nobody_twice(either_office: Office) -> None:
    office = either_office
    lead = priya_writes(office, "Mon 2:04")
    for until in ("Mon 2:05", "Mon 2:10", "Mon 2:15"):
        office.it_is(until)
        office.the_bot_goes_away()
        office.the_bot_is_back(until)

    assert [len(pages(office, name, lead)) for name in ("omar", "mia")] == [1, 1]
    assert len(office.messages("sales-managers", lead)) == 1


def test_why_says_who_has_it_until_the_opening_and_how_due_was_reckoned(office: Office) -> None:
    lead = priya_writes(office, "Mon 2:04")
    said = office.opens("Why?", by="omar", on=lead).text

    assert "Omar Odeh because the team is closed until Mon 9:00 AM and they were paged." in said
    assert "Clock: the earlier of 1 h after hours and 5 working minutes from the opening." in said
    assert "After hours due Mon 3:04 AM, from the opening due Mon 9:05 AM. Due Mon 3:04 AM." in said
    assert "Mon 2:09 AM the next on call is paged" in said
