"""Nobody is told too often, or when they are not at work: lists, roll-ups, and the morning digest."""

from collections.abc import Callable
from typing import Any

import pytest

from sla.lead import LeadId
from tests.stories.office import Office
from tests.stories.screen import Shown, lines_of
from tests.stories.staff import email_of


def several(office: Office, company: str, number: int, **fields: str) -> list[LeadId]:
    """So many leads of the same kind at one moment."""
    return [
        office.a_lead_arrives(
            company, external_id=f"{company[0]}-{one}", company=f"{company} {one}", **fields
        )
        for one in range(number)
    ]


def test_what_came_in_overnight_is_one_list_at_opening(either_office: Office) -> None:
    office = either_office
    office.it_is("Mon 17:30")
    high = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 22:00")
    office.a_lead_arrives("Quiet", owner="bob")
    office.it_is("Tue 8:59")
    assert office.direct_messages("bob") == []
    office.it_is("Tue 9:00")
    [waiting] = office.messages("bob")
    assert waiting.header == "ℹ️ 2 leads are waiting, first by 9:30 AM"
    assert waiting.text.startswith(
        "2 leads are waiting. First: Mara Quist, Tidewell, High, contact by 9:30 AM."
    )
    assert waiting.lines == (
        "Mara Quist, Tidewell | High · by 9:30 AM",
        "Pat O'Neil, Quiet Co | Low · by Fri Nov 27, 5:00 PM",
        "Came in since Mon Nov 23, 5:00 PM. Their time starts at 9:00 AM.",
    )
    assert waiting.buttons == ("Log contact", "Log contact")
    office.it_is("Tue 9:10")
    assert office.logs_contact("E-mail sent", by="bob", on=high) == ""
    [waiting] = office.messages("bob")
    assert waiting.lines[0] == "Mara Quist, Tidewell | ✅ In time"
    assert waiting.buttons == ("Log contact",)


def test_one_lead_overnight_is_a_card_at_opening(office: Office) -> None:
    office.it_is("Mon 18:00")
    lead = office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Tue 9:00")
    assert office.buttons_on(lead, "bob")[0] == "Log contact"
    assert office.card(lead, "bob").header == "📥 High lead: Mara Quist, Tidewell"


def test_of_a_flood_the_first_comes_at_once_and_the_rest_as_one_list(office: Office) -> None:
    leads = several(office, "Tidewell", 4, owner="bob")
    [first] = office.messages("bob")
    assert first.header == "📥 High lead: Mara Quist, Tidewell 0"
    office.it_is("Mon 10:01")
    _, rest = office.messages("bob")
    assert rest.header == "📥 3 new leads, first by 10:30 AM"
    assert len(rest.buttons) == 3
    assert office.logs_contact("E-mail sent", by="bob", on=leads[2]) == ""
    assert "Mara Quist, Tidewell 2 | ✅ In time" in office.messages("bob")[1].lines


def test_a_hot_lead_never_waits_for_the_minute_to_be_over(office: Office) -> None:
    office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:00:10")
    office.a_lead_arrives("Fjordline", owner="bob")
    assert office.messages("bob")[-1].header == "📥 Hot lead: Ida Holm, Fjordline"


def test_reminders_of_one_minute_are_one_message(office: Office) -> None:
    several(office, "Tidewell", 3, owner="bob")
    office.it_is("Mon 10:20")
    reminders = office.messages("bob")[-1]
    assert reminders.header == "⏳ Lead SLA expires in 10 minutes for 3 leads"
    assert reminders.text.startswith(
        "Lead SLA expires in 10 minutes for 3 leads. First: Mara Quist, Tidewell 0, contact by 10:30 AM."
    )
    assert reminders.text.endswith("Each row has a button Log contact.")


def test_breaches_of_a_calm_tier_are_rolled_up_for_half_an_hour(either_office: Office) -> None:
    office = either_office
    leads = several(office, "Loom", 2, owner="carla")
    office.it_is("Mon 14:29")
    assert office.seen_in("sales-managers") == ""
    office.it_is("Mon 14:30")
    [card] = office.messages("sales-managers")
    assert card.header == "⚠️ 2 leads breached in Inside sales"
    assert card.lines == (
        "2:00 PM to 2:30 PM · Carla Costa 2, with 2 open leads",
        "Loom 0 | Standard · Carla Costa · due 2:00 PM",
        "Loom 1 | Standard · Carla Costa · due 2:00 PM",
    )
    assert card.buttons == ("Reassign", "Reassign")
    assert office.logs_contact("E-mail sent", by="carla", on=leads[0]) == ""
    [card] = office.messages("sales-managers")
    assert card.lines[1] == "Loom 0 | ✅ Carla Costa e-mailed 2:30 PM"
    assert card.buttons == ("Reassign",)


def test_more_than_five_breaches_at_once_are_one_card_whatever_the_tier(office: Office) -> None:
    leads = several(office, "Tidewell", 7, owner="bob")
    office.it_is("Mon 10:30")
    [card] = office.messages("sales-managers")
    assert card.header == "⚠️ 7 leads breached in Inside sales"
    assert card.buttons == ("Reassign",) * 5 + ("Show all 7",)
    assert card.text.startswith("7 leads breached in Inside sales at 10:30 AM New York.")
    form = office.opens("Show all 7", by="mia", on=leads[0])
    assert list(lines_of(office.workspace, form.view.payload["blocks"])) == [
        f"Tidewell {one} | High · Bob Brandt · due 10:30 AM" for one in range(7)
    ]


def test_the_digest_says_what_the_night_brought_and_what_starts_now(office: Office) -> None:
    office.it_is("Mon 18:00")
    leads = [office.a_lead_arrives("Tidewell", owner="bob"), office.a_lead_arrives("Loom", owner="carla")]
    office.it_is("Tue 9:00")
    [digest] = office.messages("sales-managers")
    assert digest.header == "ℹ️ Overnight, Inside sales: 2 leads"
    assert digest.text.startswith(
        "Overnight, Inside sales: 2 leads. 2 start now, first due 9:30 AM New York."
    )
    assert "Mara Quist, Tidewell | High · Bob Brandt · by 9:30 AM" in digest.lines
    for lead, owner in zip(leads, ("bob", "carla"), strict=True):
        assert office.logs_contact("E-mail sent", by=owner, on=lead) == ""
    office.it_is("Wed 9:00")
    assert sum("Overnight" in one.text for one in office.messages("sales-managers")) == 1


def test_a_lead_that_needs_a_decision_stands_in_each_mornings_digest(office: Office) -> None:
    lead = office.a_lead_arrives("Northwind", owner="alice")
    office.it_is("Mon 16:00")
    assert office.asks_about(lead)["state"] == "in_review"
    for morning in ("Tue 9:00", "Wed 9:00"):
        office.it_is(morning)
        digest = office.messages("sales-managers")[-1]
        assert digest.header == "ℹ️ Overnight, Enterprise: 0 leads"
        assert "*Needs you: 1.*" in digest.lines
        assert digest.buttons == ("Reassign",)
    assert office.closes(lead, reason="Spam") == ""
    office.it_is("Fri 9:00")
    assert sum("Overnight" in one.text for one in office.messages("sales-managers")) == 2


@pytest.mark.parametrize("place", ["bob", "sales-managers"])
def test_a_morning_on_which_nothing_came_in_says_nothing(office: Office, place: str) -> None:
    office.it_is("Wed 12:00")
    assert office.messages(place) == []


def test_a_rolled_up_lead_that_needs_a_decision_calls_the_managers_in_the_thread_of_its_list(
    either_office: Office,
) -> None:
    office = either_office
    leads = several(office, "Loom", 2, owner="carla")
    office.it_is("Mon 15:00")
    assert office.asks_about(leads[0])["state"] == "in_queue"
    office.it_is("Mon 16:00")
    assert office.asks_about(leads[0])["state"] == "in_review"
    seen = office.messages("sales-managers")
    assert [one.header for one in seen if not one.in_thread] == ["⚠️ 2 leads breached in Inside sales"]
    called = [one for one in seen if one.in_thread]
    assert sorted(one.header or "" for one in called) == [
        f"🧭 Needs a decision: Loom {one}, Standard lead" for one in range(2)
    ]
    assert all("@Mia Moreno" in one.lines[0] for one in called)
    assert called[0].buttons == ("Reassign", "Close lead", "Why?")


def test_in_that_thread_only_a_further_decision_is_a_line(office: Office) -> None:
    lead, _ = several(office, "Loom", 2, owner="carla")
    office.it_is("Mon 16:00")
    assert office.reassigns(lead, to="alice") == ""
    about = [one for one in office.messages("sales-managers", lead) if one.in_thread]
    assert [one.header for one in about] == ["➡️ Now with Alice Anders: Loom 0"]
    office.it_is("Tue 16:00")
    assert office.asks_about(lead)["state"] == "in_review"
    *_, card, line = [one for one in office.messages("sales-managers", lead) if one.in_thread]
    assert card.header == "🧭 Needs a decision: Loom 0, Standard lead"
    assert "needs a decision" in line.text
    assert not [one for one in office.messages("sales-managers", lead) if not one.in_thread][1:]


def test_a_person_hears_of_nothing_else_within_a_minute(office: Office) -> None:
    """A new lead and a reminder of another are one message, a minute after the last."""
    office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:19:30")
    office.a_lead_arrives("Loom", owner="bob")
    office.it_is("Mon 10:20:10")
    office.a_lead_arrives("Quiet", owner="bob")
    office.it_is("Mon 10:20:29")
    assert len(office.messages("bob")) == 2
    office.it_is("Mon 10:20:30")
    *_, both = office.messages("bob")
    assert both.header == "ℹ️ 2 leads are waiting, first by 10:30 AM"
    assert both.lines == (
        "Mara Quist, Tidewell | High · by 10:30 AM",
        "Pat O'Neil, Quiet Co | Low · by Fri Nov 27, 10:20 AM",
    )


def test_of_what_waits_the_first_that_is_not_late_yet_is_in_the_title(office: Office) -> None:
    office.a_lead_arrives("Tidewell", owner="bob")
    office.it_is("Mon 10:29:50")
    office.a_lead_arrives("Loom", owner="bob")
    office.it_is("Mon 10:30:20")
    office.a_lead_arrives("Quiet", owner="bob")
    office.it_is("Mon 10:31")
    mixed = office.messages("bob")[-1]
    assert mixed.header == "ℹ️ 2 leads are waiting, first by Fri Nov 27, 10:30 AM"
    assert mixed.lines[0] == "Mara Quist, Tidewell | High · was due 10:30 AM"


def with_room_for(number: int) -> Callable[[Any], None]:
    """Nobody may have more open leads than this."""

    def change(policy: Any) -> None:
        for person in policy["people"]:
            person["open_leads_max"] = number

    return change


def surges(office: Office) -> list[Shown]:
    return [one for one in office.messages("sales-managers") if "have nobody" in one.text]


def test_a_flood_is_told_to_the_managers_once_with_the_hottest_first(office: Office) -> None:
    office.the_policy_changes(with_room_for(1))
    several(office, "Loom", 4)
    high = office.a_lead_arrives("Tidewell", employees=60, owner="carla")
    several(office, "Quiet", 5)
    office.it_is("Mon 10:01")
    [told] = surges(office)
    assert told.header == "📥 7 new leads have nobody in Inside sales"
    assert told.lines[0] == (
        "*Nobody there can take more now.* Whoever has room again is given the hottest first. "
        "Waiting: 2 Standard, 5 Low."
    )
    assert told.lines[1][:9] == "Sam, Loom"
    assert told.lines[1].endswith("Standard · waiting since 10:00 AM")
    assert len(told.buttons) == 5
    assert office.lead(high).owner == email_of("carla")
    office.it_is("Mon 11:10")
    assert len(surges(office)) == 1


def test_in_a_flood_whoever_has_room_again_is_given_the_hottest_that_waits(either_office: Office) -> None:
    office = either_office
    office.the_policy_changes(with_room_for(1))
    first, second = several(office, "Loom", 2)
    low = office.a_lead_arrives("Quiet")
    early = office.a_lead_arrives("Loom", external_id="early")
    office.it_is("Mon 10:01")
    late = office.a_lead_arrives("Loom", external_id="late")
    assert [office.asks_about(one)["state"] for one in (low, early, late)] == ["held"] * 3
    for contacted, given, at in ((first, early, "10:10"), (second, late, "10:20"), (early, low, "10:30")):
        office.it_is(f"Mon {at}")
        owner = office.lead(contacted).owner
        assert owner is not None
        assert office.logs_contact("E-mail sent", by=owner.partition("@")[0], on=contacted) == ""
        office.it_is(f"Mon {at}:10")
        assert office.lead(given).owner == owner
        card = office.card(given, owner.partition("@")[0])
        assert card.buttons[0] == "Log contact"


def test_a_new_lead_waits_behind_those_that_wait_already(office: Office) -> None:
    office.the_policy_changes(with_room_for(1))
    first, _, waiting = several(office, "Loom", 3)
    office.it_is("Mon 10:01")
    owner = office.lead(first).owner or ""
    assert office.logs_contact("E-mail sent", by=owner.partition("@")[0], on=first) == ""
    late = office.a_lead_arrives("Loom", external_id="late")
    assert office.asks_about(late)["state"] == "held"
    office.it_is("Mon 10:01:10")
    assert (office.lead(waiting).owner, office.lead(late).owner) == (owner, None)


def test_the_next_flood_is_told_again(office: Office) -> None:
    office.the_policy_changes(with_room_for(1))
    several(office, "Loom", 9)
    office.it_is("Mon 10:01")
    office.the_policy_changes(with_room_for(50))
    office.it_is("Mon 10:02")
    assert len(surges(office)) == 1
    office.the_policy_changes(with_room_for(1))
    office.it_is("Mon 11:30")
    several(office, "Quiet", 9)
    office.it_is("Mon 11:31")
    assert len(surges(office)) == 2


def test_of_many_leads_that_lack_something_lead_ops_get_one_list(either_office: Office) -> None:
    office = either_office
    leads = [
        office.a_lead_arrives("Loom", external_id=f"N-{one:02}", email="", company=f"Loom {one}")
        for one in range(18)
    ]
    office.it_is("Mon 10:01")
    first, rest = office.messages("ops")
    assert (first.header or "").startswith("📥 Needs details: Sam, Loom")
    assert rest.header == "📥 17 leads need details"
    assert rest.text.startswith("17 leads need details. First: Sam, Loom 1, came in 10:00 AM.")
    assert rest.buttons == ("Complete",) * 15 + ("Show all 17",)
    assert rest.lines[0].startswith("Sam, Loom 1 | ")
    form = office.opens("Show all 17", by="ops", on=leads[1])
    assert len(form.text.splitlines()) == 17
    office.slack.people.close_view("U0OPS")
    form = office.opens("Complete", by="ops", on=leads[2])
    assert form.saves(**{"field:email": "sam@loom2.example"}) == ""
    assert office.messages("ops")[1].header == "📥 16 leads need details"
    assert any("Now with" in line for line in office.messages("ops")[1].lines)


def test_of_many_leads_that_nobody_can_take_lead_ops_get_one_list(office: Office) -> None:
    office.the_policy_changes(with_room_for(1))
    leads = several(office, "Loom", 6)
    office.it_is("Mon 10:04")
    [told] = office.messages("ops")
    assert told.header == "🧭 4 leads have nobody"
    assert told.text.startswith("4 leads have nobody. First: Sam, Loom 2, contact by 2:00 PM.")
    assert told.lines[0] == "Sam, Loom 2 | Standard · nobody yet · by 2:00 PM"
    assert office.reassigns(leads[2], to="bob", by="ops") == ""
    [told] = office.messages("ops")
    assert told.header == "🧭 3 leads have nobody"
    assert told.lines[0] == "Sam, Loom 2 | Now with Bob Brandt"
    assert told.buttons == ("Reassign",) * 3
