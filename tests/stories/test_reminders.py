"""Reminders, the passed deadline, and what is not said because somebody acted or the next notice is near."""

from zoneinfo import ZoneInfo

from tests.sla.play import NEW_YORK
from tests.stories.office import Office

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_hot_lead_has_one_reminder_at_half_of_its_time(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")

    office.it_is("Mon 10:02:30")
    reminder = office.card(lead, "alice")
    assert reminder.text == (
        "Lead SLA expires in 2 minutes: Dana Reyes, Northwind Freight. Contact by 10:05 AM. Half of the time "
        "is gone and no contact is logged. Phone +1 212 555 0142. "
        "Buttons: Log contact, I'm on it, Why."
    )
    assert reminder.header == "⏳ Lead SLA expires in 2 minutes"
    assert "*At risk · contact by 10:05 AM*" in office.card(lead, "alice", 0).everything
    assert office.asks_about(lead)["sla"]["status"] == "At Risk"

    office.it_is("Mon 10:05")
    assert office.card(lead, "alice", 1).text == "Deadline passed 10:05 AM; see the message below."
    assert office.card(lead, "alice", 1).buttons == ()
    assert len(office.messages("alice", lead)) == 3


def test_the_reminder_becomes_one_line_when_the_lead_is_contacted(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:04")
    office.logs_contact("E-mail sent", by="alice", on=lead)
    assert office.direct_messages("alice")[1] == "Contacted 10:04 AM by you."
    assert office.buttons_on(lead, "alice") == []


def test_jonas_came_in_at_ten_in_berlin_and_dieter_is_reminded_at_twenty_past(office: Office) -> None:
    office.it_begins("Mon 10:00", BERLIN)
    lead = office.a_lead_arrives("Kessel")
    [card] = office.direct_messages("dieter")
    assert card.startswith("High lead: Jonas Kessel, Kessel & Söhne. Contact by 10:30, in 30 min. Trial")

    office.it_is("Mon 10:15", BERLIN)
    assert len(office.direct_messages("dieter")) == 1
    assert office.asks_about(lead)["sla"]["status"] == "At Risk"

    office.it_is("Mon 10:20", BERLIN)
    reminder = office.card(lead, "dieter")
    assert reminder.text.startswith(
        "Lead SLA expires in 10 minutes: Jonas Kessel, Kessel & Söhne. Contact by 10:30. No contact logged."
    )
    assert "E-mail jonas@kessel.example. No phone number." in reminder.text
    assert reminder.header == "⏳ Lead SLA expires in 10 minutes"


def test_jonas_over_lunch_has_thirty_working_minutes(office: Office) -> None:
    """In at 11:45, closed from 12 to 13: due 13:15, reminded 13:05, to the queue 14:15."""
    office.it_begins("Mon 11:45", BERLIN)
    lead = office.a_lead_arrives("Kessel")
    assert "Contact by 13:15" in office.direct_messages("dieter")[0]

    office.it_is("Mon 12:59", BERLIN)
    assert len(office.direct_messages("dieter")) == 1
    form = office.presses("Why?", by="dieter", on=lead).wait_for_view().payload
    said = str(form)
    assert "15 min until closing at 12:00" in said
    assert "Due 13:15" in said
    office.slack.people.close_view("U0DIETER")

    office.it_is("Mon 13:05", BERLIN)
    assert office.direct_messages("dieter")[-1].startswith("Lead SLA expires in 10 minutes: Jonas Kessel")
    office.it_is("Mon 13:15", BERLIN)
    assert "Due 13:15 Berlin" in office.seen_in("sales-managers")
    office.it_is("Mon 14:15", BERLIN)
    assert "Free to claim: Kessel & Söhne, High, came in 11:45 Berlin." in office.seen_in("lead-backup")


def test_a_reminder_that_waited_for_im_on_it_is_said_after_it(office: Office) -> None:
    office.it_begins("Mon 9:00", NEW_YORK)
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 9:14")
    office.presses("I'm on it", by="bob", on=lead)
    assert "you're on it since 9:14 AM" in office.card(lead, "bob").lines[0]
    assert "I'm on it" not in office.buttons_on(lead, "bob")

    office.it_is("Mon 9:23")
    assert len(office.direct_messages("bob")) == 1
    office.it_is("Mon 9:24")
    assert office.direct_messages("bob")[-1].startswith(
        "Lead SLA expires in 6 minutes: Mara Quist, Tidewell."
    )


def test_im_on_it_near_the_deadline_leaves_the_reminder_out_but_not_the_deadline(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:02")
    office.presses("I'm on it", by="alice", on=lead)
    office.it_is("Mon 10:05")
    assert [text.split(":")[0] for text in office.direct_messages("alice")] == [
        "Deadline passed",
        "Deadline passed",
    ]
    assert "on it since 10:02 AM" in office.card(lead, "sales-managers").everything


def test_a_standard_lead_is_reminded_at_half_time_and_ten_minutes_before(office: Office) -> None:
    lead = office.a_lead_arrives("Loom")
    owner = str(office.asks_about(lead)["owner"]).partition("@")[0]
    office.it_is("Mon 12:00")
    assert office.direct_messages(owner)[-1].startswith("Lead SLA expires in 2 h: Sam, Little Loom.")
    office.it_is("Mon 13:50")
    assert office.direct_messages(owner)[-1].startswith("Lead SLA expires in 10 minutes: Sam, Little Loom.")
    office.it_is("Mon 14:00")
    assert office.seen_in("sales-managers") == ""
    office.it_is("Mon 14:30")
    assert "Breached: Little Loom, Standard" in office.seen_in("sales-managers")
