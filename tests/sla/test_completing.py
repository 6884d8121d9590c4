"""Which fields of a lead are to be filled in by hand, and what becomes of what was typed."""

from sla.completing import Gap, gaps_of, read_completion
from sla.intake import read_lead

REQUIRED = ("email", "company")


def test_what_is_missing_or_wrong_is_asked_for_with_what_came() -> None:
    details, _ = read_lead(
        {"external_id": "1", "email": "dana", "score": 300, "score_breakdown": 7}, fields=None, required=()
    )

    assert gaps_of(details, REQUIRED) == (
        Gap(field="email", sent="dana", is_required=True),
        Gap(field="score", sent=300, is_required=False),
        Gap(field="company", sent=None, is_required=True),
    )


def test_what_was_typed_is_read_as_if_its_source_had_sent_it() -> None:
    details, _ = read_lead({"external_id": "1", "country": "DE", "phone": "ask"}, fields=None, required=())
    read, wrong = read_completion(details, {"phone": "030 5550142", "email": "dana", "company": None})

    assert read.phone == "+49 30 5550142"
    assert list(wrong) == ["email"]
    assert read.model_fields_set == {"external_id", "phone", "email", "company"}


def test_a_list_that_cannot_be_right_is_let_go_with_the_rest() -> None:
    details, _ = read_lead(
        {"external_id": "1", "score_breakdown": 7, "activity": "x"}, fields=None, required=()
    )
    read, _ = read_completion(details, {"email": "dana@northwind.example"})

    assert {"score_breakdown", "activity"} <= read.model_fields_set
    assert (read.score_breakdown, read.activity) == ({}, ())
