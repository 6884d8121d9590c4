"""Shares of a team's leads: who is new, who missed turns, and what a lead adds."""

from sla.shares import LEAD, TeamShares
from tests.sla.desk import ANN, BEN, CAT

REPS = (ANN, BEN, CAT)


def test_who_is_new_stands_at_the_median_of_the_others() -> None:
    shares = TeamShares(of={ANN: 4 * LEAD, BEN: 8 * LEAD})
    assert shares.standing([CAT], REPS, owed=False) == [4 * LEAD]
    assert TeamShares().standing(REPS, REPS, owed=False) == [0, 0, 0]


def test_who_missed_turns_stands_where_the_others_were() -> None:
    shares = TeamShares(of={ANN: 9 * LEAD, BEN: 8 * LEAD, CAT: LEAD}, floor=8 * LEAD)
    assert shares.standing(REPS, REPS, owed=False) == [9 * LEAD, 8 * LEAD, 8 * LEAD]
    assert shares.standing(REPS, REPS, owed=True) == [9 * LEAD, 8 * LEAD, LEAD]


def test_a_lead_adds_less_for_who_has_more_weight() -> None:
    shares = (
        TeamShares().with_lead(ANN, 1, REPS, floor=0, owed=False).with_lead(BEN, 3, REPS, floor=0, owed=False)
    )
    assert shares.of == {ANN: LEAD, BEN: LEAD // 3, CAT: 0}


def test_who_is_new_has_a_share_from_the_first_lead_of_anybody_on() -> None:
    shares = TeamShares(of={ANN: 4 * LEAD, BEN: 4 * LEAD})
    assert shares.with_lead(ANN, 1, REPS, floor=None, owed=False).of[CAT] == 4 * LEAD


def test_the_floor_only_rises() -> None:
    shares = TeamShares(of=dict.fromkeys(REPS, 5 * LEAD), floor=5 * LEAD)
    assert shares.with_lead(ANN, 1, REPS, floor=LEAD, owed=False).floor == 5 * LEAD
    assert shares.with_lead(ANN, 1, REPS, floor=None, owed=False).floor == 5 * LEAD
    assert shares.with_lead(ANN, 1, REPS, floor=6 * LEAD, owed=False).floor == 6 * LEAD
