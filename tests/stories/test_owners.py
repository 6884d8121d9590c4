"""What owners do besides contact: pass a lead on, and say that it is not a real one."""

from tests.stories.office import Office


def test_a_passed_lead_goes_to_the_next_with_its_deadline_and_without_blame(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:02")
    form = office.opens("Pass", by="alice", on=lead)
    assert "It goes to *Bob Brandt*, next in turn. The deadline of 10:05 AM stays." in form.text
    assert form.saves(why="On a call or in a meeting", note="We met Dana at the Chicago fair in May.") == ""

    passed = office.card(lead, "alice")
    assert passed.header == "➡️ Passed to Bob Brandt: Northwind Freight"
    assert passed.lines[0] == "You passed it 10:02 AM, before the deadline. Not counted against you."
    assert passed.buttons == ()
    now_yours = office.card(lead, "bob")
    assert now_yours.text.startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 10:05 AM, in 3 min."
    )
    assert "We met Dana at the Chicago fair in May." in now_yours.everything
    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight, Hot, Bob Brandt." in office.seen_in("sales-managers")
    assert len(office.messages("alice", lead)) == 1


def test_a_lead_that_everybody_passed_goes_to_the_backup_queue_before_its_deadline(office: Office) -> None:
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:01")
    office.passes(lead, by="bob")
    office.it_is("Mon 10:03")
    form = office.opens("Pass", by="carla", on=lead)
    assert (
        "Nobody else is available now. It would go to the backup queue, where Alice Anders can claim it."
    ) in form.text
    assert form.saves(why="Not my territory or segment") == ""

    assert "Free to claim: Tidewell, High" in office.seen_in("lead-backup")
    office.it_is("Mon 10:05")
    office.presses("Claim", by="alice", on=lead)
    assert "Contact by 10:35 AM" in office.direct_messages("alice")[-1]
    assert office.logs_contact("Called, spoke to them", by="alice", on=lead) == ""
    assert office.asks_about(lead)["sla"]["outcome"] == "met"
    assert office.seen_in("sales-managers") == ""


def test_the_fourth_pass_of_a_day_is_refused_and_the_next_day_it_is_not(office: Office) -> None:
    for minute in range(3):
        office.it_is(f"Mon 10:0{minute}")
        lead = office.a_lead_arrives("Tidewell", owner="bob", external_id=f"T-{minute}")
        assert office.passes(lead, by="bob") == ""
    office.it_is("Mon 10:04")
    fourth = office.a_lead_arrives("Tidewell", owner="bob", external_id="T-3")
    office.presses("Pass", by="bob", on=fourth)
    assert office.told_only("bob") == (
        "You passed 3 leads today; that is the limit. Ask Mia Moreno to reassign it."
    )
    office.it_is("Tue 9:05")
    fifth = office.a_lead_arrives("Tidewell", owner="bob", external_id="T-5")
    assert office.passes(fifth, by="bob") == ""


def test_after_the_deadline_there_is_no_pass(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    form = office.opens("Pass", by="alice", on=lead)
    office.it_is("Mon 10:05")
    assert form.saves(why="Finishing for today") == (
        "The deadline passed at 10:05 AM, so it cannot be passed on. Ask Mia Moreno to reassign it."
    )
    assert "Pass" not in office.buttons_on(lead, "alice", 0)


def test_lead_ops_confirm_that_it_is_not_a_real_lead_and_nobody_is_late(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:03")
    why = "Not a real lead: spam, duplicate, wrong details"
    assert office.passes(lead, by="alice", why=why, note="duplicate") == ""
    checking = office.card(lead, "alice", 0)
    assert checking.header == "➡️ With lead ops: Northwind Freight"
    assert "The clock is stopped while Lead Ops looks." in checking.everything
    check = office.card(lead, "ops")
    assert check.buttons[:2] == ("Confirm, close it", "Send it back")

    office.it_is("Mon 11:30")
    assert office.seen_in("sales-managers") == ""
    office.presses("Confirm, close it", by="ops", on=lead)
    assert "Lead Ops closed it 11:30 AM. Not counted against you." in office.card(lead, "alice", 0).everything
    assert office.card(lead, "ops").text.startswith(
        "Closed: Dana Reyes, Northwind Freight. Lead Ops closed it"
    )
    assert office.card(lead, "ops").buttons == ("Open in CRM", "Why?")
    office.it_is("Tue 12:00")
    state = office.asks_about(lead)
    assert (state["state"], state["sla"]["outcome"]) == ("closed", None)
    assert office.seen_in("sales-managers") == ""


def test_a_lead_that_lead_ops_send_back_has_a_quarter_of_an_hour_at_least(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:03")
    office.passes(lead, by="alice", why="Not a real lead: spam, duplicate, wrong details", note="duplicate")
    office.it_is("Mon 10:30")
    office.presses("Send it back", by="ops", on=lead)

    assert "Contact by 10:45 AM, in 15 min." in office.card(lead, "alice").text
    # Ten minutes before would be too near to half of the time.
    office.it_is("Mon 10:37")
    assert office.direct_messages("alice")[-1].startswith("Hot lead, now yours")
    office.it_is("Mon 10:37:30")
    assert office.direct_messages("alice")[-1].startswith("Lead SLA expires in 7 minutes")
    office.it_is("Mon 10:44")
    assert office.logs_contact("Called, left a message", by="alice", on=lead) == ""
    assert office.asks_about(lead)["sla"]["outcome"] == "met"
    assert office.seen_in("sales-managers") == ""


def test_of_two_rejections_of_one_lead_only_the_newer_asks_lead_ops(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    why = "Not a real lead: spam, duplicate, wrong details"
    office.it_is("Mon 10:01")
    office.passes(lead, by="alice", why=why, note="duplicate")
    office.presses("Send it back", by="ops", on=lead)
    office.it_is("Mon 10:02")
    office.passes(lead, by="alice", why=why, note="a student")

    first, newer = office.card(lead, "ops", 0), office.card(lead, "ops", 1)
    assert first.text.startswith(
        "Rejected again: Dana Reyes, Northwind Freight. Alice Anders said it 10:02 AM."
    )
    assert (first.buttons, newer.buttons[0]) == (("Open in CRM", "Why?"), "Confirm, close it")
    office.presses("Confirm, close it", by="ops", on=lead)
    assert office.asks_about(lead)["state"] == "closed"
