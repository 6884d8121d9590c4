"""Presses that come too late, or on a message from before: nothing happens, and the presser hears what is true now."""

import pytest

from sla.lead import LeadId
from tests.stories.office import Office


def contacted(office: Office, lead: LeadId) -> None:
    office.logs_contact("Called, spoke to them", by="alice", on=lead)


@pytest.mark.parametrize("label", ["I'm on it", "Pass"])
def test_an_owners_button_on_an_old_screen_is_answered_with_the_contact_made(
    office: Office, label: str
) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:02")
    contacted(office, lead)
    before = office.asks_about(lead)
    office.presses(label, by="alice", on=lead, stale=True)
    assert office.told_only("alice") == "Alice Anders contacted Northwind Freight at 10:02 AM. Nothing to do."
    assert office.asks_about(lead) == before


@pytest.mark.parametrize("label", ["I'm on it", "Pass"])
def test_an_owners_button_after_the_lead_moved_is_answered_with_its_new_owner(
    office: Office, label: str
) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:03")
    office.http("PATCH", f"/v1/leads/{lead}", json={"owner": "bob@acme.example"})
    office.presses(label, by="alice", on=lead, stale=True)
    assert office.told_only("alice") == "This lead has been with Bob Brandt since 10:03 AM."


@pytest.mark.parametrize("label", ["Reassign", "Extend", "Nudge"])
def test_a_managers_button_on_an_old_screen_is_answered_with_the_contact_made(
    office: Office, label: str
) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:08")
    contacted(office, lead)
    office.presses(label, by="mia", on=lead, stale=True)
    assert office.told_only("mia") == "Alice Anders contacted Northwind Freight at 10:08 AM. Nothing to do."


def test_a_claim_after_the_contact_is_answered_with_it(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:10")
    office.logs_contact(
        "Called, spoke to them", by="alice", on=lead, at="Mon 10:58", button="I had contacted them"
    )
    office.presses("Claim", by="carla", on=lead, stale=True)
    assert office.told_only("carla") == "Alice Anders contacted Northwind Freight at 10:58 AM. Nothing to do."


def test_a_second_claim_by_the_winner_is_told_where_the_card_is(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:09")
    office.presses("Claim", by="carla", on=lead)
    office.presses("Claim", by="carla", on=lead, stale=True)
    assert office.told_only("carla") == "You already have it, since 11:09 AM. The card is in your messages."


def test_who_had_the_lead_may_not_claim_it(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="bob")
    office.it_is("Mon 11:06")
    assert "@Bob" not in office.card(lead, "lead-backup").everything
    office.presses("Claim", by="bob", on=lead)
    assert office.told_only("bob") == (
        "You had this lead until 11:05 AM, so it goes to somebody else. If you did contact them, "
        "use the card in your messages."
    )


def test_a_claim_when_the_managers_decide_is_told_whom_to_ask(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 12:05")
    assert office.card(lead, "lead-backup", 0).header == "🧭 With the managers: Northwind Freight"
    office.presses("Claim", by="carla", on=lead, stale=True)
    assert office.told_only("carla") == (
        "This lead has been with the managers since 12:05 PM. Ask Mia Moreno."
    )


def test_close_lead_after_a_reassignment_closes_nothing(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 12:06")
    form = office.opens("Close lead", by="mia", on=lead)
    office.http("PATCH", f"/v1/leads/{lead}", json={"owner": "bob@acme.example"})
    assert form.saves(reason="Gone elsewhere") == "This lead has been with Bob Brandt since 12:06 PM."
    assert office.asks_about(lead)["state"] == "with_owner"


def test_lead_ops_answer_twice_and_the_second_time_nothing_happens(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.passes(lead, by="alice", why="Not a real lead: spam, duplicate, wrong details")
    office.it_is("Mon 10:20")
    office.presses("Send it back", by="ops", on=lead)
    office.presses("Confirm, close it", by="ops", on=lead, stale=True)
    assert office.told_only("ops") == "This lead has been with Alice Anders since 10:20 AM."
    assert office.asks_about(lead)["state"] == "with_owner"


def test_a_correction_of_a_contact_that_was_taken_back_is_told_so(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    contacted(office, lead)
    office.it_is("Mon 10:01")
    office.logs_contact("Nothing happened, I pressed by mistake", by="alice", on=lead, button="Correct")
    office.presses("Correct", by="alice", on=lead, stale=True)
    assert office.told_only("alice") == "That contact is not on this lead any more. The card shows what is."


def test_why_is_answered_on_any_screen(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:06")
    view = office.presses("Why?", by="alice", on=lead, stale=True).wait_for_view()
    assert "Tier: Hot" in str(view.payload)


def test_a_form_left_open_while_the_lead_moved_says_so_and_then_records_the_contact(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:04")
    form = office.opens("Log contact", by="alice", on=lead, place="alice")
    office.it_is("Mon 11:09")
    office.presses("Claim", by="carla", on=lead)
    warning = form.saves(what="Called, spoke to them", when="Mon 11:01")
    assert "Carla Costa has had this lead since 11:09 AM. Save to record your contact" in warning
    assert form.saves() == ""
    assert [contact.by for contact in office.lead(lead).contacts] == ["alice@acme.example"]
    assert office.asks_about(lead)["owner"] == "carla@acme.example"
    assert "56 min late" in office.card(lead, "sales-managers").everything


def test_log_contact_by_somebody_who_never_had_the_lead_is_told_who_has_it(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:06")
    office.presses("Log contact", by="bob", on=lead)
    assert office.told_only("bob").startswith(
        "This lead is with Alice Anders. Only its owner and the managers"
    )


def test_opening_the_crm_changes_nothing(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    before = office.asks_about(lead)
    channel = office.place("alice")
    [card] = office.workspace.shown_in(channel)
    assert office.slack.people.press("U0ALICE", channel, card.ts, "open_crm").acked
    office.settles()
    assert office.asks_about(lead) == before
    assert len(office.messages("alice")) == 1
