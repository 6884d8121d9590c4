"""The owner's card: its layout, and each row of what it becomes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.slack.cards.owner_rows import ROWS
from sla.effects import Role
from sla.lead import AskedAgain, ClockKind, Closing, Extension, How, Lead, OnIt, Rejection, Status
from sla.showing import OwnerCardState, owner_card
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    MIA,
    OPS,
    a_lead,
    at,
    breached,
    buttons_of,
    changed,
    claimed,
    clock,
    contacted,
    drawn,
    given_to,
    handed_over,
    header_of,
    person,
    rich_of,
    said_by,
    sections_of,
)

DANA = "Dana Reyes, Northwind Freight"
NEW = ["Log contact*", "I'm on it", "Pass", "Open in CRM", "Why?"]
LATE = ["Log contact*", "I'm on it", "Open in CRM", "Why?"]
DONE = ["Correct", "Open in CRM", "Why?"]


def on_it(lead: Lead, when: str) -> Lead:
    return replace(lead, on_it=OnIt(by=ALICE, at=at(when), until=None, clock=1))


def asked_again(lead: Lead, when: str, intent: str | None, number: int = 2) -> Lead:
    again = AskedAgain(at=at(when), number=number, source="website", intent=intent)
    return replace(lead, asked_again=again)


def more_time() -> Lead:
    extension = Extension(
        by=MIA,
        at=at("10:40"),
        until=at("11:36"),
        more=at("10:30") - at("10:00"),
        reason="on the phone",
        clock=1,
    )
    return replace(breached(), extensions=(extension,))


def rejected(reason: str = "duplicate", note: str | None = None) -> Lead:
    lead = changed(a_lead(), 1, stopped_at=at("10:03"), stopped_by="rejected")
    check = clock(2, kind=ClockKind.CHECK, started_at=at("10:03"), due_at=None)
    rejection = Rejection(by=ALICE, at=at("10:03"), reason=reason, note=note, left=at("10:06") - at("10:03"))
    return replace(lead.with_clock(check), owner=None, rejection=rejection)


def confirmed() -> Lead:
    lead = changed(rejected(), 2, stopped_at=at("10:30"), stopped_by="closed")
    return replace(lead, closing=Closing(by=OPS, at=at("10:30"), reason="Not a real lead: duplicate"))


def closed(lead: Lead, when: str = "11:30") -> Lead:
    lead = changed(lead, lead.clocks[-1].number, stopped_at=at(when), stopped_by="closed")
    return replace(lead, closing=Closing(by=MIA, at=at(when), reason="went elsewhere"))


def in_review() -> Lead:
    lead = changed(handed_over(), 2, stopped_at=at("12:06"), stopped_by="review")
    review = clock(
        3, kind=ClockKind.REVIEW, person=None, how="handed_over", started_at=at("12:06"), due_at=None
    )
    return lead.with_clock(review)


def held_again() -> Lead:
    """Nobody of the team is there to take it any more."""
    lead = changed(breached(), 1, stopped_at=at("11:20"), stopped_by="opened")
    held = clock(2, kind=ClockKind.HELD, person=None, how="held", started_at=at("11:20"), due_at=None)
    return replace(lead.with_clock(held), owner=None)


def passed_to_queue() -> Lead:
    lead = changed(handed_over(a_lead()), 1, stopped_at=at("10:02"), stopped_by="passed")
    return changed(lead, 2, started_at=at("10:02"))


def rows() -> list[Any]:
    state = OwnerCardState
    by_mia = contacted(a_lead(), MIA, "10:05", outcome="left_message")
    in_time = contacted(a_lead(), ALICE, "10:04")
    logged_later = contacted(breached(), ALICE, "10:04", outcome="no_answer", logged="10:12")
    late = contacted(breached(), ALICE, "10:47", channel="email", outcome="sent")
    moved = given_to(a_lead(), BOB, "reassigned", "10:20", "10:50", by=MIA, note="Alice is in a demo")
    passed = given_to(a_lead(), BOB, "passed", "10:02", "10:06", by=ALICE)
    again = given_to(handed_over(), ALICE, "reassigned", "11:20", "11:50", by=MIA)
    moved_on = given_to(
        given_to(handed_over(), CARLA, "claimed", "11:09", "11:39"), BOB, "passed", "11:20", "11:39"
    )
    checked = given_to(handed_over(), CARLA, "claimed", "11:09", "11:39")
    checked = changed(checked, 3, stopped_at=at("11:20"), stopped_by="rejected").with_clock(
        clock(4, kind=ClockKind.CHECK, person=CARLA, started_at=at("11:20"), due_at=None)
    )
    by_manager = replace(contacted(handed_over(), MIA, "11:20"), owner=MIA)
    return [
        (state.NEW, a_lead(), f"📥 Hot lead: {DANA}", "*Contact by {10:06 AM}* · came in {10:01 AM}", NEW),
        (
            state.AT_RISK,
            replace(changed(a_lead(), 1, fired_through=at("10:03:30")), status=Status.AT_RISK),
            f"📥 Hot lead: {DANA}",
            "*At risk · contact by {10:06 AM}*",
            NEW,
        ),
        (
            state.ON_IT,
            on_it(a_lead(), "10:03"),
            f"📥 Hot lead: {DANA}",
            "*Contact by {10:06 AM}* · you're on it since {10:03 AM}",
            ["Log contact*", "Pass", "Open in CRM", "Why?"],
        ),
        (
            state.ASKED_AGAIN,
            asked_again(a_lead(), "10:03", "pricing"),
            f"📥 Hot lead, asked again: {DANA}",
            "*Contact by {10:06 AM}.* Second request {10:03 AM}: pricing.",
            NEW,
        ),
        (
            state.CONTACTED_IN_TIME,
            in_time,
            f"✅ Contacted: {DANA}",
            "*In time.* Called, spoke to them, {10:04 AM}, by you. 3 min after it came in.",
            DONE,
        ),
        (
            state.BREACH_WITHDRAWN,
            logged_later,
            f"✅ Contacted: {DANA}",
            "*In time.* Called, no answer, {10:04 AM}; logged {10:12 AM}. The breach notice is withdrawn.",
            DONE,
        ),
        (
            state.CONTACTED_LATE,
            late,
            f"✅ Contacted: {DANA}",
            "*41 min late.* E-mail sent {10:47 AM}, by you. It was due {10:06 AM}.",
            DONE,
        ),
        (
            state.CONTACTED_BY_OTHER,
            by_mia,
            f"✅ Contacted: {DANA}",
            "*In time.* Mia Moreno called, left a message, {10:05 AM}. Still yours.",
            DONE,
        ),
        (
            state.DEADLINE_PASSED,
            breached(),
            f"⚠️ Deadline passed: {DANA}",
            "*It was due {10:06 AM}; no contact logged.* Next: backup queue at {11:06 AM}.",
            LATE,
        ),
        (
            state.LATE_ON_IT,
            on_it(breached(), "10:20"),
            f"⚠️ Deadline passed: {DANA}",
            "*It was due {10:06 AM}; no contact logged.* You're on it since {10:20 AM}. "
            "Next: backup queue at {11:06 AM}.",
            ["Log contact*", "Open in CRM", "Why?"],
        ),
        (
            state.MORE_TIME,
            more_time(),
            f"⚠️ Deadline passed: {DANA}",
            'Mia Moreno gave you until {11:36 AM}. It was due {10:06 AM}. "on the phone".',
            LATE,
        ),
        (
            state.HANDED_OVER,
            handed_over(),
            "➡️ Handed to the backup queue: Northwind Freight",
            "No contact was logged by {11:06 AM}. Nothing to do for you.",
            ["I had contacted them"],
        ),
        (
            state.CLAIMED,
            claimed(),
            "➡️ Now with Carla Costa: Northwind Freight",
            "Claimed {11:09 AM}. Nothing to do for you.",
            ["I had contacted them"],
        ),
        (
            state.REASSIGNED,
            moved,
            "➡️ Now with Bob Brandt: Northwind Freight",
            'Mia Moreno moved it at {10:20 AM}: "Alice is in a demo". Nothing to do for you.',
            [],
        ),
        (
            state.PASSED,
            passed,
            "➡️ Passed to Bob Brandt: Northwind Freight",
            "You passed it {10:02 AM}, before the deadline. Not counted against you.",
            [],
        ),
        (
            state.PASSED_TO_QUEUE,
            passed_to_queue(),
            "➡️ Passed to the backup queue: Northwind Freight",
            "You passed it {10:02 AM}, before the deadline. Not counted against you.",
            [],
        ),
        (
            state.NOT_REAL,
            rejected(),
            "➡️ With lead ops: Northwind Freight",
            "You said: duplicate. The clock is stopped while Lead Ops looks.",
            [],
        ),
        (
            state.FOUND_NOT_REAL,
            confirmed(),
            "➡️ Closed: Northwind Freight",
            "You said: duplicate. Lead Ops closed it {10:30 AM}. Not counted against you.",
            [],
        ),
        (
            state.YOURS_AGAIN,
            again,
            "➡️ Yours again: Northwind Freight",
            "See the newer message below.",
            [],
        ),
        (
            state.CLOSED,
            closed(breached()),
            f"➡️ Closed: {DANA}",
            'Mia Moreno closed it {11:30 AM}: "went elsewhere".',
            ["Open in CRM", "Why?"],
        ),
        (
            state.CLOSED_ELSEWHERE,
            closed(handed_over()),
            "➡️ Closed: Northwind Freight",
            'Mia Moreno closed it {11:30 AM}: "went elsewhere". Nothing to do for you.',
            [],
        ),
        (
            state.WITH_MANAGERS,
            in_review(),
            "➡️ With the managers: Northwind Freight",
            "No contact was logged by {11:06 AM}. The managers decide. Nothing to do for you.",
            ["I had contacted them"],
        ),
        (
            state.HELD,
            held_again(),
            "➡️ Waits for its team: Northwind Freight",
            "Since {11:20 AM} nobody of its team can take it; the first who can has it. Nothing to do for you.",
            ["I had contacted them"],
        ),
        (
            state.MOVED_ON,
            moved_on,
            "➡️ Now with Bob Brandt: Northwind Freight",
            "Since {11:20 AM}. Nothing to do for you.",
            [],
        ),
        (
            state.WITH_LEAD_OPS,
            checked,
            "➡️ With lead ops: Northwind Freight",
            "It is being checked since {11:20 AM}. Nothing to do for you.",
            [],
        ),
        (
            state.CONTACTED_ELSEWHERE,
            by_manager,
            "✅ Contacted: Northwind Freight",
            "Mia Moreno called, spoke to them, {11:20 AM}. Nothing to do for you.",
            ["I had contacted them"],
        ),
    ]


def card(lead: Lead, number: int = 1, now: str = "12:30", **fields: Any) -> dict[str, Any]:
    return drawn(Role.OWNER_CARD, lead, person(now), clock=number, **fields)


@pytest.mark.parametrize(("state", "lead", "header", "said", "buttons"), rows(), ids=lambda v: str(v)[:24])
def test_each_state_of_the_card_has_its_words(
    state: OwnerCardState, lead: Lead, header: str, said: str, buttons: list[str]
) -> None:
    message = card(lead)
    assert (header, said, buttons) == (header_of(message), said_by(message), buttons_of(message))


def test_every_state_has_a_row_and_every_row_is_shown_here() -> None:
    assert set(OwnerCardState) == set(ROWS) == {row[0] for row in rows()}


def test_a_new_lead_is_told_as_agreed() -> None:
    message = card(a_lead(), now="10:01")
    assert message["text"] == (
        "Hot lead: Dana Reyes, Northwind Freight. Contact by 10:06 AM, in 5 min. Demo request, score 88. "
        "VP Sales, logistics, 1,800 people, US. Score 88: fit 45, behaviour 43. Last: requested a demo "
        "10:01 AM, viewed pricing 9:58 AM. Message: Need this live before January, 40 seats. Phone +1 212 555 "
        "0142, e-mail dana@northwind.example. Buttons: Log contact, I'm on it, Pass, Open in CRM, Why."
    )
    assert rich_of(message) == [
        "VP Sales · Logistics · 1,800 people · US",
        "Demo request · score 88 (fit 45, behaviour 43)",
        "Requested a demo {10:01 AM} · viewed pricing {9:58 AM}",
        "Need this live before January, 40 seats.",
        "+1 212 555 0142 · dana@northwind.example",
    ]


def test_the_card_is_this_very_json() -> None:
    def button(action: str, label: str, spoken: str, **more: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": label}
        return {"type": "button", "action_id": action, "text": text, "accessibility_label": spoken, **more}

    expected = [
        {
            "type": "header",
            "block_id": "title:v1",
            "text": {"type": "plain_text", "emoji": False, "text": f"📥 Hot lead: {DANA}"},
        },
        {
            "type": "section",
            "block_id": "clock:v1",
            "expand": True,
            "text": {
                "type": "mrkdwn",
                "verbatim": True,
                "text": "*Contact by <!date^1795446360^{time}|10:06 AM>* · came in "
                "<!date^1795446060^{time}|10:01 AM>",
            },
        },
        {
            "type": "rich_text",
            "block_id": "lead:v1",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {
                            "type": "text",
                            "text": "VP Sales · Logistics · 1,800 people · US\n"
                            "Demo request · score 88 (fit 45, behaviour 43)\nRequested a demo ",
                        },
                        {"type": "date", "timestamp": 1795446060, "format": "{time}", "fallback": "10:01 AM"},
                        {"type": "text", "text": " · viewed pricing "},
                        {"type": "date", "timestamp": 1795445880, "format": "{time}", "fallback": "9:58 AM"},
                    ],
                },
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "text", "text": "Need this live before January, 40 seats."}],
                },
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "link", "url": "tel:+12125550142", "text": "+1 212 555 0142"},
                        {"type": "text", "text": " · "},
                        {
                            "type": "link",
                            "url": "mailto:dana@northwind.example",
                            "text": "dana@northwind.example",
                        },
                    ],
                },
            ],
        },
        {
            "type": "actions",
            "block_id": "do:v1",
            "elements": [
                button(
                    "log_contact", "Log contact", f"Log contact for {DANA}", style="primary", value="L0001:1"
                ),
                button("on_it", "I'm on it", f"I'm on it: {DANA}", value="L0001:1"),
                button("pass", "Pass", f"Pass on {DANA}", value="L0001:1"),
                button(
                    "open_crm", "Open in CRM", f"Open {DANA} in the CRM", url="https://crm.example/00Q-1001"
                ),
                button("why", "Why?", f"Why is {DANA} yours, and due when", value="L0001:1"),
            ],
        },
        {
            "type": "context",
            "block_id": "small:v1",
            "elements": [
                {
                    "type": "mrkdwn",
                    "verbatim": True,
                    "text": "Lead 00Q-1001 · team Enterprise · yours by rule 2",
                }
            ],
        },
    ]
    message = card(a_lead(), now="10:01")
    assert expected == message["blocks"]
    flags = {name: message[name] for name in ("mrkdwn", "unfurl_links", "unfurl_media")}
    assert flags == {"mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
    assert json.loads(json.dumps(message)) == message


def test_a_claimed_lead_has_a_deadline_of_its_own_and_says_what_was_before() -> None:
    message = card(claimed(note="We met Dana at the Chicago fair in May."), 3, "11:09")
    assert message["text"].startswith(
        "Hot lead, now yours: Dana Reyes, Northwind Freight. Contact by 11:39 AM, in 30 min. Demo request. It "
        "was due 10:06 AM with Alice Anders; that stays there. Your 30 minutes began 11:09 AM, when you "
        "claimed it. Note from Alice Anders: We met Dana at the Chicago fair in May. VP Sales, logistics,"
    )
    assert f"📥 Hot lead, now yours: {DANA}" == header_of(message)
    assert sections_of(message) == [
        "*Contact by {11:39 AM}* · you claimed it {11:09 AM}",
        "It was due {10:06 AM} with Alice Anders. That is not counted against you. Note from Alice Anders:",
    ]
    assert rich_of(message)[0] == "We met Dana at the Chicago fair in May."


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("covering", "You cover for Alice Anders since 10:20 AM."),
        ("returned", "Yours again since 10:20 AM; Alice Anders covered."),
        ("claimed", "You claimed it 10:20 AM."),
        ("passed", "Alice Anders passed it to you 10:20 AM."),
    ],
)
def test_how_a_lead_came_is_a_sentence_of_its_own(how: How, said: str) -> None:
    lead = given_to(replace(a_lead(), due_at=at("10:40")), BOB, how, "10:20", "10:40", by=ALICE)
    card = drawn(Role.OWNER_CARD, lead, person("10:20"), clock=2)

    assert f". {said} " in card["text"]


def test_the_first_card_that_somebody_ever_gets_introduces_the_bot() -> None:
    introduction = (
        "This is Lead SLA. You get one message for each new lead, a reminder before time runs out, and nothing "
        "else. Press Why? on any card to see how its time was worked out."
    )
    message = card(a_lead(), first_ever=True)
    assert introduction == message["blocks"][-1]["elements"][0]["text"]
    assert introduction in message["text"]
    assert introduction not in card(a_lead())["text"]


def test_minutes_left_stand_only_in_a_message_that_is_new() -> None:
    assert "in 5 min" not in card(a_lead(), now="10:01", posted_at=at("10:01"))["text"]


def test_facts_leave_the_card_of_somebody_who_no_longer_has_the_lead() -> None:
    assert "dana@northwind.example" in str(card(breached()))
    assert "dana@northwind.example" not in str(card(handed_over()))


def test_an_earlier_owner_whose_contact_counted_does_not_get_the_facts_back() -> None:
    """It is with whoever claimed it, so the earlier owner's card must not say "yours" or show the number."""
    had = card(contacted(claimed(), ALICE, "10:04", logged="11:20"))

    assert header_of(had) == f"✅ Contacted: {DANA}"
    assert said_by(had).startswith("*In time.*")
    for fact in ("dana@northwind.example", "212 555", "yours by"):
        assert fact not in str(had)


def test_without_an_address_in_the_crm_the_button_is_left_out() -> None:
    lead = a_lead()
    for url in (None, "javascript:alert(1)", "ftp://crm.example/1", "http://", "https://crm.example/a b"):
        message = card(replace(lead, details=lead.details.model_copy(update={"crm_url": url})))
        assert buttons_of(message) == ["Log contact*", "I'm on it", "Pass", "Why?"]
        assert "Open in CRM" not in message["text"]


def test_a_reason_that_was_typed_is_quoted_and_never_formatted() -> None:
    message = card(rejected("not a real lead", "*my* <!here> own words"))
    assert sections_of(message) == ["You said:", "The clock is stopped while Lead Ops looks."]
    assert rich_of(message) == ["*my* <!here> own words"]


def test_the_text_of_a_later_state_is_its_header_and_its_section() -> None:
    text = card(contacted(a_lead(), ALICE, "10:04"))["text"]
    assert text.startswith(
        "Contacted: Dana Reyes, Northwind Freight. In time. Called, spoke to them, 10:04 AM, by you. 3 min "
        "after it came in."
    )


def test_an_older_owner_may_still_log_for_the_time_when_it_was_theirs() -> None:
    element = card(handed_over())["blocks"][-1]["elements"][0]
    assert (element["action_id"], element["value"]) == ("had_contacted", "L0001:1:1")


def test_a_lead_that_was_late_by_a_day_says_when_not_how_long() -> None:
    message = card(contacted(breached(), ALICE, "Tue 10:47"), now="Tue 11:00")
    assert sections_of(message) == [
        "*Late.* Called, spoke to them, {10:47 AM}, by you. It was due {Mon Nov 23, 10:06 AM}."
    ]


def test_who_is_on_it_after_more_time_was_given_is_not_asked_again() -> None:
    card = drawn(Role.OWNER_CARD, on_it(more_time(), "10:50"), person("10:51"), clock=1)
    assert "You're on it since {10:50 AM}" in " ".join(sections_of(card))
    assert "I'm on it" not in buttons_of(card)
    assert "I'm on it" not in card["text"].rpartition("Buttons:")[2]


@pytest.mark.parametrize(
    ("intent", "number", "said"),
    [
        ("demo_request", 3, "Third request {10:03 AM}: demo request."),
        (None, 2, "Second request {10:03 AM}."),
        ("<!here> *now*", 2, "Second request {10:03 AM}."),
        ("Trial", 7, "Request 7 {10:03 AM}: trial."),
    ],
)
def test_a_further_request_says_which_one_it_is_and_what_for_in_plain_words(
    intent: str | None, number: int, said: str
) -> None:
    message = drawn(Role.OWNER_CARD, asked_again(a_lead(), "10:03", intent, number), person("10:03"), clock=1)
    assert f"*Contact by {{10:06 AM}}.* {said}" == sections_of(message)[0]


def test_what_happens_after_a_further_request_takes_its_place_on_the_card() -> None:
    lead = asked_again(a_lead(), "10:02", "pricing")
    assert OwnerCardState.ON_IT is owner_card(on_it(lead, "10:03"), 1)
    at_risk = replace(changed(lead, 1, fired_through=at("10:03:30")), status=Status.AT_RISK)
    assert OwnerCardState.AT_RISK is owner_card(at_risk, 1)
    assert OwnerCardState.ASKED_AGAIN is owner_card(on_it(lead, "10:01:30"), 1)


def test_who_got_the_lead_after_a_further_request_sees_how_it_came() -> None:
    lead = given_to(asked_again(a_lead(), "10:02", "pricing"), BOB, "passed", "10:03", "10:06", by=ALICE)
    assert OwnerCardState.NEW is owner_card(lead, 2)
