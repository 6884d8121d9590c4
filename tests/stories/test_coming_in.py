"""How leads come in: routed by rules and by turn, twice, incomplete, from workflows and other apps."""

from tests.stories.front_door import WEBSITE_KEY
from tests.stories.known_leads import KNOWN
from tests.stories.office import Office


def test_the_owner_that_the_crm_names_keeps_the_lead(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="bob")
    assert office.asks_about(lead)["owner"] == "bob@acme.example"
    assert "team Enterprise · yours as the CRM says" in office.card(lead, "bob").everything


def test_an_owner_whom_the_policy_does_not_know_is_passed_over_by_the_rules(office: Office) -> None:
    lead = office.a_lead_arrives("Kessel", owner="nobody@acme.example")
    assert office.asks_about(lead)["owner"] == "dieter@acme.example"
    assert "Lead 00Q-1002 · team DACH · yours by rule 1" in office.card(lead, "dieter").everything


def test_leads_of_a_team_go_by_turn_to_whoever_has_had_the_fewest_for_their_weight(office: Office) -> None:
    leads = [office.a_lead_arrives("Tidewell", external_id=f"T-{number}") for number in range(4)]
    owners = [office.asks_about(lead)["owner"] for lead in leads]
    assert owners == [f"{name}@acme.example" for name in ("carla", "bob", "bob", "carla")]
    assert "yours by the fallback" in office.card(leads[0], "carla").everything


def test_the_same_lead_again_is_one_lead_one_message_one_clock(either_office: Office) -> None:
    office = either_office
    first = office.sends(KNOWN["Northwind"])
    office.it_is("Mon 10:01")
    again = office.sends(KNOWN["Northwind"])
    assert (first["outcome"], again["outcome"]) == ("accepted", "duplicate")
    assert again["lead_id"] == first["lead_id"]
    assert again["sla"]["due_at"] == first["sla"]["due_at"]
    assert sum(len(office.messages(name)) for name in ("alice", "bob")) == 1
    assert "Contact by 10:05 AM" in str(office.direct_messages("alice"))


def test_a_lead_sent_again_with_a_new_number_shows_it_on_the_card(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    again = office.sends(KNOWN["Northwind"] | {"phone": "+1 212 555 0199", "owner": "alice@acme.example"})
    assert again["outcome"] == "duplicate"
    assert "+1 212 555 0199" in office.card(lead, "alice").text
    assert len(office.direct_messages("alice")) == 1


def test_an_incomplete_lead_reaches_lead_ops_and_starts_when_it_is_sent_again(office: Office) -> None:
    incomplete = {name: value for name, value in KNOWN["Northwind"].items() if name != "email"}
    answer = office.sends(incomplete)
    assert (answer["outcome"], answer["owner"], answer["sla"]) == ("needs_attention", None, None)
    [asked] = office.direct_messages("ops")
    assert asked.startswith("Needs details: Dana Reyes, Northwind Freight.")
    assert "email" in asked
    assert office.direct_messages("alice") == []

    office.it_is("Mon 12:00")
    assert office.sends(KNOWN["Northwind"])["outcome"] == "duplicate"
    assert "Contact by 12:05 PM" in office.direct_messages("alice")[0]
    assert office.direct_messages("ops")[0].startswith("Complete: Dana Reyes, Northwind Freight.")
    assert len(office.direct_messages("ops")) == 1


def test_a_contact_logged_elsewhere_counts_and_the_same_again_does_not(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:04")
    call = {
        "external_id": "call-1",
        "type": "call",
        "outcome": "connected",
        "occurred_at": "2026-11-23T10:03:00-05:00",
        "by": "alice@acme.example",
        "note": None,
    }
    path = "/v1/leads/website:00Q-1001/activities"
    assert office.http("POST", path, key=WEBSITE_KEY, json=call)["outcome"] == "accepted"
    assert office.http("POST", path, key=WEBSITE_KEY, json=call)["outcome"] == "duplicate"
    assert office.card(lead, "alice", 0).lines[0].startswith("*In time.* Called, spoke to them, 10:03 AM")
    assert office.asks_about(lead)["sla"]["outcome"] == "met"


def test_a_lead_closed_by_the_crm_is_closed_on_the_card(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:02")
    office.http("PATCH", f"/v1/leads/{lead}", json={"status": "closed", "reason": "A customer already"})
    card = office.card(lead, "alice")
    assert card.header == "➡️ Closed: Dana Reyes, Northwind Freight"
    assert card.buttons == ("Open in CRM", "Why?")
    assert "A customer already" in card.everything
    office.it_is("Mon 12:00")
    assert office.seen_in("sales-managers") == ""
    assert len(office.messages("alice")) == 1


def test_a_workflow_starts_a_lead_and_hears_who_has_it_until_when(very_different_office: Office) -> None:
    office = very_different_office
    inputs = {name: KNOWN["Northwind"][name] for name in ("email", "company", "score", "employees", "intent")}
    run = office.slack.people.run_workflow_step("start_lead_sla", inputs).wait()
    office.settles()
    assert run.state == "completed"
    assert run.outputs is not None
    assert run.outputs["owner"] == "alice@acme.example"
    assert run.outputs["due_at"].startswith("2026-11-23T15:05:00")
    office.slack.people.redeliver(run.delivery)
    office.settles()
    assert len(office.direct_messages("alice")) == 1
    assert office.asks_about(run.outputs["lead_id"])["source"] == "workflow"


def test_a_message_of_an_allowed_app_brings_a_lead_and_of_another_it_does_not(office: Office) -> None:
    lead = {name: value for name, value in KNOWN["Northwind"].items() if name != "external_id"}
    office.slack.people.post_metadata_message("A0OTHER", "C0MANAGERS", "lead_created", lead)
    office.settles()
    assert office.direct_messages("alice") == []
    office.slack.people.post_metadata_message("A0CRM", "C0MANAGERS", "lead_created", lead)
    office.settles()
    assert office.direct_messages("alice")[0].startswith("Hot lead: Dana Reyes, Northwind Freight.")
