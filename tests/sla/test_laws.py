"""Laws that hold whatever people do and whatever the policy says."""

import contextlib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.availability import PersonNow, Spell
from sla.durations import StepTime
from sla.errors import Refusal
from sla.facts import (
    CardDelivered,
    HandOverExtended,
    LeadClaimed,
    LeadClosed,
    LeadPassed,
    LeadReassigned,
    LeadRejected,
    OnItPressed,
    OwnerNudged,
    RejectionConfirmed,
    RejectionReturned,
)
from sla.ladder import next_step_at, rungs_of
from sla.lead import ClockKind, Lead, Stage, Status
from sla.policy import Policy
from sla.policy.targets import StepRule
from sla.rung import is_done
from tests.sla.play import STEPS_MAX, Play, example_policy, moment

pytestmark = pytest.mark.thorough

EXAMPLE = example_policy()
PEOPLE = [person.email for person in EXAMPLE.people]
SPANS = st.sampled_from([timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 240, 600)])
LEADS = st.sampled_from(
    [
        {"score": 88, "employees": 1800, "country": "US", "intent": "demo_request"},
        {"score": 68, "country": "DE", "intent": "trial"},
        {"score": 41, "country": "US", "intent": "webinar"},
        {"score": 5, "country": "FR"},
    ]
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The example with other times, ladders, rounds and rules of reassignment."""
    before = draw(st.lists(st.integers(1, 99), max_size=3, unique=True).map(sorted))
    steps = [
        StepRule(at=StepTime(kind="percent", percent=p), do=("remind_owner",), status="At Risk")
        for p in before
    ]
    steps.append(StepRule(at=StepTime(kind="due"), do=("notify_owner", "notify_managers"), status="Breached"))
    if draw(st.booleans()):
        at = StepTime(kind="after", span=draw(SPANS))
        steps.append(StepRule(at=at, do=("hand_to_backup", "notify_managers"), status="Escalated"))
    tiers = tuple(
        tier.model_copy(update={"first_response": draw(SPANS), "ladder": "standard"})
        for tier in EXAMPLE.tiers
    )
    backup = EXAMPLE.backup.model_copy(
        update={"claim_response": draw(SPANS), "rounds_max": draw(st.integers(1, 4))}
    )
    routing = EXAMPLE.routing.model_copy(
        update={
            "on_reassignment": draw(st.sampled_from(["continue", "restart"])),
            "nobody_available": draw(st.sampled_from(["on_call", "hold", "assign_anyway", "manager_queue"])),
        }
    )
    return EXAMPLE.model_copy(
        update={"tiers": tiers, "ladders": {"standard": tuple(steps)}, "backup": backup, "routing": routing}
    )


ABSENCES = st.sampled_from([timedelta(minutes=m) for m in (2, 90, 2_000)]).map(
    lambda span: PersonNow(
        out_of_office=(Spell(from_at=moment("Mon 0:00"), until_at=moment("Mon 10:00") + span),)
    )
)
ABSENT = st.dictionaries(
    st.sampled_from(PEOPLE),
    ABSENCES | st.just(PersonNow(is_active=False)) | st.just(PersonNow(open_leads=20)),
)
"""Who is away until when, gone for good, or has enough."""
DOINGS = [
    *("wait", "wait", "wait", "on_it", "pass", "reject", "confirm", "return", "claim"),
    *("reassign", "extend", "nudge", "contact", "mistake", "close", "told"),
]
DEEDS = st.tuples(
    st.sampled_from(DOINGS),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from([timedelta(seconds=s) for s in (1, 60, 299, 300, 1800, 3600, 20_000, 90_000)]),
)


def do(play: Play, deed: str, by: str, to: str, wait: timedelta) -> None:
    match deed:
        case "wait":
            play.until(play.now + wait)
        case "on_it":
            play.does(OnItPressed, by=by)
        case "pass":
            play.does(LeadPassed, by=by, reason="On a call or in a meeting")
        case "reject":
            play.does(LeadRejected, by=by, reason="spam")
        case "confirm":
            play.does(RejectionConfirmed, by=by)
        case "return":
            play.does(RejectionReturned, by=by)
        case "claim":
            play.does(LeadClaimed, by=by)
        case "reassign":
            play.does(LeadReassigned, by=by, to=to)
        case "extend":
            play.does(HandOverExtended, by=by, more=timedelta(minutes=15), reason="on the phone")
        case "nudge":
            play.does(OwnerNudged, by=by)
        case "contact":
            play.logs(by)
        case "mistake" if play.it.contacts:
            play.corrects(by, mistake=True)
        case "close":
            play.does(LeadClosed, by=by, reason="Test entry")
        case "told" if play.it.clock is not None:
            play.tell(CardDelivered(lead_id=play.it.id, at=play.now, clock=play.clock.number))


def holds(lead: Lead, before: Lead | None, terms: Policy) -> None:
    """What is true of every lead at every moment."""
    clock = lead.clock
    if clock is not None:
        ahead = (rung.at for rung in rungs_of(lead, clock, terms) if not is_done(rung, clock))
        assert next(ahead, None) == next_step_at(lead, clock, terms) == clock.next_step_at
    running = [clock for clock in lead.clocks if clock.is_running]
    assert len(running) <= 1
    for clock in running:
        waits_for_people = clock.kind in (ClockKind.REVIEW, ClockKind.CHECK)
        nothing_left = clock.next_step_at is None
        assert not nothing_left or waits_for_people or clock.fired_through is not None
    for clock in lead.clocks:
        assert clock.is_running or clock.next_step_at is None
    assert (lead.owner is not None) or lead.stage not in (Stage.WITH_OWNER, Stage.CONTACTED)
    if lead.stage is Stage.WITH_OWNER:
        assert lead.clock is not None
        assert lead.clock.person == lead.owner
    if lead.outcome == "met":
        assert lead.status is Status.WITHIN_SLA
        assert not lead.is_late
    if lead.outcome == "missed":
        assert lead.first_contact is None or lead.is_late
    if before is not None:
        assert lead.generation >= before.generation
        assert lead.revision >= before.revision
        sent_back = lead.clock is not None and lead.clock.how == "sent_back"
        assert lead.due_at == before.due_at or sent_back
        assert lead.started_at == before.started_at


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), LEADS, st.lists(DEEDS, max_size=12), ABSENT)
def test_the_laws_hold_whatever_people_do(
    policy: Policy, fields: dict[str, Any], deeds: list[object], absent: dict[str, PersonNow]
) -> None:
    play = Play(policy)
    play.people = absent
    play.arrives("Mon 10:00", **fields)
    holds(play.it, None, policy)
    for deed in deeds:
        before = play.it
        with contextlib.suppress(Refusal):
            do(play, *deed)  # type: ignore[misc]
        holds(play.it, before, policy)
    keys = Counter(post.key for post in play.posts if not post.key.startswith(("nudge", "line", "lead_ops")))
    doubled = [key for key, times in keys.items() if times > 1 and not key.startswith("card:")]
    assert doubled == []


def lives(play: Play, span: timedelta) -> None:
    """Time passes in a workspace that takes each owner's card at once: else a hand-over would wait for it."""
    end = play.now + span
    for _ in range(STEPS_MAX):
        clock = play.it.clock
        if clock is not None and clock.kind is ClockKind.OWNER and clock.told_at is None:
            play.was_told()
            continue
        if clock is None or clock.next_step_at is None or clock.next_step_at > end:
            play.now = end
            return
        play.until(max(play.now, clock.next_step_at))
    raise AssertionError("the ladder never ends")


@settings(max_examples=40, deadline=None)
@given(policies(), LEADS, st.lists(st.sampled_from(PEOPLE), max_size=6))
def test_rounds_end_in_review_and_never_loop(
    policy: Policy, fields: dict[str, Any], claimers: list[str]
) -> None:
    play = Play(policy)
    play.arrives("Mon 10:00", **fields)
    play.was_told()
    for claimer in claimers:
        lives(play, timedelta(hours=200))
        with contextlib.suppress(Refusal):
            play.does(LeadClaimed, by=claimer)
    lives(play, timedelta(days=120))
    hands_over = any(step.hands_over for step in policy.ladders["standard"])
    assert play.stage() is (Stage.IN_REVIEW if hands_over else Stage.WITH_OWNER)
    assert play.it.rounds_used <= policy.backup.rounds_max
    assert play.clock.next_step_at is None
