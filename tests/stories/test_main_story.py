"""The main story: a lead comes in, the right rep is told, time runs, somebody claims, contact is logged."""

from tests.stories.office import Office


def test_a_lead_answered_in_time_costs_its_owner_one_message(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert office.direct_messages("alice")[0].startswith(
        "Hot lead: Dana Reyes, Northwind Freight. Contact by 10:05 AM, in 5 min."
    )

    office.it_is("Mon 10:02")
    assert office.logs_contact("Called, spoke to them", by="alice", on=lead) == ""

    card = office.card(lead, "alice")
    assert card.header == "✅ Contacted: Dana Reyes, Northwind Freight"
    assert "*In time.* Called, spoke to them, 10:02 AM, by you. 2 min after it came in." in card.lines
    office.it_is("Mon 16:00")
    assert len(office.direct_messages("alice")) == 1
    assert office.seen_in("sales-managers") == ""


def test_a_breach_is_called_out_handed_over_and_claimed(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice")

    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight, Hot, Alice Anders." in office.seen_in("sales-managers")

    office.it_is("Mon 11:05")
    assert office.buttons_on(lead, "lead-backup") == ["Claim", "Why?"]
    office.presses("Claim", by="carla", on=lead)
    assert office.buttons_on(lead, "lead-backup") == []
