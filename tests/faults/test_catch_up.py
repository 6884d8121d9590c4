"""The bot was away: what is said afterwards, what is not, and who loses nothing by it."""

import json
from datetime import timedelta

import pytest

from sla.effects import Role
from sla.facts import ContactLogged, LeadClaimed
from sla.lead import ContactId, LeadId, Stage
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS
from tests.faults.rig import Rig
from tests.sla.play import moment

AWAY = {
    "ten minutes": ("Mon 10:13", "10 min, 10:03 to 10:13 AM New York"),
    "six hours": ("Mon 16:03", "6 h, 10:03 AM to 4:03 PM New York"),
    "three days": ("Fri 10:03", "96 h, Mon Nov 23, 10:03 AM to 10:03 AM New York"),
}


def arrive(rig: Rig, number: int) -> list[LeadId]:
    """Hot leads of Alice Anders, due at 10:05 and handed over at 11:05, told and reminded in time."""
    ids = [rig.office.a_lead_arrives() for _ in range(number)]
    rig.it_is("Mon 10:03")
    return ids


def sent(rig: Rig, role: Role) -> list[str]:
    return [one.id for one in rig.deliveries() if one.role is role and one.state is State.SENT]


@pytest.mark.parametrize("how_long", AWAY)
def test_after_an_absence_of_any_length_one_lead_speaks_for_itself_once(rig: Rig, how_long: str) -> None:
    [lead_id] = arrive(rig, 1)

    rig.is_away_until(AWAY[how_long][0])

    assert (len(sent(rig, Role.DEADLINE_PASSED)), len(sent(rig, Role.MANAGERS_CARD))) == (1, 1)
    assert sent(rig, Role.DOWNTIME_MANAGERS) == []
    assert Stage.WITH_OWNER is rig.office.lead(lead_id).stage


@pytest.mark.parametrize("how_long", AWAY)
def test_the_breach_bears_its_true_deadline_and_when_it_was_noticed(rig: Rig, how_long: str) -> None:
    [lead_id] = arrive(rig, 1)
    until, _ = AWAY[how_long]

    rig.is_away_until(until)

    breach = rig.office.lead(lead_id).breach
    assert breach is not None
    assert (moment("Mon 10:05"), moment(until)) == (breach.due_at, breach.detected_at)
    assert (breach.owner_told, breach.excused) == (True, None)


@pytest.mark.parametrize("how_long", AWAY)
def test_more_than_a_handful_of_overdue_leads_become_one_summary_for_each_place(
    rig: Rig, how_long: str
) -> None:
    ids = arrive(rig, 7)
    until, span = AWAY[how_long]

    rig.is_away_until(until)
    rig.passes(seconds=30)

    [to_managers] = rig.texts(MANAGERS)
    assert to_managers.startswith(f"Lead SLA was down {span}. 7 leads passed their deadline meanwhile.")
    [to_alice] = [text for text in rig.texts(ALICE) if text.startswith("Lead SLA was down")]
    assert "You have 7 open leads" in to_alice
    assert sent(rig, Role.DEADLINE_PASSED) == []
    assert all("told_in_summary" in rig.kinds(lead_id) for lead_id in ids)


def test_a_handful_of_overdue_leads_needs_no_summary(rig: Rig) -> None:
    arrive(rig, 5)

    rig.is_away_until("Mon 10:13")
    rig.passes(seconds=30)

    assert 5 == len(sent(rig, Role.MANAGERS_CARD)) == len(sent(rig, Role.DEADLINE_PASSED))


def test_an_absence_of_less_than_two_minutes_is_kept_but_not_announced(rig: Rig) -> None:
    arrive(rig, 7)
    rig.it_is("Mon 10:04:20")

    rig.is_away_until("Mon 10:05:50")
    rig.passes(seconds=30)

    assert [moment("Mon 10:04:20")] == [gap.from_at for gap in rig.absences()]
    assert len(sent(rig, Role.MANAGERS_CARD)) == 7


@pytest.mark.parametrize("how_long", ["six hours", "three days"])
def test_nobody_loses_a_lead_to_an_absence_over_the_whole_ladder(rig: Rig, how_long: str) -> None:
    [lead_id] = arrive(rig, 1)
    until = moment(AWAY[how_long][0])

    rig.is_away_until(until)
    rig.it_is(until + timedelta(minutes=14, seconds=59))
    assert Stage.WITH_OWNER is rig.office.lead(lead_id).stage

    rig.it_is(until + timedelta(minutes=15))
    assert Stage.IN_QUEUE is rig.office.lead(lead_id).stage
    assert rig.kinds(lead_id).count("handed_over") == 1


def test_contact_in_the_grace_after_an_absence_keeps_the_lead(rig: Rig) -> None:
    [lead_id] = arrive(rig, 1)
    rig.is_away_until("Mon 12:00")
    rig.it_is("Mon 12:10")

    rig.office.record(_contact(rig, lead_id))
    rig.it_is("Mon 16:00")

    assert (rig.office.lead(lead_id).stage, rig.office.lead(lead_id).outcome) == (Stage.CONTACTED, "missed")
    assert BACKUP not in {one.place for one in rig.deliveries()}


def test_a_lead_whose_card_never_left_before_the_absence_is_not_counted(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()

    rig.is_away_until("Mon 10:13")
    rig.passes(seconds=5)

    breach = rig.office.lead(lead_id).breach
    assert breach is not None
    assert (breach.owner_told, breach.excused) == (False, "told only now")
    [card] = rig.workspace.shown_in(MANAGERS)
    assert "owner told <!date^1795446780^" in json.dumps(card.blocks), "at 10:13, not in time"


def test_the_hand_over_waits_for_the_grace_after_the_card_that_came_late(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.workspace.faults.ratelimit("chat.postMessage", retry_after=1200, channel=ALICE)

    rig.is_away_until("Mon 11:10")
    rig.it_is("Mon 11:44")

    told_at = rig.office.lead(lead_id).clocks[0].told_at
    assert moment("Mon 11:30") == told_at
    assert Stage.WITH_OWNER is rig.office.lead(lead_id).stage
    rig.it_is("Mon 11:45")
    assert Stage.IN_QUEUE is rig.office.lead(lead_id).stage


def test_a_reminder_whose_time_fell_into_the_absence_is_not_said_late(rig: Rig) -> None:
    lead_id = rig.office.a_lead_arrives(score=68, intent="trial", employees=240)
    rig.it_is("Mon 10:14")

    rig.is_away_until("Mon 10:25")
    rig.it_is("Mon 10:29")

    assert sent(rig, Role.REMINDER) == []
    assert "reminder_left_out" in rig.kinds(lead_id)


def test_in_the_queue_only_the_latest_step_speaks_after_an_absence(rig: Rig) -> None:
    [lead_id] = arrive(rig, 1)
    rig.it_is("Mon 11:06")

    rig.is_away_until("Mon 13:00")
    rig.passes(seconds=30)

    assert sent(rig, Role.STILL_FREE) == []
    assert Stage.IN_REVIEW is rig.office.lead(lead_id).stage
    assert rig.kinds(lead_id)[-2:] == ["still_free_left_out", "needs_decision"]


def test_a_second_absence_in_the_middle_of_the_catch_up_repeats_nothing(rig: Rig) -> None:
    arrive(rig, 7)
    rig.office.courier.stop(timedelta(seconds=5))
    rig.office.now = moment("Mon 10:20")
    rig.starts()
    rig.ticker.tick()  # fired and gathered, and gone again before anything was sent

    rig.is_away_until("Mon 10:40")
    rig.passes(minutes=1)

    assert len(rig.texts(MANAGERS)) == 1
    assert len(sent(rig, Role.DOWNTIME_OWNER)) == 1


def test_a_claimed_lead_is_not_taken_from_its_new_owner_by_an_absence(rig: Rig) -> None:
    [lead_id] = arrive(rig, 1)
    rig.it_is("Mon 11:10")
    generation = rig.office.lead(lead_id).generation
    rig.office.record(LeadClaimed(lead_id=lead_id, at=rig.now, by=EMAILS["carla"], generation=generation))
    rig.passes(minutes=1)

    rig.is_away_until("Mon 13:30")
    assert EMAILS["carla"] == rig.office.lead(lead_id).owner
    rig.it_is("Mon 13:44:59")
    assert EMAILS["carla"] == rig.office.lead(lead_id).owner


def _contact(rig: Rig, lead_id: LeadId) -> ContactLogged:
    return ContactLogged(
        lead_id=lead_id,
        at=rig.now,
        contact_id=ContactId("K1"),
        by=EMAILS["alice"],
        logged_by=EMAILS["alice"],
        channel="call",
        outcome="connected",
    )
