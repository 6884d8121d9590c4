"""A flood: above the people's limits the lower tiers wait, the hotter go first, and nobody overtakes."""

from typing import Any

import pytest

from sla.availability import PersonNow, Spell
from sla.facts import RoomMade
from sla.lead import Stage
from sla.surge import first_in_line, place_of
from tests.sla.desk import ANN, BEN, CAT, MIA, Desk, team_of
from tests.sla.play import moment

HOT: dict[str, Any] = {"score": 90}
STANDARD: dict[str, Any] = {"score": 10}
LIMIT = {BEN: {"open_leads_max": 2}, CAT: {"open_leads_max": 2}}
WAYS = ("assign_anyway", "hold", "on_call", "manager_queue")


def desk_of(way: str = "assign_anyway", ben: int = 2, cat: int = 2) -> Desk:
    """Ben and Cat may have two leads each."""
    desk = Desk(team_of((BEN, CAT), LIMIT, nobody_available=way))
    desk.people = {BEN: PersonNow(open_leads=ben), CAT: PersonNow(open_leads=cat)}
    return desk


def room_made(desk: Desk) -> None:
    desk.tell(RoomMade(lead_id=desk.it.id, at=desk.now))


@pytest.mark.parametrize("way", WAYS)
def test_where_everybody_has_enough_a_lower_tier_waits_whatever_else_the_policy_says(way: str) -> None:
    desk = desk_of(way)
    assert desk.another(**STANDARD) is None
    assert Stage.HELD is desk.stage()
    assert desk.it.why[1:] == (
        "Owner: nobody yet because team Sales has as many leads as it may. "
        "Hotter ones go first, then it goes to whoever has room.",
        "Team Sales because no rule matches, so the fallback takes it.",
        "Not asked: Ben Bauer: 2 open leads, the limit; Cat Cole: 2 open leads, the limit.",
    )


@pytest.mark.parametrize(
    ("way", "stage", "owner"),
    [
        ("assign_anyway", Stage.WITH_OWNER, BEN),
        ("hold", Stage.HELD, None),
        ("on_call", Stage.WITH_OWNER, MIA),
        ("manager_queue", Stage.IN_REVIEW, None),
    ],
)
def test_a_hotter_one_goes_where_the_policy_sends_it(way: str, stage: Stage, owner: str | None) -> None:
    desk = desk_of(way)
    assert owner == desk.another(**HOT)
    assert stage is desk.stage()


def test_where_nobody_is_there_it_is_no_flood() -> None:
    desk = Desk(team_of((BEN,), LIMIT, nobody_available="on_call"))
    desk.people = {BEN: PersonNow(switched_away=Spell(from_at=moment("Mon 0:00")), open_leads=2)}
    assert desk.another(**STANDARD) == MIA


def test_without_limits_nobody_waits() -> None:
    desk = Desk(team_of((ANN, BEN)))
    desk.people = {ANN: PersonNow(open_leads=900), BEN: PersonNow(open_leads=900)}
    assert desk.owners_of(4, **STANDARD) == [ANN, BEN, ANN, BEN]


@pytest.mark.parametrize(
    ("fields", "waiting", "owner"),
    [
        (STANDARD, [], BEN),
        (STANDARD, [(0, "L0")], None),
        (STANDARD, [(1, "L0")], None),
        (HOT, [(1, "L0"), (1, "L00")], BEN),
        (HOT, [(0, "L0")], None),
    ],
)
def test_a_new_lead_overtakes_none_that_is_as_hot(
    fields: dict[str, Any], waiting: list[tuple[int, str]], owner: str | None
) -> None:
    """There is room for one."""
    desk = desk_of("hold", ben=1)
    desk.waiting = {"sales": waiting}
    assert owner == desk.another(**fields)


def test_where_there_is_room_for_all_the_new_one_is_given_too() -> None:
    desk = desk_of(ben=1, cat=1)
    desk.waiting = {"sales": [(1, "L0")]}
    assert desk.another(**STANDARD) == BEN


def test_room_goes_to_the_hottest_and_of_a_tier_to_the_oldest() -> None:
    desk = desk_of()
    desk.another(**STANDARD)
    before = desk.it
    desk.people = {BEN: PersonNow(open_leads=1), CAT: PersonNow(open_leads=2)}
    for faster in ((0, "L9"), (1, "L0")):
        desk.waiting = {"sales": [faster, (1, "L1")]}
        room_made(desk)
        assert desk.it is before
        desk.it_is("Mon 10:05")
        assert Stage.HELD is desk.stage()
        before = desk.it
    desk.waiting = {"sales": [(1, "L1"), (1, "L2")]}
    room_made(desk)
    assert desk.it.owner == BEN
    assert desk.it.why[1].startswith("Owner: Ben Bauer because it was held until somebody could take it")


def test_where_others_were_faster_nothing_changes() -> None:
    desk = desk_of()
    desk.another(**STANDARD)
    before = desk.it
    room_made(desk)
    assert desk.it is before


def test_room_for_a_lead_that_somebody_has_by_now_changes_nothing() -> None:
    desk = desk_of(ben=1)
    desk.another(**STANDARD)
    before = desk.it
    room_made(desk)
    assert desk.it is before


def test_the_first_in_line_are_as_many_as_there_is_room() -> None:
    policy = team_of((ANN, BEN, CAT), LIMIT)
    desk = Desk(policy)
    desk.people = {BEN: PersonNow(open_leads=1), CAT: PersonNow(open_leads=3)}
    line = [(0, "L3"), (1, "L1"), (1, "L2")]
    _, ben, cat = policy.seats("sales")
    around = desk.around()
    assert first_in_line(line, [], around) == ()
    assert first_in_line(line, [ben, cat], around) == line[:1]
    assert first_in_line(line, policy.seats("sales"), around) == line


def test_a_tier_that_left_the_policy_comes_last() -> None:
    policy = team_of()
    assert [place_of(policy, tier) for tier in ("Hot", "Standard", "Gone", None)] == [0, 1, 2, 2]
