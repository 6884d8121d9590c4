"""What lead ops and the managers read of a lead that nobody could take when it came in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sla.effects import Role
from sla.lead import Breach, ClockKind, Closing, Lead, Status
from sla.showing_teams import UnownedState, unowned
from tests.bot.slack.samples import (
    BOB,
    MIA,
    a_lead,
    at,
    buttons_of,
    channel,
    clock,
    contacted,
    drawn,
    given_to,
    header_of,
    person,
    rich_of,
    said_by,
)

NAMED = "Dana Reyes, Northwind Freight"
WHY = (
    "Tier: Hot because score 88 is at least 75.",
    "Owner: nobody yet because nobody of team Enterprise can take it now. It goes to the first who is back.",
    "Team Enterprise because employees 1,800 is at least 1,000, rule 2.",
    "Not asked: Alice Anders: away until Wed Nov 25; Bob Brandt: 20 open leads, the limit.",
)


def held(kind: ClockKind = ClockKind.HELD, how: Any = "held") -> Lead:
    """Dana Reyes' lead with nobody, since it came in."""
    waits = clock(1, kind=kind, person=None, how=how, due_at=None, told_at=None, hand_over_at=at("10:06"))
    return a_lead(owner=None, why=WHY, clocks=(waits,))


def left_to_managers() -> Lead:
    return replace(held(ClockKind.REVIEW, "unowned"), managers_told_at=at("10:01"))


def held_too_long() -> Lead:
    """Still with nobody as its deadline passed."""
    breach = Breach(due_at=at("10:06"), detected_at=at("10:06"), owner=None, owner_told=False)
    return replace(held(), breach=breach, status=Status.BREACHED, managers_told_at=at("10:06"))


def given() -> Lead:
    return given_to(held(), BOB, "routed", "10:04", "10:06")


def unowned_rows() -> list[tuple[Lead, UnownedState, str, str]]:
    state = UnownedState
    closing = Closing(by=MIA, at=at("10:20"), reason="went elsewhere")
    rejected = given().with_clock(clock(3, kind=ClockKind.CHECK, started_at=at("10:05"), due_at=None))
    rejected = replace(rejected, clocks=(*rejected.clocks[:1], _stopped(rejected), *rejected.clocks[2:]))
    return [
        (
            held(),
            state.OPEN,
            f"🧭 Nobody has it: {NAMED}",
            "*Contact by {10:06 AM}* · no owner since {10:01 AM} "
            "Nobody of Enterprise can take it before {Wed Nov 25, 9:00 AM}. It goes to the first who can; "
            "you can assign it before that.",
        ),
        (
            left_to_managers(),
            state.OPEN,
            f"🧭 Nobody has it: {NAMED}",
            "*Contact by {10:06 AM}* · no owner since {10:01 AM} "
            "Nobody of Enterprise can take it now. The managers were asked to decide; you can assign it too.",
        ),
        (given(), state.TAKEN, f"➡️ Now with Bob Brandt: {NAMED}", "Since {10:04 AM}. Nothing to do."),
        (rejected, state.MOVED, f"➡️ Moved on: {NAMED}", "It moved on {10:04 AM}. Nothing to do."),
        (
            contacted(given(), BOB, "10:05"),
            state.CONTACTED,
            f"✅ Contacted: {NAMED}",
            "Bob Brandt called, spoke to them, {10:05 AM}. Nothing to do.",
        ),
        (
            replace(held(), closing=closing),
            state.CLOSED,
            f"➡️ Closed: {NAMED}",
            "Mia Moreno closed it {10:20 AM}. Nothing to do.",
        ),
    ]


def _stopped(lead: Lead) -> Any:
    return replace(lead.clocks[1], stopped_at=at("10:05"), stopped_by="rejected")


BACK = {"data": {"until": (at("09:00") + timedelta(days=2)).isoformat()}}


@pytest.mark.parametrize(("lead", "state", "header", "said"), unowned_rows(), ids=lambda v: str(v)[:24])
def test_a_lead_that_nobody_could_take_has_a_row_for_each_state(
    lead: Lead, state: UnownedState, header: str, said: str
) -> None:
    message = drawn(Role.UNOWNED, lead, person("10:03"), clock=1, **BACK)
    assert (state, header, said) == (unowned(lead, 1), header_of(message), said_by(message))
    asks = state is UnownedState.OPEN
    assert buttons_of(message) == (["Reassign*", "Why?"] if asks else ["Open in CRM", "Why?"])


def test_every_state_has_its_row_here() -> None:
    assert {row[1] for row in unowned_rows()} == set(UnownedState)


def test_lead_ops_read_why_nobody_was_asked() -> None:
    message = drawn(Role.UNOWNED, held(), person("10:03"), clock=1)
    assert rich_of(message)[-1] == WHY[-1]
    assert WHY[-1] in message["text"]


def test_where_nobody_knows_who_is_back_when_no_time_is_made_up() -> None:
    message = drawn(Role.UNOWNED, held(), person("10:03"), clock=1)
    assert "Nobody of Enterprise can take it now. It goes to the first who can" in said_by(message)


def test_the_managers_card_of_a_held_lead_says_that_nobody_has_it() -> None:
    message = drawn(Role.MANAGERS_CARD, held_too_long(), channel("10:07"))
    assert header_of(message) == "⚠️ Nobody has it: Northwind Freight"
    assert said_by(message) == (
        "*No owner.* Since {10:01 AM} nobody of Enterprise can take it · due {10:06 AM}, no contact logged"
    )
    assert buttons_of(message) == ["Reassign", "Why?"]


def test_the_managers_decide_on_a_lead_that_never_had_an_owner() -> None:
    message = drawn(Role.MANAGERS_CARD, left_to_managers(), channel("10:02"))
    assert header_of(message) == "🧭 Needs a decision: Northwind Freight, Hot lead"
    assert said_by(message) == (
        "<@U0MIA> Nobody has it: since {10:01 AM} nobody can take it, due {10:06 AM}, no contact logged."
    )
    assert "Came in 10:01 AM; nobody could take it." in message["text"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BACK["data"], "{11:06 AM} nobody in the queue is at work until {Wed Nov 25, 9:00 AM} · <@U0MIA>"),
        ({}, "{11:06 AM} nobody in the queue is at work · <@U0MIA>"),
    ],
)
def test_the_managers_are_called_when_nobody_in_the_queue_is_there(data: dict[str, Any], said: str) -> None:
    what = {"what": "queue_empty", "at": at("11:06").isoformat()} | data
    message = drawn(Role.MANAGERS_LINE, held_too_long(), channel("11:06"), data=what)
    assert said_by(message) == said
    assert "U0MIA" not in message["text"]


def test_the_managers_thread_says_to_whom_a_held_lead_went() -> None:
    what = {"what": "assigned", "at": at("10:04").isoformat(), "to": BOB}
    assert said_by(drawn(Role.MANAGERS_LINE, given(), channel("10:05"), data=what)) == (
        "{10:04 AM} it went to Bob Brandt"
    )
