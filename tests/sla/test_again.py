"""A known lead comes again: sent once more, completed by hand, or asked about again by the same person."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sla.availability import PersonNow, Spell
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision, Role
from sla.facts import LeadArrived, LeadPassed, LeadRejected, RejectionReturned
from sla.intake import needs_of
from sla.lead import Lead, LeadId, Stage
from sla.surroundings import Kin
from tests.sla.play import Play, hot, moment, refused


def request(play: Play, at: str, *, asks_again: bool = True, **fields: Any) -> Decision:
    """The same person asks once more, under an id of its own."""
    play.now = moment(at)
    details = LeadDetails(**({"external_id": "00Q-2", "email": "dana@northwind.example"} | fields))
    fact = LeadArrived(
        lead_id=play.it.id, at=play.now, source="website", details=details, asks_again=asks_again
    )
    return play.tell(fact)


def completed(play: Play, by: str = "ops@acme.example", **fields: Any) -> Decision:
    details = LeadDetails(**({"external_id": "00Q-1"} | fields))
    return play.tell(
        LeadArrived(lead_id=play.it.id, at=play.now, source="website", details=details, completed_by=by)
    )


def entry(play: Play, kind: str) -> dict[str, Any]:
    return dict(next(entry for entry in reversed(play.entries) if entry.kind == kind).data)


@pytest.fixture
def standard() -> Play:
    """Four hours for a webinar, in at ten."""
    play = Play()
    play.arrives(score=40, country="US", intent="webinar")
    return play


# Asked again


def test_a_second_request_is_no_second_lead_and_moves_nothing(standard: Play) -> None:
    before = standard.it
    decision = request(standard, "Mon 10:30", message="Still waiting.", intent="content")

    assert decision.duplicate
    assert decision.posts == ()
    assert standard.kinds()[-1] == "asked_again"
    assert (standard.it.clocks, standard.it.generation) == (before.clocks, before.generation)
    assert (standard.it.owner, standard.it.due_at, standard.it.tier) == (
        before.owner,
        before.due_at,
        "Standard",
    )
    assert standard.it.revision == before.revision + 1


def test_newer_values_win_empty_ones_do_not_and_the_id_stays_the_first_one(standard: Play) -> None:
    request(standard, "Mon 10:30", message="Now 40 seats.", company=None, phone="+1 212 555 0142")

    its = standard.it.details
    assert (its.message, its.company, its.phone) == ("Now 40 seats.", "Northwind Freight", "+1 212 555 0142")
    assert its.external_id == "00Q-1"
    assert entry(standard, "asked_again") == {"external_id": "00Q-2", "fields": ["message", "phone"]}


def test_requests_are_counted_and_the_latest_is_remembered(standard: Play) -> None:
    request(standard, "Mon 10:30", intent="content")
    request(standard, "Mon 10:40", external_id="00Q-3", intent="webinar")

    asked = standard.it.asked_again
    assert asked is not None
    assert (asked.number, asked.intent, asked.at) == (3, "webinar", moment("Mon 10:40"))


def test_a_hotter_request_is_due_at_the_new_target_with_a_ladder_of_its_own_and_a_new_card(
    standard: Play,
) -> None:
    owner = standard.it.owner
    decision = request(standard, "Mon 10:30", intent="pricing")

    assert standard.it.tier == "Hot"
    assert (standard.it.due_at, standard.clock.due_at) == (moment("Mon 10:35"), moment("Mon 10:35"))
    assert (standard.it.owner, standard.clock.person, standard.clock.number) == (owner, owner, 2)
    assert [post.role for post in decision.posts] == [Role.OWNER_CARD]
    assert standard.it.generation == 2
    assert standard.it.why[0].startswith("Tier: Hot because intent is pricing")
    assert entry(standard, "asked_again")["raised_to"] == "Hot"
    standard.it_is("Mon 10:35")
    assert standard.it.is_late


def test_what_is_due_sooner_already_stays_due_then(standard: Play) -> None:
    due = standard.it.due_at
    request(standard, "Mon 13:57", intent="pricing")

    assert due == moment("Mon 14:00")
    assert (standard.it.due_at, standard.clock.due_at) == (due, due)


def test_a_hotter_request_outside_hours_counts_from_the_next_opening() -> None:
    play = Play()
    play.arrives("Mon 16:00", score=10, country="US", intent="contact_us")
    request(play, "Mon 18:00", intent="trial")

    assert (play.it.tier, play.it.due_at) == ("High", moment("Tue 9:30"))


def test_a_request_that_makes_a_lead_hot_at_night_pages_whoever_is_on_call() -> None:
    play = Play()
    play.arrives("Mon 16:00", score=10, country="US", intent="contact_us")
    owner = play.it.owner
    decision = request(play, "Mon 20:00", intent="pricing")

    assert {post.role for post in decision.posts} == {Role.PAGE}
    assert (play.clock.how, play.it.day_owner) == ("paged", owner)
    assert (play.it.started_at, play.it.due_at) == (moment("Mon 16:00"), moment("Mon 21:00"))


@pytest.mark.parametrize("since", ["Mon 16:20", "Mon 15:00"])
def test_a_late_or_queued_lead_that_becomes_hot_at_night_is_paged_at_once(since: str) -> None:
    play = Play()
    play.arrives(since, score=70, country="US", intent="trial")
    play.was_told()
    play.it_is("Mon 20:00")
    assert (play.it.is_late, play.said(Role.PAGE)) == (True, [])
    request(play, "Mon 20:00", intent="pricing")
    play.it_is("Mon 20:00")

    assert (play.clock.how, play.clock.started_at) == ("paged", moment("Mon 20:00"))


def test_after_days_with_its_owner_a_lead_that_becomes_hot_is_paged_at_that_days_closing() -> None:
    play = Play()
    ladder = tuple(step for step in play.policy.ladders["standard"] if not step.hands_over)
    play.change_policy(ladders=play.policy.ladders | {"standard": ladder})
    play.arrives("Mon 10:00", score=40, country="US", intent="webinar")
    play.it_is("Wed 16:00")
    request(play, "Wed 16:00", intent="pricing")
    play.it_is("Wed 16:59")
    assert play.said(Role.PAGE) == []

    play.it_is("Wed 17:00")
    assert play.clock.how == "paged"


def test_a_lead_that_waits_for_an_owner_and_becomes_hot_at_night_is_paged() -> None:
    play = Play()
    play.change_policy(routing=play.policy.routing.model_copy(update={"nobody_available": "hold"}))
    away = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))
    play.people = {f"{name}@acme.example": away for name in ("alice", "bob", "carla", "dieter")}
    play.arrives("Mon 16:00", score=10, country="US")
    play.it_is("Mon 20:00")
    request(play, "Mon 20:00", intent="pricing")
    play.it_is("Mon 20:00")

    assert (play.clock.how, play.it.tier) == ("paged", "Hot")


def test_a_cooler_request_takes_nothing_back() -> None:
    play = Play()
    play.arrives(**hot())
    request(play, "Mon 10:02", score=5, intent="webinar")

    assert (play.it.tier, play.it.due_at) == ("Hot", moment("Mon 10:05"))


def test_a_late_lead_gets_hotter_but_nothing_that_was_announced_comes_sooner(standard: Play) -> None:
    standard.was_told("Mon 10:00")
    standard.it_is("Mon 14:10")
    planned = moment("Mon 15:00")
    decision = request(standard, "Mon 14:10", intent="pricing")

    assert (standard.it.tier, standard.it.due_at, standard.clock.number) == ("Hot", moment("Mon 14:00"), 1)
    assert decision.posts == ()
    assert standard.clock.hand_over_at == planned
    assert standard.clock.next_step_at == planned


def test_in_the_backup_queue_a_request_finds_no_owner_and_makes_none() -> None:
    play = Play()
    play.arrives(**hot())
    play.was_told("Mon 10:01")
    play.it_is("Mon 11:30")
    assert play.stage() is Stage.IN_QUEUE
    request(play, "Mon 11:31", message="Hello?")

    assert (play.stage(), play.it.owner) == (Stage.IN_QUEUE, None)


def test_sent_back_by_lead_ops_a_lead_that_got_hotter_has_no_more_than_its_new_target() -> None:
    play = Play()
    play.arrives(score=40, employees=1800, country="US", intent="webinar")
    play.now = moment("Mon 10:10")
    play.does(LeadRejected, by=play.it.owner, reason="duplicate")
    request(play, "Mon 10:20", intent="pricing")
    assert play.stage() is Stage.WITH_LEAD_OPS
    play.does(RejectionReturned, by="ops@acme.example")

    # Never less than a quarter of an hour for what lead ops send back.
    assert play.clock.due_at == moment("Mon 10:35")


def test_a_pass_after_a_hotter_request_goes_by_the_new_deadline(standard: Play) -> None:
    request(standard, "Mon 10:30", intent="pricing")
    standard.does(LeadPassed, by=standard.it.owner, reason="busy")

    assert standard.clock.due_at == moment("Mon 10:35")


def test_the_second_request_sent_once_more_only_changes_fields(standard: Play) -> None:
    request(standard, "Mon 10:30", message="Still waiting.")
    request(standard, "Mon 10:31", asks_again=False, message="Still waiting!")

    assert standard.kinds()[-2:] == ["asked_again", "updated"]
    assert standard.it.asked_again is not None
    assert standard.it.asked_again.number == 2


def test_an_attribute_called_unusable_survives_a_second_request(standard: Play) -> None:
    request(standard, "Mon 10:30", attributes={"unusable": "mine"})
    request(standard, "Mon 10:31", attributes={"unusable": {"score": "abc"}})

    assert standard.it.details.attributes == {"unusable": {"score": "abc"}}


# Needs details


def attentive(**fields: Any) -> Play:
    play = Play()
    details = LeadDetails(**({"external_id": "00Q-1"} | fields))
    needs = needs_of(details, play.policy.intake.required)
    play.tell(LeadArrived(lead_id=LeadId("L1"), at=play.now, source="website", details=details, needs=needs))
    return play


def test_a_completed_lead_starts_then_and_the_time_before_is_kept_apart() -> None:
    play = attentive(email="dana@northwind.example")
    play.now = moment("Mon 10:20")
    completed(play, company="Northwind Freight")

    assert play.stage() is Stage.WITH_OWNER
    assert (play.it.received_at, play.it.started_at) == (moment("Mon 10:00"), moment("Mon 10:20"))
    completion = play.it.completion
    assert completion is not None
    assert (completion.by, completion.at) == ("ops@acme.example", moment("Mon 10:20"))
    assert completion.waited == timedelta(minutes=20)
    assert play.kinds() == ["needs_attention", "completed", "arrived"]
    assert entry(play, "completed") == {"fields": ["company"], "waited_s": 1200.0}


def test_what_was_wrong_and_is_left_empty_is_let_go() -> None:
    play = attentive(
        email="dana@northwind.example", company="Northwind", attributes={"unusable": {"phone": "ask"}}
    )
    completed(play, phone=None)

    assert play.stage() is Stage.WITH_OWNER
    assert play.it.details.attributes == {}


def test_a_lead_that_still_lacks_something_says_what_and_tells_nobody_twice() -> None:
    play = attentive()
    decision = completed(play, email="dana@northwind.example")

    assert (play.stage(), play.it.needs) == (Stage.NEEDS_ATTENTION, ("company is missing",))
    first = [(post.key, 1) for post in play.said(Role.NEEDS_ATTENTION)]
    assert len(set(first)) == len(first) / 2
    assert decision.lead.generation == 1


def test_its_source_may_send_just_what_was_missing() -> None:
    play = attentive(email="dana@northwind.example")
    request(play, "Mon 10:30", asks_again=False, external_id="00Q-1", email=None, company="Northwind")

    assert play.stage() is Stage.WITH_OWNER
    assert play.it.completion is not None
    assert play.it.completion.by == "website"


def test_a_second_request_of_the_person_completes_a_lead_that_lacked_something() -> None:
    play = attentive(email="dana@northwind.example")
    request(play, "Mon 10:30", company="Northwind")

    assert play.stage() is Stage.WITH_OWNER
    assert "asked_again" in play.kinds()


@pytest.mark.parametrize("by", ["ops@acme.example", "mia@acme.example"])
def test_lead_ops_and_managers_may_complete(by: str) -> None:
    play = attentive(email="dana@northwind.example")
    completed(play, by, company="Northwind")

    assert play.stage() is Stage.WITH_OWNER


def test_nobody_else_may_complete() -> None:
    play = attentive(email="dana@northwind.example")
    with refused("Only lead ops and the managers can complete a lead: Lead Ops, Mia Moreno"):
        completed(play, "bob@acme.example", company="Northwind")


def test_who_completes_too_late_is_told_who_was_faster() -> None:
    play = attentive(email="dana@northwind.example", country="DE")
    play.now = moment("Mon 10:20")
    completed(play, company="Northwind")
    with refused("Lead Ops completed this lead at .*It is with Dieter Daum; there is nothing to do"):
        completed(play, "mia@acme.example", company="Northwind Freight")


# Whose a new lead is


def with_kin(kin: Kin, **fields: Any) -> Lead:
    play = Play()
    details = LeadDetails(external_id="00Q-9", email="dana@northwind.example", company="Northwind", **fields)
    fact = LeadArrived(lead_id=LeadId("L9"), at=play.now, source="website", details=details)
    return decide(None, fact, replace(play.around(), kin=kin)).lead


def before(owner: str, team: str = "inside-sales", domain: str | None = None) -> Kin:
    return Kin(owner=owner, team=team, received_at=moment("Mon 9:30") - timedelta(days=11), domain=domain)


@pytest.mark.parametrize(
    ("kin", "owner", "why"),
    [
        (
            before("bob@acme.example"),
            "bob@acme.example",
            "Owner: Bob Brandt because this person's lead of Nov 12 was theirs (team Inside sales).",
        ),
        (
            before("bob@acme.example", domain="northwind.example"),
            "bob@acme.example",
            "Owner: Bob Brandt because another lead of northwind.example is open with them (team Inside sales).",
        ),
        (
            before("dieter@acme.example", "dach"),
            "dieter@acme.example",
            "Owner: Dieter Daum because this person's lead of Nov 12 was theirs (team Dach).",
        ),
    ],
)
def test_who_had_the_person_or_has_the_company_gets_the_new_lead_and_why_says_so(
    kin: Kin, owner: str, why: str
) -> None:
    lead = with_kin(kin)

    assert (lead.owner, lead.clocks[0].how) == (owner, "same_owner")
    assert why.lower() in [one.lower() for one in lead.why]


@pytest.mark.parametrize("gone", ["mia@acme.example", "gone@acme.example"])
def test_who_is_no_rep_any_more_is_passed_over(gone: str) -> None:
    assert with_kin(before(gone)).clocks[0].how == "routed"


def test_the_crms_owner_goes_before() -> None:
    lead = with_kin(before("bob@acme.example"), owner="alice@acme.example")

    assert (lead.owner, lead.clocks[0].how) == ("alice@acme.example", "crm_owner")
