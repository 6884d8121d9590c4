"""Who may come to the HTTP door: keys, rotated keys, admins, signatures, and strangers."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from bot.settings import SourceSecret
from tests.bot.http.served import (
    ADMIN_KEY,
    HUBSPOT_KEY,
    NORTHWIND,
    SIGNING_SECRET,
    WEBSITE_KEY,
    Door,
    problem,
    settings,
)

ADDRESSES = [
    ("POST", "/v1/leads"),
    ("POST", "/v1/leads/batch"),
    ("GET", "/v1/leads/website:1"),
    ("PATCH", "/v1/leads/website:1"),
    ("POST", "/v1/leads/website:1/activities"),
]


def of(source: str, secret: str) -> SourceSecret:
    return SourceSecret(source=source, secret=SecretStr(secret))


def signed(
    door: Door, body: str, *, age: timedelta = timedelta(0), secret: str = SIGNING_SECRET
) -> httpx.Response:
    # The library that checks signatures reads the wall clock itself.
    at = datetime.now(UTC) - age
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }
    return door.ask("POST", "/v1/leads", None, content=body, headers=headers)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
@pytest.mark.parametrize(
    "key", [None, "", "wrong", "website-key", "website-key-11", "schlüssel".encode().decode("latin-1")]
)
def test_a_stranger_is_told_how_to_say_who_they_are(
    door: Door, method: str, path: str, key: str | None
) -> None:
    headers = {} if key is None else {"Authorization": f"Bearer {key}".strip().encode("latin-1")}
    answer = door.client.request(method, path, headers=headers, content="{")  # type: ignore[arg-type]

    assert answer.headers["www-authenticate"] == "Bearer"
    assert "key" in problem(answer, 401)["detail"]


def test_another_scheme_than_bearer_is_no_key(door: Door) -> None:
    answer = door.ask(
        "POST", "/v1/leads", None, headers={"Authorization": "Basic website-key-1"}, json=NORTHWIND
    )

    problem(answer, 401)


def test_both_keys_of_a_source_work_while_it_changes_them(door: Door) -> None:
    first = door.send("website-key-1").json()

    assert first["lead_id"] == door.send("website-key-2").json()["lead_id"]


def test_new_keys_and_secrets_are_taken_up_beside_the_old_ones_and_then_alone(door: Door) -> None:
    new_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
    both = settings(
        intake_keys=(of("website", WEBSITE_KEY), of("website", "website-key-of-2027")),
        webhook_secrets=(of("segment", SIGNING_SECRET), of("segment", new_secret)),
        admin_keys=(SecretStr(ADMIN_KEY), SecretStr("admin-key-of-2027")),
    )
    lead_id = door.sent()
    body = json.dumps(NORTHWIND)

    door.callers.take_up(both)
    assert [door.send(key).status_code for key in (WEBSITE_KEY, "website-key-of-2027")] == [202, 202]
    assert [signed(door, body, secret=one).status_code for one in (SIGNING_SECRET, new_secret)] == [202, 202]
    assert door.look(lead_id, ADMIN_KEY) == door.look(lead_id, "admin-key-of-2027")

    door.callers.take_up(
        settings(
            intake_keys=both.intake_keys[1:],
            webhook_secrets=both.webhook_secrets[1:],
            admin_keys=both.admin_keys[1:],
        )
    )
    assert [door.send(key).status_code for key in (WEBSITE_KEY, "website-key-of-2027")] == [401, 202]
    assert [signed(door, body, secret=one).status_code for one in (SIGNING_SECRET, new_secret)] == [401, 202]
    problem(door.ask("GET", f"/v1/leads/{lead_id}", ADMIN_KEY), 401)


def test_a_message_signed_with_both_secrets_while_its_sender_changes_them_is_taken(door: Door) -> None:
    at, body = datetime.now(UTC), json.dumps(NORTHWIND)
    secrets = ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SIGNING_SECRET)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign("msg_1", at, body) for secret in secrets),
    }

    assert door.ask("POST", "/v1/leads", None, content=body, headers=headers).status_code == 202


def test_a_signed_message_that_is_replayed_is_the_same_lead_and_says_nothing_twice(door: Door) -> None:
    at, body = datetime.now(UTC), json.dumps(NORTHWIND)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SIGNING_SECRET).sign("msg_1", at, body),
    }

    first, again = (
        door.ask("POST", "/v1/leads", None, content=body, headers=headers).json() for _ in range(2)
    )

    assert (first["outcome"], again["outcome"]) == ("accepted", "duplicate")
    assert len(door.look(first["lead_id"], ADMIN_KEY)["deliveries"]) == 1


@pytest.mark.parametrize("changed", ["id", "stamp", "body"])
def test_a_signature_covers_the_id_the_time_and_the_body(door: Door, changed: str) -> None:
    at, body = datetime.now(UTC), json.dumps(NORTHWIND)
    stamp = int(at.timestamp())
    headers = {
        "webhook-id": "msg_2" if changed == "id" else "msg_1",
        "webhook-timestamp": str(stamp + 1 if changed == "stamp" else stamp),
        "webhook-signature": Webhook(SIGNING_SECRET).sign("msg_1", at, body),
    }
    content = body + " " if changed == "body" else body

    problem(door.ask("POST", "/v1/leads", None, content=content, headers=headers), 401)


@pytest.mark.parametrize("age", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_a_clock_that_is_off_by_minutes_on_either_side_is_no_hindrance(door: Door, age: timedelta) -> None:
    assert signed(door, json.dumps(NORTHWIND), age=age).status_code == 202


def test_a_signed_lead_needs_no_key_and_belongs_to_the_source_of_the_secret(door: Door) -> None:
    answer = signed(door, json.dumps(NORTHWIND))

    assert answer.status_code == 202
    assert door.look("segment:00Q-1001", ADMIN_KEY)["source"] == "segment"


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_signature_or_one_of_the_future_is_refused(door: Door, age: timedelta) -> None:
    problem(signed(door, json.dumps(NORTHWIND), age=age), 401)


def test_the_signature_of_another_secret_is_refused(door: Door) -> None:
    problem(signed(door, json.dumps(NORTHWIND), secret="whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), 401)


@pytest.mark.parametrize(
    ("stamp", "signature"),
    [
        ("now", "v1,abc"),
        ("1", "v1,abc"),
        ("nan", "v1"),
        ("1", ""),
        ("STAMP", "garbage"),
        ("STAMP", "v1,=,="),
        ("STAMP", "v1,x"),
    ],
)
def test_headers_that_are_no_signature_are_refused(door: Door, stamp: str, signature: str) -> None:
    now = str(int(datetime.now(UTC).timestamp()))
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": stamp.replace("STAMP", now),
        "webhook-signature": signature,
    }

    problem(door.ask("POST", "/v1/leads", None, json=NORTHWIND, headers=headers), 401)


def test_a_signed_body_that_is_no_text_is_refused(door: Door) -> None:
    now = str(int(datetime.now(UTC).timestamp()))
    headers = {"webhook-id": "m", "webhook-timestamp": now, "webhook-signature": "v1,x"}

    problem(door.ask("POST", "/v1/leads", None, content=b"\xff", headers=headers), 401)


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"status": "closed", "reason": "Spam"}),
        (
            "POST",
            "/activities",
            {"external_id": "1", "type": "call", "outcome": "connected", "by": "x@y.example"},
        ),
    ],
)
@pytest.mark.parametrize("by_id", [True, False])
def test_a_source_does_not_even_learn_that_the_leads_of_others_exist(
    door: Door, method: str, tail: str, body: object, by_id: bool
) -> None:
    lead_id = door.sent()
    name = lead_id if by_id else "website:00Q-1001"

    other = door.ask(method, f"/v1/leads/{name}{tail}", HUBSPOT_KEY, **({"json": body} if body else {}))
    nobody = door.ask(
        method, f"/v1/leads/website:none{tail}", HUBSPOT_KEY, **({"json": body} if body else {})
    )
    assert problem(other, 404) == problem(nobody, 404)


def test_an_admin_sees_the_leads_of_all_sources(door: Door) -> None:
    lead_id = door.sent()

    assert lead_id == door.look("website:00Q-1001", ADMIN_KEY)["lead_id"]
