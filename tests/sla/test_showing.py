"""What each message shows is derived from the lead alone, and each state of a lead has its row."""

from dataclasses import replace

import pytest

from sla.lead import ClockKind, Lead, OnIt, Stage, Status
from sla.showing import OwnerCardState, ReminderState, is_past_due, notice, owner_card, reminder
from sla.showing_next import PlannedStep, next_steps
from sla.showing_teams import (
    AttentionState,
    CheckState,
    ManagersCardState,
    QueueCardState,
    attention,
    lead_ops_check,
    managers_card,
    queue_card,
)
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    MIA,
    a_lead,
    at,
    breached,
    changed,
    claimed,
    clock,
    contacted,
    given_to,
    handed_over,
    policy,
)
from tests.bot.slack.test_lead_ops_cards import attention_rows, check_rows
from tests.bot.slack.test_managers_card import rows as managers_rows
from tests.bot.slack.test_owner_card import closed, rejected
from tests.bot.slack.test_owner_card import rows as owner_rows
from tests.bot.slack.test_queue_card import rows as queue_rows
from tests.bot.slack.test_reminders import rows as reminder_rows
from tests.bot.slack.test_unowned_card import unowned_rows


@pytest.mark.parametrize("row", owner_rows(), ids=lambda row: str(row[0]))
def test_an_owners_card_is_in_the_state_of_its_row(row: tuple[OwnerCardState, Lead]) -> None:
    assert row[0] is owner_card(row[1], 1)


@pytest.mark.parametrize("row", managers_rows(), ids=lambda row: str(row[0]))
def test_the_managers_card_is_in_the_state_of_its_row(row: tuple[ManagersCardState, Lead]) -> None:
    assert row[0] is managers_card(row[1])


@pytest.mark.parametrize("row", queue_rows(), ids=lambda row: str(row[0]))
def test_a_rounds_card_is_in_the_state_of_its_row(row: tuple[QueueCardState, Lead, int]) -> None:
    assert row[0] is queue_card(row[1], row[2])


@pytest.mark.parametrize("row", reminder_rows(), ids=lambda row: str(row[0]))
def test_a_reminder_is_in_the_state_of_its_row(row: tuple[ReminderState, Lead]) -> None:
    assert row[0] is reminder(row[1], 1)


def every_lead() -> list[Lead]:
    rows = [*owner_rows(), *managers_rows(), *queue_rows(), *reminder_rows()]
    return [row[1] for row in rows] + [row[0] for row in (*attention_rows(), *check_rows(), *unowned_rows())]


def test_every_message_about_any_lead_has_exactly_one_state() -> None:
    for lead in every_lead():
        assert isinstance(managers_card(lead), ManagersCardState)
        assert isinstance(attention(lead), AttentionState)
        for one in lead.clocks:
            if one.kind is ClockKind.OWNER:
                assert isinstance(owner_card(lead, one.number), OwnerCardState)
                assert isinstance(reminder(lead, one.number), ReminderState)
                assert isinstance(notice(lead, one.number), ReminderState)
            if one.kind is ClockKind.QUEUE:
                assert isinstance(queue_card(lead, one.number), QueueCardState)
            if one.kind is ClockKind.CHECK:
                assert isinstance(lead_ops_check(lead, one.number), CheckState)


def test_the_leads_of_these_tests_stand_in_every_stage() -> None:
    assert set(Stage) == {lead.stage for lead in every_lead()}


@pytest.mark.parametrize(
    ("fired", "late"), [(None, False), ("10:05", False), ("10:06", True), ("10:07", True)]
)
def test_a_deadline_has_passed_once_its_step_was_taken(fired: str | None, late: bool) -> None:
    lead = changed(a_lead(), 1, fired_through=at(fired) if fired else None)
    assert late is is_past_due(lead, lead.clocks[0])


def test_a_withdrawn_contact_brings_back_the_row_before_it() -> None:
    lead = contacted(a_lead(), ALICE, "10:04")
    assert OwnerCardState.CONTACTED_IN_TIME is owner_card(lead, 1)
    taken_back = replace(lead.contacts[0], withdrawn_at=at("10:05"))
    lead = replace(changed(lead, 1, stopped_at=None), contacts=(taken_back,), stopped_at=None)
    assert OwnerCardState.NEW is owner_card(lead, 1)


def test_an_owner_who_is_on_it_may_say_so_once_more_after_the_deadline() -> None:
    early = replace(breached(), on_it=OnIt(by=ALICE, at=at("10:03"), until=None, clock=1))
    assert OwnerCardState.DEADLINE_PASSED is owner_card(early, 1)
    late = replace(breached(), on_it=OnIt(by=ALICE, at=at("10:06"), until=None, clock=1))
    assert OwnerCardState.LATE_ON_IT is owner_card(late, 1)


def test_on_it_of_an_earlier_owner_does_not_stand_for_the_next() -> None:
    lead = given_to(a_lead(), BOB, "passed", "10:02", "10:06", by=ALICE)
    lead = replace(lead, on_it=OnIt(by=ALICE, at=at("10:01"), until=None, clock=1))
    assert OwnerCardState.NEW is owner_card(lead, 2)


def test_an_earlier_owner_whose_contact_counts_sees_it_though_somebody_else_has_the_lead() -> None:
    lead = contacted(claimed(), ALICE, "10:58", logged="11:20")
    assert OwnerCardState.CONTACTED_LATE is owner_card(lead, 1)
    assert OwnerCardState.CONTACTED_BY_OTHER is owner_card(lead, 3)


def test_a_contacted_lead_given_to_somebody_else_leaves_the_first_owners_card() -> None:
    lead = replace(contacted(a_lead(), MIA, "10:04"), owner=BOB)
    assert OwnerCardState.MOVED_ON is owner_card(lead, 1)


def test_a_lead_that_is_closed_while_lead_ops_look_was_no_real_one() -> None:
    assert OwnerCardState.FOUND_NOT_REAL is owner_card(closed(rejected()), 1)
    assert OwnerCardState.CONTACTED_ELSEWHERE is owner_card(contacted(rejected(), MIA, "10:20"), 1)


def planned(lead: Lead) -> list[tuple[str, str]]:
    return [(step.what, f"{step.at:%H:%M}") for step in next_steps(lead, policy(), policy())]


def test_what_comes_next_follows_the_ladder() -> None:
    assert planned(a_lead()) == [("reminder", "15:03"), ("deadline", "15:06"), ("hand_over", "16:06")]
    assert planned(breached()) == [("hand_over", "16:06")]
    assert planned(handed_over()) == [("still_free", "16:21"), ("review", "17:06")]
    assert planned(contacted(a_lead(), ALICE, "10:04")) == []


def test_where_nobody_is_left_to_claim_the_managers_decide_next() -> None:
    everybody = given_to(
        given_to(breached(), CARLA, "reassigned", "10:20", "10:50"), BOB, "reassigned", "10:30", "11:00"
    )
    steps = next_steps(everybody, policy(), policy())
    assert PlannedStep(at=at("12:00"), what="review") == steps[-1]


def test_after_the_last_round_the_managers_decide_next() -> None:
    second = clock(4, kind=ClockKind.QUEUE, person=None, round=2, started_at=at("12:39"), due_at=None)
    lead = changed(claimed(), 3, stopped_at=at("12:39"), stopped_by="handed_over").with_clock(second)
    lead = given_to(replace(lead, owner=None), BOB, "claimed", "12:45", "13:15", by=BOB)
    assert next_steps(lead, policy(), policy())[-1].what == "review"


def test_a_lead_that_was_at_risk_with_somebody_else_comes_to_its_new_owner_as_new() -> None:
    at_risk = replace(changed(a_lead(), 1, fired_through=at("10:03:30")), status=Status.AT_RISK)
    passed = given_to(at_risk, BOB, "passed", "10:04", "10:06", by=ALICE)
    assert OwnerCardState.NEW is owner_card(passed, 2)
