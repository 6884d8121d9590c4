"""Sharing out a night's leads: nobody keeps more than their part, and nobody gets what they cannot take."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from sla.availability import PersonNow, Spell
from sla.details import LeadDetails
from sla.lead import How, Lead, LeadId, OnIt
from sla.share_out import share_out
from tests.sla.desk import ANN, BEN, CAT, Desk, team_of
from tests.sla.play import moment

NINE = moment("Mon 9:00")
AWAY = PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")))


def leads_of(*owners: str, how: How = "routed") -> list[Lead]:
    """One for each, which wait since Sunday night; each is due a minute after the one before."""
    made = []
    for number, owner in enumerate(owners):
        desk = Desk(team_of((owner,)))
        desk.another("Mon 3:00")
        due_at = desk.clock.due_at
        assert due_at is not None
        clock = replace(desk.clock, how=how, due_at=due_at + timedelta(minutes=number))
        made.append(replace(desk.it, id=LeadId(f"L{number}"), clocks=(clock,), due_at=clock.due_at))
    return made


def moved(leads: list[Lead], desk: Desk | None = None) -> list[tuple[str, str]]:
    around = (desk or Desk(team_of())).around()
    return [(move.lead.id, move.to) for move in share_out(leads, "sales", NINE, around)]


def test_what_one_has_too_many_of_goes_to_the_others_and_what_is_due_first_stays() -> None:
    assert moved(leads_of(*[ANN] * 6)) == [("L5", BEN), ("L4", CAT), ("L3", BEN), ("L2", CAT)]


@pytest.mark.parametrize(
    "owners", [[ANN, BEN, CAT], [ANN, ANN, BEN, CAT], [ANN, ANN, BEN, BEN, CAT], [ANN], []]
)
def test_where_everybody_has_their_part_nothing_moves(owners: list[str]) -> None:
    assert moved(leads_of(*owners)) == []


def test_who_has_no_more_than_three_of_ten_keeps_them() -> None:
    desk = Desk(team_of((ANN, BEN, CAT)))
    owners = [ANN] * 3 + [BEN] * 3 + [CAT] * 4
    assert moved(leads_of(*owners), desk) == []


def test_who_is_away_or_full_gets_none() -> None:
    desk = Desk(team_of(people={CAT: {"open_leads_max": 3}}))
    desk.people = {BEN: AWAY, CAT: PersonNow(open_leads=2)}
    assert moved(leads_of(*[ANN] * 6), desk) == [("L5", CAT)]


def test_who_counts_twice_gets_twice_as_many() -> None:
    desk = Desk(team_of((ANN, BEN), {BEN: {"weight": 2}}))
    assert Counter(to for _, to in moved(leads_of(*[ANN] * 9), desk)) == Counter({BEN: 6})


@pytest.mark.parametrize("how", ["crm_owner", "same_owner", "covering", "claimed", "reassigned", "on_call"])
def test_what_is_somebodys_own_stays(how: How) -> None:
    assert moved(leads_of(*[ANN] * 6, how=how)) == []


def test_what_its_owner_is_on_stays_and_what_is_late_too() -> None:
    on_it, late, free, *_ = leads_of(*[ANN] * 3)
    on_it = replace(on_it, on_it=OnIt(by=ANN, at=NINE, until=None, clock=1))
    late = replace(late, clocks=(replace(late.clocks[0], due_at=NINE),))
    assert moved([on_it, late, free]) == [("L2", BEN)]


def test_a_lead_goes_to_who_works_in_its_language() -> None:
    desk = Desk(team_of(people={CAT: {"languages": ["de"]}}))
    german = [
        replace(one, details=LeadDetails(**one.details.__dict__ | {"language": "de"}))
        for one in leads_of(*[ANN] * 4)
    ]
    assert {to for _, to in moved(german, desk)} == {CAT}
