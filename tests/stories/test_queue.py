"""The backup queue and management review: what stands there, who may take it, and how it ends."""

from typing import Any

from tests.stories.office import Office


def test_a_lead_nobody_claims_is_called_out_once_and_then_goes_to_the_managers(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:20")
    assert office.thread(lead, "lead-backup") == [
        "Still free after 15 min: Northwind Freight, Hot. At 12:05 PM New York the managers decide."
    ]
    assert [post.payload.get("reply_broadcast") for post in office.workspace.ledger.posts()][-1] in (
        True,
        "1",
    )

    office.it_is("Mon 12:05")
    assert office.card(lead, "lead-backup", 0).lines[0] == "Nobody claimed it by 12:05 PM."
    assert office.buttons_on(lead, "lead-backup", 0) == []
    assert office.card(lead, "sales-managers").header == "🧭 Needs a decision: Northwind Freight, Hot lead"
    office.it_is("Wed 17:00")
    assert len(office.messages("sales-managers")) == 3
    assert len(office.messages("lead-backup")) == 2


def test_a_lead_claimed_in_time_is_not_called_out_again(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:19")
    office.presses("Claim", by="bob", on=lead)
    office.it_is("Mon 11:30")
    assert office.thread(lead, "lead-backup") == []


def test_a_manager_assigns_a_lead_that_waits_in_the_queue(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:20")
    form = office.opens("Reassign", by="mia", on=lead)
    assert "Northwind Freight · in the backup queue · was due 10:05 AM" in form.text
    assert form.saves(to="Bob Brandt") == ""
    queue = office.card(lead, "lead-backup", 0)
    assert queue.header == "➡️ Now with Bob Brandt: Northwind Freight"
    assert queue.lines[0] == "Mia Moreno assigned it 11:20 AM."
    assert "Contact by 11:50 AM" in office.direct_messages("bob")[0]


def test_a_lead_in_review_that_gets_an_owner_leaves_it(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 12:30")
    assert office.reassigns(lead, to="carla") == ""
    assert office.card(lead, "sales-managers").header == "➡️ Now with Carla Costa: Northwind Freight"
    office.it_is("Mon 12:45")
    assert office.logs_contact("Meeting booked", by="carla", on=lead) == ""
    assert office.card(lead, "sales-managers").header == "✅ Contacted: Northwind Freight"
    assert office.card(lead, "lead-backup", 0).header == "✅ Contacted: Northwind Freight"


def test_only_members_of_the_queue_claim(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:06")
    said = {}
    for who in ("omar", "guest", "stranger"):
        office.presses("Claim", by=who, on=lead)
        said[who] = office.told_only(who)
    assert said == {
        "omar": "Only the Enterprise backups can claim: Carla Costa, Bob Brandt.",
        "guest": "Only full members of this workspace can do that. Ask Mia Moreno.",
        "stranger": "You are not in the lead SLA policy. Write to Lead Ops.",
    }
    assert office.asks_about(lead)["state"] == "in_queue"


def test_a_lead_without_anybody_left_to_claim_it_goes_to_the_managers_at_once(office: Office) -> None:
    def alice_alone(policy: Any) -> None:
        policy["teams"]["enterprise"]["backups"] = ["alice@acme.example"]

    office.the_policy_changes(alice_alone)
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:05")
    assert office.messages("lead-backup") == []
    assert office.card(lead, "sales-managers").header == "🧭 Needs a decision: Northwind Freight, Hot lead"
