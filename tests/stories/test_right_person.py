"""The right person: whoever is there gets the lead, is called, and is offered; and Why? says why nobody else was."""

from collections import Counter
from typing import Any

from tests.stories.office import Office
from tests.stories.staff import email_of


def when_nobody_is_there(policy: Any, what: str) -> None:
    policy["routing"]["nobody_available"] = what


def enterprise_is_away(office: Office) -> None:
    """Alice and Bob, until the next morning."""
    for name in ("alice", "bob"):
        office.types("/lead-sla away until 18:00", by=name)


def description_of(office: Office, form: Any) -> list[tuple[str, str]]:
    """Who may be chosen as the new owner, each with what stands below the name."""
    [options] = [
        block["element"]["options"]
        for block in form.view.payload["blocks"]
        if block.get("element", {}).get("type") == "static_select"
    ]
    return [(one["text"]["text"], one.get("description", {}).get("text", "")) for one in options]


def test_a_lead_goes_to_who_is_there_and_why_says_who_was_not_asked(very_different_office: Office) -> None:
    office = very_different_office
    office.types("/lead-sla away until 18:00", by="alice")
    lead = office.a_lead_arrives("Northwind")
    assert office.asks_about(lead)["owner"] == email_of("bob")
    why = office.opens("Why?", by="bob", on=lead)
    assert "Nobody else can take it. Not asked: Alice Anders: away until Tue Nov 24." in why.text
    assert office.asks_about(lead)["why"][-1] == "Not asked: Alice Anders: away until Tue Nov 24."
    assert office.messages("alice", lead) == []


def test_who_counts_twice_gets_two_leads_of_three_and_who_was_away_is_not_owed_any(office: Office) -> None:
    def arrive(first: int, number: int) -> Counter[str]:
        leads = [
            office.a_lead_arrives("Tidewell", external_id=f"T-{n}", email=f"{n}@tide-{n}.example")
            for n in range(first, first + number)
        ]
        return Counter(str(office.lead(lead).owner).partition("@")[0] for lead in leads)

    assert arrive(0, 6) == {"carla": 2, "bob": 4}
    office.types("/lead-sla away until 18:00", by="carla")
    assert arrive(6, 6) == {"bob": 6}
    office.types("/lead-sla back", by="carla")
    assert arrive(12, 12)["carla"] in (4, 5)


def test_with_nobody_there_whoever_is_on_call_has_the_lead(office: Office) -> None:
    enterprise_is_away(office)
    lead = office.a_lead_arrives("Northwind")
    card = office.card(lead, "mia")
    assert card.text.startswith("Hot lead: Dana Reyes, Northwind Freight. Contact by 10:05 AM, in 5 min.")
    assert "you are on call" in card.everything
    office.it_is("Mon 10:03")
    assert office.direct_messages("ops") == []
    assert office.logs_contact(by="mia", on=lead) == ""
    assert office.asks_about(lead)["sla"]["outcome"] == "met"


def test_a_held_lead_is_told_to_lead_ops_once_and_goes_to_the_first_who_is_back(
    either_office: Office,
) -> None:
    office = either_office
    office.the_policy_changes(lambda policy: when_nobody_is_there(policy, "hold"))
    enterprise_is_away(office)
    lead = office.a_lead_arrives("Fjordline", score=66, intent="trial")
    office.it_is("Mon 10:01")
    assert office.messages("ops", lead) == []
    assert office.asks_about(lead)["state"] == "held"

    office.it_is("Mon 10:02")
    told = office.card(lead, "ops")
    assert told.text.startswith("Nobody has it: Ida Holm, Fjordline, High. Contact by 10:30 AM.")
    assert told.buttons == ("Reassign", "Why?")
    assert (
        "Not asked: Alice Anders: away until Tue Nov 24; Bob Brandt: away until Tue Nov 24."
        in told.everything
    )

    office.types("/lead-sla back", by="bob")
    office.it_is("Mon 10:10")
    assert office.asks_about(lead)["owner"] == email_of("bob")
    assert office.card(lead, "bob").text.startswith("High lead: Ida Holm, Fjordline. Contact by 10:30 AM")
    assert office.card(lead, "ops").header == "➡️ Now with Bob Brandt: Ida Holm, Fjordline"
    assert office.card(lead, "ops").buttons == ("Why?",)
    assert len(office.messages("ops", lead)) == 1


def test_a_lead_that_finds_an_owner_soon_is_not_told_to_lead_ops(office: Office) -> None:
    office.the_policy_changes(lambda policy: when_nobody_is_there(policy, "hold"))
    enterprise_is_away(office)
    lead = office.a_lead_arrives("Northwind")
    office.it_is("Mon 10:01")
    assert "assigned" not in office.happened(lead)
    office.http("PATCH", f"/v1/leads/{lead}", json={"owner": email_of("bob")})
    office.it_is("Mon 10:04")
    assert office.messages("ops", lead) == []


def test_the_managers_decide_at_once_where_the_policy_says_so(office: Office) -> None:
    office.the_policy_changes(lambda policy: when_nobody_is_there(policy, "manager_queue"))
    enterprise_is_away(office)
    lead = office.a_lead_arrives("Northwind")
    card = office.card(lead, "sales-managers")
    assert card.header == "🧭 Needs a decision: Northwind Freight, Hot lead"
    office.it_is("Mon 10:02")
    assert "The managers were asked to decide" in office.card(lead, "ops").everything
    assert office.reassigns(lead, to="carla") == ""
    assert office.card(lead, "ops").header == "➡️ Now with Carla Costa: Dana Reyes, Northwind Freight"
    assert "Contact by 10:05 AM" in office.card(lead, "carla").text


def test_who_has_as_many_leads_as_they_may_have_cannot_claim_another(office: Office) -> None:
    def carla_has_enough(policy: Any) -> None:
        [carla] = [person for person in policy["people"] if person["name"] == "Carla Costa"]
        carla["open_leads_max"] = 1

    office.the_policy_changes(carla_has_enough)
    office.a_lead_arrives("Quiet", owner="carla")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:06")
    queue = office.card(lead, "lead-backup")
    assert queue.lines[0].startswith("@Bob Brandt First press gets it") or "@bob" in queue.lines[0].lower()
    assert "carla" not in queue.lines[0].lower()
    office.presses("Claim", by="carla", on=lead)
    assert office.told_only("carla") == (
        "You have 1 open lead, which is your limit. Log one first, or ask Mia Moreno."
    )


def test_a_queue_with_nobody_at_work_calls_the_managers_at_once(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    for name in ("carla", "bob"):
        office.types("/lead-sla away until 18:00", by=name)
    office.it_is("Mon 11:05")
    queue = office.card(lead, "lead-backup")
    assert queue.lines[0] == (
        "Nobody in the queue is at work until Tue Nov 24, 9:00 AM. First press gets it, then has *30 min* to make "
        "contact."
    )
    assert "@" not in queue.lines[0]
    line = office.thread(lead, "sales-managers")[-1]
    assert line == "11:05 AM nobody in the queue is at work until Tue Nov 24, 9:00 AM"


def test_the_new_owner_is_chosen_among_those_who_can_take_it_first(office: Office) -> None:
    office.types("/lead-sla away until 18:00", by="bob")
    office.a_lead_arrives("Quiet", owner="carla")
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:06")
    form = office.opens("Reassign", by="mia", on=lead)
    assert description_of(office, form) == [
        ("Carla Costa", "1 open · at work until 5:00 PM"),
        ("Bob Brandt", "away until Tue Nov 24"),
    ]


def test_somebody_away_is_not_nudged(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 10:06")
    office.types("/lead-sla away until 18:00", by="alice")
    office.presses("Nudge", by="mia", on=lead)
    assert office.told_only("mia") == "Alice Anders is away until Tue Nov 24. Reassign it instead."


def test_a_pass_goes_past_who_is_away(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.types("/lead-sla away until 18:00", by="bob")
    form = office.opens("Pass", by="alice", on=lead)
    assert "Nobody else is available now. It would go to the backup queue" in form.text
