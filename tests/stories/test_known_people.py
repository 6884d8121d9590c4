"""People who ask twice, leads that come in with something missing, and companies that are known."""

from typing import Any

import pytest

from tests.stories.front_door import WEBSITE_KEY
from tests.stories.known_leads import KNOWN
from tests.stories.office import Office

LOOM: dict[str, Any] = KNOWN["Loom"]
INCOMPLETE = {name: value for name, value in KNOWN["Northwind"].items() if name != "company"}


def test_somebody_who_asks_twice_is_one_lead_and_the_owners_card_says_so(either_office: Office) -> None:
    office = either_office
    first = office.sends(KNOWN["Northwind"] | {"owner": "alice@acme.example"})
    office.it_is("Mon 10:02")
    again = office.sends(
        {
            "external_id": "WEB-77",
            "email": "DANA@Northwind.Example",
            "company": "Northwind",
            "intent": "pricing",
        }
    )

    assert (again["outcome"], again["lead_id"], again["owner"]) == (
        "duplicate",
        first["lead_id"],
        "alice@acme.example",
    )
    card = office.card(first["lead_id"], "alice")
    assert "📥 Hot lead, asked again: Dana Reyes, Northwind" in card.everything
    assert "Contact by 10:05 AM. Second request 10:02 AM: pricing." in card.text
    assert len(office.direct_messages("alice")) == 1
    assert office.http("GET", "/v1/leads/website:WEB-77")["lead_id"] == first["lead_id"]
    assert office.happened(first["lead_id"]) == ["arrived", "told", "asked_again"]


def test_a_hotter_second_request_makes_the_lead_due_sooner_and_says_so_in_a_new_message(
    office: Office,
) -> None:
    first = office.sends(LOOM)
    owner = first["owner"].partition("@")[0]
    office.it_is("Mon 10:30")
    again = office.sends(LOOM | {"external_id": "WEB-78", "intent": "demo_request"})

    assert (again["tier"], again["owner"], again["lead_id"]) == ("Hot", first["owner"], first["lead_id"])
    assert (
        "Hot lead, asked again: Sam, Little Loom. Contact by 10:35 AM." in office.direct_messages(owner)[-1]
    )
    assert len(office.direct_messages(owner)) == 2
    office.it_is("Mon 10:35")
    assert "Breached: Little Loom, Hot" in office.seen_in("sales-managers")


def test_who_was_answered_and_asks_again_is_a_new_lead_of_the_same_owner(office: Office) -> None:
    first = office.a_lead_arrives("Northwind", owner="bob")
    office.logs_contact(by="bob", on=first)
    office.it_is("Tue 10:00")
    again = office.sends(KNOWN["Northwind"] | {"external_id": "WEB-79"})

    assert (again["outcome"], again["owner"]) == ("accepted", "bob@acme.example")
    assert again["lead_id"] != first
    assert "because this person's lead of Nov 23 was theirs" in " ".join(again["why"])


def test_a_colleague_of_an_open_lead_goes_to_the_same_owner_with_a_clock_of_their_own(office: Office) -> None:
    first = office.a_lead_arrives("Northwind", owner="bob")
    office.it_is("Mon 10:03")
    colleague = office.sends(
        KNOWN["Northwind"] | {"external_id": "WEB-80", "email": "kim@northwind.example", "phone": None}
    )

    assert (colleague["outcome"], colleague["owner"]) == ("accepted", "bob@acme.example")
    assert colleague["lead_id"] != first
    assert colleague["sla"]["started_at"] > office.asks_about(first)["sla"]["started_at"]
    assert "because another lead of northwind.example is open with them" in " ".join(colleague["why"])
    card = office.card(colleague["lead_id"], "bob")
    assert "yours like a lead before it" in card.everything


def test_two_people_with_free_mailboxes_are_strangers(office: Office) -> None:
    office.sends(LOOM | {"email": "sam@gmail.com", "owner": "bob@acme.example"})
    other = office.sends(LOOM | {"external_id": "WEB-81", "email": "kim@gmail.com"})

    assert "gmail.com" not in " ".join(other["why"])


def test_lead_ops_complete_a_lead_and_its_time_starts(either_office: Office) -> None:
    office = either_office
    lead = office.sends(INCOMPLETE | {"phone": "ask for Dana", "owner": "alice@acme.example"})["lead_id"]
    assert "Press Complete, or send it again" in office.direct_messages("ops")[0]
    office.it_is("Mon 10:20")
    form = office.opens("Complete", by="ops", on=lead)
    assert "It came as 'ask for Dana'." in form.text
    assert "it needs a phone number" in form.saves(**{"field:company": "Northwind Freight"})
    form.saves(**{"field:company": "Northwind Freight", "field:phone": "212 555 0142"})

    shown = office.asks_about(lead)
    assert (shown["owner"], shown["lead"]["phone"]) == ("alice@acme.example", "+1 212 555 0142")
    assert shown["sla"]["started_at"] == "2026-11-23T15:20:00Z"
    assert "Contact by 10:25 AM" in office.direct_messages("alice")[0]
    assert "Lead Ops completed it 10:20 AM; it is with Alice Anders." in office.card(lead, "ops").text
    assert office.buttons_on(lead, "ops") == ["Open in CRM", "Why?"]
    assert office.happened(lead)[:3] == ["needs_attention", "completed", "arrived"]

    # What the wait for details took is nobody's.
    office.it_is("Mon 10:23")
    office.logs_contact(by="alice", on=lead)
    assert office.card(lead, "alice", 0).lines[0].endswith("10:23 AM, by you. 3 min after it was complete.")
    why = office.opens("Why?", by="alice", on=lead).text
    assert "Came in Mon 10:00 AM and lacked something for 20 min, which is counted apart." in why


def test_a_completed_lead_of_somebody_whose_lead_is_open_is_taken_in_by_that_one(
    either_office: Office,
) -> None:
    office = either_office
    first = office.sends(KNOWN["Northwind"] | {"owner": "alice@acme.example"})["lead_id"]
    nameless = {"external_id": "WEB-90", "company": "Northwind", "message": "Call me back"}
    second = office.sends(nameless | {"owner": "bob@acme.example"})["lead_id"]
    assert second != first
    office.it_is("Mon 10:02")
    office.opens("Complete", by="ops", on=second).saves(**{"field:email": "dana@northwind.example"})

    assert (office.direct_messages("bob"), len(office.direct_messages("alice"))) == ([], 1)
    assert "asked again" in office.card(first, "alice").text
    assert office.asks_about(first)["lead"]["message"] == "Call me back"
    taken_in = office.card(second, "ops")
    assert taken_in.text.startswith(
        "Asked again: Northwind. Lead Ops completed it 10:02 AM. The same person's open lead took it in; that is "
        "with Alice Anders."
    )
    assert office.http("GET", "/v1/leads/website:WEB-90")["lead_id"] == first
    assert office.http("POST", "/v1/leads", key=WEBSITE_KEY, json=nameless)["lead_id"] == first
    assert office.happened(second)[-1] == "merged"


def test_its_source_may_say_too_late_whose_lead_it_is(office: Office) -> None:
    first = office.sends(KNOWN["Northwind"])["lead_id"]
    second = office.sends({"external_id": "WEB-91", "company": "Northwind"})["lead_id"]
    again = office.sends({"external_id": "WEB-91", "phone": "+1 212 555 0142"})

    assert (again["lead_id"], again["outcome"], second != first) == (first, "duplicate", True)


def test_who_completes_too_late_is_told_who_was_faster(office: Office) -> None:
    lead = office.sends(INCOMPLETE | {"owner": "alice@acme.example"})["lead_id"]
    form = office.opens("Complete", by="ops", on=lead)
    office.it_is("Mon 10:10")
    office.sends(KNOWN["Northwind"])

    said = form.saves(**{"field:company": "Northwind Freight"})
    assert "completed this lead at 10:10 AM. It is with Alice Anders; there is nothing to do." in said


def test_a_lead_that_lacked_something_starts_when_its_person_asks_again(office: Office) -> None:
    first = office.sends(INCOMPLETE)
    office.it_is("Mon 10:10")
    again = office.sends(KNOWN["Northwind"] | {"external_id": "WEB-82"})

    assert (again["outcome"], again["lead_id"]) == ("duplicate", first["lead_id"])
    assert again["sla"]["started_at"] == "2026-11-23T15:10:00Z"


@pytest.mark.parametrize("key", ["email", "phone"])
def test_the_policy_says_by_what_people_are_known(office: Office, key: str) -> None:
    office.the_policy_changes(lambda policy: policy["intake"]["duplicates"].update(match=[key]))
    first = office.sends(KNOWN["Northwind"])
    other = {"email": "phone", "phone": "email"}[key]
    stranger = {
        "external_id": "WEB-83",
        key: {"email": "kim@tidewell.example", "phone": "+1 312 555 0177"}[key],
    }
    same = {
        "external_id": "WEB-84",
        other: {"email": "kim@tidewell.example", "phone": "+1 312 555 0177"}[other],
    }

    assert office.sends(KNOWN["Northwind"] | stranger)["lead_id"] != first["lead_id"]
    assert office.sends(KNOWN["Northwind"] | same)["lead_id"] == first["lead_id"]


def test_a_lead_from_before_the_policys_window_is_no_duplicate(office: Office) -> None:
    office.the_policy_changes(lambda policy: policy["intake"]["duplicates"].update(within="1d"))
    first = office.a_lead_arrives("Quiet", owner="bob")
    office.it_is("Tue 10:01")
    again = office.sends(KNOWN["Quiet"] | {"external_id": "WEB-85", "owner": "bob@acme.example"})

    assert (again["outcome"], again["lead_id"] != first) == ("accepted", True)
