"""Presses and calls look at who is there: claims, nudges, the backup queue."""

from typing import Any

import pytest

from sla.availability import NOTHING_KNOWN, PersonNow, Spell, works_until
from sla.effects import Role
from sla.facts import LeadClaimed, LeadPassed, OwnerNudged
from sla.lead import Stage
from sla.telling import waits_until
from tests.sla.desk import ANN, BEN, CAT, MIA, OMAR, Desk, team_of
from tests.sla.play import moment, refused

AWAY = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))


def away_until(said: str) -> PersonNow:
    return PersonNow(out_of_office=(Spell(from_at=moment("Mon 0:00"), until_at=moment(said)),))


@pytest.fixture
def queued() -> Desk:
    """Ann passed her lead on and nobody else is a rep: Ben and Cat may claim it."""
    desk = Desk(team_of((ANN,), {BEN: {"open_leads_max": 20}}))
    desk.another()
    desk.does(LeadPassed, by=ANN, reason="On a call or in a meeting")
    assert Stage.IN_QUEUE is desk.stage()
    return desk


@pytest.mark.parametrize(
    ("has", "said"),
    [
        (20, "You have 20 open leads, which is your limit. Log one first, or ask Mia Moreno."),
        (23, "You have 23 open leads; your limit is 20. Log one first, or ask Mia Moreno."),
    ],
)
def test_a_claim_by_somebody_who_is_full_is_refused(queued: Desk, has: int, said: str) -> None:
    queued.people = {BEN: PersonNow(open_leads=has)}
    with refused(f"^{said}$"):
        queued.does(LeadClaimed, by=BEN)
    queued.people = {BEN: PersonNow(open_leads=19)}
    queued.does(LeadClaimed, by=BEN)
    assert queued.it.owner == BEN


def test_who_presses_claim_is_there_whatever_was_said_before(queued: Desk) -> None:
    queued.people = {CAT: AWAY}
    queued.does(LeadClaimed, by=CAT)
    assert queued.it.owner == CAT


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ({}, 0),
        ({BEN: AWAY}, 0),
        ({BEN: PersonNow(open_leads=20), CAT: AWAY}, 1),
        ({BEN: AWAY, CAT: away_until("Wed 9:00")}, 1),
    ],
)
def test_the_managers_hear_at_once_of_a_queue_with_nobody_at_work(people: dict[str, Any], told: int) -> None:
    desk = Desk(team_of((ANN,), {BEN: {"open_leads_max": 20}}))
    desk.another()
    desk.people = people
    desk.does(LeadPassed, by=ANN, reason="On a call or in a meeting")
    assert len(desk.said(Role.QUEUE_CARD)) == 1
    assert len(desk.said(Role.MANAGERS_CARD)) == told


def test_where_the_managers_have_a_card_the_empty_queue_is_a_line_of_it() -> None:
    desk = Desk(team_of((ANN,)))
    desk.another(score=88)
    desk.was_told()
    desk.people = {BEN: away_until("Wed 9:00"), CAT: AWAY}
    desk.it_is("Mon 11:30")
    assert desk.lines() == ["handed_over", "queue_empty"]
    assert desk.said(Role.MANAGERS_LINE)[-1].data["until"] == moment("Wed 9:00").isoformat()


def test_somebody_away_is_not_nudged() -> None:
    desk = Desk(team_of())
    desk.another()
    desk.people = {ANN: away_until("Wed 9:00")}
    with refused("Ann Adler is away until 2026-11-25 14:00 UTC. Reassign it instead."):
        desk.does(OwnerNudged, by=MIA)
    desk.people = {ANN: AWAY}
    with refused("^Ann Adler is away. Reassign it instead.$"):
        desk.does(OwnerNudged, by=MIA)
    assert desk.said(Role.NUDGE) == []


def test_who_has_a_lead_because_they_are_on_call_is_asked_at_any_hour() -> None:
    desk = Desk(team_of(nobody_available="on_call"))
    desk.people = dict.fromkeys((ANN, BEN, CAT), AWAY)
    desk.another("Mon 16:00")
    desk.now = moment("Mon 19:00")
    desk.does(OwnerNudged, by=MIA)
    assert len(desk.said(Role.NUDGE)) == 1


def test_who_has_a_lead_because_they_are_on_call_gets_its_card_when_its_time_runs() -> None:
    """Whoever is on call works from Berlin here: after 17:00 there, and before the team of the lead opens."""
    in_berlin = {person: {"calendar": "berlin"} for person in (OMAR, MIA)}
    desk = Desk(team_of(people=in_berlin, nobody_available="on_call"))
    desk.people = dict.fromkeys((ANN, BEN, CAT), AWAY)

    for arrives, waits in (("Mon 15:00", None), ("Mon 4:00", None), ("Mon 2:00", "Mon 3:00")):
        desk.another(arrives, score=50)
        assert desk.clock.how == "on_call"
        [card] = [post for post in desk.posts if post.role is Role.OWNER_CARD][-1:]
        until = waits_until(card, desk.it, desk.policy, desk.people, moment(arrives))
        assert until == (None if waits is None else moment(waits)), arrives


@pytest.mark.parametrize(
    ("known", "until"),
    [
        (NOTHING_KNOWN, "Mon 17:00"),
        (
            PersonNow(out_of_office=(Spell(from_at=moment("Mon 15:00"), until_at=moment("Tue 9:00")),)),
            "Mon 15:00",
        ),
        (
            PersonNow(out_of_office=(Spell(from_at=moment("Wed 0:00"), until_at=moment("Thu 9:00")),)),
            "Mon 17:00",
        ),
    ],
)
def test_somebody_works_until_closing_or_until_they_go(known: PersonNow, until: str) -> None:
    calendar = team_of().calendars["us"]
    assert moment(until) == works_until(calendar, known, moment("Mon 10:00"))


def test_who_works_around_the_clock_never_leaves() -> None:
    assert works_until(team_of().calendars["always"], NOTHING_KNOWN, moment("Mon 10:00")) is None
