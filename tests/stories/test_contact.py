"""Logging contact: late, for others, by earlier owners, corrected, and what counts as one."""

from tests.stories.office import Office


def test_a_contact_in_time_that_is_logged_late_withdraws_the_breach_on_every_card(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:12")
    assert office.logs_contact("Called, no answer", by="alice", on=lead, at="Mon 10:04") == ""

    assert office.card(lead, "alice", 0).lines[0] == (
        "*In time.* Called, no answer, 10:04 AM; logged 10:12 AM. The breach notice is withdrawn."
    )
    managers = office.card(lead, "sales-managers")
    assert managers.header == "✅ In time: Northwind Freight"
    assert managers.lines[0] == "Alice Anders called 10:04 AM, logged 10:12 AM. Not a breach."
    assert managers.buttons == ("Why?",)
    assert office.thread(lead, "sales-managers") == ["10:12 AM breach withdrawn"]
    assert office.card(lead, "alice").text.startswith("Contacted 10:04 AM by you.")

    state = office.asks_about(lead)
    assert (state["sla"]["status"], state["sla"]["outcome"]) == ("Within SLA", "met")
    assert {"breached", "breach_withdrawn"} <= set(office.happened(lead))


def test_a_contact_pressed_by_mistake_lets_the_clock_run_on_as_if_nothing_had_been_pressed(
    office: Office,
) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:01")
    office.logs_contact("Called, spoke to them", by="alice", on=lead)
    office.it_is("Mon 10:02")
    form = office.opens("Correct", by="alice", on=lead)
    assert "( ) Nothing happened, I pressed by mistake" in form.text
    assert form.saves(what="Nothing happened, I pressed by mistake") == ""

    assert office.card(lead, "alice", 0).lines[0].startswith("*Contact by 10:05 AM*")
    assert "Log contact" in office.buttons_on(lead, "alice", 0)
    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight, Hot, Alice Anders." in office.seen_in("sales-managers")
    assert {"contact", "contact_withdrawn"} <= set(office.happened(lead))


def test_a_mistake_noticed_after_the_deadline_is_a_breach_at_its_true_time(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.logs_contact("Called, spoke to them", by="alice", on=lead)
    office.it_is("Mon 10:10")
    office.logs_contact("Nothing happened, I pressed by mistake", by="alice", on=lead, button="Correct")
    office.it_is("Mon 10:11")
    assert "Breached: Northwind Freight, Hot, Alice Anders. Due 10:05 AM New York" in office.seen_in(
        "sales-managers"
    )
    assert not any(text.startswith("Lead SLA expires") for text in office.direct_messages("alice"))


def test_a_corrected_time_turns_late_into_in_time(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:20")
    office.logs_contact("E-mail sent", by="alice", on=lead)
    assert office.card(lead, "alice", 0).lines[0].startswith("*15 min late.* E-mail sent 10:20 AM, by you.")
    assert (
        office.logs_contact("Called, no answer", by="alice", on=lead, at="Mon 10:03", button="Correct") == ""
    )
    assert office.card(lead, "alice", 0).lines[0].startswith("*In time.* Called, no answer, 10:03 AM")
    assert office.card(lead, "sales-managers").header == "✅ In time: Northwind Freight"


def test_after_a_quarter_of_an_hour_only_a_manager_corrects(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:04")
    office.logs_contact("Called, spoke to them", by="alice", on=lead)
    office.it_is("Mon 10:19:01")
    office.presses("Correct", by="alice", on=lead)
    assert (
        office.told_only("alice") == "You could correct it until 10:19 AM. Ask Mia Moreno to correct it now."
    )


def test_an_earlier_owner_logs_what_they_did_while_the_lead_was_theirs(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:06")
    assert office.buttons_on(lead, "alice", 0) == ["I had contacted them"]
    form = office.opens("I had contacted them", by="alice", on=lead)
    assert form.saves(what="Called, spoke to them", when="Mon 11:06") == (
        "You had this lead until 11:05 AM. Choose a time until then."
    )
    assert form.saves(what="Called, spoke to them", when="Mon 10:58") == ""

    queue = office.card(lead, "lead-backup")
    assert queue.header == "✅ Contacted: Northwind Freight"
    assert queue.lines[0] == "Alice Anders reached them 10:58 AM. Nothing to claim."
    assert queue.buttons == ()
    assert office.asks_about(lead)["owner"] == "alice@acme.example"


def test_a_manager_logs_for_the_owner(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:08")
    form = office.opens("Log contact", by="mia", on=lead)
    assert "Who made the contact?" in form.text
    assert form.saves(what="Called, left a message", when="Mon 10:05", who="Mia Moreno") == ""
    assert (
        office.card(lead, "alice", 0)
        .lines[0]
        .startswith("*In time.* Mia Moreno called, left a message, 10:05 AM. Still yours.")
    )
    state = office.asks_about(lead)
    assert (state["owner"], state["sla"]["outcome"]) == ("alice@acme.example", "met")


def test_what_is_wrong_with_a_contact_is_said_beside_its_field(office: Office) -> None:
    lead = office.a_lead_arrives("Loom", owner="carla")
    office.it_is("Mon 14:45")
    form = office.opens("Log contact", by="carla", on=lead)
    assert (
        form.saves(what="E-mail sent", when="Mon 15:15") == "That is in the future. Leave it empty for now."
    )
    assert (
        form.saves(what="E-mail sent", when="Mon 9:30")
        == "The lead came in at 10:00 AM. Choose a later time."
    )
    assert form.saves(what="E-mail sent", when="Mon 10:30") == (
        "Your policy takes contacts up to 4 h back. Ask Mia Moreno to log this one."
    )
    assert form.saves(what="Something else") == "Say in the note what it was."
    assert form.saves(what="Something else", note="Met in the lift", when="Mon 13:59") == ""
    assert office.asks_about(lead)["sla"]["outcome"] == "met"


def test_a_form_left_open_while_somebody_else_made_contact_says_so_before_it_saves(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:06")
    form = office.opens("Log contact", by="mia", on=lead)
    office.it_is("Mon 10:08")
    office.logs_contact("Called, spoke to them", by="alice", on=lead)
    warning = form.saves(what="E-mail sent", who="Mia Moreno")
    assert "Alice Anders logged a call at 10:08 AM. Save again to add yours as another attempt." in warning
    assert form.saves() == ""
    assert len(office.lead(lead).contacts) == 2


def test_where_only_conversations_count_an_unanswered_call_lets_the_clock_run_on(office: Office) -> None:
    office.the_policy_changes(lambda policy: policy["contact"].update(counts="conversation"))
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:01")
    office.logs_contact("Called, no answer", by="alice", on=lead)
    assert "Log contact" in office.buttons_on(lead, "alice")
    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight" in office.seen_in("sales-managers")
    office.logs_contact("Called, spoke to them", by="alice", on=lead)
    assert office.asks_about(lead)["sla"]["outcome"] == "met"
