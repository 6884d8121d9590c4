"""What a source may send as a lead: cleaned, kept, set aside with a reason, or (rarely) refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic_core import to_json

from sla.countries import CODES
from sla.details import LeadDetails
from sla.intake import UnreadableLead, needs_of, read_lead

NORTHWIND = {"external_id": "00Q-1", "email": "dana@northwind.example", "company": "Northwind Freight"}
REQUIRED = ("email", "company")


def read(
    raw: Any, fields: dict[str, str] | None = None, required: tuple[str, ...] = REQUIRED
) -> tuple[LeadDetails, tuple[str, ...]]:
    return read_lead(raw, fields=fields, required=required)


def field_of(name: str, value: Any) -> Any:
    """The field as it is read; nothing may be needed for it."""
    details, needs = read(NORTHWIND | {name: value})
    assert needs == ()
    return getattr(details, name)


def refused(raw: Any, fields: dict[str, str] | None = None) -> dict[str, str]:
    with pytest.raises(UnreadableLead) as caught:
        read(raw, fields)
    return {error.field: error.message for error in caught.value.errors}


def test_a_full_lead_is_read_as_it_was_sent() -> None:
    sent = NORTHWIND | {
        "phone": "+1 212 555 0142",
        "first_name": "Dana",
        "employees": 1800,
        "country": "US",
        "score": 88,
        "score_breakdown": {"fit": 45, "behaviour": 43.5},
        "activity": [{"at": "2026-11-23T14:58:00Z", "what": "Viewed pricing"}],
        "message": "Need this live before January.",
        "crm_url": "https://crm.example/00Q-1",
        "created_at": "2026-11-23T09:00:00-05:00",
        "attributes": {"plan": {"seats": 40}},
    }
    details, needs = read(sent)

    assert needs == ()
    assert details == LeadDetails.model_validate(sent)
    assert details.model_fields_set == set(sent)


def test_what_says_nothing_counts_as_not_sent() -> None:
    details, needs = read(
        NORTHWIND
        | {
            "phone": "",
            "title": " \n",
            "score": None,
            "activity": [],
            "score_breakdown": {},
            "created_at": "",
        }
    )

    assert needs == ()
    assert details.model_fields_set == set(NORTHWIND)


@pytest.mark.parametrize(
    ("name", "value", "read_as"),
    [
        ("company", "  Kessel & Söhne ", "Kessel & Söhne"),
        ("company", "North\nwind\tFreight\r\n", "North wind Freight"),
        ("company", "North\x00wind\x1b[31m\x7f", "Northwind[31m"),
        ("company", "Half \ud83d of an emoji", "Half  of an emoji"),
        ("company", "Loom 🧵 株式会社", "Loom 🧵 株式会社"),
        ("phone", 2125550142, "2125550142"),
        ("title", 7.0, "7"),
        ("title", 7.5, "7.5"),
        ("intent", "Demo_Request", "Demo_Request"),
        ("intent", "raffle", "raffle"),
        ("message", " one\r\ntwo\x00\n\tthree ", "one\ntwo\n\tthree"),
        ("email", " dana@northwind.example ", "dana@northwind.example"),
        ("owner", "Alice@Acme.Example", "Alice@Acme.Example"),
        ("country", "us", "US"),
        ("country", " De ", "DE"),
        ("score", 0, 0),
        ("score", 100, 100),
        ("score", "88", 88),
        ("score", " 88.0 ", 88),
        ("score", 74.9, 74),
        ("employees", "1,800", 1800),
        ("employees", 0, 0),
        ("employees", "12", 12),
        ("employees", 12.0, 12),
        ("score_breakdown", {"fit": "45", "age": -3}, {"fit": 45.0, "age": -3.0}),
        ("created_at", "2026-11-23T15:00:00Z", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("created_at", "2026-11-23T10:00:00.5-05:00", datetime(2026, 11, 23, 15, 0, 0, 500_000, UTC)),
        ("crm_url", "HTTP://crm.example:8080/a?b=c|d#e", "HTTP://crm.example:8080/a?b=c|d#e"),
        ("website", "northwind.example", "northwind.example"),
        ("website", "localhost:8080/x", "localhost:8080/x"),
        ("website", "https://northwind.example", "https://northwind.example"),
        ("attributes", {"a": [1, None, True, {"b": "c\x00"}]}, {"a": [1, None, True, {"b": "c"}]}),
    ],
)
def test_a_value_is_cleaned_and_kept_in_its_field(name: str, value: Any, read_as: Any) -> None:
    assert field_of(name, value) == read_as


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("email", "dana", "email is 'dana'; it needs an e-mail address such as dana@northwind.example"),
        ("email", "a@b@c", "email is 'a@b@c'; it needs an e-mail address"),
        ("email", "dana @northwind.example", "email is 'dana @northwind.example'"),
        ("email", "x" * 320 + "@y", "email is 'xxx"),
        ("owner", "Alice Anders", "owner is 'Alice Anders'; it needs an e-mail address"),
        ("phone", ["1"], "phone is a list; it needs text"),
        ("company", {"name": "x"}, "company is an object; it needs text"),
        ("first_name", True, "first_name is true; it needs text"),
        ("message", 10**400, "message is a very large number; it needs text"),
        ("employees", -5, "employees is -5; it needs a whole number from 0 on"),
        ("employees", "50-100", "employees is '50-100'; it needs a whole number"),
        ("employees", 1.5, "employees is 1.5; it needs a whole number"),
        ("employees", 10**9, "employees is 1000000000; it needs a whole number"),
        ("employees", "1,80", "employees is '1,80'; it needs a whole number"),
        ("country", "Germany", "country is 'Germany'; use the two-letter code DE"),
        ("country", "united states", "country is 'united states'; use the two-letter code US"),
        ("country", "DEU", "country is 'DEU'; use the two-letter code DE"),
        ("country", "UK", "country is 'UK'; use the two-letter code GB"),
        ("country", "XX", "country is 'XX'; use a two-letter code such as US or DE"),
        ("country", 49, "country is '49'; use a two-letter code"),
        ("score", "abc", "score is 'abc'; it needs a number from 0 to 100"),
        ("score", 300, "score is 300; it needs a number from 0 to 100"),
        ("score", 100.5, "score is 100.5; it needs a number from 0 to 100"),
        ("score", -1, "score is -1; it needs a number from 0 to 100"),
        ("score", True, "score is true; it needs a number from 0 to 100"),
        ("score", float("nan"), "score is nan; it needs a number from 0 to 100"),
        ("score", 10**400, "score is a very large number; it needs a number from 0 to 100"),
        ("score", "٨٨", "score is '٨٨'; it needs a number"),
        ("score_breakdown", [1], "score_breakdown is a list; it needs names with points"),
        ("score_breakdown", {"fit": "high"}, "score_breakdown has 'high' for 'fit'; it needs a number"),
        ("score_breakdown", {"fit": float("inf")}, "score_breakdown has inf for 'fit'; it needs a number"),
        ("activity", "viewed", "activity is 'viewed'; it needs a list"),
        ("activity", ["viewed"], "activity has 'viewed' as number 1; each needs"),
        ("activity", [{"at": "2026-11-23T15:00:00Z"}], 'activity number 1 has no "what"'),
        ("activity", [{"what": "x"}], 'activity number 1 has no "at"'),
        ("activity", [{"at": "soon", "what": "x"}], "activity number 1 is 'soon'; it needs a time with its offset"),
        ("created_at", "2026-11-23", "created_at is '2026-11-23'; it needs a time with its offset"),
        ("created_at", "2026-11-23T15:00:00", "created_at is '2026-11-23T15:00:00'; it needs a time with its offset"),
        ("created_at", 1795446000, "created_at is 1795446000; it needs a time"),
        ("created_at", "0001-01-01T00:00:00+14:00", "created_at is '0001-01-01T00:00:00+14:00'; it needs a time"),
        ("crm_url", "javascript:alert(1)", "crm_url is 'javascript:alert(1)'; it needs a link that begins with https://"),
        ("crm_url", "crm.example/1", "crm_url is 'crm.example/1'; it needs a link"),
        ("crm_url", "https://", "crm_url is 'https://'; it needs a link"),
        ("crm_url", "https://crm.example:99999/", "crm_url is 'https://crm.example:99999/'; it needs a link"),
        ("crm_url", "https://crm example/", "crm_url is 'https://crm example/'; it needs a link"),
        ("crm_url", "https://crm.example/" + "x" * 2981, "crm_url has 3001 characters; at most 3000 fit"),
        ("website", "javascript:alert(1)", "website is 'javascript:alert(1)'; it needs a web address"),
        ("attributes", "plan=trial", "attributes is 'plan=trial'; it needs names with values"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_right_leaves_its_field_is_kept_and_is_named(
    name: str, value: Any, said: str
) -> None:
    details, needs = read(NORTHWIND | {name: value})

    assert [need.startswith(said) for need in needs] == [True], needs
    assert name == "attributes" or getattr(details, name) == LeadDetails.model_fields[name].get_default(
        call_default_factory=True
    )
    assert name in details.attributes["unusable"]


def test_a_long_value_is_named_in_short() -> None:
    _, needs = read(NORTHWIND | {"score": "x" * 5000})

    assert needs == (f"score is '{'x' * 59}…'; it needs a number from 0 to 100",)


def test_every_problem_of_a_lead_is_named_in_the_order_in_which_it_was_sent() -> None:
    details, needs = read({"external_id": 1, "score": "abc", "country": "Germany", "phone": "12"})

    assert [need.split()[0] for need in needs] == ["score", "country", "email", "company"]
    assert details.attributes == {"unusable": {"score": "abc", "country": "Germany"}}
    assert details.phone == "12"


def test_a_required_value_that_cannot_be_right_is_named_once() -> None:
    _, needs = read(NORTHWIND | {"email": "dana"})

    assert len(needs) == 1


@pytest.mark.parametrize("empty", [None, "", "  ", "\x00"])
def test_a_required_field_that_is_empty_is_missing(empty: Any) -> None:
    _, needs = read(NORTHWIND | {"company": empty})

    assert needs == ("company is missing",)


def test_what_is_required_is_for_the_policy_to_say() -> None:
    assert read({"external_id": "1"}, required=())[1] == ()
    assert read(NORTHWIND, required=("phone", "score"))[1] == ("phone is missing", "score is missing")


def test_an_attribute_of_the_source_called_unusable_is_not_lost() -> None:
    details, _ = read(NORTHWIND | {"score": "abc", "attributes": {"unusable": "mine", "plan": "x"}})

    assert details.attributes == {"plan": "x", "unusable": {"score": "abc", "attributes.unusable": "mine"}}


@pytest.mark.parametrize(
    ("given", "read_as"), [(7, "7"), (" 7 ", "7"), ("a\x00b", "ab"), ("x" * 255, "x" * 255)]
)
def test_an_external_id_is_text_of_up_to_255_characters(given: Any, read_as: str) -> None:
    assert read(NORTHWIND | {"external_id": given})[0].external_id == read_as


@pytest.mark.parametrize("given", [None, "", " ", "\x00", "x" * 256, True, 1.5, [], {}, 10**300])
def test_a_lead_without_a_usable_external_id_is_refused(given: Any) -> None:
    assert list(refused(NORTHWIND | {"external_id": given})) == ["external_id"]


@pytest.mark.parametrize("raw", [None, 1, "x", True, [NORTHWIND]])
def test_what_is_no_object_is_refused(raw: Any) -> None:
    assert list(refused(raw)) == [""]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("emial", "write email"),
        ("Company", "write company"),
        ("ExternalId", "write external_id"),
        ("favourite_colour", "put it into attributes, or give the source a field mapping in the policy"),
        ("", "put it into attributes, or give the source a field mapping in the policy"),
        ("x" * 100_000, "put it into attributes, or give the source a field mapping in the policy"),
    ],
)
def test_an_unknown_field_is_refused_with_the_name_that_was_probably_meant(name: str, said: str) -> None:
    assert list(refused(NORTHWIND | {name: "x"}).values()) == [f"is no field of a lead; {said}"]


def test_everything_that_is_refused_is_said_at_once() -> None:
    assert list(refused({"emial": "x", "compnay": "y"})) == ["external_id", "emial", "compnay"]


def test_attributes_that_are_nested_without_end_are_cut() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    details, _ = read(NORTHWIND | {"attributes": {"deep": deep}})

    assert b"nested too deep" in to_json(details)


def test_numbers_that_no_database_or_json_can_hold_are_kept_as_text() -> None:
    details, _ = read(NORTHWIND | {"attributes": {"a": 10**30, "b": float("inf"), "c": 10**9000}})

    assert details.attributes == {"a": "1" + "0" * 30, "b": "inf", "c": "(a number too long to be kept)"}


def test_every_country_has_its_code() -> None:
    assert len(CODES) == 250
    assert all(field_of("country", code) == code for code in CODES)


def test_a_national_number_is_read_as_one_of_the_leads_country_whatever_comes_first() -> None:
    details, needs = read(NORTHWIND | {"phone": "030 5550142", "country": "de"})

    assert (details.phone, needs) == ("+49 30 5550142", ())


def test_a_number_that_cannot_be_one_is_kept_as_it_was_sent() -> None:
    details, needs = read(NORTHWIND | {"phone": "ask for Dana"})

    assert details.phone is None
    assert details.attributes == {"unusable": {"phone": "ask for Dana"}}
    assert needs == ("phone is 'ask for Dana'; it needs a phone number such as +1 212 555 0142",)


def test_what_a_known_lead_still_needs_is_worked_out_from_what_is_known_by_now() -> None:
    details, _ = read({"external_id": "1", "email": "dana", "phone": "ask"})

    assert [need.split()[0] for need in needs_of(details, ("email", "company"))] == [
        "email",
        "phone",
        "company",
    ]
    mended = details.model_copy(update={"email": "dana@northwind.example", "company": "Northwind"})
    assert [need.split()[0] for need in needs_of(mended, ("email", "company"))] == ["phone"]


@pytest.mark.parametrize(("sent", "named"), [([1], "a list"), (None, "null"), (True, "true")])
def test_what_is_no_object_at_all_is_said_without_a_field_and_as_json_calls_it(sent: Any, named: str) -> None:
    with pytest.raises(UnreadableLead, match=rf"^this is {named}; a lead is a JSON object$"):
        read_lead(sent, fields=None, required=())
