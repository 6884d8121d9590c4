"""All that is wrong with a policy is said at once, each thing once, at its place in the file."""

import pytest

from sla.policy import Policy, known_keys, problems
from tests.sla.policy_data import found_in, good, put


def test_everything_wrong_is_said_at_once_in_shape_and_in_sense() -> None:
    data = good()
    put("people/2", {"email": "zoe@acme.example", "nam": "Zoe"})(data)
    put("teams/east/reps/1", "carl@acme.example")(data)
    put("tiers/0/first_response", "1d")(data)
    put("tiers/0/when", {"any": [{"scor": {"at_least": 1}}, {"score": {"atleast": 5}}]})(data)
    put("remindrs", {})(data)
    put("routing/fallback/team", "west")(data)
    assert [problem.partition(": ")[0] for problem in found_in(data)] == [
        "people[2].nam",
        "tiers[0].when.any[0].scor",
        "tiers[0].when.any[1].score.atleast",
        "tiers[0].first_response",
        "remindrs",
        "routing.fallback.team",
        "teams.east.reps[1]",
    ]


def test_a_person_whose_own_entry_is_wrong_is_still_known_to_the_others() -> None:
    data = good()
    put("people/0/weight", "two")(data)
    [problem] = found_in(data)
    assert "people[0].weight" in problem


def test_a_missing_section_is_said_and_the_others_are_still_checked() -> None:
    data = good()
    del data["routing"]
    put("teams/east/reps/0", "zoe@acme.example")(data)
    assert [problem.partition(": ")[0] for problem in found_in(data)] == ["routing", "teams.east.reps[0]"]


def test_an_empty_policy_names_what_must_be_there() -> None:
    places = [problem.partition(": ")[0] for problem in found_in({})]
    assert places == ["calendars", "people", "teams", "tiers", "routing"]


@pytest.mark.parametrize("data", [None, [], "policy", 5, {5: 6}])
def test_what_is_no_policy_at_all_is_refused(data: object) -> None:
    assert found_in(data)


def test_places_in_a_list_stay_those_of_the_file_when_an_earlier_entry_is_wrong() -> None:
    data = good()
    data["tiers"].insert(0, {"name": "Broken"})
    put("tiers/1/ladder", "gentel")(data)
    assert [problem.partition(": ")[0] for problem in found_in(data)] == [
        "tiers[0].when",
        "tiers[0].first_response",
        "tiers[1].ladder",
    ]


def test_the_keys_of_a_place_are_known() -> None:
    assert known_keys(())[:3] == ("version", "name", "calendars")
    assert "manager_channel" in known_keys(("teams", "east"))
    assert "at_least" in known_keys(("tiers", 0, "when", "any", 1, "score"))
    assert known_keys(("tiers", 0, "when")) == ("any", "all", "not")
    assert known_keys(("teams",)) == ()
    assert "allowed_apps" in known_keys(("intake", "slack"))


def test_a_policy_made_in_python_is_checked_by_the_same_rules() -> None:
    policy = Policy.model_validate(good() | {"routing": {"fallback": {"team": "west"}}})
    assert [problem.path for problem in problems(policy)] == ["routing.fallback.team"]
