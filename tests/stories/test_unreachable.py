"""What Slack refuses for good reaches somebody who can act."""

from tests.stories.office import Office


def test_managers_hear_that_a_rep_has_left_and_reassign_the_lead(either_office: Office) -> None:
    office = either_office
    office.workspace.deactivate("U0ALICE")
    lead = office.a_lead_arrives("Northwind", owner="alice")

    told = office.card(lead, "sales-managers")
    assert "Alice Anders" in told.text
    assert "Northwind Freight" in told.text
    assert "Reassign" in told.buttons
    assert office.reassigns(lead, to="bob") == ""
    assert office.direct_messages("bob")[0].startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 10:05 AM, in 5 min."
    )


def test_a_rep_who_leaves_between_card_and_reminder_is_told_of_to_the_managers(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:01")
    office.workspace.deactivate("U0ALICE")
    office.it_is("Mon 10:03")
    assert "Reassign" in office.card(lead, "sales-managers").buttons
    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight, Hot, Alice Anders." in office.seen_in("sales-managers")
    breach = office.lead(lead).breach
    assert breach is not None
    assert breach.owner_told


def test_a_backup_channel_that_was_archived_is_told_to_the_managers(office: Office) -> None:
    office.workspace.archive("C0BACKUP")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:05")
    told = office.card(lead, "sales-managers")
    assert told.buttons[0] == "Reassign"
    assert "Northwind Freight" in told.text
    assert office.reassigns(lead, to="carla") == ""
    assert "Contact by 11:35 AM" in office.direct_messages("carla")[0]


def test_a_managers_channel_that_was_archived_is_told_to_lead_ops_who_reassign(office: Office) -> None:
    office.workspace.archive("C0MANAGERS")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:06")
    told = office.card(lead, "ops")
    assert "Northwind Freight" in told.text
    assert office.opens("Reassign", by="ops", on=lead).saves(to="Bob Brandt") == ""
    assert office.direct_messages("bob")[0].startswith("Hot lead, now yours: Dana Reyes")
