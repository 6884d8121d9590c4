"""One lead over HTTP: seen, given to somebody, closed, and contacts that were logged elsewhere."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.bot.http.served import ADMIN_KEY, Door, problem, wrong_fields
from tests.sla.play import moment

CALL = {"external_id": "call-1", "type": "call", "outcome": "connected", "by": "alice@acme.example"}


def patch(door: Door, lead_id: str, **change: Any) -> httpx.Response:
    return door.ask("PATCH", f"/v1/leads/{lead_id}", json=change)


def log(door: Door, lead_id: str, **changed: Any) -> httpx.Response:
    body = {name: value for name, value in (CALL | changed).items() if value is not None}
    return door.ask("POST", f"/v1/leads/{lead_id}/activities", json=body)


def test_a_lead_shows_its_state_clocks_messages_and_timeline(either_door: Door) -> None:
    lead_id = either_door.sent()
    log(either_door, lead_id)

    shown = either_door.look(lead_id)
    assert tuple(shown[name] for name in ("state", "owner", "tier", "team")) == (
        "contacted",
        "alice@acme.example",
        "Hot",
        "enterprise",
    )
    assert shown["sla"]["outcome"] == "met"
    assert [(clock["kind"], clock["person"], clock["stopped_by"]) for clock in shown["clocks"]] == [
        ("owner", "alice@acme.example", "contact")
    ]
    assert [(c["channel"], c["outcome"], c["counts"]) for c in shown["contacts"]] == [
        ("call", "connected", True)
    ]
    assert tuple(shown["deliveries"][0][name] for name in ("role", "to", "state")) == (
        "owner_card",
        "alice@acme.example",
        "pending",
    )
    assert [entry["kind"] for entry in shown["timeline"]] == ["arrived", "contact"]


def test_a_lead_that_is_not_known_is_not_found(door: Door) -> None:
    for name in ("L" + "0" * 26, "website:nobody", "nonsense", "", ":", "batch"):
        assert "lead" in problem(door.ask("GET", f"/v1/leads/{name}"), 404)["detail"]


@pytest.mark.parametrize(
    "name", ["%00", "website:%00", "website:a%00b", "website:%F0%9F%92%A5", "website:%ED%A0%80"]
)
def test_a_name_that_no_database_can_hold_is_not_found(either_door: Door, name: str) -> None:
    problem(either_door.ask("GET", f"/v1/leads/{name}"), 404)
    problem(either_door.ask("PATCH", f"/v1/leads/{name}", json={"owner": "bob@acme.example"}), 404)


def test_a_new_owner_is_taken_over_whatever_the_case_of_the_address(either_door: Door) -> None:
    lead_id = either_door.sent()
    answer = patch(either_door, lead_id, owner="Bob@ACME.example")

    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["owner"]) == ("changed", "bob@acme.example")
    assert either_door.look(lead_id)["clocks"][-1]["by"] == "website"


def test_the_owner_it_already_has_changes_nothing(door: Door) -> None:
    lead_id = door.sent()
    answer = patch(door, lead_id, owner="alice@acme.example")

    assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
    assert len(door.look(lead_id)["clocks"]) == 1


def test_an_owner_whom_the_policy_does_not_know_is_refused_by_field(door: Door) -> None:
    assert list(wrong_fields(patch(door, door.sent(), owner="zoe@acme.example"))) == ["owner"]


def test_an_owner_of_another_team_is_a_conflict_in_words(door: Door) -> None:
    answer = patch(door, door.sent(), owner="dieter@acme.example")

    assert "Dieter Daum is no rep or backup of Enterprise" in problem(answer, 409)["detail"]


def test_closing_takes_a_reason_and_is_done_once(either_door: Door) -> None:
    lead_id = either_door.sent()
    assert list(wrong_fields(patch(either_door, lead_id, status="closed"))) == ["reason"]
    assert list(wrong_fields(patch(either_door, lead_id, status="closed", reason="  "))) == ["reason"]

    first = patch(either_door, lead_id, status="closed", reason="Spam")
    again = patch(either_door, lead_id, status="closed", reason="Spam")
    assert [
        (answer.status_code, answer.json()["outcome"], answer.json()["state"]) for answer in (first, again)
    ] == [(200, "changed", "closed"), (200, "unchanged", "closed")]


def test_a_closed_lead_takes_no_new_owner_and_no_contact(door: Door) -> None:
    lead_id = door.sent()
    patch(door, lead_id, status="closed", reason="Spam")

    assert "closed this lead" in problem(patch(door, lead_id, owner="bob@acme.example"), 409)["detail"]
    assert "closed this lead" in problem(log(door, lead_id), 409)["detail"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"owner": "bob@acme.example", "status": "closed", "reason": "x"}, []),
        ({"status": "open"}, ["status"]),
        ({"owner": 7}, ["owner"]),
        ({"owner": ""}, ["owner"]),
        ({"onwer": "bob@acme.example"}, ["onwer"]),
        ({"status": "closed", "reason": "x" * 1001}, ["reason"]),
        ({"status": "closed", "reason": "x", "occurred_at": "yesterday"}, ["occurred_at"]),
        ({"status": "closed", "reason": "x", "occurred_at": "2026-11-23T10:00:00"}, ["occurred_at"]),
        ({"status": "closed", "reason": "x", "occurred_at": "2026-11-23T16:00:00Z"}, ["occurred_at"]),
    ],
)
def test_a_change_that_cannot_be_read_is_refused_by_field(
    door: Door, change: dict[str, Any], fields: list[str]
) -> None:
    lead_id = door.sent()

    assert fields == list(wrong_fields(patch(door, lead_id, **change)))
    assert len(door.look(lead_id)["timeline"]) == 1


def test_a_mistyped_field_of_a_change_is_told_what_was_meant(door: Door) -> None:
    assert wrong_fields(patch(door, door.sent(), onwer="x")) == {"onwer": "is not known here; write owner"}


def test_a_contact_stops_the_clock_at_the_time_when_it_happened(either_door: Door) -> None:
    lead_id = either_door.sent()
    either_door.at = moment("Mon 10:20")
    answer = log(either_door, lead_id, occurred_at="2026-11-23T10:04:00-05:00")

    assert (answer.status_code, answer.json()["outcome"]) == (202, "accepted")
    assert answer.json()["sla"]["outcome"] == "met"
    assert either_door.look(lead_id)["first_contact_at"] == "2026-11-23T15:04:00Z"


def test_the_same_activity_again_is_a_duplicate(either_door: Door) -> None:
    lead_id = either_door.sent()
    log(either_door, lead_id)
    answer = log(either_door, lead_id, outcome="no_answer")

    assert (answer.status_code, answer.json()["outcome"]) == (202, "duplicate")
    assert [contact["outcome"] for contact in either_door.look(lead_id)["contacts"]] == ["connected"]


def test_a_number_that_a_crm_has_for_its_activity_is_taken_as_its_text(either_door: Door) -> None:
    lead_id = either_door.sent()
    outcomes = [log(either_door, lead_id, external_id=sent).json()["outcome"] for sent in (7, "7", 7, -7)]

    assert outcomes == ["accepted", "duplicate", "duplicate", "accepted"]
    assert [contact["external_id"] for contact in either_door.look(lead_id)["contacts"]] == ["7", "-7"]


def test_a_contact_by_somebody_else_than_the_owner_is_taken_and_flagged(door: Door) -> None:
    lead_id = door.sent()

    assert log(door, lead_id, by="sdr@agency.example").status_code == 202
    assert door.look(lead_id)["timeline"][-1]["data"]["not_the_owner"]


@pytest.mark.parametrize(
    ("occurred_at", "status"),
    [
        ("2026-11-23T15:10:00Z", 202),
        ("2026-11-23T15:11:00Z", 202),
        ("2026-11-23T15:11:01Z", 422),
        ("2026-11-23T15:00:00Z", 202),
        ("2026-11-23T14:59:00Z", 422),
    ],
)
def test_a_contact_is_neither_of_the_future_nor_from_before_the_lead(
    door: Door, occurred_at: str, status: int
) -> None:
    lead_id = door.sent()
    door.at = moment("Mon 10:10")
    answer = log(door, lead_id, occurred_at=occurred_at)

    assert status == answer.status_code
    if status == 422:
        assert list(wrong_fields(answer)) == ["occurred_at"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"external_id": None}, "external_id"),
        ({"external_id": " "}, "external_id"),
        ({"external_id": "x" * 256}, "external_id"),
        ({"external_id": 7.5}, "external_id"),
        ({"external_id": True}, "external_id"),
        ({"external_id": 2**63}, "external_id"),
        ({"type": None}, "type"),
        ({"type": "fax"}, "type"),
        ({"outcome": None}, "outcome"),
        ({"outcome": "won"}, "outcome"),
        ({"by": None}, "by"),
        ({"by": "x" * 321}, "by"),
        ({"occurred_at": "soon"}, "occurred_at"),
        ({"occurred_at": 1795446000}, "occurred_at"),
        ({"note": ["x"]}, "note"),
        ({"note": "x" * 3001}, "note"),
        ({"tpye": "call"}, "tpye"),
    ],
)
def test_an_activity_that_cannot_be_read_is_refused_by_field(
    door: Door, changed: dict[str, Any], field: str
) -> None:
    lead_id = door.sent()

    assert [field] == list(wrong_fields(log(door, lead_id, **changed)))
    assert door.look(lead_id)["contacts"] == []


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null"])
@pytest.mark.parametrize(("method", "tail"), [("PATCH", ""), ("POST", "/activities")])
def test_a_body_that_is_no_object_is_refused(door: Door, method: str, tail: str, body: str) -> None:
    answer = door.ask(method, f"/v1/leads/{door.sent()}{tail}", content=body)

    assert "object" in problem(answer, 422)["detail"]


def test_a_lead_that_waits_for_details_takes_no_contact(door: Door) -> None:
    lead_id = door.sent(company=None)

    assert "company is missing" in problem(log(door, lead_id), 409)["detail"]


def test_an_admin_changes_the_leads_of_all_sources_in_its_own_name(door: Door) -> None:
    lead_id = door.sent()
    answer = door.ask("PATCH", "/v1/leads/website:00Q-1001", ADMIN_KEY, json={"owner": "bob@acme.example"})

    assert answer.status_code == 200
    assert door.look(lead_id)["timeline"][-1]["who"] == "admin"


def test_a_late_contact_is_a_missed_lead(door: Door) -> None:
    lead_id = door.sent()
    door.at += timedelta(minutes=5, microseconds=1)

    assert log(door, lead_id).json()["sla"]["outcome"] == "missed"


def test_what_comes_before_its_lead_is_told_so_and_taken_when_it_is_sent_again(door: Door) -> None:
    closing = {"status": "closed", "reason": "Bought elsewhere"}
    call = {"external_id": "K-1", "type": "call", "outcome": "connected", "by": "alice@acme.example"}
    name = "website:00Q-1001"
    for method, tail, body in (("PATCH", "", closing), ("POST", "/activities", call)):
        problem(door.ask(method, f"/v1/leads/{name}{tail}", json=body), 404)

    assert door.send().json()["outcome"] == "accepted"
    assert door.ask("POST", f"/v1/leads/{name}/activities", json=call).json()["outcome"] == "accepted"
    assert door.ask("PATCH", f"/v1/leads/{name}", json=closing).json()["state"] == "closed"


def test_a_closed_lead_that_is_sent_again_stays_closed(door: Door) -> None:
    lead_id = door.sent()
    door.ask("PATCH", f"/v1/leads/{lead_id}", json={"status": "closed", "reason": "Spam"})

    again = door.send(score=99).json()

    assert (again["outcome"], again["lead_id"]) == ("duplicate", lead_id)
    assert (door.look(lead_id)["state"], len(door.look(lead_id)["deliveries"])) == ("closed", 1)
