"""The policy changes while clocks run: targets stay as promised, people and rights are the new ones."""

from typing import Any

from tests.stories.office import Office


def test_a_running_clock_keeps_its_target_and_the_next_lead_gets_the_new_one(office: Office) -> None:
    office.a_lead_arrives("Northwind", owner="alice")

    def twenty_minutes(policy: Any) -> None:
        policy["tiers"][0]["first_response"] = "20m"

    office.it_is("Mon 10:01")
    office.the_policy_changes(twenty_minutes)
    office.a_lead_arrives("Fjordline", owner="bob")
    office.it_is("Mon 10:05")
    assert "Breached: Northwind Freight" in office.seen_in("sales-managers")
    assert "Contact by 10:21 AM" in office.direct_messages("bob")[0]


def test_a_new_backup_may_claim_and_a_former_one_may_not(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 11:05")

    def omar_for_carla(policy: Any) -> None:
        policy["teams"]["enterprise"]["backups"] = ["omar@acme.example", "bob@acme.example"]

    office.the_policy_changes(omar_for_carla)
    office.presses("Claim", by="carla", on=lead)
    assert office.told_only("carla") == "Only the Enterprise backups can claim: Omar Odeh, Bob Brandt."
    office.presses("Claim", by="omar", on=lead)
    assert office.told_only("omar") == ""
    assert "Contact by 11:35 AM" in office.direct_messages("omar")[0]


def test_a_holiday_added_today_does_not_move_a_promise_made_before(office: Office) -> None:
    early = office.a_lead_arrives("Quiet", owner="bob")
    before = office.asks_about(early)["sla"]["due_at"]

    def closed_tomorrow(policy: Any) -> None:
        policy["calendars"]["us-east"]["closed"].append("2026-11-24")

    office.the_policy_changes(closed_tomorrow)
    assert office.asks_about(early)["sla"]["due_at"] == before
    next_lead = office.a_lead_arrives("Quiet", owner="bob", external_id="Q-2")
    after = office.asks_about(next_lead)["sla"]["due_at"]
    # 24 working hours are three days of eight, and Thursday is Thanksgiving.
    assert (before[:10], after[:10]) == ("2026-11-27", "2026-11-30")


def test_open_leads_of_somebody_who_was_removed_are_told_to_the_managers(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")

    def without_alice(policy: Any) -> None:
        alice = "alice@acme.example"
        policy["people"] = [person for person in policy["people"] if person["email"] != alice]
        policy["teams"]["enterprise"]["reps"].remove(alice)
        policy["teams"]["inside-sales"]["backups"] = ["omar@acme.example"]

    office.it_is("Mon 10:01")
    office.the_policy_changes(without_alice)
    told = office.card(lead, "sales-managers")
    assert told.text.startswith("No longer in the policy: Alice Anders. Dana Reyes, Northwind…, Hot.")
    assert told.buttons == ("Reassign",)
    assert office.reassigns(lead, to="bob") == ""
    assert "Contact by 10:05 AM" in office.direct_messages("bob")[0]
    why = str(office.presses("Why?", by="bob", on=lead).wait_for_view().payload)
    assert "Alice Anders is no longer in the policy" in why
    assert "alice@acme.example" not in why


def test_hours_cut_short_make_no_running_clock_late_at_once(office: Office) -> None:
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    promised = office.asks_about(lead)["sla"]["due_at"]
    office.it_is("Mon 10:05")

    def closed_since_ten(policy: Any) -> None:
        policy["calendars"]["us-east"]["hours"]["mon"] = ["09:00-10:02"]

    office.the_policy_changes(closed_since_ten)
    office.a_minute_passes()
    assert (office.asks_about(lead)["sla"]["due_at"], office.seen_in("sales-managers")) == (promised, "")
    assert "breached" not in office.happened(lead)

    office.it_is("Mon 10:31")
    assert office.happened(lead).count("breached") == 1
    assert office.lead(lead).breach is not None


def test_longer_hours_make_no_running_clock_shorter(office: Office) -> None:
    lead = office.a_lead_arrives("Quiet", owner="bob")
    promised = office.asks_about(lead)["sla"]["due_at"]

    def until_midnight(policy: Any) -> None:
        policy["calendars"]["us-east"]["hours"] = {
            day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri")
        }

    office.the_policy_changes(until_midnight)
    assert office.asks_about(lead)["sla"]["due_at"] == promised
    office.it_is("Tue 12:00")
    assert "breached" not in office.happened(lead)
