"""Which tier a lead is in: the same answer whether it was worked out for this lead or for one that says the same."""

from typing import Any

import pytest

from sla import tiers
from sla.policy import Policy
from sla.policy.targets import Tier
from sla.tiers import tier_of
from tests.sla.play import example_policy


def policy_with(**condition: Any) -> Policy:
    """Hot are the leads that meet the condition, all others Low."""
    policy = example_policy()
    hot = {"name": "Hot", "when": condition, "first_response": "5m"}
    low = {"name": "Low", "when": {}, "first_response": "4h"}
    found = tuple(Tier.model_validate(tier) for tier in (hot, low))
    return policy.model_copy(update={"tiers": found})


def why(policy: Policy, **fields: Any) -> str:
    return tier_of(policy, fields)[1]


def test_leads_that_say_the_same_get_the_same_answer_and_others_their_own() -> None:
    policy = policy_with(score={"at_least": 75})

    assert why(policy, score=80, company="Northwind") == "Tier: Hot because score 80 is at least 75."
    assert why(policy, score=80, company="Harbor") == "Tier: Hot because score 80 is at least 75."
    assert why(policy, score=90) == "Tier: Hot because score 90 is at least 75."
    assert why(policy, score=10).startswith("Tier: Low because everything else.")


def test_what_is_equal_to_a_dictionary_is_told_apart() -> None:
    policy = policy_with(status={"present": True})
    tier, _ = tier_of(policy, {"status": 1})
    assert tier is not None

    said = [why(policy_with(status={"in": [1, "true"]}), status=value) for value in (1, True)]

    assert said == ["Tier: Hot because status is 1.", "Tier: Hot because status is true."]
    both = policy_with(status={"in": [1, "true"]})
    assert [why(both, status=value) for value in (1, True)] == said


def test_another_policy_gives_its_own_answer() -> None:
    old = policy_with(score={"at_least": 75})
    assert tier_of(old, {"score": 60})[0] == old.tiers[1]

    new = old.model_copy(update={"tiers": policy_with(score={"at_least": 50}).tiers})

    assert tier_of(new, {"score": 60})[0] == new.tiers[0]


def test_a_list_is_answered_anew() -> None:
    policy = policy_with(activity={"contains": "pricing"})

    assert why(policy, activity=["pricing"]) == "Tier: Hot because activity contains pricing."
    assert policy.asked_for_tiers[1] == {}


@pytest.mark.parametrize("field", ["email", "company", "attributes.spouse"])
def test_what_may_tell_who_the_lead_is_is_not_kept_in_mind(field: str) -> None:
    policy = policy_with(**{field: {"contains": "northwind"}})

    assert why(
        policy, email="dana@northwind.example", company="Northwind", attributes={"spouse": "northwind"}
    )
    assert policy.asked_for_tiers == (None, {})


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "REMEMBERED_MAX", 3)
    policy = policy_with(score={"at_least": 75})

    said = [why(policy, score=score) for score in range(76, 86)]

    assert said == [f"Tier: Hot because score {score} is at least 75." for score in range(76, 86)]
    assert len(policy.asked_for_tiers[1]) <= 3
