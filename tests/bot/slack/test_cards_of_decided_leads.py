"""Whatever the core decides about a lead, every message about it can be drawn."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.limits import problems
from sla.decide import decide
from sla.effects import Decision, Role
from sla.errors import Refusal
from sla.facts import (
    ContactCorrected,
    ContactLogged,
    Fact,
    HandOverExtended,
    LeadArrived,
    LeadClaimed,
    LeadClosed,
    LeadPassed,
    LeadReassigned,
    LeadRejected,
    OnItPressed,
    OwnerNudged,
    RejectionConfirmed,
    RejectionReturned,
    StepReached,
)
from sla.lead import ClockKind, ContactId, Lead, LeadId
from sla.surroundings import Surroundings
from tests.bot.slack.samples import ALICE, BOB, CARLA, DANA, MIA, OPS, at, channel, drawn, person, policy

pytestmark = pytest.mark.thorough

AROUND = Surroundings(policy=policy(), version="3f9a2c", terms=policy())
LEAD = LeadId("L0001")

Act = Callable[[Lead, datetime], Fact]


def acts() -> Mapping[str, Act]:
    def owner(lead: Lead) -> str:
        return lead.owner or ALICE

    half_an_hour = timedelta(minutes=30)
    return {
        "step": lambda lead, now: StepReached(lead_id=LEAD, at=now, clock=lead.clocks[-1].number),
        "on it": lambda lead, now: OnItPressed(
            lead_id=LEAD, at=now, by=owner(lead), generation=lead.generation
        ),
        "pass": lambda lead, now: LeadPassed(
            lead_id=LEAD, at=now, by=owner(lead), reason="Finishing for today", generation=lead.generation
        ),
        "reject": lambda lead, now: LeadRejected(
            lead_id=LEAD, at=now, by=owner(lead), reason="spam", generation=lead.generation
        ),
        "confirm": lambda lead, now: RejectionConfirmed(
            lead_id=LEAD, at=now, by=OPS, generation=lead.generation
        ),
        "return": lambda lead, now: RejectionReturned(
            lead_id=LEAD, at=now, by=OPS, generation=lead.generation
        ),
        "carla claims": lambda lead, now: LeadClaimed(
            lead_id=LEAD, at=now, by=CARLA, generation=lead.generation
        ),
        "bob claims": lambda lead, now: LeadClaimed(lead_id=LEAD, at=now, by=BOB, generation=lead.generation),
        "reassign": lambda lead, now: LeadReassigned(
            lead_id=LEAD, at=now, by=MIA, to=BOB if lead.owner != BOB else ALICE, reason="in a demo"
        ),
        "extend": lambda lead, now: HandOverExtended(
            lead_id=LEAD, at=now, by=MIA, more=half_an_hour, reason="on the phone", generation=lead.generation
        ),
        "nudge": lambda lead, now: OwnerNudged(lead_id=LEAD, at=now, by=MIA),
        "contact": lambda lead, now: _contact(lead, now, owner(lead)),
        "alice had": lambda lead, now: _contact(lead, at("10:04"), ALICE, heard=now),
        "manager": lambda lead, now: _contact(lead, now, MIA),
        "mistake": lambda lead, now: ContactCorrected(
            lead_id=LEAD, at=now, contact_id=ContactId(f"c{len(lead.contacts)}"), by=MIA, mistake=True
        ),
        "close": lambda lead, now: LeadClosed(lead_id=LEAD, at=now, by=MIA, reason="went elsewhere"),
    }


def _contact(lead: Lead, when: datetime, by: str, heard: datetime | None = None) -> Fact:
    return ContactLogged(
        lead_id=LEAD,
        at=heard or when,
        contact_id=ContactId(f"c{len(lead.contacts) + 1}"),
        by=by,
        logged_by=by,
        channel="call",
        outcome="no_answer",
        occurred_at=when,
    )


ROLES_OF_CLOCK: Mapping[ClockKind, tuple[Role, ...]] = {
    ClockKind.OWNER: (Role.OWNER_CARD, Role.REMINDER, Role.DEADLINE_PASSED, Role.NUDGE),
    ClockKind.HELD: (Role.UNOWNED,),
    ClockKind.QUEUE: (Role.QUEUE_CARD, Role.STILL_FREE),
    ClockKind.REVIEW: (),
    ClockKind.CHECK: (Role.LEAD_OPS_CHECK,),
}


def draw_everything(decision: Decision, now: datetime) -> None:
    lead = decision.lead
    reader = person()
    reader = type(reader)(zone=reader.zone, twelve_hour=True, now=now, city=None)
    for clock in lead.clocks:
        for role in ROLES_OF_CLOCK[clock.kind]:
            check(role, drawn(role, lead, reader, clock=clock.number, data={"by": MIA}))
    for role in (Role.MANAGERS_CARD, Role.NEEDS_ATTENTION, Role.OWNER_REMOVED):
        check(role, drawn(role, lead, channel("12:00"), data={"person": ALICE}))
    for post in decision.posts:
        check(post.role, drawn(post.role, lead, reader, clock=post.clock, data=post.data))


def check(role: Role, message: dict[str, Any]) -> None:
    assert problems(message, "message") == [], role
    assert 0 < len(message["text"]) <= 3000, role
    assert len(message["blocks"]) <= 8, role
    assert "None" not in message["text"], (role, message["text"])
    assert "nobody" not in message["text"].replace("nobody has it", ""), (role, message["text"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(acts())), st.integers(0, 40)), max_size=14))
def test_whatever_happens_to_a_lead_each_of_its_messages_can_be_drawn(story: list[tuple[str, int]]) -> None:
    now = at("10:01")
    arrived = LeadArrived(lead_id=LEAD, at=now, source="website", details=DANA)
    decision = decide(None, arrived, AROUND)
    draw_everything(decision, now)
    for act, minutes in story:
        now += timedelta(minutes=minutes)
        try:
            decision = decide(decision.lead, acts()[act](decision.lead, now), AROUND)
        except Refusal:
            continue
        draw_everything(decision, now)
