"""Evenings, weekends, holidays and clock changes: time stands still while the team is closed."""

from zoneinfo import ZoneInfo

from tests.stories.office import Office

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_lead_on_friday_two_minutes_before_closing_is_due_on_monday_three_minutes_after_opening(
    office: Office,
) -> None:
    office.it_begins("Fri 16:58")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert "Contact by Mon Nov 30, 9:03 AM." in office.direct_messages("alice")[0]

    # Over the weekend it is with whoever is on call; nobody makes contact.
    office.it_is("next Mon 09:00:30")
    assert office.direct_messages("alice")[1].startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 9:03 AM, in 3 min."
    )
    office.it_is("next Mon 09:02:59")
    assert "Breached" not in office.seen_in("sales-managers")
    office.it_is("next Mon 9:03")
    assert "Breached: Northwind Freight, Hot, Alice Anders. Due 9:03 AM New York" in office.seen_in(
        "sales-managers"
    )
    office.it_is("next Mon 10:03")
    assert office.asks_about(lead)["state"] == "in_queue"


def test_the_night_in_which_the_clocks_go_back_costs_nobody_an_hour(office: Office) -> None:
    office.it_begins("2026-10-30 16:58")
    office.a_lead_arrives("Northwind", owner="alice")
    assert "Contact by Mon Nov 2, 9:03 AM." in office.direct_messages("alice")[0]
    office.it_is("2026-11-02 09:02:59")
    assert "Breached" not in office.seen_in("sales-managers")
    office.it_is("2026-11-02 09:03")
    assert "Due 9:03 AM New York" in office.seen_in("sales-managers")


def test_the_night_in_which_the_clocks_go_forward_gives_nobody_an_hour(office: Office) -> None:
    office.it_begins("2027-03-26 14:50", BERLIN)
    office.a_lead_arrives("Kessel")
    # Good Friday is a holiday there, and so is Easter Monday; in between the clocks change.
    office.it_is("2027-03-30 08:29", BERLIN)
    assert office.direct_messages("dieter") == []
    office.it_is("2027-03-30 08:30", BERLIN)
    assert "Contact by 09:00, in 30 min." in office.direct_messages("dieter")[0]
    office.it_is("2027-03-30 08:59", BERLIN)
    assert "Breached" not in office.seen_in("sales-managers")
    office.it_is("2027-03-30 09:00", BERLIN)
    assert "Due 09:00 Berlin" in office.seen_in("sales-managers")


def test_a_lead_on_a_holiday_starts_at_the_next_opening(office: Office) -> None:
    office.it_begins("Thu 10:00")
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    assert office.direct_messages("bob") == []
    assert office.asks_about(lead)["sla"]["started_at"].startswith("2026-11-27T14:00:00")
    office.it_is("Fri 9:00")
    assert "Contact by 9:30 AM, in 30 min." in office.direct_messages("bob")[0]


def test_a_contact_before_the_clock_starts_is_in_time(office: Office) -> None:
    office.it_begins("Sat 11:00")
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Sat 12:00")
    mail = {
        "external_id": "mail-1",
        "type": "email",
        "outcome": "sent",
        "occurred_at": "2026-11-28T12:00:00-05:00",
        "by": "bob@acme.example",
    }
    office.http("POST", f"/v1/leads/{lead}/activities", json=mail)
    assert office.asks_about(lead)["sla"]["outcome"] == "met"
    office.it_is("next Mon 12:00")
    # The card was to come at opening, and there was nothing left to do by then.
    assert office.direct_messages("bob") == []
