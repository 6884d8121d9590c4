"""The bot, or Slack, was away: nothing is lost, nobody is blamed, nobody loses a lead, and it is said once."""

import pytest

from sla.lead import LeadId
from tests.stories.office import Office


def several(office: Office, number: int, owner: str = "carla") -> list[LeadId]:
    return [
        office.a_lead_arrives("Tidewell", owner=owner, external_id=f"T-{one}", company=f"Tidewell {one}")
        for one in range(number)
    ]


def test_ten_minutes_away_over_a_deadline_and_the_owner_is_not_counted_as_late(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:01")
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 10:11")

    assert [text.split(":")[0] for text in office.direct_messages("alice")] == ["Deadline passed"] * 2
    assert "Breached: Northwind Freight, Hot, Alice Anders. Due 10:05 AM New York" in office.seen_in(
        "sales-managers"
    )
    breach = office.asks_about(lead)["breach"]
    assert (breach["due_at"][:16], breach["detected_at"][:16]) == ("2026-11-23T15:05", "2026-11-23T15:11")
    assert (breach["owner_told"], breach["excused"]) == (True, "reminder not sent")
    assert "reminder" not in office.happened(lead)


def test_a_hand_over_that_fell_into_the_absence_waits_for_the_grace(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:10")
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 11:30")
    assert office.asks_about(lead)["state"] == "with_owner"
    assert "moves on at 11:45 AM" in office.card(lead, "alice").text
    office.it_is("Mon 11:44")
    assert office.messages("lead-backup") == []
    office.it_is("Mon 11:45")
    assert "Free to claim: Northwind Freight" in office.seen_in("lead-backup")


@pytest.mark.parametrize("until", ["Mon 18:00", "Thu 18:00"])
def test_however_long_it_was_nobody_loses_a_lead_to_the_absence_alone(office: Office, until: str) -> None:
    lead = office.a_lead_arrives("Tidewell", owner="carla")
    office.it_is("Mon 10:00:30")
    office.the_bot_goes_away()
    office.the_bot_is_back(until)
    state = office.asks_about(lead)
    assert (state["state"], state["owner"]) == ("with_owner", "carla@acme.example")
    assert state["breach"]["due_at"].startswith("2026-11-23T15:30:00")
    assert state["breach"]["excused"] == "reminder not sent"
    office.logs_contact("E-mail sent", by="carla", on=lead)
    assert office.messages("lead-backup") == []


def test_more_than_five_overdue_leads_are_one_summary_for_each_place(either_office: Office) -> None:
    office = either_office
    leads = several(office, 6)
    office.it_is("Mon 10:05")
    cards = len(office.direct_messages("carla"))
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 18:00")

    [summary] = office.messages("sales-managers")
    assert summary.text.startswith(
        "Lead SLA was down 7 h 55 min, 10:05 AM to 6:00 PM New York. 6 leads passed their deadline meanwhile."
    )
    assert "No lead was lost" in summary.text
    assert "No lead changes hands before 6:15 PM" in summary.text
    assert "6 reminders were left out because they were no longer true." in summary.text
    told = office.direct_messages("carla")[cards:]
    assert len(told) == 1
    assert told[0].startswith("Lead SLA was down 10:05 AM to 6:00 PM. You have 6 open leads")
    for lead in leads:
        assert office.asks_about(lead)["state"] == "with_owner"

    assert office.logs_contact("E-mail sent", by="carla", on=leads[0]) == ""
    assert office.asks_about(leads[0])["state"] == "contacted"
    offered = next(lead for lead in leads[1:] if office.sees("Reassign", by="mia", on=lead))
    assert office.reassigns(offered, to="bob") == ""
    assert office.asks_about(offered)["owner"] == "bob@acme.example"


def test_an_absence_of_a_minute_and_a_half_is_kept_and_not_announced(office: Office) -> None:
    several(office, 6)
    office.it_is("Mon 10:29")
    before = len(office.messages("carla"))
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 10:30:30")
    assert not any("was down" in text for text in office.direct_messages("carla"))
    assert not any("was down" in message.text for message in office.messages("sales-managers"))
    [breaches] = office.messages("sales-managers")
    assert breaches.header == "⚠️ 6 leads breached in Inside sales"
    assert len(office.messages("carla")) == before + 1
    assert office.messages("carla")[-1].header == "⚠️ Deadline passed for 6 leads"


def test_a_lead_whose_reminders_were_missed_is_reminded_no_more_when_little_time_is_left(
    office: Office,
) -> None:
    office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:05")
    office.the_bot_goes_away()
    office.the_bot_is_back("Mon 10:25")
    assert len(office.direct_messages("bob")) == 1
    office.it_is("Mon 10:30")
    assert office.direct_messages("bob")[-1].startswith("Deadline passed: Mara Quist, Tidewell.")
