"""Laws that hold whatever happens at night: pages, openings, covers, further requests, closed accounts."""

import contextlib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.availability import PersonNow, Spell
from sla.details import LeadDetails
from sla.effects import Role, ToPerson
from sla.errors import Refusal
from sla.facts import (
    CoverEnded,
    LeadArrived,
    LeadClaimed,
    LeadHandedOn,
    LeadPassed,
    LeadReassigned,
    OnItPressed,
    OwnerNudged,
    PageDeclined,
    PersonDeactivated,
    StepReached,
)
from sla.ladder import next_step_at, rungs_of
from sla.lead import ClockKind, Lead, Stage
from sla.paging import is_paged, pages_of_night
from sla.policy import Policy
from sla.rung import is_done
from sla.showing import notice, owner_card, reminder
from sla.showing_pages import page_card
from sla.showing_teams import managers_card, queue_card, unowned
from tests.sla.play import STEPS_MAX, Play, example_policy, moment

pytestmark = pytest.mark.thorough

EXAMPLE = example_policy()
PEOPLE = [person.email for person in EXAMPLE.people]
MOMENTS = ["Mon 2:04", "Mon 8:56", "Mon 16:58", "Mon 17:00", "Tue 12:00", "Wed 23:00", "Sat 12:00"]
SPANS = [timedelta(seconds=s) for s in (1, 240, 300, 1_200, 3_600, 25_000, 90_000)]
AWAY = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))
ABSENCES = st.sampled_from(
    [
        AWAY,
        PersonNow(is_active=False),
        PersonNow(silent_until=moment("Tue 8:00")),
        PersonNow(switched_away=Spell(from_at=moment("Mon 0:00"), cover="bob@acme.example")),
    ]
)
LEADS = st.sampled_from(
    [
        {"score": 88, "employees": 1800, "country": "US"},
        {"score": 88, "country": "DE", "owner": "alice@acme.example"},
        {"score": 68, "country": "US", "intent": "trial"},
        {"score": 5, "country": "FR", "owner": "bob@acme.example"},
    ]
)
DEEDS = st.tuples(
    st.sampled_from(
        [
            *(
                "wait",
                "wait",
                "wait",
                "on_it",
                "decline",
                "ask",
                "ask_hot",
                "gone",
                "hand_on",
                "back",
                "claim",
            ),
            *("contact", "mistake", "reassign", "nudge", "pass", "returns"),
        ]
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.sampled_from(SPANS),
)


def lives_until(play: Play, span: timedelta) -> None:
    """The way the ticker does: also the morning after a night's contact."""
    end = play.now + span
    for _ in range(STEPS_MAX):
        due = [one for one in play.it.clocks if one.next_step_at is not None and one.next_step_at <= end]
        if not due:
            play.now = end
            return
        clock = min(due, key=lambda one: one.next_step_at or end)
        assert clock.next_step_at is not None
        play.now = max(play.now, clock.next_step_at)
        play.tell(StepReached(lead_id=play.it.id, at=play.now, clock=clock.number))
    raise AssertionError("the night never ends")


def do(play: Play, deed: str, by: str, to: str, wait: timedelta) -> None:
    match deed:
        case "wait":
            lives_until(play, wait)
        case "on_it":
            play.does(OnItPressed, by=play.it.owner or by)
        case "decline":
            play.does(PageDeclined, by=play.it.owner or by)
        case "ask" | "ask_hot":
            hot: dict[str, Any] = {"intent": "pricing"} if deed == "ask_hot" else {}
            details = LeadDetails(external_id="00Q-2", **hot)
            play.tell(
                LeadArrived(
                    lead_id=play.it.id, at=play.now, source="website", details=details, asks_again=True
                )
            )
        case "gone":
            play.people[by] = PersonNow(is_active=False)
            play.does(PersonDeactivated, person=by)
        case "hand_on":
            play.does(LeadHandedOn, by=play.it.owner or by, to=to)
        case "back":
            play.does(CoverEnded, person=by)
        case "returns":
            play.people.pop(by, None)
        case "claim":
            play.does(LeadClaimed, by=by)
        case "contact":
            play.logs(by)
        case "mistake" if play.it.contacts:
            play.corrects(by, mistake=True)
        case "reassign":
            play.does(LeadReassigned, by="mia@acme.example", to=to)
        case "nudge":
            play.does(OwnerNudged, by="mia@acme.example")
        case "pass":
            play.does(LeadPassed, by=play.it.owner or by, reason="busy")


def holds(lead: Lead, before: Lead | None, terms: Policy) -> None:
    clock = lead.clock
    if clock is not None:
        ahead = (rung.at for rung in rungs_of(lead, clock, terms) if not is_done(rung, clock))
        assert next(ahead, None) == next_step_at(lead, clock, terms) == clock.next_step_at
    assert len([clock for clock in lead.clocks if clock.is_running]) <= 1
    for one in lead.clocks:
        assert one.is_running or one.next_step_at is None or (is_paged(one) and one is lead.clocks[-1])
    if lead.stage is Stage.WITH_OWNER:
        assert clock is not None
        assert clock.person == lead.owner
    assert (lead.day_owner is None) or is_paged(lead.clocks[-1])
    paged = [one.person for one in pages_of_night(lead)]
    assert len(paged) == len(set(paged))
    if before is not None and lead.due_at != before.due_at:
        assert lead.due_at is not None
        assert before.due_at is not None
        assert lead.due_at < before.due_at


def can_be_shown(lead: Lead) -> None:
    """Every message about it has its row."""
    managers_card(lead)
    for one in lead.clocks:
        if is_paged(one):
            page_card(lead, one.number)
        if one.kind is ClockKind.OWNER:
            owner_card(lead, one.number)
            reminder(lead, one.number)
            notice(lead, one.number)
        if one.kind is ClockKind.QUEUE:
            queue_card(lead, one.number)
        if one.kind in (ClockKind.HELD, ClockKind.REVIEW):
            unowned(lead, one.number)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["on_call", "hold", "assign_anyway", "manager_queue"]),
    st.sampled_from(MOMENTS),
    LEADS,
    st.lists(DEEDS, max_size=14),
    st.dictionaries(st.sampled_from(PEOPLE), ABSENCES),
)
def test_the_laws_hold_through_any_night(
    otherwise: str, since: str, fields: dict[str, Any], deeds: list[Any], people: dict[str, PersonNow]
) -> None:
    policy = EXAMPLE.model_copy(
        update={"routing": EXAMPLE.routing.model_copy(update={"nobody_available": otherwise})}
    )
    play = Play(policy)
    play.people = dict(people)
    play.arrives(since, **fields)
    holds(play.it, None, policy)
    for deed in deeds:
        before = play.it
        with contextlib.suppress(Refusal):
            do(play, *deed)
        holds(play.it, before, policy)
        can_be_shown(play.it)
    pages = Counter(post.key for post in play.said(Role.PAGE) if isinstance(post.to, ToPerson))
    assert all(times == 1 for times in pages.values())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(MOMENTS), st.dictionaries(st.sampled_from(PEOPLE), ABSENCES))
def test_a_hot_lead_that_nobody_answers_is_with_its_team_when_it_is_open(
    since: str, people: dict[str, PersonNow]
) -> None:
    play = Play()
    play.people = dict(people)
    play.arrives(since, score=88, employees=1800, country="US")
    opening = play.policy.calendars["us-east"].next_open(play.now + timedelta(seconds=1))
    lives_until(play, opening - play.now)

    assert not is_paged(play.it.clock)
