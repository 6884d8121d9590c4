"""What owners, backups, managers and lead ops may do with a lead, and what each is told when they may not."""

from datetime import timedelta

import pytest

from sla.effects import Role, ToChannel, ToPerson
from sla.facts import (
    HandOverExtended,
    LeadClaimed,
    LeadClosed,
    LeadPassed,
    LeadReassigned,
    LeadRejected,
    MessageRefused,
    OnItPressed,
    OwnerNudged,
    PersonRemoved,
    RejectionConfirmed,
    RejectionReturned,
)
from sla.lead import Stage, Status
from sla.roster import managers_of
from tests.sla.play import Play, moment, refused

ALICE, BOB, CARLA = "alice@acme.example", "bob@acme.example", "carla@acme.example"
DIETER, MIA, OPS = "dieter@acme.example", "mia@acme.example", "ops@acme.example"
QUARTER = timedelta(minutes=15)


class TestClaim:
    @pytest.fixture(autouse=True)
    def in_the_queue(self, play: Play) -> None:
        play.it_is("Mon 11:09")

    def test_the_second_press_is_told_who_was_faster(self, play: Play) -> None:
        before = play.it.generation
        play.does(LeadClaimed, by=CARLA)
        with refused("Carla Costa claimed Northwind Freight at .*, just before you. Nothing to do."):
            play.does(LeadClaimed, by=BOB, generation=before)
        assert play.it.owner == CARLA

    def test_your_own_second_press_says_that_you_have_it(self, play: Play) -> None:
        play.does(LeadClaimed, by=CARLA)
        with refused("You already have it"):
            play.does(LeadClaimed, by=CARLA)
        assert len(play.said(Role.OWNER_CARD)) == 2

    def test_who_is_no_backup_may_not(self, play: Play) -> None:
        with refused("Only the Enterprise backups can claim: Carla Costa, Bob Brandt."):
            play.does(LeadClaimed, by=DIETER)

    def test_who_had_the_lead_may_not_claim_it_again(self, play: Play) -> None:
        play.does(LeadClaimed, by=CARLA)
        play.was_told()
        play.it_is("Mon 12:45")
        assert Stage.IN_QUEUE is play.stage()
        with refused("You had this lead until"):
            play.does(LeadClaimed, by=CARLA)

    def test_a_button_of_an_earlier_round_does_not_act(self, play: Play) -> None:
        first_round = play.it.generation
        play.does(LeadClaimed, by=CARLA)
        play.was_told()
        play.it_is("Mon 12:45")
        with refused("This lead changed since you opened that"):
            play.does(LeadClaimed, by=BOB, generation=first_round)
        play.does(LeadClaimed, by=BOB)
        assert play.it.owner == BOB

    def test_a_claim_of_a_contacted_lead_has_nothing_to_do(self, play: Play) -> None:
        play.logs(ALICE, at="Mon 10:58")
        with refused("Alice Anders contacted Northwind Freight"):
            play.does(LeadClaimed, by=CARLA)


class TestReassign:
    def test_before_the_deadline_it_stays(self, play: Play) -> None:
        play.it_is("Mon 10:03")
        play.does(LeadReassigned, by=MIA, to=BOB)
        assert play.it.owner == BOB
        assert moment("Mon 10:06") == play.clock.due_at
        assert moment("Mon 10:06") == play.it.due_at

    def test_where_the_policy_restarts_the_owner_gets_the_whole_time_but_the_lead_does_not(
        self, play: Play
    ) -> None:
        routing = play.policy.routing.model_copy(update={"on_reassignment": "restart"})
        play.change_policy(routing=routing)
        play.it_is("Mon 10:04")
        play.does(LeadReassigned, by=MIA, to=BOB)
        assert moment("Mon 10:09") == play.clock.due_at
        assert moment("Mon 10:06") == play.it.due_at
        play.it_is("Mon 10:06")
        assert play.it.is_late
        assert not play.said(Role.DEADLINE_PASSED)
        play.it_is("Mon 10:09")
        assert len(play.said(Role.DEADLINE_PASSED)) == 1

    def test_after_the_deadline_the_new_owner_gets_half_an_hour(self, play: Play) -> None:
        play.it_is("Mon 10:20")
        play.does(LeadReassigned, by=MIA, to=BOB, reason="Alice is in a demo")
        assert moment("Mon 10:50") == play.clock.due_at
        assert play.it.is_late
        assert play.lines() == ["reassigned"]

    @pytest.mark.parametrize(
        ("at", "due"),
        [("Mon 10:05:59", "Mon 10:06"), ("Mon 10:06", "Mon 10:36"), ("Mon 10:06:01", "Mon 10:36:01")],
    )
    def test_at_the_deadline_itself_the_new_owner_gets_time(self, play: Play, at: str, due: str) -> None:
        play.it_is(at)
        play.does(LeadReassigned, by=MIA, to=BOB)
        assert moment(due) == play.clock.due_at

    def test_only_managers_may(self, play: Play) -> None:
        with refused("Only the Enterprise managers can reassign: Mia Moreno."):
            play.does(LeadReassigned, by=BOB, to=BOB)

    def test_only_to_a_rep_or_backup_of_the_team(self, play: Play) -> None:
        with refused("Dieter Daum is no rep or backup of Enterprise."):
            play.does(LeadReassigned, by=MIA, to=DIETER)

    def test_not_to_the_one_who_has_it(self, play: Play) -> None:
        with refused("Alice Anders already has this lead"):
            play.does(LeadReassigned, by=MIA, to=ALICE)

    def test_an_old_form_does_not_act(self, play: Play) -> None:
        old = play.it.generation
        play.it_is("Mon 10:20")
        play.does(LeadReassigned, by=MIA, to=BOB)
        with refused("This lead has been with Bob Brandt since"):
            play.does(LeadReassigned, by=MIA, to=CARLA, generation=old)

    def test_out_of_the_queue_and_out_of_review(self, play: Play) -> None:
        play.it_is("Mon 13:00")
        assert Stage.IN_REVIEW is play.stage()
        play.does(LeadReassigned, by=MIA, to=ALICE)
        assert Stage.WITH_OWNER is play.stage()
        assert moment("Mon 13:30") == play.clock.due_at


class TestPass:
    def test_to_the_next_in_turn_with_the_same_deadline(self, play: Play) -> None:
        play.does(LeadPassed, by=ALICE, reason="On a call or in a meeting")
        assert play.it.owner == BOB
        assert moment("Mon 10:06") == play.clock.due_at
        assert play.it.breach is None

    def test_with_nobody_left_to_the_backup_queue_without_blame(self, play: Play) -> None:
        play.does(LeadPassed, by=ALICE, reason="On a call or in a meeting")
        play.does(LeadPassed, by=BOB, reason="On a call or in a meeting")
        assert Stage.IN_QUEUE is play.stage()
        assert play.it.breach is None

    def test_a_lead_in_the_queue_still_breaches_at_its_own_deadline(self, play: Play) -> None:
        play.does(LeadPassed, by=ALICE, reason="On a call or in a meeting")
        play.does(LeadPassed, by=BOB, reason="On a call or in a meeting")
        play.it_is("Mon 10:06")
        assert play.it.is_late
        assert len(play.said(Role.MANAGERS_CARD)) == 1

    def test_not_after_the_deadline(self, play: Play) -> None:
        play.it_is("Mon 10:06")
        with refused("The deadline passed at .* Ask Mia Moreno to reassign it."):
            play.does(LeadPassed, by=ALICE, reason="Finishing for today")

    def test_not_more_often_than_the_policy_allows(self, play: Play) -> None:
        play.passed_today = 3
        with refused("You passed 3 leads today; that is the limit. Ask Mia Moreno to reassign it."):
            play.does(LeadPassed, by=ALICE, reason="Finishing for today")

    def test_by_nobody_but_the_owner(self, play: Play) -> None:
        with refused("This lead has been with Alice Anders since"):
            play.does(LeadPassed, by=BOB, reason="Finishing for today")


class TestNotARealLead:
    @pytest.fixture(autouse=True)
    def is_rejected(self, play: Play) -> None:
        play.it_is("Mon 10:02")
        play.does(LeadRejected, by=ALICE, reason="duplicate")

    def test_the_clock_stops_while_lead_ops_look(self, play: Play) -> None:
        play.it_is("Tue 10:00")
        assert Stage.WITH_LEAD_OPS is play.stage()
        assert play.it.breach is None
        assert [ToPerson(email=OPS)] == [post.to for post in play.said(Role.LEAD_OPS_CHECK)]

    def test_confirmed_it_is_closed_without_a_breach(self, play: Play) -> None:
        play.it_is("Tue 10:00")
        play.does(RejectionConfirmed, by=OPS)
        assert Stage.CLOSED is play.stage()
        assert play.it.outcome is None

    def test_sent_back_it_has_what_was_left_and_at_least_a_quarter_of_an_hour(self, play: Play) -> None:
        play.it_is("Tue 10:00")
        play.does(RejectionReturned, by=OPS)
        assert play.it.owner == ALICE
        assert moment("Tue 10:15") == play.clock.due_at == play.it.due_at

    def test_given_to_somebody_by_a_manager_nobody_is_late_for_the_check(self, play: Play) -> None:
        play.it_is("Mon 12:00")
        play.does(LeadReassigned, by=MIA, to=BOB)
        assert moment("Mon 12:15") == play.clock.due_at
        assert moment("Mon 12:15") == play.it.due_at
        play.it_is("Mon 12:14")
        assert play.it.breach is None

    def test_only_lead_ops_decide(self, play: Play) -> None:
        with refused("Only lead ops can decide that: Lead Ops."):
            play.does(RejectionConfirmed, by=MIA)

    def test_what_was_left_is_more_where_more_was_left(self) -> None:
        play = Play()
        play.arrives("Mon 10:00", score=41, intent="webinar", country="US")
        play.it_is("Mon 11:00")
        play.does(LeadRejected, by=play.it.owner, reason="spam")
        play.it_is("Mon 12:00")
        play.does(RejectionReturned, by=OPS)
        assert moment("Mon 15:00") == play.clock.due_at


class TestMoreTime:
    def test_the_hand_over_moves_and_the_deadline_does_not(self, play: Play) -> None:
        play.it_is("Mon 10:40")
        play.does(HandOverExtended, by=MIA, more=2 * QUARTER, reason="on the phone with them")
        assert moment("Mon 11:36") == play.clock.next_step_at
        assert moment("Mon 10:06") == play.clock.due_at
        assert play.lines() == ["more_time"]
        play.it_is("Mon 11:35:59")
        assert Stage.WITH_OWNER is play.stage()
        play.it_is("Mon 11:36")
        assert Stage.IN_QUEUE is play.stage()

    def test_as_often_as_the_policy_says(self, play: Play) -> None:
        play.it_is("Mon 10:40")
        play.does(HandOverExtended, by=MIA, more=QUARTER, reason="on the phone")
        play.does(HandOverExtended, by=MIA, more=QUARTER, reason="still on the phone")
        with refused("Time was given twice already. Reassign it, or let it go to the backup queue at"):
            play.does(HandOverExtended, by=MIA, more=QUARTER, reason="still")

    def test_a_reason_is_needed_and_the_time_is_one_of_the_choices(self, play: Play) -> None:
        with refused("Say why"):
            play.does(HandOverExtended, by=MIA, more=QUARTER, reason=" ")
        with refused("The policy offers 15m, 30m, 1h"):
            play.does(HandOverExtended, by=MIA, more=timedelta(hours=9), reason="a lot")

    def test_two_managers_with_the_same_form_give_time_once(self, play: Play) -> None:
        old = play.it.generation
        play.does(HandOverExtended, by=MIA, more=QUARTER, reason="on the phone", generation=old)
        with refused("This lead changed since you opened that"):
            play.does(HandOverExtended, by=OPS, more=QUARTER, reason="on the phone", generation=old)


class TestWhatProgramsSayLater:
    def test_a_change_keeps_when_it_happened_beside_when_it_was_heard(self, play: Play) -> None:
        play.now = moment("Mon 10:05")
        play.does(
            LeadReassigned, by="website", to=BOB, generation=None, occurred_at=moment("Mon 10:02"), via="http"
        )
        entry = play.entries[-1]
        assert (moment("Mon 10:02"), moment("Mon 10:05")) == (entry.occurred_at, entry.logged_at)

    def test_nothing_happened_to_a_lead_before_it_came_in(self, play: Play) -> None:
        with refused("The lead came in at"):
            play.does(
                LeadClosed,
                by="website",
                reason="x",
                generation=None,
                occurred_at=moment("Mon 9:00"),
                via="http",
            )

    def test_what_was_set_aside_goes_once_it_is_said_properly(self) -> None:
        play = Play()
        attributes = {"campaign": "fair", "unusable": {"score": "abc"}}
        play.arrives("Mon 10:00", needs=("score is abc",), attributes=attributes)
        assert play.stage() is Stage.NEEDS_ATTENTION
        play.arrives("Mon 10:10", score=88)
        assert play.stage() is Stage.WITH_OWNER
        assert play.it.details.attributes == {"campaign": "fair"}
        assert moment("Mon 10:10") == play.it.started_at


def test_a_lead_that_waited_for_the_policy_starts_when_it_is_sent_again() -> None:
    play = Play()
    every_tier = play.policy.tiers
    play.change_policy(tiers=every_tier[:1])
    play.arrives("Mon 10:00", score=12)
    assert Stage.NEEDS_ATTENTION is play.stage()
    play.change_policy(tiers=every_tier)
    play.version = "v2"
    play.arrives("Mon 10:10", score=12)
    assert Stage.WITH_OWNER is play.stage()
    assert moment("Mon 10:10") == play.it.started_at


class TestNudge:
    def test_once_in_ten_minutes(self, play: Play) -> None:
        play.it_is("Mon 10:12")
        play.does(OwnerNudged, by=MIA)
        assert [ToPerson(email=ALICE)] == [post.to for post in play.said(Role.NUDGE)]
        play.it_is("Mon 10:21")
        with refused("Alice Anders was nudged at"):
            play.does(OwnerNudged, by=MIA)
        play.it_is("Mon 10:22")
        play.does(OwnerNudged, by=MIA)
        assert len(play.said(Role.NUDGE)) == 2

    def test_an_owner_who_cannot_be_reached_is_not_nudged(self, play: Play) -> None:
        """The card would say "nudged", and nobody would have been."""
        play.it_is("Mon 10:12")
        play.does(MessageRefused, role=Role.OWNER_CARD, place=f"@{ALICE}", error="user_disabled")
        before = play.it
        with refused("could not reach Alice Anders about this lead. Reassign it instead."):
            play.does(OwnerNudged, by=MIA)
        assert before == play.it

    def test_nor_is_one_who_is_no_longer_in_the_policy(self, play: Play) -> None:
        play.it_is("Mon 10:12")
        play.does(PersonRemoved, person=ALICE)
        with refused("could not reach Alice Anders about this lead. Reassign it instead."):
            play.does(OwnerNudged, by=MIA)

    def test_nothing_that_was_planned_changes(self, play: Play) -> None:
        play.it_is("Mon 10:12")
        planned, generation = play.clock.next_step_at, play.it.generation
        play.does(OwnerNudged, by=MIA)
        assert planned == play.clock.next_step_at
        assert generation == play.it.generation


class TestClose:
    def test_from_review_it_stays_missed(self, play: Play) -> None:
        play.it_is("Mon 13:00")
        play.does(LeadClosed, by=MIA, reason="Not in our market")
        assert Stage.CLOSED is play.stage()
        assert play.it.outcome == "missed"

    def test_before_the_deadline_nothing_was_missed(self, play: Play) -> None:
        play.does(LeadClosed, by=MIA, reason="Test entry")
        assert play.it.outcome is None
        play.it_is("Tue 10:00")
        assert play.it.breach is None


def test_sent_back_after_the_leads_deadline_it_stays_missed(play: Play) -> None:
    play.it_is("Mon 11:10")
    play.does(LeadClaimed, by=CARLA)
    play.was_told()
    play.it_is("Mon 11:20")
    play.does(LeadRejected, by=CARLA, reason="student")
    play.it_is("Mon 12:00")
    play.does(RejectionReturned, by=OPS)
    assert moment("Mon 12:20") == play.clock.due_at
    assert moment("Mon 10:06") == play.it.due_at
    play.now = moment("Mon 12:10")
    play.logs(CARLA)
    assert play.it.is_late
    assert play.outcome() == "missed"


def test_im_on_it_is_for_the_owner_alone(play: Play) -> None:
    with refused("This lead has been with Alice Anders"):
        play.does(OnItPressed, by=BOB)


def test_im_on_it_of_an_older_card_does_not_act(play: Play) -> None:
    older = play.it.generation
    play.does(HandOverExtended, by=MIA, more=QUARTER, reason="on the phone")
    with refused("This lead changed since you opened that"):
        play.does(OnItPressed, by=ALICE, generation=older)


def test_a_person_whom_slack_refuses_is_told_to_the_managers_once(play: Play) -> None:
    gone = MessageRefused(
        lead_id=play.it.id,
        at=play.now,
        role=Role.OWNER_CARD,
        place=f"@{ALICE}",
        error="user_not_found",
        clock=1,
    )
    play.tell(gone)
    play.tell(gone)
    assert [post.to.channel for post in play.said(Role.UNDELIVERED)] == ["C0MANAGERS"]  # type: ignore[union-attr]
    play.it_is("Mon 10:05")
    assert not play.said(Role.REMINDER)
    play.it_is("Mon 11:06")
    assert Stage.IN_QUEUE is play.stage()


def test_when_neither_owner_nor_managers_can_be_reached_lead_ops_hear_of_the_owner(play: Play) -> None:
    refusals = [
        (Role.OWNER_CARD, f"@{ALICE}", "user_not_found"),
        (Role.MANAGERS_CARD, "C0MANAGERS", "is_archived"),
        (Role.UNDELIVERED, "C0MANAGERS", "is_archived"),
    ]
    for role, place, error in refusals:
        play.tell(
            MessageRefused(lead_id=play.it.id, at=play.now, role=role, place=place, error=error, clock=1)
        )
    to_ops = [post for post in play.said(Role.UNDELIVERED) if post.to == ToPerson(email=OPS)]
    assert [post.data["place"] for post in to_ops] == ["C0MANAGERS", f"@{ALICE}"]
    assert len({post.key for post in to_ops}) == 2


def test_a_managers_channel_that_slack_refuses_is_told_to_lead_ops(play: Play) -> None:
    play.tell(
        MessageRefused(
            lead_id=play.it.id, at=play.now, role=Role.MANAGERS_CARD, place="C0MANAGERS", error="is_archived"
        )
    )
    assert [ToPerson(email=OPS)] == [post.to for post in play.said(Role.UNDELIVERED)]


def test_after_a_refused_card_the_managers_get_one_with_the_next_step(play: Play) -> None:
    play.it_is("Mon 10:06")
    play.does(MessageRefused, role=Role.MANAGERS_CARD, place="C0MANAGERS", error="is_archived")
    play.it_is("Mon 12:06")
    assert Stage.IN_REVIEW is play.stage()
    assert len(play.said(Role.MANAGERS_CARD)) == 2


def test_who_leaves_the_policy_with_an_open_lead_is_told_to_the_managers(play: Play) -> None:
    play.does(PersonRemoved, person=ALICE)
    assert len(play.said(Role.OWNER_REMOVED)) == 1
    assert Status.WITHIN_SLA is play.status()


def test_a_lead_whose_team_left_the_policy_is_the_fallback_teams_to_look_after(play: Play) -> None:
    teams = dict(play.policy.teams)
    del teams["enterprise"]
    play.terms = play.policy
    play.change_policy(teams=teams)
    play.it_is("Mon 10:06")
    told = [post.to for post in play.said(Role.MANAGERS_CARD)]
    fallback = teams[play.policy.routing.fallback.team]
    assert [ToChannel(channel=fallback.manager_channel)] == told
    play.does(LeadReassigned, by=managers_of(play.policy, "enterprise")[0], to=fallback.reps[0])
    assert play.it.owner == fallback.reps[0]
