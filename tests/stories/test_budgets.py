"""How often people are disturbed, counted from the record of what Slack accepted; and how many taps things take."""

from collections import Counter

import pytest

from tests.stories.office import Office


def posts(office: Office) -> Counter[str]:
    """New messages about leads by conversation; those in threads notify nobody but their followers.

    What is said on Monday to who has the shift is about no lead.
    """
    return Counter(
        str(post.channel)
        for post in office.workspace.ledger.posts()
        if "thread_ts" not in post.payload and not post.payload["text"].startswith("You are on call")
    )


@pytest.mark.parametrize(("company", "owner", "most"), [("Northwind", "alice", 2), ("Loom", "carla", 3)])
def test_an_owner_who_answers_in_time_gets_the_card_and_at_most_two_reminders(
    office: Office, company: str, owner: str, most: int
) -> None:
    lead = office.a_lead_arrives(company, owner=owner)
    due_at = office.lead(lead).due_at
    assert due_at is not None
    last_minute = "Mon 10:04:59" if company == "Northwind" else "Mon 13:59:59"
    office.it_is(last_minute)
    office.logs_contact("E-mail sent", by=owner, on=lead)
    office.it_is("Tue 17:00")
    assert posts(office) == {office.place(owner): most}


def test_one_lead_from_arrival_to_review_stays_within_its_budget(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Loom", owner="carla")
    office.it_is("Mon 14:30")
    office.presses("Nudge", by="mia", on=lead)
    office.it_is("Mon 15:30")
    assert office.asks_about(lead)["state"] == "in_queue"
    office.it_is("Tue 17:00")
    assert office.asks_about(lead)["state"] == "in_review"
    office.it_is("Wed 17:00")

    assert posts(office) == {
        # The card, two reminders, the passed deadline and the nudge.
        office.place("carla"): 5,
        # One card; everything later is an edit and a line in its thread.
        office.place("sales-managers"): 1,
        office.place("lead-backup"): 1,
    }
    lines = [post for post in office.workspace.ledger.posts() if "thread_ts" in post.payload]
    assert Counter(str(line.channel) for line in lines) == {
        office.place("sales-managers"): 2,
        office.place("lead-backup"): 1,
    }


def test_a_contact_is_logged_with_three_taps_and_nothing_typed(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    form = office.opens("Log contact", by="alice", on=lead)
    needed = [
        block for block in form.view.payload["blocks"] if block["type"] == "input" and not block["optional"]
    ]
    assert [block["element"]["type"] for block in needed] == ["radio_buttons"]
    assert form.saves(what="E-mail sent") == ""


def test_a_lead_is_passed_or_given_time_with_three_taps_and_reassigned_with_four(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    assert _needed(office, "Pass", by="alice", lead=lead) == ["radio_buttons"]
    office.it_is("Mon 10:10")
    assert _needed(office, "Extend", by="mia", lead=lead) == ["radio_buttons", "plain_text_input"]
    assert _needed(office, "Reassign", by="mia", lead=lead) == ["static_select"]


def _needed(office: Office, label: str, *, by: str, lead: str) -> list[str]:
    """The kinds of the fields that must be filled in."""
    form = office.opens(label, by=by, on=lead)  # type: ignore[arg-type]
    blocks = form.view.payload["blocks"]
    office.slack.people.close_view(form.user)
    return [
        block["element"]["type"] for block in blocks if block["type"] == "input" and not block["optional"]
    ]
