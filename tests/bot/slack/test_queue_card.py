"""The backup channel: a lead that is free to claim, what its card becomes, and the one line in between."""

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.cards.queue import ROWS
from sla.effects import Role
from sla.lead import ClockKind, Lead
from sla.showing_teams import QueueCardState
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    MIA,
    at,
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
    rich_of,
    sections_of,
    shown,
)
from tests.bot.slack.test_owner_card import closed, in_review, passed_to_queue


def again() -> Lead:
    lead = changed(claimed(), 3, stopped_at=at("12:39"), stopped_by="handed_over")
    queue = clock(
        4, kind=ClockKind.QUEUE, person=None, round=2, how="handed_over", started_at=at("12:39"), due_at=None
    )
    return replace(lead.with_clock(queue), owner=None)


def rows() -> list[Any]:
    state = QueueCardState
    assigned = given_to(handed_over(), BOB, "reassigned", "11:20", "11:50", by=MIA)
    by_alice = replace(contacted(handed_over(), ALICE, "10:58", logged="11:20"), owner=ALICE)
    after_claim = changed(claimed(), 3, stopped_at=at("12:39"), stopped_by="review").with_clock(
        clock(4, kind=ClockKind.REVIEW, person=None, started_at=at("12:39"), due_at=None)
    )
    checked = changed(claimed(), 3, stopped_at=at("11:20"), stopped_by="rejected").with_clock(
        clock(4, kind=ClockKind.CHECK, person=CARLA, started_at=at("11:20"), due_at=None)
    )
    return [
        (
            state.FREE,
            handed_over(),
            2,
            "📥 Free to claim: Northwind Freight, Hot lead",
            "<@U0CARLA> <@U0BOB> First press gets it, then has *30 min* to make contact.",
            ["Claim*", "Why?"],
        ),
        (
            state.FREE_AGAIN,
            again(),
            4,
            "📥 Free to claim again: Northwind Freight, Hot lead",
            "<@U0BOB> First press gets it, then has *30 min*. Round 2 of 2.",
            ["Claim*", "Why?"],
        ),
        (
            state.CLAIMED,
            claimed(),
            2,
            "➡️ Claimed by Carla Costa: Northwind Freight",
            "Since {11:09 AM}. Contact by {11:39 AM}.",
            [],
        ),
        (
            state.CONTACTED,
            contacted(claimed(), CARLA, "11:20", channel="email", outcome="sent"),
            2,
            "✅ Contacted: Northwind Freight",
            "Carla Costa e-mailed {11:20 AM}, 11 min after claiming.",
            [],
        ),
        (
            state.CONTACTED_BY_OTHER,
            by_alice,
            2,
            "✅ Contacted: Northwind Freight",
            "Alice Anders reached them {10:58 AM}. Nothing to claim.",
            [],
        ),
        (
            state.ASSIGNED,
            assigned,
            2,
            "➡️ Now with Bob Brandt: Northwind Freight",
            "Mia Moreno assigned it {11:20 AM}.",
            [],
        ),
        (
            state.WITH_MANAGERS,
            in_review(),
            2,
            "🧭 With the managers: Northwind Freight",
            "Nobody claimed it by {12:06 PM}.",
            [],
        ),
        (
            state.WITH_MANAGERS_AFTER_CLAIM,
            after_claim,
            2,
            "🧭 With the managers: Northwind Freight",
            "Carla Costa had it from {11:09 AM}; no contact logged by {12:39 PM}.",
            [],
        ),
        (
            state.CLAIM_RAN_OUT,
            again(),
            2,
            "➡️ Free to claim again: Northwind Freight",
            "Carla Costa had it from {11:09 AM}; no contact logged. See the newer message below.",
            [],
        ),
        (
            state.WITH_LEAD_OPS,
            checked,
            2,
            "➡️ With lead ops: Northwind Freight",
            "Nothing to claim.",
            [],
        ),
        (
            state.CLOSED,
            closed(handed_over()),
            2,
            "➡️ Closed: Northwind Freight",
            "Mia Moreno closed it {11:30 AM}. Nothing to claim.",
            [],
        ),
    ]


def card(lead: Lead, number: int = 2, now: str = "12:45", **fields: Any) -> dict[str, Any]:
    return drawn(Role.QUEUE_CARD, lead, channel(now), clock=number, **fields)


@pytest.mark.parametrize(
    ("state", "lead", "number", "header", "said", "buttons"), rows(), ids=lambda v: str(v)[:24]
)
def test_each_state_of_the_card_has_its_words(
    state: QueueCardState, lead: Lead, number: int, header: str, said: str, buttons: list[str]
) -> None:
    message = card(lead, number)
    assert (header, [said], buttons) == (header_of(message), sections_of(message), buttons_of(message))


def test_every_state_has_a_row_and_every_row_is_shown_here() -> None:
    free = {QueueCardState.FREE, QueueCardState.FREE_AGAIN}
    assert set(QueueCardState) == set(ROWS) | free == {row[0] for row in rows()}


def test_a_lead_is_offered_as_agreed() -> None:
    message = card(handed_over(), now="11:06")
    assert message["text"] == (
        "Free to claim: Northwind Freight, Hot, came in 10:01 AM New York. First press gets it. Whoever claims it "
        "has 30 min to make contact. It was due 10:06 AM with Alice Anders; that is not counted against you. Dana "
        "Reyes, VP Sales, logistics, 1,800 people, US, demo request, score 88. Phone and e-mail come by direct "
        "message after Claim. Buttons: Claim, Why."
    )
    assert rich_of(message) == [
        "Dana Reyes, VP Sales · Logistics · 1,800 people · US · demo request · score 88"
    ]
    assert shown(message["blocks"][-1]["elements"][0]["text"]) == (
        "Due {10:06 AM} with Alice Anders; not counted against you · phone and e-mail come with Claim · round 1 of "
        "2 · 00Q-1001"
    )


def test_a_claim_is_about_one_round() -> None:
    claim = card(handed_over())["blocks"][-2]["elements"][0]
    assert (claim["action_id"], claim["value"]) == ("claim", "L0001:1:2")


def test_a_lead_passed_before_its_deadline_is_not_called_late() -> None:
    message = card(passed_to_queue())
    assert "It is due 10:06 AM" in message["text"]
    assert "counted against" not in str(message)


def test_a_lead_that_is_still_free_is_said_once_more_with_the_mentions() -> None:
    message = drawn(Role.STILL_FREE, handed_over(), channel("11:21"), clock=2)
    assert message["text"] == (
        "Still free after 15 min: Northwind Freight, Hot. At 12:06 PM New York the managers decide."
    )
    assert rich_of(message) == [
        "@U0CARLA @U0BOB Still free after 15 min: Northwind Freight, Hot. At {12:06 PM} the managers decide."
    ]
