"""The main story: a lead comes in, the right rep is told, time runs, somebody claims, contact is logged."""

import threading

from tests.stories.office import Office


def test_a_lead_answered_in_time_costs_its_owner_one_message(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice")
    [card] = office.direct_messages("alice")
    assert card.startswith("Hot lead: Dana Reyes, Northwind Freight. Contact by 10:05 AM, in 5 min.")
    assert "Message: Need this live before January, 40 seats." in card
    assert card.endswith("Buttons: Log contact, I'm on it, Pass, Open in CRM, Why.")

    office.it_is("Mon 10:02")
    assert office.logs_contact("Called, spoke to them", by="alice", on=lead) == ""

    after = office.card(lead, "alice")
    assert after.header == "✅ Contacted: Dana Reyes, Northwind Freight"
    assert after.lines[0] == "*In time.* Called, spoke to them, 10:02 AM, by you. 2 min after it came in."
    assert after.buttons == ("Correct", "Open in CRM", "Why?")
    office.it_is("Mon 16:00")
    assert len(office.direct_messages("alice")) == 1
    assert office.seen_in("sales-managers") == ""


def test_a_breach_is_called_out_handed_over_and_claimed(very_different_office: Office) -> None:
    office = very_different_office
    lead = office.a_lead_arrives("Northwind", owner="alice")

    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight, Hot, Alice Anders. Due 10:05 AM New York" in office.seen_in(
        "sales-managers"
    )
    assert office.direct_messages("alice")[-1].startswith(
        "Deadline passed: Dana Reyes, Northwind Freight. Due 10:05 AM, moves on at 11:05 AM."
    )

    office.it_is("Mon 11:05")
    assert office.card(lead, "alice", 0).header == "➡️ Handed to the backup queue: Northwind Freight"
    assert office.card(lead, "sales-managers").header == "➡️ In the backup queue: Northwind Freight"
    free = office.card(lead, "lead-backup")
    assert free.text.startswith(
        "Free to claim: Northwind Freight, Hot, came in 10:00 AM New York. First press gets it."
    )
    assert "@Carla Costa @Bob Brandt First press gets it, then has *30 min* to make contact." in free.lines
    assert "dana@" not in free.everything + free.text

    office.it_is("Mon 11:09")
    office.presses("Claim", by="carla", on=lead)
    assert office.buttons_on(lead, "lead-backup") == []
    assert office.card(lead, "lead-backup").header == "➡️ Claimed by Carla Costa: Northwind Freight"
    assert office.direct_messages("carla")[-1].startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 11:39 AM, in 30 min."
    )
    assert "dana@northwind.example" in office.direct_messages("carla")[-1]
    assert office.card(lead, "alice", 0).header == "➡️ Now with Carla Costa: Northwind Freight"

    office.it_is("Mon 11:20")
    assert office.logs_contact("E-mail sent", by="carla", on=lead) == ""
    assert (
        "*1 h 15 min late.* Carla Costa e-mailed 11:20 AM, 11 min after claiming."
        in office.card(lead, "sales-managers").everything
    )
    assert office.thread(lead, "sales-managers") == [
        "11:05 AM handed to the backup queue",
        "11:09 AM Carla Costa claimed it",
        "11:20 AM contacted",
    ]
    assert office.asks_about(lead)["sla"]["outcome"] == "missed"


def test_of_two_who_press_claim_together_one_gets_the_lead(very_different_office: Office) -> None:
    office = very_different_office
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:05")
    free = office.card(lead, "lead-backup")
    results = {}
    together = threading.Barrier(2)

    def claim(name: str) -> None:
        together.wait(20)
        results[name] = office.slack.people.press(f"U0{name.upper()}", free.channel, free.ts, "claim")

    pressing = [threading.Thread(target=claim, args=(name,)) for name in ("bob", "carla")]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join(20)
    office.settles()

    winner = str(office.asks_about(lead)["owner"]).partition("@")[0]
    [loser] = {"bob", "carla"} - {winner}
    name = {"bob": "Bob Brandt", "carla": "Carla Costa"}[winner]
    assert results[winner].ephemerals == []
    assert [one.text for one in results[loser].ephemerals] == [
        f"{name} claimed Northwind Freight at 11:05 AM, just before you. Nothing to do."
    ]
    assert len(office.messages(winner, lead)) == 1
    assert office.messages(loser, lead) == []


def test_after_two_rounds_in_the_queue_the_managers_decide_and_close(either_office: Office) -> None:
    office = either_office
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:09")
    office.presses("Claim", by="carla", on=lead)

    office.it_is("Mon 12:39")
    first, second = (office.card(lead, "lead-backup", number) for number in (0, 1))
    assert first.header == "➡️ Free to claim again: Northwind Freight"
    assert first.buttons == ()
    assert second.header == "📥 Free to claim again: Northwind Freight, Hot lead"
    assert "@Bob Brandt First press gets it, then has *30 min*. Round 2 of 2." in second.lines
    office.presses("Claim", by="bob", on=lead)

    office.it_is("Mon 14:09")
    review = office.card(lead, "sales-managers")
    assert review.header == "🧭 Needs a decision: Northwind Freight, Hot lead"
    assert review.buttons == ("Reassign", "Close lead", "Why?")
    assert "@Mia Moreno" in review.lines[0]
    assert "@" not in review.text
    assert office.thread(lead, "sales-managers")[-1].endswith("needs a decision")

    office.it_is("Mon 15:00")
    assert office.closes(lead, reason="They went with somebody else") == ""
    closed = office.card(lead, "sales-managers")
    assert closed.header.endswith("Closed: Northwind Freight")
    assert "They went with somebody else" in closed.everything
    assert "Reassign" not in closed.buttons
    office.it_is("Tue 16:00")
    assert len(office.messages("sales-managers", lead)) == 1 + len(office.thread(lead, "sales-managers"))
