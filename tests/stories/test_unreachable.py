"""What Slack refuses for good reaches somebody who can act."""

from tests.stories.office import Office


def test_the_leads_of_a_rep_who_left_go_to_the_queue_and_the_managers_hear_of_it_once(
    very_different_office: Office,
) -> None:
    office = very_different_office
    first = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:02")
    office.a_lead_arrives("Fjordline", owner="alice")
    office.it_is("Mon 10:03")
    office.slack.people.leaves("U0ALICE")
    office.settles()

    assert office.lead(first).owner is None
    assert "Claim" in office.buttons_on(first, "lead-backup")
    told = [one for one in office.messages("sales-managers") if "No longer active" in one.header]
    assert [one.header for one in told] == ["⚠️ No longer active in Slack: Alice Anders"]
    assert told[0].lines[0] == "*2 open leads of Alice Anders went to the backup queue.*"
    assert told[0].lines[1].startswith("Dana Reyes, Northwind Freight | due 10:05 AM")
    assert told[0].buttons == ("Reassign", "Reassign")

    office.slack.people.leaves("U0ALICE")
    office.settles()
    assert len([one for one in office.messages("sales-managers") if "No longer active" in one.header]) == 1

    next_one = office.a_lead_arrives("Tidewell", owner="alice")
    assert "The CRM names Alice Anders, who is no longer active in Slack." in office.lead(next_one).why


def test_a_closed_account_of_which_slack_did_not_tell_is_found_by_the_next_message(office: Office) -> None:
    office.workspace.deactivate("U0ALICE")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert office.lead(lead).owner is None
    assert "Claim" in office.buttons_on(lead, "lead-backup")
    assert "Alice Anders" in office.seen_in("sales-managers")

    another = office.a_lead_arrives("Fjordline", owner="alice")
    assert office.lead(another).owner != "alice@acme.example"


def test_whoever_leaves_while_they_are_paged_is_followed_by_the_next_and_no_channel_hears_of_it(
    office: Office,
) -> None:
    office.it_begins("Mon 2:04")
    lead = office.a_lead_arrives("Northwind")
    office.it_is("Mon 2:05")
    office.slack.people.leaves("U0OMAR")
    office.settles()

    assert office.lead(lead).owner == "mia@acme.example"
    assert office.card(lead, "mia").lines[0] == "Omar Odeh is no longer active in Slack."
    assert office.seen_in("sales-managers") == ""


def test_who_is_active_again_gets_leads_again(office: Office) -> None:
    office.slack.people.leaves("U0ALICE")
    office.workspace.user("U0ALICE").deleted = False
    back = office.workspace.user("U0ALICE").to_slack(with_email=True)
    office.slack.people.event({"type": "user_change", "user": back})
    office.settles()
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert office.lead(lead).owner == "alice@acme.example"


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
