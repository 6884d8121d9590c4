"""People say in Slack when they are away, who covers, and who is on call instead of them."""

import pytest

from bot.sandbox.model import Json
from storage.database import DatabaseAway
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


def test_a_lead_of_somebody_who_is_away_is_worked_by_the_cover_and_comes_back_by_itself(
    very_different_office: Office,
) -> None:
    office = very_different_office
    office.types("/lead-sla away until 10:10 cover @bob", by="alice")
    lead = office.a_lead_arrives("Kessel", owner="alice", country="US", employees=2000)
    assert office.lead(lead).owner == "bob@acme.example"
    assert "you cover for Alice Anders since 10:00 AM" in office.card(lead, "bob").lines[0]
    office.it_is("Mon 10:10")
    assert office.lead(lead).owner == "alice@acme.example"
    assert "yours again since 10:10 AM; Bob Brandt covered" in office.card(lead, "alice").lines[0]
    assert office.buttons_on(lead, "bob", 0) == []


def test_leads_that_are_kept_stay_and_one_can_be_handed_on_alone(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.types("/lead-sla away", by="alice")
    assert office.presses_in_answer("Keep them", by="alice").startswith("Your open leads stay with you.")
    assert office.lead(lead).owner == "alice@acme.example"

    office.types("/lead-sla away until tomorrow", by="alice")
    office.presses_in_answer("Hand on", by="alice")
    assert office.lead(lead).owner == "bob@acme.example"
    assert office.card(lead, "alice", 0).lines[0] == (
        "You passed it 10:00 AM, before the deadline. Not counted against you."
    )


def test_a_question_that_was_left_open_is_answered_by_what_is_true_by_then(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.types("/lead-sla away", by="alice")
    office.logs_contact(by="alice", on=lead)
    assert (
        office.presses_in_answer("Hand it on", by="alice") == "You have no open lead any more. Nothing to do."
    )

    another = office.a_lead_arrives("Fjordline", owner="alice")
    office.types("/lead-sla away until 18:00", by="alice")
    question = office.workspace.ephemerals_for("U0ALICE")[-1]
    office.types("/lead-sla back", by="alice")
    office.slack.people.press("U0ALICE", question.channel, question.ts, "hand_on_all")
    office.settles()
    assert office.workspace.ephemerals_for("U0ALICE")[-1].text == (
        "You are back already, so your leads stay with you. Nothing to do."
    )
    assert office.lead(another).owner == "alice@acme.example"


def test_out_of_office_ahead_lets_leads_come_until_then(office: Office) -> None:
    said = office.types("/lead-sla out from Wed until Fri cover bob@acme.example", by="alice")
    assert said.lines[:2] == (
        "*You will be away from Wed Nov 25 until the end of Fri Nov 27.* Bob Brandt covers.",
        "Until then leads come to you as usual.",
    )
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert office.lead(lead).owner == "alice@acme.example"


def test_an_absence_of_the_policy_file_is_not_ended_from_slack(office: Office) -> None:
    def away(policy: Json) -> None:
        policy["people"][0]["away"] = [{"from": "2026-11-20", "until": "2026-11-25"}]

    office.the_policy_changes(away)
    assert "Away: Alice Anders until Fri Nov 27, 9:00 AM." in office.types("/lead-sla who", by="mia").lines
    assert office.types("/lead-sla back", by="alice").text == (
        "The policy file has you away until the end of Wed Nov 25. Ask Mia Moreno to change it there, under people."
    )


def test_a_dead_database_is_not_answered_as_saved(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseAway("it is full")

    monkeypatch.setattr(office.bot.recorder, "run", away)
    said = office.types("/lead-sla away", by="alice").text
    assert said == "That was not saved. Type it again in a minute."


def test_the_newest_word_about_the_same_time_holds_and_what_is_ahead_stays(office: Office) -> None:
    office.types("/lead-sla out from 2026-12-24 until 2026-12-31", by="alice")
    office.types("/lead-sla away until 18:00", by="alice")
    office.types("/lead-sla away until 12:00", by="alice")
    office.it_is("Mon 12:01")
    assert "Nobody of your teams is away." in office.types("/lead-sla who", by="mia").lines
    ahead = office.http("GET", "/v1/people/alice@acme.example/absences")["absences"]
    assert [one["from"] for one in ahead] == ["2026-12-24T05:00:00Z"]
