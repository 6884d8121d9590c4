"""Which leads a condition means, and the words for it."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sla.policy import Condition

HOT = {
    "any": [
        {"score": {"at_least": 75}},
        {"intent": {"in": ["demo_request", "pricing"]}},
        {"partner": {"present": True}},
    ]
}


def condition(data: Any) -> Condition:
    return Condition.model_validate(data)


@pytest.mark.parametrize(
    ("test", "value", "matches"),
    [
        ({"equals": "trial"}, "trial", True),
        ({"equals": "trial"}, "Trial", True),
        ({"equals": "trial"}, " trial ", True),
        ({"equals": "trial"}, "trials", False),
        ({"equals": 5}, "5", True),
        ({"equals": 5}, 5.0, True),
        ({"equals": "05"}, "5", False),
        ({"equals": True}, True, True),
        ({"equals": True}, "true", True),
        ({"equals": 1}, True, False),
        ({"in": ["DE", "AT"]}, "at", True),
        ({"in": ["DE", "AT"]}, "US", False),
        ({"not_in": ["DE", "AT"]}, "US", True),
        ({"not_in": ["DE", "AT"]}, "de", False),
        ({"at_least": 75}, 74, False),
        ({"at_least": 75}, 75, True),
        ({"at_least": 75}, 76, True),
        ({"at_least": 75}, "88", True),
        ({"at_least": 75}, "88.5", True),
        ({"at_least": 75}, "eighty", False),
        ({"at_least": 75}, "12 people", False),
        ({"at_least": 0}, True, False),
        ({"at_least": 75}, float("nan"), False),
        ({"at_least": 75}, float("inf"), False),
        ({"at_least": 75}, 10**400, False),
        ({"at_most": 10}, 10, True),
        ({"at_most": 10}, 11, False),
        ({"at_least": 30, "at_most": 50}, 40, True),
        ({"at_least": 30, "at_most": 50}, 51, False),
        ({"present": True}, 0, True),
        ({"present": True}, "x", True),
        ({"present": True}, "  ", False),
        ({"present": True}, [], False),
        ({"present": False}, "x", False),
        ({"present": False}, "", True),
        ({"contains": "demo"}, "A DEMO, soon", True),
        ({"contains": "demo"}, "pricing", False),
        ({"contains": "b"}, ["A", "B"], True),
        ({"contains": "b"}, ["AB"], False),
        ({"contains": 5}, 5, False),
    ],
)
def test_one_field_is_tested(test: dict[str, Any], value: object, matches: bool) -> None:
    assert condition({"message": test}).matches({"message": value}) is matches


@pytest.mark.parametrize(
    "test",
    [
        {"equals": "x"},
        {"in": ["x"]},
        {"not_in": ["x"]},
        {"at_least": 0},
        {"at_most": 0},
        {"present": True},
        {"contains": ""},
    ],
)
def test_a_field_that_the_lead_lacks_meets_no_test(test: dict[str, Any]) -> None:
    assert condition({"score": test}).matches({}) is False
    assert condition({"score": test}).matches({"score": None}) is False


def test_only_present_false_asks_for_a_missing_field() -> None:
    assert condition({"partner": {"present": False}}).matches({}) is True


def test_not_turns_a_missing_field_into_a_match() -> None:
    assert condition({"not": {"country": {"in": ["DE"]}}}).matches({}) is True
    assert condition({"not": {"country": {"in": ["DE"]}}}).matches({"country": "DE"}) is False


def test_an_empty_condition_is_every_lead() -> None:
    everybody = condition({})
    assert everybody.matches({}) is True
    assert everybody.is_for_all
    assert condition({"any": [{"score": {"at_least": 1}}, {}]}).is_for_all
    assert not condition({"all": [{"score": {"at_least": 1}}, {}]}).is_for_all
    assert not condition(HOT).is_for_all


def test_several_fields_in_one_mapping_must_all_hold() -> None:
    both = condition({"country": {"equals": "DE"}, "score": {"at_least": 50}})
    assert both.matches({"country": "DE", "score": 50})
    assert not both.matches({"country": "DE", "score": 49})
    assert not both.matches({"score": 50})


def test_any_all_and_not_stand_together_with_fields() -> None:
    mixed = condition(
        {
            "score": {"at_least": 10},
            "any": [{"country": {"equals": "DE"}}, {"language": {"equals": "de"}}],
            "all": [{"email": {"present": True}}, {"company": {"present": True}}],
            "not": {"email": {"contains": "@acme.example"}},
        }
    )
    lead = {"score": 10, "language": "de", "email": "x@y.example", "company": "Y"}
    assert mixed.matches(lead)
    assert not mixed.matches(lead | {"language": "en"})
    assert not mixed.matches(lead | {"company": None})
    assert not mixed.matches(lead | {"email": "me@acme.example"})
    assert not mixed.matches(lead | {"score": 9})


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("attributes.plan", {"plan": "pro"}),
        ("attributes.deal.plan", {"deal": {"plan": "pro"}}),
        ("attributes.deal.plan", {"deal.plan": "pro"}),
    ],
)
def test_a_path_leads_into_what_a_source_sent_beyond_the_known_fields(
    path: str, attributes: dict[str, Any]
) -> None:
    pro = condition({path: {"equals": "pro"}})
    assert pro.matches({"attributes": attributes})
    assert not pro.matches({"attributes": {"deal": "pro"}})
    assert not pro.matches({"attributes": None})


def test_a_part_of_the_score_is_tested_by_its_name() -> None:
    fit = condition({"score_breakdown.fit": {"at_least": 40}})
    assert fit.matches({"score_breakdown": {"fit": 45.0}})
    assert not fit.matches({"score_breakdown": {"fit": 39.0}})


@pytest.mark.parametrize(
    ("data", "fields", "because"),
    [
        (HOT, {"score": 88}, "score 88 is at least 75"),
        (HOT, {"score": "88"}, "score 88 is at least 75"),
        (HOT, {"score": 3, "intent": "demo_request"}, "intent is demo_request"),
        (HOT, {"partner": "Greyline"}, "there is a partner"),
        (HOT, {"score": 3}, ""),
        ({}, {"score": 3}, "everything else"),
        ({"country": {"in": ["DE", "AT", "CH"]}}, {"country": "DE"}, "country DE is in DE, AT, CH"),
        ({"country": {"in": ["DE"]}}, {"country": "DE"}, "country is DE"),
        ({"employees": {"at_least": 1000}}, {"employees": 1800}, "1,800 employees are at least 1,000"),
        ({"score": {"at_least": 30, "at_most": 50}}, {"score": 40}, "score 40 is at least 30 and at most 50"),
        ({"country": {"not_in": ["DE", "AT"]}}, {"country": "US"}, "country US is not DE or AT"),
        ({"message": {"contains": "demo"}}, {"message": "a demo"}, "message contains demo"),
        ({"phone": {"present": False}}, {}, "there is no phone number"),
        ({"intent": {"equals": "trial"}}, {"intent": "trial"}, "intent is trial"),
        (
            {"score": {"at_least": 5}, "partner": {"present": True}},
            {"score": 5, "partner": "x"},
            "score 5 is at least 5 and there is a partner",
        ),
        ({"not": {"partner": {"present": True}}}, {}, "it is without a partner"),
        ({"all": [{"score": {"at_most": 5}}, {}]}, {"score": 5}, "score 5 is at most 5"),
        ({"attributes.plan": {"equals": "pro"}}, {"attributes": {"plan": "pro"}}, "attributes.plan is pro"),
    ],
)
def test_the_reason_is_said_in_plain_words(data: Any, fields: dict[str, object], because: str) -> None:
    assert condition(data).because(fields) == because


@pytest.mark.parametrize(
    ("data", "needs"),
    [
        (HOT, "score of at least 75, intent demo_request or pricing, or a partner"),
        ({}, "nothing"),
        ({"employees": {"at_least": 1000}}, "at least 1,000 employees"),
        ({"country": {"in": ["DE", "AT", "CH"]}}, "country DE, AT or CH"),
        ({"country": {"not_in": ["DE"]}}, "country other than DE"),
        ({"industry": {"present": True}}, "an industry"),
        ({"employees": {"present": True}}, "a number of employees"),
        ({"attributes.plan": {"present": True}}, "a value in attributes.plan"),
        ({"phone": {"present": False}}, "no phone number"),
        ({"message": {"contains": "demo"}}, "message with demo"),
        (
            {"any": [{"score": {"at_least": 5}}, {"partner": {"present": True}}]},
            "score of at least 5 or a partner",
        ),
        (
            {"score": {"at_least": 5}, "any": [{"country": {"equals": "DE"}}, {"country": {"equals": "AT"}}]},
            "score of at least 5 and (country DE or country AT)",
        ),
        (
            {
                "all": [
                    {"any": [{"score": {"at_least": 5}}, {"partner": {"present": True}}]},
                    {"phone": {"present": True}},
                ]
            },
            "(score of at least 5 or a partner) and a phone number",
        ),
        ({"not": {"country": {"equals": "DE"}}}, "to be without country DE"),
    ],
)
def test_what_a_lead_would_have_needed_is_said_in_plain_words(data: Any, needs: str) -> None:
    assert condition(data).needs() == needs


def test_a_long_text_of_the_lead_is_cut_in_the_reason() -> None:
    said = condition({"company": {"equals": "x" * 500}}).because({"company": "x" * 500})
    assert said == f"company is {'x' * 59}…"


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        ({"scor": {"at_least": 1}}, ("scor",), 'a lead has no field "scor". Write score.'),
        ({"attribute.plan": {"equals": 1}}, ("attribute.plan",), "Write attributes.plan."),
        ({"anny": [{}]}, ("anny",), "Write any."),
        ({"at_least": 75}, ("at_least",), "Write the field first, such as {score: {at_least: 75}}."),
        ({"score": 75}, ("score",), "Write {equals: 75}."),
        ({"country": ["DE", "AT"]}, ("country",), "Write {in: [DE, AT]}."),
        ({"score": {}}, ("score",), "Write {at_least: 75}."),
        ({"score": ">= 75"}, ("score",), "Write {at_least: 75}."),
        ({"employees": ">1,000"}, ("employees",), "Write {at_least: 1001}."),
        ({"score": "<= 30"}, ("score",), "Write {at_most: 30}."),
        ({"score": "< 30"}, ("score",), "Write {at_most: 29}."),
        ({"score": "> 7.5"}, ("score",), "Write {at_least: 7.5} (7.5 itself is then meant too)."),
        ({"score": "> many"}, ("score",), "Write {at_least: NUMBER}."),
        ({"intent": "== trial"}, ("intent",), "Write {equals: trial}."),
        ({"country": "!= DE"}, ("country",), "Write {not_in: [DE]}."),
        ({"score": {"at_least": "75"}}, ("score", "at_least"), "without quotes."),
        ({"score": {"at_least": True}}, ("score", "at_least"), "true is no number."),
        ({"score": {"at_least": 9, "at_most": 3}}, ("score",), "nothing is at least 9 and at most 3."),
        ({"score": {"present": False, "at_least": 3}}, ("score",), "Write {present: false} alone."),
        ({"score": {"equals": {"a": 1}}}, ("score", "equals"), "Write a single value such as DE or 75."),
        ([], (), "a condition names a field and its test."),
    ],
)
def test_a_condition_that_cannot_be_is_refused_with_its_mend(
    data: Any, place: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        condition(data)
    [error] = caught.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


@pytest.mark.parametrize(
    "value",
    [
        1_000,
        0.5,
        True,
        "DE",
        "no",
        "Kessel, Sohn",
        'a "b" {c}',
        "a: b",
        "# x",
        ["DE", "a, b", 1_000],
        "= 7,5",
    ],
)
def test_the_mended_test_can_be_written_into_the_file_as_it_stands(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        condition({"attributes.x": value})
    [error] = caught.value.errors()
    [written] = re.findall(r"Write (.*)\.$", error["msg"])

    operator, meant = ("in", value) if isinstance(value, list) else ("equals", value)
    assert {operator: "7,5" if value == "= 7,5" else meant} == yaml.safe_load(written)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())
TESTS = st.sampled_from(
    [
        {"equals": "a"},
        {"in": ["a", 1]},
        {"not_in": [0]},
        {"at_least": 1},
        {"at_most": 1.5},
        {"present": True},
        {"present": False},
        {"contains": "a"},
    ]
)
CONDITIONS = st.recursive(
    st.dictionaries(st.sampled_from(["score", "intent", "attributes.x"]), TESTS, max_size=2),
    lambda inner: st.one_of(
        st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=6,
)
LEADS = st.fixed_dictionaries(
    {"score": VALUES, "intent": VALUES, "attributes": st.dictionaries(st.just("x"), VALUES)}
)


@given(CONDITIONS, LEADS)
def test_a_match_always_has_its_reason_and_a_miss_has_none(data: Any, lead: dict[str, object]) -> None:
    checked = condition(data)
    assert bool(checked.because(lead)) is checked.matches(lead)
    assert checked.needs()


@given(CONDITIONS, LEADS)
def test_not_is_the_opposite(data: Any, lead: dict[str, object]) -> None:
    assert condition({"not": data}).matches(lead) is not condition(data).matches(lead)


def test_a_changed_copy_of_a_condition_compares_by_its_own_tests() -> None:
    high = condition({"any": [{"score": {"at_least": 75}}]})
    assert high.matches({"score": 80})
    low = high.model_copy(update={"any": (condition({"score": {"at_most": 20}}),)})
    assert not low.matches({"score": 80})
    assert low.needs() == "score of at most 20"


def test_numbers_beyond_what_a_float_can_tell_apart_are_compared_as_floats() -> None:
    assert condition({"score": {"at_most": 2**53}}).matches({"score": 2**53 + 1})
    assert not condition({"score": {"at_least": 1}}).matches({"score": 10**400})
