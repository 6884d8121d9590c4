"""Outside the team's hours: who is paged when, until when, and whose the lead is in the morning."""

from datetime import timedelta

import pytest

from sla import facts
from sla.availability import PersonNow, Spell
from sla.effects import Role, ToPerson, ToPhone, Urgency
from sla.lead import Stage, Status
from sla.on_call import Cover
from sla.surroundings import Absence
from tests.sla.play import Play, hot, moment, refused

ALICE, BOB, CARLA = "alice@acme.example", "bob@acme.example", "carla@acme.example"
OMAR, MIA = "omar@acme.example", "mia@acme.example"


@pytest.fixture
def night() -> Play:
    """A hot lead of Monday 2:04 AM; Omar is on call until 9:00."""
    play = Play()
    play.arrives("Mon 2:04", **hot())
    return play


def paged(play: Play) -> list[tuple[str, str]]:
    """Whom pages went to by direct message, and on which clock."""
    return [(str(post.to), post.key) for post in play.said(Role.PAGE) if isinstance(post.to, ToPerson)]


def presses_on_it(play: Play, by: str) -> None:
    play.does(facts.OnItPressed, by=by)


def test_a_hot_lead_at_night_pages_who_is_on_call_at_once(night: Play) -> None:
    assert paged(night) == [(f"@{OMAR}", "page:1")]
    assert night.said(Role.OWNER_CARD) == []
    assert (night.it.owner, night.it.day_owner) == (OMAR, ALICE)
    assert (night.clock.calendar, night.clock.how) == ("around-the-clock", "paged")


def test_a_page_goes_by_sms_too_where_the_rotation_says_so_and_before_everything_else(night: Play) -> None:
    by_sms = [post for post in night.said(Role.PAGE) if isinstance(post.to, ToPhone)]

    assert [post.to.number for post in by_sms if isinstance(post.to, ToPhone)] == ["+15550101"]
    assert {post.urgency for post in night.posts} == {min(Urgency)}


def test_at_night_due_is_an_hour_after_receipt(night: Play) -> None:
    assert night.it.due_at == night.clock.due_at == moment("Mon 3:04")
    assert night.it.started_at == moment("Mon 2:04")


def test_shortly_before_opening_due_is_counted_from_the_opening() -> None:
    play = Play()
    play.arrives("Mon 8:50", **hot())

    assert play.it.due_at == moment("Mon 9:05")


def test_a_lead_in_working_hours_pages_nobody(play: Play) -> None:
    assert play.said(Role.PAGE) == []
    assert play.it.day_owner is None


def test_a_standard_lead_at_night_pages_nobody_and_starts_at_the_opening() -> None:
    play = Play()
    play.arrives("Mon 2:04", score=35, country="US")

    assert play.said(Role.PAGE) == []
    assert play.it.started_at == moment("Mon 9:00")


def test_in_the_lunch_break_of_its_team_a_hot_lead_is_outside_its_hours() -> None:
    play = Play()
    play.arrives("Mon 6:15", **hot(country="DE", employees=50))

    assert paged(play) == [(f"@{OMAR}", "page:1")]
    assert play.it.due_at == moment("Mon 7:05")
    assert play.it.day_owner == "dieter@acme.example"


def test_who_does_not_press_in_time_is_followed_by_the_next(night: Play) -> None:
    night.it_is("Mon 2:08")
    assert paged(night) == [(f"@{OMAR}", "page:1")]

    night.it_is("Mon 2:09")
    assert paged(night)[1:] == [(f"@{MIA}", "page:2")]
    assert night.it.owner == MIA
    assert night.clock.round == 2


def test_a_manager_who_is_in_the_rotation_is_paged_once(night: Play) -> None:
    night.it_is("Mon 8:59")

    assert [to for to, _ in paged(night)] == [f"@{OMAR}", f"@{MIA}"]


def test_after_the_rotation_come_the_managers_and_then_their_channel(night: Play) -> None:
    play = Play()
    only_omar = play.policy.on_call["hot-leads"].model_copy(update={"rotation": (OMAR,)})
    play.change_policy(on_call={"hot-leads": only_omar})
    play.arrives("Mon 2:04", **hot())

    play.it_is("Mon 2:13")
    assert [to for to, _ in paged(play)] == [f"@{OMAR}", f"@{MIA}"]
    assert play.said(Role.MANAGERS_CARD) == []
    play.it_is("Mon 2:14")
    assert len(play.said(Role.MANAGERS_CARD)) == 1
    assert play.it.owner == MIA


def test_im_on_it_holds_back_the_next_page(night: Play) -> None:
    night.it_is("Mon 2:06")
    presses_on_it(night, OMAR)

    night.it_is("Mon 2:25")
    assert len(paged(night)) == 1
    night.it_is("Mon 2:26")
    assert paged(night)[1:] == [(f"@{MIA}", "page:2")]


def test_a_second_press_of_im_on_it_holds_no_longer(night: Play) -> None:
    night.it_is("Mon 2:06")
    presses_on_it(night, OMAR)
    night.it_is("Mon 2:20")
    presses_on_it(night, OMAR)

    assert night.clock.next_step_at == moment("Mon 2:26")


def test_im_on_it_never_holds_past_the_deadline(night: Play) -> None:
    night.change_policy(
        on_call={
            "hot-leads": night.policy.on_call["hot-leads"].model_copy(
                update={"acknowledge_within": timedelta(hours=3), "on_it_holds": timedelta(hours=3)}
            )
        }
    )
    night.it_is("Mon 2:06")
    presses_on_it(night, OMAR)

    assert night.it.on_it is not None
    assert night.it.on_it.until == moment("Mon 3:04")


def test_log_contact_alone_acknowledges_and_ends_the_paging(night: Play) -> None:
    night.it_is("Mon 2:07")
    night.logs(OMAR)
    night.it_is("Mon 8:59")

    assert len(paged(night)) == 1
    assert (night.stage(), night.outcome()) == (Stage.CONTACTED, "met")


def test_a_logged_attempt_that_does_not_count_acknowledges_all_the_same() -> None:
    play = Play()
    play.change_policy(contact=play.policy.contact.model_copy(update={"counts": "conversation"}))
    play.arrives("Mon 2:04", **hot())
    play.it_is("Mon 2:07")
    play.logs(OMAR, channel="call", outcome="no_answer")

    play.it_is("Mon 2:26")
    assert len(paged(play)) == 1
    play.it_is("Mon 2:27")
    assert len(paged(play)) == 2


def test_who_cannot_take_it_is_followed_by_the_next_at_once(night: Play) -> None:
    night.it_is("Mon 2:05")
    night.does(facts.PageDeclined, by=OMAR)

    assert paged(night)[1:] == [(f"@{MIA}", "page:2")]
    assert night.clock.started_at == moment("Mon 2:05")


@pytest.mark.parametrize(
    ("fact", "more"), [(facts.LeadHandedOn, {"to": CARLA}), (facts.LeadPassed, {"reason": "busy"})]
)
def test_whoever_goes_away_or_passes_it_at_night_hands_the_page_to_the_next(
    night: Play, fact: type[facts.Fact], more: dict[str, str]
) -> None:
    night.it_is("Mon 2:05")
    night.does(fact, by=OMAR, **more)

    assert (night.it.owner, night.it.day_owner, night.clock.how) == (MIA, ALICE, "paged")


def test_what_is_no_real_lead_at_night_has_working_time_again_when_it_is_sent_back(night: Play) -> None:
    night.it_is("Mon 2:05")
    night.does(facts.LeadRejected, by=OMAR, reason="spam")
    night.now = moment("Mon 9:30")
    night.does(facts.RejectionReturned, by="ops@acme.example")

    assert (night.clock.calendar, night.clock.due_at) == ("us-east", moment("Mon 9:45"))


def test_when_the_last_cannot_take_it_the_managers_channel_is_told_once(night: Play) -> None:
    night.it_is("Mon 2:05")
    night.does(facts.PageDeclined, by=OMAR)
    night.does(facts.PageDeclined, by=MIA)
    night.it_is("Mon 3:00")

    assert len(paged(night)) == 2
    assert len(night.said(Role.MANAGERS_CARD)) == 1
    assert night.kinds().count("nobody_left_to_page") == 1


@pytest.mark.parametrize("fact", [facts.OnItPressed, facts.PageDeclined])
def test_only_who_is_paged_now_may_press(night: Play, fact: type[facts.Fact]) -> None:
    with refused("This lead has been with Omar Odeh"):
        night.does(fact, by=MIA)
    night.it_is("Mon 2:09")
    with refused("This lead has been with Mia Moreno"):
        night.does(fact, by=OMAR)


def test_cant_take_it_belongs_to_a_page(play: Play) -> None:
    with refused("This lead has been with Alice Anders"):
        play.does(facts.PageDeclined, by=ALICE)


def test_a_deadline_that_passes_at_night_is_told_to_the_managers_and_to_nobody_by_message(
    night: Play,
) -> None:
    night.it_is("Mon 2:10")
    presses_on_it(night, MIA)
    night.it_is("Mon 2:50")
    night.it_is("Mon 3:04")

    assert night.status() is Status.BREACHED
    assert night.it.breach is not None
    assert night.it.breach.due_at == moment("Mon 3:04")
    assert len(night.said(Role.MANAGERS_CARD)) == 1
    assert night.said(Role.DEADLINE_PASSED) == []


def test_at_the_opening_the_day_owner_has_what_nobody_contacted_due_as_counted_from_there(
    night: Play,
) -> None:
    night.it_is("Mon 9:00")

    assert (night.it.owner, night.it.day_owner) == (ALICE, None)
    assert (night.clock.how, night.clock.calendar) == ("opened", "us-east")
    assert night.clock.due_at == moment("Mon 9:05")
    assert night.it.due_at == moment("Mon 3:04")
    assert [str(post.to) for post in night.said(Role.OWNER_CARD)] == [f"@{ALICE}"]


def test_a_deadline_that_is_still_ahead_at_the_opening_stays() -> None:
    play = Play()
    play.arrives("Mon 8:50", **hot())
    play.it_is("Mon 9:00")

    assert play.clock.due_at == play.it.due_at == moment("Mon 9:05")


def test_who_holds_it_at_the_opening_keeps_it_until_that_time_is_over() -> None:
    play = Play()
    play.arrives("Mon 8:50", **hot())
    play.it_is("Mon 8:54")
    presses_on_it(play, OMAR)

    play.it_is("Mon 9:04")
    assert play.it.owner == OMAR
    play.it_is("Mon 9:05")
    assert play.it.owner == ALICE
    assert len(paged(play)) == 1


def test_after_a_contact_at_night_the_next_step_is_the_day_owners_from_the_opening(night: Play) -> None:
    night.it_is("Mon 2:08")
    night.logs(OMAR)
    assert night.it.owner == OMAR

    ended = night.it.clocks[-1]
    assert ended.next_step_at == moment("Mon 9:00")
    night.now = moment("Mon 9:00")
    night.tell(facts.StepReached(lead_id=night.it.id, at=night.now, clock=ended.number))

    assert (night.it.owner, night.stage(), night.outcome()) == (ALICE, Stage.CONTACTED, "met")
    assert [str(post.to) for post in night.said(Role.OWNER_CARD)] == [f"@{ALICE}"]
    assert [clock.next_step_at for clock in night.it.clocks] == [None, None]


def test_a_rep_who_was_paged_and_made_the_contact_keeps_the_lead_for_good() -> None:
    play = Play()
    bob = play.policy.on_call["hot-leads"].model_copy(update={"rotation": (BOB,)})
    play.change_policy(on_call={"hot-leads": bob})
    play.arrives("Mon 2:04", **hot())
    play.it_is("Mon 2:08")
    play.logs(BOB)

    assert (play.it.owner, play.it.day_owner) == (BOB, None)
    assert play.it.clocks[-1].next_step_at is None


def test_a_contact_that_was_pressed_by_mistake_lets_the_night_run_on_with_who_pressed(night: Play) -> None:
    night.it_is("Mon 2:07")
    night.logs(OMAR)
    night.it_is("Mon 2:08")
    night.corrects(OMAR, mistake=True)

    assert (night.it.owner, night.stage()) == (OMAR, Stage.WITH_OWNER)
    night.it_is("Mon 2:27")
    assert len(paged(night)) == 1
    night.it_is("Mon 2:28")
    assert len(paged(night)) == 2


def test_a_lead_that_was_closed_after_the_contact_stays_with_nobody_in_the_morning(night: Play) -> None:
    night.it_is("Mon 2:08")
    night.logs(OMAR)
    night.does(facts.LeadClosed, by=MIA, reason="A test", via="http")
    ended = night.it.clocks[-1]
    night.now = moment("Mon 9:00")
    night.tell(facts.StepReached(lead_id=night.it.id, at=night.now, clock=ended.number))

    assert night.said(Role.OWNER_CARD) == []
    assert night.it.clocks[-1].next_step_at is None


def test_a_hot_lead_that_nobody_contacted_goes_to_on_call_at_closing_and_back_at_the_opening() -> None:
    play = Play()
    play.arrives("Mon 16:58", **hot())
    play.it_is("Mon 17:00")

    assert paged(play) == [(f"@{MIA}", "page:2")]
    assert play.clock.due_at == play.it.due_at == moment("Tue 9:03")
    play.it_is("Tue 9:00")
    assert (play.it.owner, play.clock.due_at) == (ALICE, moment("Tue 9:03"))
    assert play.status() is Status.WITHIN_SLA


@pytest.mark.parametrize(
    ("arrives", "told_before", "reminders"),
    [("Mon 16:57", ["reminder"], 1), ("Mon 16:54", ["reminder", "deadline_passed"], 0)],
)
def test_whoever_has_a_lead_again_in_the_morning_hears_no_more_of_it_than_others(
    arrives: str, told_before: list[str], reminders: int
) -> None:
    play = Play()
    play.arrives(arrives, **hot())
    play.it_is("Mon 17:00")
    assert [post.role.value for post in play.posts if str(post.to) == f"@{ALICE}"][1:] == told_before

    play.it_is("Tue 9:10")

    said = [post.role for post in play.posts if str(post.to) == f"@{ALICE}"]
    assert said.count(Role.REMINDER) - 1 == reminders
    assert said.count(Role.DEADLINE_PASSED) == len(told_before)
    assert len(said) <= 5


def test_a_lead_that_is_late_at_closing_has_the_target_after_hours_and_its_end_is_told() -> None:
    play = Play()
    play.arrives("Mon 16:30", **hot())
    play.was_told()
    play.it_is("Mon 17:00")
    assert (play.it.is_late, play.clock.due_at) == (True, moment("Mon 18:00"))

    play.it_is("Mon 18:00")
    assert [post.data["what"] for post in play.said(Role.MANAGERS_LINE)] == ["deadline_passed"]


def test_an_owner_who_is_on_it_at_closing_keeps_the_lead_for_as_long_as_that_holds() -> None:
    play = Play()
    play.arrives("Mon 16:58", **hot())
    play.it_is("Mon 16:59")
    presses_on_it(play, ALICE)

    play.it_is("Mon 17:08")
    assert play.it.owner == ALICE
    play.it_is("Mon 17:09")
    assert play.it.owner == MIA


def test_a_contacted_lead_stays_where_it_is_at_closing() -> None:
    play = Play()
    play.arrives("Mon 16:58", **hot())
    play.it_is("Mon 16:59")
    play.logs(ALICE)
    play.it_is("Mon 18:00")

    assert paged(play) == []


def test_a_lead_in_the_queue_at_closing_goes_to_on_call_and_back_into_the_same_round() -> None:
    play = Play()
    play.arrives("Mon 15:30", **hot())
    play.was_told()
    play.it_is("Mon 16:40")
    assert play.stage() is Stage.IN_QUEUE

    play.it_is("Mon 17:00")
    assert paged(play) == [(f"@{MIA}", "page:3")]
    play.it_is("Tue 9:00")
    assert (play.stage(), play.it.rounds_used, play.clock.round) == (Stage.IN_QUEUE, 1, 1)


def nobody_is_there(play: Play, otherwise: str = "hold", until: str = "Wed 9:00") -> None:
    """Every rep is away, and the policy says what then."""
    play.change_policy(routing=play.policy.routing.model_copy(update={"nobody_available": otherwise}))
    away = Spell(from_at=moment("Mon 0:00"), until_at=moment(until))
    everybody = (ALICE, BOB, CARLA, "dieter@acme.example")
    play.people = dict.fromkeys(everybody, PersonNow(out_of_office=(away,)))


def test_a_hot_lead_that_waits_for_an_owner_at_closing_goes_to_on_call_and_waits_again() -> None:
    play = Play()
    nobody_is_there(play)
    play.arrives("Mon 16:58", **hot())
    play.it_is("Mon 17:00")
    assert paged(play) == [(f"@{MIA}", "page:2")]

    play.it_is("Tue 9:00")
    assert (play.stage(), play.it.owner, play.kinds()[-1]) == (Stage.HELD, None, "held")
    assert len(play.said(Role.UNOWNED)) == 1
    play.it_is("Wed 9:00")
    assert play.it.owner == ALICE
    assert len(paged(play)) == 2


@pytest.mark.parametrize(("otherwise", "stage"), [("hold", Stage.HELD), ("manager_queue", Stage.IN_REVIEW)])
def test_a_lead_of_the_night_that_nobody_can_take_in_the_morning_goes_as_the_policy_says(
    otherwise: str, stage: Stage
) -> None:
    play = Play()
    nobody_is_there(play, otherwise)
    play.arrives("Mon 2:04", **hot())
    assert (play.it.owner, play.it.day_owner) == (OMAR, None)

    play.it_is("Mon 9:00")
    assert (play.stage(), play.it.owner) == (stage, None)


def test_where_nobody_can_be_paged_and_nobody_has_the_lead_the_managers_hear_of_it() -> None:
    play = Play()
    nobody_is_there(play)
    play.people |= dict.fromkeys((OMAR, MIA), PersonNow(is_active=False))
    play.arrives("Mon 2:04", **hot())

    assert (play.stage(), paged(play)) == (Stage.HELD, [])
    assert len(play.said(Role.MANAGERS_CARD)) == 1


@pytest.mark.parametrize("back", [False, True])
def test_a_night_does_not_end_a_cover(back: bool) -> None:
    play = Play()
    play.people = {ALICE: PersonNow(switched_away=Spell(from_at=moment("Mon 0:00"), cover=BOB))}
    play.arrives("Mon 16:58", **hot(owner=ALICE))
    assert (play.it.owner, play.clock.how) == (BOB, "covering")
    play.it_is("Mon 17:00")
    assert (play.it.owner, play.it.day_owner) == (MIA, ALICE)

    play.people = {} if back else play.people
    play.it_is("Tue 9:00")
    expected = (ALICE, "opened", OMAR) if back else (BOB, "covering", ALICE)
    assert (play.it.owner, play.clock.how, play.clock.by) == expected


def test_nobody_is_woken_a_second_night_for_the_same_lead() -> None:
    play = Play()
    play.arrives("Mon 2:04", **hot())
    play.it_is("Mon 16:30")
    play.does(facts.LeadReassigned, to=BOB, by=MIA)
    play.it_is("Tue 2:00")

    assert len(paged(play)) == 2


def test_who_is_away_or_gone_is_not_paged_and_the_timeline_says_so() -> None:
    play = Play()
    away = Spell(from_at=moment("Mon 0:00"), until_at=moment("Wed 0:00"))
    play.people = {OMAR: PersonNow(out_of_office=(away,))}
    play.arrives("Mon 2:04", **hot())

    assert paged(play) == [(f"@{MIA}", "page:1")]
    [skipped] = [entry for entry in play.entries if entry.kind == "page_skipped"]
    assert (skipped.who, skipped.data["because"]) == (OMAR, "away")


def test_who_keeps_slack_silent_is_paged_only_where_a_text_message_wakes_them() -> None:
    play = Play()
    play.people = {OMAR: PersonNow(silent_until=moment("Mon 8:00"))}
    play.arrives("Mon 2:04", **hot())
    assert paged(play) == [(f"@{OMAR}", "page:1")]

    mute = [
        person.model_copy(update={"phone": None}) if person.email == OMAR else person
        for person in play.policy.people
    ]
    play = Play(play.policy.model_copy(update={"people": tuple(mute)}))
    play.people = {OMAR: PersonNow(silent_until=moment("Mon 8:00"))}
    play.arrives("Mon 2:04", **hot())
    assert paged(play) == [(f"@{MIA}", "page:1")]


def test_a_cover_is_paged_instead_of_who_is_on_call() -> None:
    play = Play()
    cover = Cover(
        person=CARLA, from_at=moment("Mon 0:00"), until_at=moment("Mon 6:00"), set_at=moment("Mon 0:00")
    )
    play.covers = {"hot-leads": (cover,)}
    play.arrives("Mon 2:04", **hot())

    assert paged(play) == [(f"@{CARLA}", "page:1")]
    play.it_is("Mon 2:09")
    assert paged(play)[1:] == [(f"@{OMAR}", "page:2")]


def test_where_nobody_can_be_paged_the_managers_channel_hears_of_it_and_the_owner_has_it() -> None:
    play = Play()
    gone = PersonNow(is_active=False)
    play.people = {OMAR: gone, MIA: gone}
    play.arrives("Mon 2:04", **hot())

    assert paged(play) == []
    assert play.it.owner == ALICE
    assert len(play.said(Role.MANAGERS_CARD)) == 1


def test_a_page_that_slack_refuses_goes_to_the_next_at_once(night: Play) -> None:
    night.it_is("Mon 2:05")
    refusal = {"role": Role.PAGE, "place": f"@{OMAR}", "error": "user_not_found", "clock": 1}
    night.does(facts.MessageRefused, **refusal)
    night.does(facts.MessageRefused, **refusal)

    assert [to for to, _ in paged(night)] == [f"@{OMAR}", f"@{MIA}"]


@pytest.mark.parametrize("pressed", [False, True])
def test_whose_account_is_closed_after_the_page_is_followed_by_the_next_at_once(
    night: Play, pressed: bool
) -> None:
    night.it_is("Mon 2:05")
    if pressed:
        presses_on_it(night, OMAR)
    night.does(facts.PersonDeactivated, person=OMAR)
    night.does(facts.PersonDeactivated, person=OMAR)

    assert paged(night)[1:] == [(f"@{MIA}", "page:2")]
    assert night.clock.started_at == moment("Mon 2:05")


def test_after_an_absence_only_what_is_true_then_is_done(night: Play) -> None:
    night.wakes_at("Mon 9:30")

    assert len(paged(night)) == 1
    assert night.it.owner == ALICE
    assert night.it.breach is not None


def test_a_weekend_is_one_night() -> None:
    play = Play()
    play.arrives("Sat 12:00", **hot())

    assert play.it.due_at == moment("Sat 13:00")
    play.it_is("next Mon 8:59")
    assert len(paged(play)) == 2
    play.it_is("next Mon 9:00")
    assert play.it.owner == ALICE


def test_reassigned_at_night_a_lead_counts_by_its_team_again(night: Play) -> None:
    night.it_is("Mon 2:05")
    night.does(facts.LeadReassigned, to=BOB, by=MIA)

    assert (night.it.owner, night.clock.calendar) == (BOB, "us-east")
    night.it_is("Mon 8:00")
    assert len(paged(night)) == 1


def test_a_bot_that_is_back_after_closing_gives_a_hot_lead_to_whoever_is_on_call(play: Play) -> None:
    away = Absence(what="bot", from_at=moment("Mon 10:03"), until_at=moment("Mon 18:03"))
    play.absences = (away,)
    play.wakes_at("Mon 18:03")

    assert play.it.breach is not None
    assert (play.it.owner, play.it.day_owner) == (MIA, ALICE)
    assert play.clock.started_at == moment("Mon 18:03")


def test_a_bot_that_is_back_the_next_morning_wakes_nobody(play: Play) -> None:
    play.absences = (Absence(what="bot", from_at=moment("Mon 10:03"), until_at=moment("Tue 9:30")),)
    play.wakes_at("Tue 9:30")

    assert paged(play) == []
    assert play.it.owner == ALICE


def test_a_lead_that_comes_to_the_queue_at_night_goes_to_whoever_is_on_call() -> None:
    play = Play()
    gone = PersonNow(is_active=False)
    play.people = {OMAR: gone, MIA: gone}
    play.arrives("Mon 2:04", **hot())
    play.people = {}
    play.it_is("Mon 2:10")
    play.does(facts.PersonDeactivated, person=ALICE)
    play.it_is("Mon 2:10")

    assert paged(play) == [(f"@{OMAR}", "page:3")]
    play.it_is("Mon 9:00")
    assert play.stage() is Stage.IN_QUEUE
