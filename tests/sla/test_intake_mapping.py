"""What a source may send under its own names, and whatever else anybody may send as a lead."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from sla.details import LeadDetails
from sla.intake import UnreadableLead
from sla.policy.fields import LEAD_FIELDS
from tests.sla.test_intake import read, refused

HUBSPOT = {
    "external_id": "objectId",
    "email": "properties.email",
    "score": "properties.score",
    "company": "a.b",
}


def test_a_mapped_source_is_read_by_its_paths_and_the_rest_is_kept() -> None:
    sent = {
        "objectId": 512,
        "properties": {"email": "d@n.example", "score": "77", "plan": "x"},
        "a.b": "N",
        "email": "z",
    }
    details, needs = read(sent, HUBSPOT)

    assert needs == ()
    assert (details.external_id, details.email, details.score, details.company) == (
        "512",
        "d@n.example",
        77,
        "N",
    )
    assert details.attributes == {"properties": {"plan": "x"}, "email": "z"}
    assert sent["properties"] == {"email": "d@n.example", "score": "77", "plan": "x"}


def test_a_mapped_source_may_send_any_field_that_it_likes() -> None:
    assert read({"objectId": 1, "favourite_colour": "blue"}, HUBSPOT)[0].attributes == {
        "favourite_colour": "blue"
    }


def test_a_mapped_source_needs_an_external_id_at_its_path() -> None:
    assert list(refused({"external_id": "1", "objectId": ""}, HUBSPOT)) == ["external_id"]


@pytest.mark.parametrize("properties", [None, "x", 7, [], {"email": None}])
def test_a_path_that_leads_nowhere_is_a_missing_field(properties: Any) -> None:
    _, needs = read({"objectId": 1, "properties": properties, "a": {"b": "N"}}, HUBSPOT)

    assert needs == ("email is missing",)


def test_two_fields_may_be_read_from_one_path() -> None:
    details, _ = read(
        {"id": "1", "who": "d@n.example"}, {"external_id": "id", "email": "who", "owner": "who"}
    )

    assert (details.email, details.owner, details.attributes) == ("d@n.example", "d@n.example", {})


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
LEADS = st.dictionaries(st.sampled_from(LEAD_FIELDS) | st.text(max_size=9), JSON_VALUES, max_size=12)


@given(
    raw=LEADS | JSON_VALUES,
    fields=st.none() | st.just(HUBSPOT) | st.just({"external_id": "score", "attributes": "x.y"}),
)
def test_whatever_is_sent_is_details_that_can_be_stored_or_an_unreadable_lead(raw: Any, fields: Any) -> None:
    with suppress(UnreadableLead):
        details, needs = read(raw, fields)
        can_be_stored(details)
        assert all(need.isprintable() for need in needs)


def can_be_stored(details: LeadDetails) -> None:
    stored = to_json(details, inf_nan_mode="constants")
    assert LeadDetails.model_validate(from_json(stored, allow_inf_nan=False)) == details
    assert "\x00" not in json.dumps(from_json(stored), ensure_ascii=False)


@given(
    lead=st.fixed_dictionaries(
        {"external_id": st.just("1")}, optional=dict.fromkeys(LEAD_FIELDS[1:], JSON_VALUES)
    )
)
def test_no_value_of_a_known_field_ever_refuses_a_lead(lead: dict[str, Any]) -> None:
    details, needs = read(lead)

    unusable = details.attributes.get("unusable", {})
    for name in lead.keys() - {"external_id", "attributes"}:
        kept_in_its_field = name in details.model_fields_set
        assert kept_in_its_field + (name in unusable) <= 1
    assert all(any(need.startswith(name) for need in needs) for name in unusable if name in LEAD_FIELDS)
