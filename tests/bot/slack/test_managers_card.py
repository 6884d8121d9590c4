"""The managers' card: its layout, each row of what it becomes, and the lines in its thread."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.cards.managers_rows import ROWS
from sla.effects import Role
from sla.lead import Breach, ClockKind, Closing, Extension, Lead, Nudge, OnIt, Status
from sla.showing_teams import ManagersCardState
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    MIA,
    a_lead,
    at,
    breached,
    buttons_of,
    changed,
    channel,
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
from tests.bot.slack.test_owner_card import closed, in_review, rejected
from tests.bot.slack.test_pages import a_night
from tests.bot.slack.test_unowned_card import held_too_long

ALL = ["Reassign", "Extend", "Nudge", "Log contact", "Why?"]
FIRST = "*Alice Anders* · due {10:06 AM} ({ago}) · no contact logged"
NEXT = "*Next:* backup queue at {11:06 AM} (Carla Costa, Bob Brandt) · <@U0MIA>"
HEADER = "⚠️ Breached: Northwind Freight, Hot lead"


def extended() -> Lead:
    more = Extension(
        by=MIA,
        at=at("10:40"),
        until=at("11:36"),
        more=timedelta(minutes=30),
        reason="on the phone with them",
        clock=1,
    )
    return changed(replace(breached(), extensions=(more,)), 1, hand_over_at=at("11:36"))


def rows() -> list[Any]:
    state = ManagersCardState
    nudged = replace(breached(), nudge=Nudge(by=MIA, at=at("10:12")))
    on_it = replace(breached(), on_it=OnIt(by=ALICE, at=at("10:08"), until=None, clock=1))
    reassigned = given_to(breached(), BOB, "reassigned", "10:20", "10:50", by=MIA)
    checked = replace(rejected(), managers_told_at=at("10:02"))
    return [
        (state.BREACHED, breached(), HEADER, f"{FIRST} {NEXT}", ALL),
        (state.NUDGED, nudged, HEADER, f"{FIRST} · nudged {{10:12 AM}} by Mia Moreno {NEXT}", ALL),
        (state.ON_IT, on_it, HEADER, f"{FIRST} · on it since {{10:08 AM}} {NEXT}", ALL),
        (
            state.MORE_TIME,
            extended(),
            HEADER,
            f"{FIRST} *Next:* backup queue at {{11:36 AM}}; Mia Moreno gave 30 min: "
            '"on the phone with them".',
            ALL,
        ),
        (
            state.REASSIGNED,
            reassigned,
            "➡️ Now with Bob Brandt: Northwind Freight",
            "Contact by {10:50 AM} · was due {10:06 AM} with Alice Anders",
            ["Reassign", "Why?"],
        ),
        (
            state.HELD,
            held_too_long(),
            "⚠️ Nobody has it: Northwind Freight",
            "*No owner.* Since {10:01 AM} nobody of Enterprise can take it · due {10:06 AM}, no contact logged",
            ["Reassign", "Why?"],
        ),
        (
            state.IN_QUEUE,
            handed_over(),
            "➡️ In the backup queue: Northwind Freight",
            "*No owner.* Since {11:06 AM}, free to claim · was with Alice Anders",
            ["Reassign", "Why?"],
        ),
        (
            state.CLAIMED,
            claimed(),
            "➡️ Claimed by Carla Costa: Northwind Freight",
            "Contact by {11:39 AM} · was due {10:06 AM}",
            ["Reassign", "Why?"],
        ),
        (
            state.CONTACTED_LATE,
            contacted(claimed(), CARLA, "11:20", channel="email", outcome="sent"),
            "✅ Contacted: Northwind Freight",
            "*1 h 14 min late.* Carla Costa e-mailed {11:20 AM}, 11 min after claiming.",
            ["Why?"],
        ),
        (
            state.IN_TIME_AFTER_ALL,
            contacted(breached(), ALICE, "10:04", outcome="no_answer", logged="10:12"),
            "✅ In time: Northwind Freight",
            "Alice Anders called {10:04 AM}, logged {10:12 AM}. Not a breach.",
            ["Why?"],
        ),
        (
            state.REVIEW,
            in_review(),
            "🧭 Needs a decision: Northwind Freight, Hot lead",
            "<@U0MIA> Nobody has it: in the backup queue since {11:06 AM}, due {10:06 AM}, no contact logged.",
            ["Reassign*", "Close lead", "Why?"],
        ),
        (
            state.NOBODY_ON_IT,
            a_night(until="Mon 2:14").it,
            "📟 Nobody is on it yet: Harbour & Vale",
            "*Contact by {3:04 AM}* · everybody on call was paged (Omar Odeh, Mia Moreno) · no contact logged",
            ["Reassign", "Log contact", "Why?"],
        ),
        (
            state.NOT_LATE,
            a_lead(),
            "➡️ Now with Alice Anders: Northwind Freight",
            "Contact by {10:06 AM}",
            ["Reassign", "Why?"],
        ),
        (
            state.WITH_LEAD_OPS,
            checked,
            "➡️ With lead ops: Northwind Freight",
            "Alice Anders said: duplicate. The clock is stopped since {10:03 AM}.",
            ["Why?"],
        ),
        (
            state.CLOSED,
            closed(in_review(), "12:30"),
            "➡️ Closed: Northwind Freight",
            'Mia Moreno closed it {12:30 PM}: "went elsewhere".',
            ["Why?"],
        ),
    ]


def card(lead: Lead, now: str = "12:40", **fields: Any) -> dict[str, Any]:
    return drawn(Role.MANAGERS_CARD, lead, channel(now), **fields)


@pytest.mark.parametrize(("state", "lead", "header", "said", "buttons"), rows(), ids=lambda v: str(v)[:24])
def test_each_state_of_the_card_has_its_words(
    state: ManagersCardState, lead: Lead, header: str, said: str, buttons: list[str]
) -> None:
    message = card(lead)
    assert (header, said, buttons) == (header_of(message), said_by(message), buttons_of(message))


def test_every_state_has_a_row_and_every_row_is_shown_here() -> None:
    late = {ManagersCardState.BREACHED, ManagersCardState.NUDGED, ManagersCardState.ON_IT}
    drawn_apart = late | {ManagersCardState.MORE_TIME, ManagersCardState.REVIEW}
    assert set(ManagersCardState) == set(ROWS) | drawn_apart == {row[0] for row in rows()}


def test_a_breach_is_called_out_as_agreed() -> None:
    message = card(breached(), "10:06")
    assert message["text"] == (
        "Breached: Northwind Freight, Hot, Alice Anders. Due 10:06 AM New York, no contact logged. Alice Anders "
        "has had it since 10:01 AM. Next: backup queue at 11:06 AM (Carla Costa, Bob Brandt). Dana Reyes, VP "
        "Sales, demo request, score 88. Buttons: Reassign, Extend, Nudge, Log contact, Why."
    )
    assert rich_of(message) == ["Dana Reyes, VP Sales · demo request · score 88"]
    small = message["blocks"][-1]["elements"][0]["text"]
    assert small.endswith("> · 5 min target · lead 00Q-1001")


def test_a_lead_that_nobody_has_is_put_to_the_managers_as_agreed() -> None:
    assert card(in_review())["text"] == (
        "Needs a decision: Northwind Freight, Hot. Due 10:06 AM New York, nobody has it. Assign it or close it. "
        "Came in 10:01 AM, with Alice Anders until 11:06 AM, in the backup queue since. Buttons: Reassign, Close "
        "lead, Why."
    )


def test_the_card_says_how_little_of_the_time_the_owner_had() -> None:
    told_late = changed(breached(), 1, told_at=at("10:04"))
    assert " · Alice Anders had 2 of the 5 min" in sections_of(card(told_late))[0]
    told_soon = changed(breached(), 1, told_at=at("10:02"))
    assert "had 4 of" not in sections_of(card(told_soon))[0]


def test_managers_are_mentioned_only_for_the_tiers_that_the_policy_says() -> None:
    assert "<@" not in str(card(replace(breached(), tier="High"))["blocks"])


def test_a_manager_without_a_known_slack_id_is_named() -> None:
    message = card(in_review(), slack_ids={MIA: "U0OTHER"})
    assert sections_of(message)[0].startswith("<@U0OTHER> Nobody")


def test_the_second_owner_who_runs_late_is_the_one_who_is_named() -> None:
    late = changed(claimed(), 3, fired_through=at("11:39"))
    message = card(late)
    assert header_of(message) == HEADER
    assert sections_of(message)[0] == (
        "*Carla Costa* · due {11:39 AM} ({ago}) · no contact logged · first due {10:06 AM} with Alice Anders"
    )


def late_with_a_new_time() -> Lead:
    """Passed on at 10:04 to Bob Brandt, who has until 10:34; the lead itself was due 10:06."""
    lead = given_to(a_lead(), BOB, "passed", "10:04", "10:34", by=ALICE, told_at=at("10:04"))
    breach = Breach(due_at=at("10:06"), detected_at=at("10:06"), owner=BOB, owner_told=True)
    lead = replace(lead, breach=breach, status=Status.BREACHED, managers_told_at=at("10:06"))
    return changed(lead, 2, fired_through=at("10:06"))


def test_a_lead_that_is_late_while_its_owner_still_has_time_is_called_late() -> None:
    message = card(late_with_a_new_time())

    assert header_of(message) == HEADER
    assert sections_of(message)[0] == (
        "*Bob Brandt* · due {10:06 AM} ({ago}) · no contact logged · contact by {10:34 AM}"
    )
    assert message["text"].startswith(
        "Breached: Northwind Freight, Hot, Bob Brandt. Due 10:06 AM New York, no contact logged. "
        "Bob Brandt has until 10:34 AM."
    )
    assert buttons_of(message) == ALL


def test_once_the_new_time_is_over_too_the_card_keeps_the_leads_own_deadline() -> None:
    message = card(changed(late_with_a_new_time(), 2, fired_through=at("10:34")))

    assert sections_of(message)[0] == (
        "*Bob Brandt* · due {10:06 AM} ({ago}) · no contact logged · the new time ended {10:34 AM}"
    )


def test_whoever_is_given_a_lead_at_the_moment_of_its_deadline_has_not_made_it_late() -> None:
    moved = given_to(breached(), BOB, "reassigned", "10:06", "10:36", by=MIA, told_at=at("10:06"))
    assert header_of(card(moved)) == "➡️ Now with Bob Brandt: Northwind Freight"


def test_a_lead_that_becomes_late_in_the_queue_is_called_late() -> None:
    queued = changed(a_lead(), 1, stopped_at=at("10:03"), stopped_by="passed")
    queue = clock(2, kind=ClockKind.QUEUE, person=None, round=1, started_at=at("10:03"), due_at=None)
    free = replace(queued.with_clock(queue), owner=None)
    breach = Breach(due_at=at("10:06"), detected_at=at("10:06"), owner=None, owner_told=False)
    late = replace(free, breach=breach, status=Status.BREACHED)

    before = "*No owner.* Since {10:03 AM}, free to claim · was with Alice Anders"
    assert sections_of(card(free)) == [before]
    assert sections_of(card(late)) == [f"{before} · due {{10:06 AM}}, no contact logged"]


def test_no_next_step_is_promised_where_none_is_planned() -> None:
    assert sections_of(card(breached(), next_steps=())) == [FIRST]


def lines() -> list[Any]:
    half_an_hour = {"more_s": 1800.0}
    return [
        ("10:40", {"what": "more_time", "by": MIA, **half_an_hour}, "10:40 AM Mia Moreno gave 30 min more"),
        ("10:20", {"what": "reassigned", "by": MIA, "to": BOB}, "10:20 AM Mia Moreno moved it to Bob Brandt"),
        ("11:06", {"what": "handed_over"}, "11:06 AM handed to the backup queue"),
        ("11:09", {"what": "claimed", "by": CARLA}, "11:09 AM Carla Costa claimed it"),
        ("11:20", {"what": "contacted"}, "11:20 AM contacted"),
        ("10:12", {"what": "breach_withdrawn"}, "10:12 AM breach withdrawn"),
        ("12:06", {"what": "review"}, "12:06 PM needs a decision"),
        ("12:30", {"what": "closed", "by": MIA, "reason": "spam"}, "12:30 PM Mia Moreno closed it"),
        (
            "11:39",
            {"what": "deadline_passed", "owner": CARLA, "due_at": at("11:39").isoformat()},
            "11:39 AM deadline passed with Carla Costa",
        ),
    ]


@pytest.mark.parametrize(("when", "data", "said"), lines(), ids=lambda v: str(v)[:24])
def test_what_happens_later_is_a_line_in_the_thread(when: str, data: dict[str, Any], said: str) -> None:
    data = {"at": at(when).isoformat(), **data}
    message = drawn(Role.MANAGERS_LINE, breached(), channel("12:40"), data=data)
    mention = " · <@U0MIA>" if data["what"] == "review" else ""
    assert said == message["text"]
    block = sections_of(message)[0].replace("{", "").replace("}", "")
    assert said == block.replace(mention, "")
    assert mention in block


def test_a_review_after_every_round_says_who_had_it_last() -> None:
    late = changed(claimed(), 3, stopped_at=at("12:39"), stopped_by="review")
    review = clock(4, kind=ClockKind.REVIEW, person=None, started_at=at("12:39"), due_at=None)
    message = card(replace(late.with_clock(review), owner=None))
    assert "with Carla Costa until {12:39 PM}" in sections_of(message)[0]
    assert "with Carla Costa until 12:39 PM. Buttons" in message["text"]


def test_what_was_closed_can_be_told_from_what_was_never_late() -> None:
    gone = replace(breached(), closing=Closing(by="hubspot", at=at("11:00"), reason="lost"))
    assert said_by(card(gone)) == 'hubspot closed it {11:00 AM}: "lost".'
    assert person().city is None


def test_the_line_of_a_review_mentions_the_managers_behind_what_it_says() -> None:
    line = drawn(
        Role.MANAGERS_LINE,
        in_review(),
        channel("12:06"),
        data={"what": "review", "at": at("12:06").isoformat()},
    )
    assert sections_of(line) == ["{12:06 PM} needs a decision · <@U0MIA>"]
