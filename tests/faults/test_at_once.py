"""Two things happen at once: in whichever order they are taken, one of them wins and the other is told."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.recorder import Recorded, Recorder
from sla.details import LeadDetails
from sla.effects import Role
from sla.facts import ContactLogged, Fact, LeadArrived, LeadClaimed, LeadReassigned, StepReached
from sla.lead import ContactId, LeadId, Stage, Status
from storage.ids import new_lead_id
from tests.bot.courier.office import EMAILS, LIMIT
from tests.faults.rig import Rig
from tests.sla.play import moment

BOTH_ORDERS = pytest.mark.parametrize("turned", [False, True], ids=["as said", "the other way round"])


@pytest.fixture
def two_processes(rig_on_each_database: Rig) -> Iterator[tuple[Rig, list[Recorder]]]:
    """The rig's own recorder, and that of another process on the same database."""
    rig = rig_on_each_database
    other = rig.another_recorder()
    yield rig, [rig.office.recorder, other]
    other.stop(LIMIT)


def at_once(recorders: Sequence[Recorder], facts: Sequence[Fact]) -> list[Recorded]:
    """Each fact is told to the next of the processes, all at the same moment."""
    ready = Barrier(len(facts))

    def tell(number: int) -> Recorded:
        ready.wait(LIMIT.total_seconds())
        return recorders[number % len(recorders)].record(facts[number], LIMIT)

    with ThreadPoolExecutor(len(facts)) as people:
        return list(people.map(tell, range(len(facts))))


def in_the_queue(rig: Rig) -> LeadId:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:10")
    assert rig.office.lead(lead_id).stage is Stage.IN_QUEUE
    return lead_id


def claims(rig: Rig, lead_id: LeadId, who: str) -> LeadClaimed:
    generation = rig.office.lead(lead_id).generation
    return LeadClaimed(lead_id=lead_id, at=rig.now, by=EMAILS[who], generation=generation)


def contacts(rig: Rig, lead_id: LeadId, who: str = "alice") -> ContactLogged:
    return ContactLogged(
        lead_id=lead_id,
        at=rig.now,
        contact_id=ContactId(f"K-{who}-{lead_id}"),
        by=EMAILS[who],
        logged_by=EMAILS[who],
        channel="call",
        outcome="connected",
    )


def reassigns(rig: Rig, lead_id: LeadId, to: str) -> LeadReassigned:
    generation = rig.office.lead(lead_id).generation
    return LeadReassigned(
        lead_id=lead_id, at=rig.now, to=EMAILS[to], by=EMAILS["mia"], reason="busy", generation=generation
    )


def step(rig: Rig, lead_id: LeadId) -> StepReached:
    clock = rig.office.lead(lead_id).clock
    assert clock is not None
    assert clock.next_step_at == rig.now
    return StepReached(lead_id=lead_id, at=rig.now, clock=clock.number)


def one_after_the_other(rig: Rig, turned: bool, *facts: Fact) -> list[Recorded]:
    """Both bear the same time; what became of each, in the order in which they are named."""
    order = list(reversed(facts)) if turned else list(facts)
    told = [rig.office.recorder.record(fact, LIMIT) for fact in order]
    return list(reversed(told)) if turned else told


def test_of_two_people_who_claim_at_once_one_has_it_and_the_other_is_told_who(
    two_processes: tuple[Rig, list[Recorder]],
) -> None:
    rig, recorders = two_processes
    lead_id = in_the_queue(rig)

    told = at_once(recorders, [claims(rig, lead_id, who) for who in ("carla", "bob")])

    [refusal] = [str(one.refusal) for one in told if one.refusal is not None]
    winner = rig.office.lead(lead_id).owner
    assert winner in (EMAILS["carla"], EMAILS["bob"])
    assert refusal.startswith("Carla Costa" if winner == EMAILS["carla"] else "Bob Brandt")
    assert rig.kinds(lead_id).count("claimed") == 1


def test_a_double_click_that_reaches_two_processes_claims_once(
    two_processes: tuple[Rig, list[Recorder]],
) -> None:
    rig, recorders = two_processes
    lead_id = in_the_queue(rig)

    told = at_once(recorders, [claims(rig, lead_id, "carla")] * 4)

    assert sum(one.refusal is not None for one in told) == 3
    rig.office.settles()
    cards = [
        one for one in rig.deliveries() if one.role is Role.OWNER_CARD and one.place == "@carla@acme.example"
    ]
    assert len(cards) == 1


def test_one_lead_that_comes_through_two_doors_at_once_is_one_lead(
    two_processes: tuple[Rig, list[Recorder]],
) -> None:
    rig, recorders = two_processes
    details = LeadDetails(external_id="00Q-77", company="Northwind", email="dana@northwind.example", score=88)
    facts = [
        LeadArrived(lead_id=new_lead_id(rig.now), at=rig.now, source="website", details=details)
        for _ in range(4)
    ]

    told = at_once(recorders, facts)

    assert len({one.lead.id for one in told if one.lead is not None}) == 1
    assert sum(one.duplicate for one in told) == 3
    rig.office.settles()
    assert len(rig.deliveries()) == 1


def test_requests_of_one_person_at_two_processes_at_once_are_one_lead(
    two_processes: tuple[Rig, list[Recorder]],
) -> None:
    rig, recorders = two_processes
    known = {"company": "Northwind", "email": "dana@northwind.example", "score": 88}
    for turn in range(5):
        person = known | {"email": f"dana.{turn}@gmail.com"}
        facts = [
            LeadArrived(
                lead_id=new_lead_id(rig.now),
                at=rig.now,
                source="website",
                details=LeadDetails(**{"external_id": f"{turn}-{number}"} | person),  # type: ignore[arg-type]
            )
            for number in range(6)
        ]

        told = at_once(recorders, facts)

        assert len({one.lead.id for one in told if one.lead is not None}) == 1
        assert sum(one.duplicate for one in told) == 5
    rig.office.settles()
    assert len(rig.deliveries()) == 5


@BOTH_ORDERS
def test_a_claim_at_the_very_moment_of_the_review_wins_or_is_told_where_the_lead_is(
    rig: Rig, turned: bool
) -> None:
    lead_id = in_the_queue(rig)
    rig.it_is("Mon 12:04:59")
    rig.office.now = moment("Mon 12:05")

    claim, _ = one_after_the_other(rig, turned, claims(rig, lead_id, "carla"), step(rig, lead_id))

    lead = rig.office.lead(lead_id)
    if turned:
        assert (lead.stage, lead.owner) == (Stage.IN_REVIEW, None)
        assert claim.refusal is not None
    else:
        assert (lead.stage, lead.owner) == (Stage.WITH_OWNER, EMAILS["carla"])
        assert "needs_decision" not in rig.kinds(lead_id)


@BOTH_ORDERS
def test_contact_at_the_very_moment_of_the_deadline_is_in_time(rig: Rig, turned: bool) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:04:59")
    rig.office.now = moment("Mon 10:05")

    one_after_the_other(rig, turned, contacts(rig, lead_id), step(rig, lead_id))
    rig.passes(minutes=1)

    lead = rig.office.lead(lead_id)
    assert (lead.outcome, lead.status, lead.is_late) == ("met", Status.WITHIN_SLA, False)
    assert rig.kinds(lead_id).count("breached") == rig.kinds(lead_id).count("breach_withdrawn") == turned
    assert not [text for text in rig.texts("C0MANAGERS") if text.startswith("Breached")]


@BOTH_ORDERS
def test_contact_at_the_very_moment_of_the_hand_over_leaves_nothing_to_claim(rig: Rig, turned: bool) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 11:04:59")
    rig.office.now = moment("Mon 11:05")

    contact, _ = one_after_the_other(rig, turned, contacts(rig, lead_id), step(rig, lead_id))
    rig.passes(minutes=1)

    assert contact.refusal is None
    assert rig.office.lead(lead_id).stage is Stage.CONTACTED
    late = rig.office.recorder.record(claims(rig, lead_id, "carla"), LIMIT)
    assert late.refusal is not None


@BOTH_ORDERS
def test_a_reassignment_and_the_owners_contact_at_once_leave_one_truth(rig: Rig, turned: bool) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:03")

    moved, contact = one_after_the_other(rig, turned, reassigns(rig, lead_id, "bob"), contacts(rig, lead_id))
    rig.passes(minutes=1)

    lead = rig.office.lead(lead_id)
    assert contact.refusal is None
    assert (lead.stage, lead.outcome) == (Stage.CONTACTED, "met")
    assert (moved.refusal is not None) is turned
    assert lead.owner == EMAILS["alice" if turned else "bob"]


@BOTH_ORDERS
def test_of_two_managers_who_reassign_at_once_the_second_is_told_who_has_it(rig: Rig, turned: bool) -> None:
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:10")

    told = one_after_the_other(rig, turned, reassigns(rig, lead_id, "bob"), reassigns(rig, lead_id, "carla"))

    first, second = reversed(told) if turned else told
    assert first.refusal is None
    assert second.refusal is not None
    assert rig.office.lead(lead_id).owner == EMAILS["carla" if turned else "bob"]


def test_steps_and_presses_from_two_processes_never_wait_for_each_other_for_ever(
    two_processes: tuple[Rig, list[Recorder]],
) -> None:
    rig, recorders = two_processes
    leads = [rig.office.a_lead_arrives() for _ in range(12)]
    rig.it_is("Mon 10:04:59")
    rig.office.now = moment("Mon 10:05")
    tickers = [rig.ticker, rig.another_ticker(recorders[1])]
    acts: list[Callable[[], object]] = [ticker.tick for ticker in tickers]
    acts += [
        lambda lead=lead, number=number: recorders[number % 2].record(contacts(rig, lead), LIMIT)  # type: ignore[misc]
        for number, lead in enumerate(leads)
    ]
    ready = Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        ready.wait(LIMIT.total_seconds())
        return one()

    with ThreadPoolExecutor(len(acts)) as hands:
        list(hands.map(act, acts))

    assert [rig.office.lead(lead).outcome for lead in leads] == ["met"] * 12
