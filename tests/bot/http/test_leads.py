"""Leads that come in over HTTP: one, many, again, with gaps, and under which source."""

import json
from datetime import timedelta
from typing import Any

import pytest

from storage import leads, outbox
from tests.bot.http.served import ADMIN_KEY, HUBSPOT_KEY, NORTHWIND, Door, problem, wrong_fields


def test_an_accepted_lead_is_on_disk_with_its_owner_and_deadline(either_door: Door) -> None:
    answer = either_door.send()

    assert answer.status_code == 202
    body = answer.json()
    assert {
        "lead_id": body["lead_id"],
        "outcome": "accepted",
        "tier": "Hot",
        "owner": "alice@acme.example",
        "sla": {
            "status": "Within SLA",
            "outcome": None,
            "started_at": "2026-11-23T15:00:00Z",
            "due_at": "2026-11-23T15:05:00Z",
        },
        "why": body["why"],
    } == body
    assert body["why"][0].startswith("Tier: Hot")
    with either_door.database.read() as connection:
        assert [body["lead_id"]] == list(leads.load(connection, [body["lead_id"]]))


def test_the_same_external_id_again_is_a_duplicate_without_a_second_message(either_door: Door) -> None:
    first = either_door.send().json()
    second = either_door.send().json()

    assert second["outcome"] == "duplicate"
    assert first["lead_id"] == second["lead_id"]
    assert first["sla"] == second["sla"]
    with either_door.database.read() as connection:
        assert len(outbox.of_lead(connection, first["lead_id"])) == 1
    assert len(either_door.look(first["lead_id"])["clocks"]) == 1


def test_a_duplicate_with_another_body_takes_over_what_changed(door: Door) -> None:
    lead_id = door.sent()
    answer = door.send(phone="+1 212 555 0142")

    assert answer.json()["outcome"] == "duplicate"
    assert door.look(lead_id)["lead"]["phone"] == "+1 212 555 0142"


def test_the_same_external_id_of_another_source_is_another_lead(door: Door) -> None:
    answer = door.ask("POST", "/v1/leads", HUBSPOT_KEY, json={"objectId": "00Q-1001"})

    assert door.sent() != answer.json()["lead_id"]


def test_a_lead_that_lacks_a_required_field_is_kept_and_needs_attention(door: Door) -> None:
    answer = door.send(company=None)

    assert answer.status_code == 202
    body = answer.json()
    assert (body["outcome"], body["owner"], body["sla"]) == ("needs_attention", None, None)
    assert body["why"] == ["company is missing"]
    with door.database.read() as connection:
        owed = outbox.of_lead(connection, body["lead_id"])
    assert [delivery.place for delivery in owed] == ["@ops@acme.example"]


def test_a_value_that_cannot_be_right_is_kept_and_named(door: Door) -> None:
    body = door.send(score="abc").json()

    assert body["outcome"] == "needs_attention"
    assert body["why"] == ["score is 'abc'; it needs a number from 0 to 100"]
    assert door.look(body["lead_id"])["lead"]["attributes"]["unusable"] == {"score": "abc"}


def test_a_lead_that_needed_details_starts_its_clock_when_they_come(door: Door) -> None:
    lead_id = door.send(company=None).json()["lead_id"]
    again = door.send().json()

    assert (lead_id, "duplicate") == (again["lead_id"], again["outcome"])
    assert again["owner"] == "alice@acme.example"
    assert again["sla"]["due_at"] == "2026-11-23T15:05:00Z"


def test_a_missing_external_id_is_refused_by_name(door: Door) -> None:
    answer = door.ask("POST", "/v1/leads", json={"email": "dana@northwind.example"})

    assert list(wrong_fields(answer)) == ["external_id"]
    assert "missing" in wrong_fields(answer)["external_id"]


def test_a_mistyped_field_is_refused_with_the_name_that_was_meant(door: Door) -> None:
    answer = door.send(compnay="Northwind")

    assert wrong_fields(answer) == {"compnay": "is no field of a lead; write company"}


@pytest.mark.parametrize("body", ["", "{", '{"external_id": NaN}', "\xff", "[" * 500, '"\\ud800"'])
def test_broken_json_is_refused(door: Door, body: str) -> None:
    answer = door.ask("POST", "/v1/leads", content=body.encode("latin-1"))

    assert problem(answer, 422)["detail"].startswith("The body is no JSON")


@pytest.mark.parametrize("body", [[], 1, "x", None, True])
def test_json_that_is_no_object_is_refused(door: Door, body: Any) -> None:
    assert list(wrong_fields(door.ask("POST", "/v1/leads", content=json.dumps(body)))) == [""]


def test_a_mapped_source_sends_its_own_shape_and_the_rest_is_kept(door: Door) -> None:
    sent = {
        "objectId": 512,
        "properties": {
            "email": "dana@northwind.example",
            "company": "Northwind",
            "hubspotscore": "77",
            "plan": "x",
        },
        "portal": 9,
    }
    lead_id = door.ask("POST", "/v1/leads", HUBSPOT_KEY, json=sent).json()["lead_id"]

    shown = door.look("hubspot:512", HUBSPOT_KEY)
    assert lead_id == shown["lead_id"]
    assert shown["lead"]["score"] == 77
    assert shown["lead"]["attributes"] == {"properties": {"plan": "x"}, "portal": 9}


def test_a_lead_sent_with_an_admin_key_belongs_to_the_source_admin(door: Door) -> None:
    lead_id = door.send(ADMIN_KEY).json()["lead_id"]

    assert lead_id == door.look("admin:00Q-1001", ADMIN_KEY)["lead_id"]


def test_a_batch_is_answered_in_its_order_and_one_bad_lead_harms_no_other(either_door: Door) -> None:
    sent = [
        NORTHWIND,
        {"email": "no-id@northwind.example"},
        NORTHWIND | {"external_id": "00Q-1002", "email": "jonas@kessel.example", "company": ""},
        NORTHWIND,
        17,
    ]
    answer = either_door.ask("POST", "/v1/leads/batch", json=sent)

    assert answer.status_code == 202
    results = answer.json()
    assert [r["outcome"] for r in results] == [
        "accepted",
        "refused",
        "needs_attention",
        "duplicate",
        "refused",
    ]
    assert results[0]["lead_id"] == results[3]["lead_id"]
    assert results[1]["errors"][0]["field"] == "external_id"
    assert {"outcome", "errors"} == set(results[4])


def test_a_batch_takes_a_thousand_leads_and_not_one_more(either_door: Door) -> None:
    thousand = [
        NORTHWIND | {"external_id": f"B-{number}", "email": f"{number}@b.example"} for number in range(1000)
    ]

    results = either_door.ask("POST", "/v1/leads/batch", json=thousand).json()
    assert {"accepted"} == {result["outcome"] for result in results}
    assert len({result["lead_id"] for result in results}) == 1000
    more = either_door.ask("POST", "/v1/leads/batch", json=[*thousand, NORTHWIND])
    assert "1000" in problem(more, 413)["detail"]


def test_an_empty_batch_is_no_error(door: Door) -> None:
    answer = door.ask("POST", "/v1/leads/batch", json=[])

    assert (answer.status_code, answer.json()) == (202, [])


def test_a_batch_that_is_no_list_is_refused(door: Door) -> None:
    assert "list" in problem(door.ask("POST", "/v1/leads/batch", json=NORTHWIND), 422)["detail"]


def test_text_of_a_lead_is_stored_without_signs_that_databases_refuse(either_door: Door) -> None:
    lead_id = either_door.sent(company="North\x00wind", attributes={"a\x00": ["\x00b"]})

    shown = either_door.look(lead_id)["lead"]
    assert (shown["company"], shown["attributes"]) == ("Northwind", {"a": ["b"]})


def test_an_external_id_with_slashes_and_colons_finds_its_lead(door: Door) -> None:
    lead_id = door.sent(external_id="crm/eu:4 7")

    assert lead_id == door.look("website:crm%2Feu%3A4%207")["lead_id"]
    assert lead_id == door.look("website:crm/eu:4 7")["lead_id"]


def test_the_same_person_twice_in_a_batch_is_one_lead_under_both_names(either_door: Door) -> None:
    sent = [NORTHWIND, NORTHWIND | {"external_id": "WEB-7", "email": "DANA@northwind.example", "score": 90}]
    first, second = either_door.ask("POST", "/v1/leads/batch", json=sent).json()

    assert (first["outcome"], second["outcome"]) == ("accepted", "duplicate")
    assert first["lead_id"] == second["lead_id"] == either_door.look("website:WEB-7")["lead_id"]
    shown = either_door.look("website:00Q-1001")
    assert (shown["external_id"], shown["asked_again"], shown["lead"]["score"]) == ("00Q-1001", 1, 90)
    assert [one["role"] for one in shown["deliveries"]] == ["owner_card"]


def test_a_source_sees_the_lead_that_took_its_request_in_and_no_other_source_does(door: Door) -> None:
    lead_id = door.sent()
    answer = door.ask(
        "POST",
        "/v1/leads",
        HUBSPOT_KEY,
        json={"objectId": "7", "properties": {"email": "dana@northwind.example", "company": "Northwind"}},
    )

    assert (answer.json()["outcome"], answer.json()["lead_id"]) == ("duplicate", lead_id)
    assert (
        lead_id
        == door.look("hubspot:7", HUBSPOT_KEY)["lead_id"]
        == door.look(lead_id, HUBSPOT_KEY)["lead_id"]
    )
    assert door.ask("GET", "/v1/leads/hubspot:7").status_code == 404
    assert door.ask("GET", "/v1/leads/website:00Q-1001", HUBSPOT_KEY).status_code == 404


def test_the_time_until_a_lead_was_complete_is_told_apart(door: Door) -> None:
    lead_id = door.sent(company=None)
    assert door.look(lead_id)["completed_at"] is None
    door.at += timedelta(minutes=7)
    door.sent()

    shown = door.look(lead_id)
    assert (shown["received_at"], shown["completed_at"]) == ("2026-11-23T15:00:00Z", "2026-11-23T15:07:00Z")
    [completed] = [one for one in shown["timeline"] if one["kind"] == "completed"]
    assert completed["data"] == {"fields": ["company"], "waited_s": 420.0}


def test_a_number_that_cannot_be_one_needs_attention_with_the_reason(door: Door) -> None:
    answer = door.send(phone="+44 1234").json()

    assert answer["outcome"] == "needs_attention"
    assert answer["why"] == ["phone is '+44 1234'; it has too few digits"]
    assert door.look(answer["lead_id"])["lead"]["attributes"] == {"unusable": {"phone": "+44 1234"}}
