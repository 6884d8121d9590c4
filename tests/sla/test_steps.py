"""What happens as a clock runs out: reminders, the deadline, hand-over, review."""

from datetime import timedelta
from typing import Any

import pytest

from sla.effects import Role, ToChannel, ToPerson, still_true
from sla.facts import LeadClaimed, LeadPassed, OnItPressed
from sla.lead import Stage, Status
from sla.policy.targets import StepRule
from sla.showing_next import waiting_backups
from sla.surroundings import Absence
from tests.sla.play import Play, hot, moment

ALICE, BOB, CARLA, MIA = "alice@acme.example", "bob@acme.example", "carla@acme.example", "mia@acme.example"
TRIAL: dict[str, Any] = {"intent": "trial", "score": 68, "employees": 240, "country": "US"}


@pytest.fixture
def play() -> Play:
    return Play()


def test_a_hot_lead_is_due_in_five_minutes_with_its_owner_told(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    assert moment("Mon 10:06") == play.it.due_at
    assert play.it.owner == ALICE
    assert [ToPerson(email=ALICE)] == [post.to for post in play.said(Role.OWNER_CARD)]
    assert Status.WITHIN_SLA is play.status()


def test_half_of_five_minutes_is_the_one_reminder(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 10:03")
    assert not play.said(Role.REMINDER)
    play.it_is("Mon 10:05:59")
    assert len(play.said(Role.REMINDER)) == 1
    assert Status.AT_RISK is play.status()


def test_of_two_near_reminders_only_the_second_is_said(play: Play) -> None:
    play.arrives("Mon 10:00", **TRIAL)
    play.it_is("Mon 10:15")
    assert Status.AT_RISK is play.status()
    assert not play.said(Role.REMINDER)
    assert "reminder_left_out" in play.kinds()
    play.it_is("Mon 10:20")
    assert len(play.said(Role.REMINDER)) == 1


def test_two_reminders_far_apart_are_both_said(play: Play) -> None:
    play.arrives("Mon 10:00", score=41, intent="webinar")
    play.it_is("Mon 12:00")
    play.it_is("Mon 13:50")
    assert len(play.said(Role.REMINDER)) == 2


def test_a_reminder_expires_a_minute_before_the_deadline(play: Play) -> None:
    play.arrives("Mon 10:00", **TRIAL)
    play.it_is("Mon 10:20")
    [reminder] = play.said(Role.REMINDER)
    assert reminder.expires_at == moment("Mon 10:29") + timedelta(microseconds=1)


def test_in_five_minutes_a_reminder_expires_45_seconds_before_the_deadline(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 10:03")
    [reminder] = play.said(Role.REMINDER)
    assert reminder.expires_at == moment("Mon 10:04:15") + timedelta(microseconds=1)


def test_at_the_deadline_owner_and_managers_are_told_and_the_breach_bears_the_deadline(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 10:05:59")
    assert play.it.breach is None
    play.it_is("Mon 10:06")
    assert play.it.breach is not None
    assert moment("Mon 10:06") == play.it.breach.due_at
    assert play.it.breach.owner_told
    assert play.it.breach.excused is None
    assert Status.BREACHED is play.status()
    assert len(play.said(Role.DEADLINE_PASSED)) == 1
    assert [ToChannel(channel="C0MANAGERS")] == [post.to for post in play.said(Role.MANAGERS_CARD)]


def test_an_hour_after_the_deadline_the_lead_goes_to_the_backup_queue(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 11:05:59")
    assert Stage.WITH_OWNER is play.stage()
    play.it_is("Mon 11:06")
    assert Stage.IN_QUEUE is play.stage()
    assert play.it.owner is None
    assert Status.ESCALATED is play.status()
    assert [ToChannel(channel="C0BACKUP")] == [post.to for post in play.said(Role.QUEUE_CARD)]
    assert play.lines() == ["handed_over"]
    assert len(play.said(Role.MANAGERS_CARD)) == 1


def test_nobody_claims_so_the_queue_is_reminded_once_and_then_the_managers_decide(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 11:21")
    assert len(play.said(Role.STILL_FREE)) == 1
    play.it_is("Mon 12:06")
    assert Stage.IN_REVIEW is play.stage()
    assert play.lines() == ["handed_over", "review"]
    assert play.clock.next_step_at is None
    play.it_is("Fri 16:00")
    assert Stage.IN_REVIEW is play.stage()
    assert len(play.said(Role.STILL_FREE)) == 1


def test_a_claimed_lead_climbs_the_same_ladder_and_goes_to_round_two(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 11:09")
    play.does(LeadClaimed, by=CARLA)
    play.was_told()
    assert play.it.owner == CARLA
    assert moment("Mon 11:39") == play.clock.due_at
    assert moment("Mon 10:06") == play.it.due_at
    play.it_is("Mon 11:39")
    assert len(play.said(Role.DEADLINE_PASSED)) == 2
    assert len(play.said(Role.MANAGERS_CARD)) == 1
    play.it_is("Mon 12:39")
    assert Stage.IN_QUEUE is play.stage()
    assert play.clock.round == 2


def test_after_the_last_round_the_managers_decide_instead_of_a_third(play: Play) -> None:
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 11:09")
    play.does(LeadClaimed, by=CARLA)
    play.was_told()
    play.it_is("Mon 12:40")
    play.does(LeadClaimed, by=BOB)
    play.was_told()
    play.it_is("Mon 15:00")
    assert Stage.IN_REVIEW is play.stage()
    assert play.it.rounds_used == 2


def test_with_no_backup_left_the_managers_decide_instead_of_a_hand_over(play: Play) -> None:
    play.arrives("Mon 10:01", country="DE", score=88, intent="demo_request")
    play.was_told()
    play.it_is("Tue 03:00")
    play.does(LeadClaimed, by=CARLA)
    play.was_told()
    play.it_is("Fri 09:00")
    assert Stage.IN_REVIEW is play.stage()
    assert play.it.rounds_used == 1


def test_im_on_it_holds_a_reminder_back_but_never_past_the_deadline(play: Play) -> None:
    play.arrives("Mon 10:00", score=41, intent="webinar")
    play.it_is("Mon 11:55")
    play.does(OnItPressed, by=play.it.owner)
    play.it_is("Mon 12:00")
    [reminder] = play.said(Role.REMINDER)
    assert moment("Mon 12:05") == reminder.not_before
    assert Status.AT_RISK is play.status()

    play.it_is("Mon 13:55")
    play.does(OnItPressed, by=play.it.owner)
    assert play.it.on_it is not None
    assert moment("Mon 14:00") == play.it.on_it.until


def test_im_on_it_just_before_the_reminder_of_a_short_window_leaves_it_out(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 10:02")
    play.does(OnItPressed, by=ALICE)
    play.it_is("Mon 10:04")
    assert not play.said(Role.REMINDER)


def test_after_downtime_only_the_latest_step_speaks(play: Play) -> None:
    play.arrives("Mon 10:00", **TRIAL)
    play.was_told()
    play.absences = (Absence(what="bot", from_at=moment("Mon 10:10"), until_at=moment("Mon 10:40")),)
    play.wakes_at("Mon 10:40")
    assert not play.said(Role.REMINDER)
    assert len(play.said(Role.DEADLINE_PASSED)) == 1
    assert play.said(Role.DEADLINE_PASSED)[0].gathered
    assert play.it.breach is not None
    assert moment("Mon 10:30") == play.it.breach.due_at
    assert moment("Mon 10:40") == play.it.breach.detected_at
    assert play.it.breach.excused == "reminder not sent"


def test_who_was_told_and_reminded_before_the_downtime_is_counted(play: Play) -> None:
    play.arrives("Mon 10:00", **TRIAL)
    play.was_told()
    play.it_is("Mon 10:21")
    play.absences = (Absence(what="bot", from_at=moment("Mon 10:25"), until_at=moment("Mon 10:40")),)
    play.wakes_at("Mon 10:40")
    assert play.it.breach is not None
    assert play.it.breach.excused is None


def test_nobody_loses_a_lead_to_downtime_alone(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.was_told()
    play.absences = (Absence(what="bot", from_at=moment("Mon 10:02"), until_at=moment("Mon 15:00")),)
    play.wakes_at("Mon 15:00")
    assert Stage.WITH_OWNER is play.stage()
    assert moment("Mon 15:15") == play.clock.next_step_at
    play.it_is("Mon 15:14:59")
    assert Stage.WITH_OWNER is play.stage()
    play.it_is("Mon 15:15")
    assert Stage.IN_QUEUE is play.stage()


def test_a_hand_over_waits_until_the_owners_card_reached_slack(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 11:05")
    assert Stage.WITH_OWNER is play.stage()
    play.it_is("Mon 12:00")
    assert Stage.WITH_OWNER is play.stage()
    play.was_told("Mon 12:01")
    assert play.it.breach is not None
    assert play.it.breach.excused == "told only now"
    play.it_is("Mon 12:15:59")
    assert Stage.WITH_OWNER is play.stage()
    play.it_is("Mon 12:16")
    assert Stage.IN_QUEUE is play.stage()


def test_the_managers_card_learns_that_the_owner_was_told_after_all(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 10:06")
    shown = play.it.revision
    play.was_told("Mon 10:07")
    assert shown + 1 == play.it.revision


def test_a_card_that_arrives_before_its_deadline_changes_no_other(play: Play) -> None:
    play.arrives("Mon 10:00", **hot(owner="alice@acme.example"))
    play.was_told()
    play.it_is("Mon 11:05")
    play.does(LeadClaimed, by="carla@acme.example")
    shown = play.it.revision
    play.was_told()
    assert shown == play.it.revision


@pytest.mark.parametrize(
    ("at", "outcome"), [("Mon 10:04:59", "met"), ("Mon 10:05", "met"), ("Mon 10:05:01", "missed")]
)
def test_contact_at_exactly_the_deadline_is_in_time(play: Play, at: str, outcome: str) -> None:
    play.arrives("Mon 10:00", **hot())
    play.was_told()
    play.now = moment(at)
    play.logs(ALICE)
    assert outcome == play.it.outcome
    assert play.it.clock is None


def test_nothing_more_is_fired_after_contact(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 10:01")
    play.logs(ALICE)
    said = len(play.posts)
    play.it_is("Fri 12:00")
    assert said == len(play.posts)
    assert Stage.CONTACTED is play.stage()


@pytest.mark.parametrize(
    "ladder",
    [
        [{"at": "50%", "do": ["remind_owner"]}],
        [{"at": "due", "do": ["hand_to_backup"]}],
        [{"at": "1h after due", "do": ["hand_to_backup", "notify_managers"]}],
        [{"at": "due", "do": ["notify_managers"]}],
    ],
)
def test_a_deadline_that_passes_is_a_breach_whatever_the_ladder_says(ladder: list[dict[str, object]]) -> None:
    play = Play()
    play.change_policy(
        ladders=play.policy.ladders | {"standard": tuple(map(StepRule.model_validate, ladder))}
    )
    play.arrives("Mon 10:01", **hot())
    play.was_told()
    play.it_is("Mon 10:05")
    assert Status.WITHIN_SLA is play.status()
    play.it_is("Mon 10:06")
    assert play.it.breach is not None
    assert play.status() in (Status.BREACHED, Status.ESCALATED)
    assert len(play.said(Role.MANAGERS_CARD)) == 1


def test_a_claim_before_the_leads_deadline_does_not_hide_it() -> None:
    play = Play()
    play.change_policy(ladders=play.policy.ladders | {"standard": play.policy.ladders["gentle"]})
    play.arrives("Mon 10:00", score=41, intent="webinar", country="US", employees=1)
    due_at = play.it.due_at
    assert due_at is not None
    while play.stage() is Stage.WITH_OWNER:
        play.does(LeadPassed, by=play.it.owner, reason="other")
    play.does(LeadClaimed, by=waiting_backups(play.it, play.policy)[0])
    play.was_told()
    assert play.clock.due_at is not None
    assert play.clock.due_at < due_at
    play.until(due_at)
    assert play.it.breach is not None
    assert due_at == play.it.breach.due_at


def test_when_the_managers_channel_moves_the_next_step_begins_a_card_in_the_new_one(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.was_told()
    play.it_is("Mon 10:05")
    moved = play.policy.teams["enterprise"].model_copy(update={"manager_channel": "C0ELSEWHERE"})
    play.change_policy(teams=play.policy.teams | {"enterprise": moved})
    play.it_is("Mon 11:05")
    places = [str(post.to) for post in play.said(Role.MANAGERS_CARD)]
    assert places == ["C0MANAGERS", "C0ELSEWHERE"]
    play.it_is("Mon 12:05")
    assert [str(post.to) for post in play.said(Role.MANAGERS_LINE)] == ["C0ELSEWHERE"]


def test_an_owner_whose_card_came_after_the_deadline_does_not_read_it_twice(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.it_is("Mon 10:05")
    [passed] = play.said(Role.DEADLINE_PASSED)
    assert still_true(passed, play.it, play.now)
    play.was_told("Mon 10:05:30")
    assert not still_true(passed, play.it, play.now)


def test_an_owner_who_was_told_in_time_hears_of_the_deadline(play: Play) -> None:
    play.arrives("Mon 10:00", **hot())
    play.was_told()
    play.it_is("Mon 10:05")
    [passed] = play.said(Role.DEADLINE_PASSED)
    assert still_true(passed, play.it, play.now)
