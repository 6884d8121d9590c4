"""Contact: what stops the clocks, what withdraws a breach, and what a correction undoes."""

from datetime import timedelta

import pytest

from sla.effects import Role
from sla.facts import LeadClaimed, LeadClosed, LeadReassigned, StepReached
from sla.lead import Stage, Status
from sla.policy.conduct import ContactRules
from tests.sla.play import Play, moment, refused

ALICE, BOB, CARLA, MIA = "alice@acme.example", "bob@acme.example", "carla@acme.example", "mia@acme.example"


def test_a_contact_in_time_meets_the_promise(play: Play) -> None:
    play.it_is("Mon 10:04")
    play.logs(ALICE)
    assert play.outcome() == "met"
    assert Status.WITHIN_SLA is play.status()
    assert Stage.CONTACTED is play.stage()
    assert moment("Mon 10:04") == play.it.stopped_at


def test_a_contact_in_time_that_is_logged_late_withdraws_the_breach(play: Play) -> None:
    play.it_is("Mon 10:12")
    assert Status.BREACHED is play.status()
    play.logs(ALICE, at="Mon 10:04")
    assert play.it.breach is not None
    assert moment("Mon 10:12") == play.it.breach.withdrawn_at
    assert Status.WITHIN_SLA is play.status()
    assert play.outcome() == "met"
    assert play.lines() == ["breach_withdrawn"]
    assert [kind for kind in play.kinds() if "breach" in kind] == ["breached", "breach_withdrawn"]


def test_a_late_contact_stays_late(play: Play) -> None:
    play.it_is("Mon 10:47")
    play.logs(ALICE)
    assert play.outcome() == "missed"
    assert Status.BREACHED is play.status()
    assert play.lines() == ["contacted"]


def test_a_contact_a_moment_late_is_a_breach_even_if_no_tick_came_between(play: Play) -> None:
    play.now = moment("Mon 10:06:01")
    play.logs(ALICE)
    assert play.it.breach is not None
    assert moment("Mon 10:06") == play.it.breach.due_at
    assert not play.said(Role.MANAGERS_CARD)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("Mon 10:13", "That is in the future. Leave it empty for now."),
        ("Mon 09:59", "The lead came in at"),
    ],
)
def test_a_contact_outside_the_leads_life_is_refused(play: Play, at: str, words: str) -> None:
    play.now = moment("Mon 10:12")
    with refused(words):
        play.logs(ALICE, at=at)


def test_the_minute_in_which_the_lead_came_in_counts_as_after_it(play: Play) -> None:
    play.tell(StepReached(lead_id=play.it.id, at=play.now, clock=99))
    play.now = moment("Mon 10:12")
    received = play.it.received_at
    play.lead = play.it.__class__(**(play.it.__dict__ | {"received_at": received + timedelta(seconds=40)}))
    play.logs(ALICE, at="Mon 10:01")
    assert play.it.received_at == play.it.contacts[0].occurred_at


def test_a_contact_now_is_after_the_receipt_also_where_that_bears_a_later_time(play: Play) -> None:
    play.now = moment("Mon 10:02")
    ahead = play.it.received_at + timedelta(minutes=30)
    play.lead = play.it.__class__(**(play.it.__dict__ | {"received_at": ahead}))
    play.logs(ALICE)
    assert ahead == play.it.contacts[0].occurred_at
    with refused("The lead came in at"):
        play.logs(ALICE, at="Mon 10:01")


def test_a_rep_logs_back_as_far_as_the_policy_allows_and_a_manager_any_time(play: Play) -> None:
    play.it_is("Mon 15:00")
    with refused("Your policy takes contacts up to 4 h back. Ask Mia Moreno to log this one."):
        play.logs(ALICE, at="Mon 10:30")
    play.logs(MIA, at="Mon 10:04", made_by=ALICE)
    assert play.outcome() == "met"


def test_an_earlier_owner_logs_only_for_the_time_when_it_was_theirs(play: Play) -> None:
    play.it_is("Mon 11:09")
    play.does(LeadClaimed, by=CARLA)
    with refused("You had this lead until"):
        play.logs(ALICE, at="Mon 11:08")
    play.logs(ALICE, at="Mon 10:58")
    assert play.it.owner == CARLA
    assert Stage.CONTACTED is play.stage()
    assert moment("Mon 10:58") == play.it.stopped_at


def test_an_earlier_owner_does_not_log_for_the_time_before_it_was_theirs(play: Play) -> None:
    play.it_is("Mon 11:09")
    play.does(LeadClaimed, by=CARLA)
    play.was_told()
    play.it_is("Mon 12:45")
    with refused("You had this lead from .* 16:09 UTC to .* 17:39 UTC. Choose a time in between."):
        play.logs(CARLA, at="Mon 11:00")
    play.logs(CARLA, at="Mon 11:10")
    assert Stage.CONTACTED is play.stage()


def test_an_earlier_owners_contact_takes_the_lead_out_of_the_queue(play: Play) -> None:
    play.it_is("Mon 11:10")
    assert Stage.IN_QUEUE is play.stage()
    play.logs(ALICE, at="Mon 10:58")
    assert play.it.owner == ALICE
    assert Stage.CONTACTED is play.stage()


def test_a_stranger_may_not_log_contact(play: Play) -> None:
    with refused("This lead is with Alice Anders"):
        play.logs("dieter@acme.example")


def test_over_http_anybody_may_and_is_flagged_when_not_the_owner(play: Play) -> None:
    play.logs("somebody@elsewhere.example", via="http")
    assert play.outcome() == "met"
    assert play.entries[-1].data["not_the_owner"] is True


def test_the_same_activity_again_is_a_duplicate(play: Play) -> None:
    play.logs(ALICE, via="http", external_id="act-1")
    assert play.logs(ALICE, via="http", external_id="act-1").duplicate
    assert len(play.it.contacts) == 1


def test_something_else_needs_a_note(play: Play) -> None:
    with refused("Say in the note what it was."):
        play.logs(ALICE, channel="other", outcome="other")


def test_with_conversations_only_a_voicemail_stops_nothing(play: Play) -> None:
    play.change_policy(contact=ContactRules(counts="conversation"))
    play.logs(ALICE, channel="call", outcome="left_message")
    assert Stage.WITH_OWNER is play.stage()
    play.logs(ALICE, channel="call", outcome="connected")
    assert Stage.CONTACTED is play.stage()


def test_a_second_contact_is_one_more_attempt(play: Play) -> None:
    play.it_is("Mon 10:03")
    play.logs(ALICE)
    play.it_is("Mon 10:30")
    play.logs(ALICE)
    assert len(play.it.contacts) == 2
    assert play.outcome() == "met"


def test_pressed_by_mistake_lets_the_clock_run_on_as_if_nothing_had_been_pressed(play: Play) -> None:
    play.it_is("Mon 10:02")
    due = play.clock.due_at
    play.logs(ALICE)
    play.it_is("Mon 10:03")
    play.corrects(ALICE, mistake=True)
    assert Stage.WITH_OWNER is play.stage()
    assert due == play.clock.due_at
    assert Status.WITHIN_SLA is play.status()
    play.it_is("Mon 10:06")
    assert Status.BREACHED is play.status()
    assert "contact_withdrawn" in play.kinds()


def test_a_mistake_taken_back_after_the_deadline_brings_the_breach_back(play: Play) -> None:
    play.it_is("Mon 10:12")
    play.logs(ALICE, at="Mon 10:04")
    play.corrects(ALICE, mistake=True)
    assert play.it.is_late
    assert Status.BREACHED is play.status()
    assert moment("Mon 11:06") == play.clock.next_step_at


def test_a_mistake_taken_back_leaves_the_lead_with_whom_the_crm_gave_it_to_meanwhile(play: Play) -> None:
    play.it_is("Mon 10:02")
    play.logs(ALICE)
    play.does(LeadReassigned, by="website", to=BOB, generation=None, via="http")
    play.it_is("Mon 10:03")
    play.corrects(ALICE, mistake=True)
    assert play.it.owner == BOB
    assert play.clock.person == BOB
    assert moment("Mon 10:06") == play.clock.due_at


def test_a_mistake_taken_back_puts_the_lead_back_into_the_queue(play: Play) -> None:
    play.it_is("Mon 11:10")
    play.logs(ALICE, at="Mon 10:58")
    play.corrects(ALICE, mistake=True)
    assert Stage.IN_QUEUE is play.stage()
    assert play.it.owner is None
    assert Status.ESCALATED is play.status()


def test_a_correction_to_an_earlier_time_can_make_it_in_time(play: Play) -> None:
    play.it_is("Mon 10:20")
    play.logs(ALICE)
    assert play.outcome() == "missed"
    play.corrects(ALICE, occurred_at=moment("Mon 10:05"))
    assert play.outcome() == "met"
    assert not play.it.is_late


def test_a_correction_to_a_later_time_can_make_it_late(play: Play) -> None:
    play.it_is("Mon 10:12")
    play.logs(ALICE, at="Mon 10:05")
    play.corrects(ALICE, occurred_at=moment("Mon 10:08"))
    assert play.outcome() == "missed"
    assert play.it.is_late


def test_the_presser_corrects_for_a_quarter_of_an_hour_and_managers_always(play: Play) -> None:
    play.it_is("Mon 10:02")
    play.logs(ALICE)
    play.it_is("Mon 10:17")
    play.corrects(ALICE, outcome="sent", note="to the office")
    play.now = moment("Mon 10:17:01")
    with refused("Ask Mia Moreno to correct it now."):
        play.corrects(ALICE, mistake=True)
    play.corrects(MIA, mistake=True)
    assert Stage.WITH_OWNER is play.stage()


def test_a_closed_lead_takes_no_contact(play: Play) -> None:
    play.does(LeadClosed, by=MIA, reason="Test entry")
    with refused("Mia Moreno closed this lead"):
        play.logs(ALICE)
