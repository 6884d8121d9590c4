"""What managers do: reassign before and after the deadline, give more time, nudge."""

from tests.stories.office import Office


def test_a_lead_reassigned_before_its_deadline_keeps_the_deadline(office: Office) -> None:
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:05")
    # Before the breach there is no card in the managers' channel: the CRM moves it.
    office.http("PATCH", f"/v1/leads/{lead}", json={"owner": "carla@acme.example"})

    assert office.card(lead, "bob").header == "➡️ Now with Carla Costa: Tidewell"
    assert office.card(lead, "bob").buttons == ()
    assert office.direct_messages("carla")[-1].startswith(
        "High lead, now yours: Mara Quist, Tidewell. Contact by 10:30 AM, in 25 min."
    )
    office.it_is("Mon 10:30")
    assert "Breached: Tidewell, High, Carla Costa." in office.seen_in("sales-managers")
    assert len(office.messages("bob", lead)) == 1


def test_a_lead_reassigned_after_its_deadline_gives_the_new_owner_half_an_hour(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:20")
    form = office.opens("Reassign", by="mia", on=lead)
    assert "Northwind Freight · with Alice Anders · was due 10:05 AM" in form.text
    assert "The new owner has 30 min from now. The late mark stays where it is." in form.text
    assert form.saves(to="Bob Brandt", reason="Alice is in a demo") == ""

    assert 'Mia Moreno moved it at 10:20 AM: "Alice is in a demo"' in office.card(lead, "alice", 0).text
    card = office.direct_messages("bob")[-1]
    assert card.startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 10:50 AM, in 30 min."
    )
    assert "It was due 10:05 AM with Alice Anders; that stays there." in card
    managers = office.card(lead, "sales-managers")
    assert managers.header == "➡️ Now with Bob Brandt: Northwind Freight"
    assert "Contact by 10:50 AM · was due 10:05 AM with Alice Anders" in managers.lines
    assert office.thread(lead, "sales-managers") == ["10:20 AM Mia Moreno moved it to Bob Brandt"]

    office.it_is("Mon 10:40")
    assert office.direct_messages("bob")[-1].startswith("Lead SLA expires in 10 minutes: Dana Reyes")
    office.it_is("Mon 11:05")
    assert office.messages("lead-backup") == []
    office.it_is("Mon 11:50")
    assert "Free to claim: Northwind Freight, Hot" in office.seen_in("lead-backup")
    assert "@Carla Costa First press gets it" in office.card(lead, "lead-backup").everything


def test_more_time_moves_the_hand_over_and_not_the_deadline(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:40")
    form = office.opens("Extend", by="mia", on=lead)
    assert "The deadline of 10:05 AM does not: the lead stays marked late." in form.text
    assert "( ) 11:35 AM, 30 min more" in form.text
    assert "Once more possible after this." in form.text
    assert form.saves(until="11:35 AM, 30 min more", reason="on the phone with them") == ""

    assert (
        office.card(lead, "alice", 0)
        .lines[0]
        .startswith("Mia Moreno gave you until 11:35 AM. It was due 10:05 AM.")
    )
    assert 'Mia Moreno gave 30 min: "on the phone with them"' in office.card(lead, "sales-managers").text
    assert office.thread(lead, "sales-managers") == ["10:40 AM Mia Moreno gave 30 min more"]

    office.it_is("Mon 11:34")
    assert office.messages("lead-backup") == []
    assert office.gives_time(lead, "11:50 AM, 15 min more") == ""
    office.presses("Extend", by="mia", on=lead)
    assert office.told_only("mia") == (
        "Time was given twice already. Reassign it, or let it go to the backup queue at 11:50 AM."
    )
    office.it_is("Mon 11:49")
    assert office.messages("lead-backup") == []
    office.it_is("Mon 11:50")
    assert "Free to claim: Northwind Freight" in office.seen_in("lead-backup")


def test_an_owner_is_nudged_once_in_ten_minutes(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:12")
    office.presses("Nudge", by="mia", on=lead)
    nudge = office.card(lead, "alice")
    assert nudge.text.startswith(
        "Mia Moreno asks about Dana Reyes, Northwind Freight. It was due 10:05 AM, moves on at 11:05 AM."
    )
    assert nudge.buttons == ("Log contact", "I'm on it", "Why?")
    assert "nudged 10:12 AM by Mia Moreno" in office.card(lead, "sales-managers").lines[0]

    office.it_is("Mon 10:21:59")
    office.presses("Nudge", by="mia", on=lead)
    assert office.told_only("mia") == "Alice Anders was nudged at 10:12 AM. You can again from 10:22 AM."
    office.it_is("Mon 10:22")
    office.presses("Nudge", by="mia", on=lead)
    assert office.told_only("mia") == ""
    assert sum("asks about" in text for text in office.direct_messages("alice")) == 2


def test_only_managers_reassign_give_time_and_nudge(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:10")
    said = {}
    for label in ("Reassign", "Extend", "Nudge"):
        office.presses(label, by="bob", on=lead)
        said[label] = office.told_only("bob")
    assert said == {
        "Reassign": "Only the Enterprise managers can reassign: Mia Moreno.",
        "Extend": "Only the Enterprise managers can give more time: Mia Moreno.",
        "Nudge": "Only the Enterprise managers can nudge: Mia Moreno.",
    }
    office.presses("Reassign", by="guest", on=lead)
    assert office.told_only("guest") == "Only full members of this workspace can do that. Ask Mia Moreno."
    office.presses("Reassign", by="stranger", on=lead)
    assert office.told_only("stranger") == "You are not in the lead SLA policy. Write to Lead Ops."
