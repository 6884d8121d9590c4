"""People say in Slack when they are away, who covers, and who is on call instead of them."""


from tests.stories.office import Office


def test_a_rep_goes_away_for_the_afternoon_and_comes_back(very_different_office: Office) -> None:
    office = very_different_office
    said = office.types("/lead-sla away until 18:00", by="alice")
    assert said.lines == (
        "*You are away until 6:00 PM.*",
        "New leads do not come to you until then. Back earlier: /lead-sla back.",
    )
    assert "Away: Alice Anders until Tue Nov 24, 9:00 AM." in office.types("/lead-sla who", by="mia").lines
    assert office.types("/lead-sla back", by="alice").text == "You are back. New leads come to you again."
    assert "Nobody of your teams is away." in office.types("/lead-sla who", by="mia").lines


def test_who_goes_away_with_open_leads_hands_them_on_to_whoever_covers(very_different_office: Office) -> None:
    office = very_different_office
    first = office.a_lead_arrives("Northwind", owner="alice")
    second = office.a_lead_arrives("Fjordline", owner="alice")
    asked = office.types("/lead-sla away until tomorrow 9:00 cover @bob", by="alice")
    assert asked.lines[0] == "*You are away until Tue Nov 24, 9:00 AM.* Bob Brandt covers."
    assert asked.lines[2].startswith("*You have 2 open leads.* Hand them on to Bob Brandt until you are back")
    assert sorted(asked.lines[3:]) == [
        "Dana Reyes, Northwind Freight | Hot · by 10:05 AM",
        "Ida Holm, Fjordline | Hot · by 10:05 AM",
    ]
    assert asked.buttons == ("Hand on", "Hand on", "Hand on all 2", "Keep them")

    said = office.presses_in_answer("Hand on all 2", by="alice")
    assert said == "2 leads handed on to Bob Brandt until you are back. Nothing to do for you."
    assert [office.lead(one).owner for one in (first, second)] == ["bob@acme.example"] * 2
