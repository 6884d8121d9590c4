"""What the door answers when something is wrong: too long, not JSON, nothing there, nothing to save to."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.http import bodies
from storage.database import Database
from tests.bot.http.served import NORTHWIND, WEBSITE_KEY, Door, problem, served

KEYED = {"Authorization": f"Bearer {WEBSITE_KEY}"}


def of_length(length: int) -> bytes:
    """A good lead whose JSON has exactly so many bytes."""
    empty = json.dumps(NORTHWIND | {"message": ""}).encode()
    return json.dumps(NORTHWIND | {"message": "x" * (length - len(empty))}).encode()


@pytest.mark.parametrize(("length", "status"), [(bodies.ONE_MAX, 202), (bodies.ONE_MAX + 1, 413)])
def test_a_lead_is_at_most_256_kib_long(door: Door, length: int, status: int) -> None:
    answer = door.client.post("/v1/leads", content=of_length(length), headers=KEYED)

    assert status == answer.status_code
    if status == 413:
        assert "256 KiB" in problem(answer, 413)["detail"]


def test_a_batch_is_at_most_8_mib_long(door: Door) -> None:
    fits = b"[" + of_length(300 * 1024) + b"]"
    long = b"[" + b" " * bodies.BATCH_MAX + b"]"

    assert door.client.post("/v1/leads/batch", content=fits, headers=KEYED).status_code == 202
    assert "8 MiB" in problem(door.client.post("/v1/leads/batch", content=long, headers=KEYED), 413)["detail"]


def test_a_body_without_a_declared_length_is_measured_as_it_comes(door: Door) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield b" " * (100 * 1024)

    problem(door.client.post("/v1/leads", content=pieces(), headers=KEYED), 413)


def test_a_gigabyte_is_refused_before_it_is_sent(door: Door) -> None:
    url = httpx.URL(str(door.client.base_url))
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        head = f"POST /v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {WEBSITE_KEY}\r\n"
        connection.sendall(f"{head}Content-Length: 1073741824\r\n\r\n{{".encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece

    # The server hung up, or this would still be waiting for more.
    assert answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("application/vnd.crm+json", 202),
        (None, 202),
        ("text/plain", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/x-www-form-urlencoded", 202),  # what `curl -d` says about any body
    ],
)
def test_only_json_is_taken(door: Door, kind: str | None, status: int) -> None:
    headers = KEYED if kind is None else KEYED | {"Content-Type": kind}
    answer = door.client.post("/v1/leads", content=json.dumps(NORTHWIND), headers=headers)

    assert status == answer.status_code
    if status == 415:
        assert "Content-Type: application/json" in problem(answer, 415)["detail"]


def test_json_with_a_byte_order_mark_is_read(door: Door) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(NORTHWIND).encode()

    assert door.client.post("/v1/leads", content=content, headers=KEYED).status_code == 202


def test_an_address_that_does_not_exist_is_a_problem(door: Door) -> None:
    for path in ("/", "/v1", "/v1/lead", "/v2/leads", "/docs/"):
        assert "/docs" in problem(door.client.get(path), 404)["detail"]


def test_a_method_that_an_address_does_not_take_is_a_problem(door: Door) -> None:
    for method, path in (("GET", "/v1/leads"), ("PUT", "/v1/leads/website:1"), ("POST", "/healthz")):
        answer = door.client.request(method, path)

        assert "method" in problem(answer, 405)["detail"]
        assert answer.headers["allow"]


def test_a_database_that_is_away_asks_for_the_lead_again_later(sqlite_database: Database) -> None:
    with served(sqlite_database) as door:
        full = "PRAGMA max_page_count = 1"
        with sqlite_database.begin() as connection:
            connection.exec_driver_sql(full)
        answers = [
            door.send(message="x" * 100_000),
            door.ask("POST", "/v1/leads/batch", json=[NORTHWIND | {"message": "x" * 100_000}]),
        ]
        with sqlite_database.begin() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")

        for answer in answers:
            assert answer.headers["retry-after"].isdigit()
            assert "nothing" in problem(answer, 503)["detail"]
        assert door.send().json()["outcome"] == "accepted"


def test_a_bot_that_is_stopping_takes_nothing_new(door: Door) -> None:
    lead_id = door.sent()
    door.recorder.stop(timedelta(seconds=10))

    assert door.send().headers["retry-after"] == "5"
    problem(door.send(), 503)
    problem(door.ask("PATCH", f"/v1/leads/{lead_id}", json={"owner": "bob@acme.example"}), 503)


def test_a_fault_of_the_bot_is_told_without_its_insides(sqlite_database: Database) -> None:
    async def break_down(_request: Request) -> Response:
        raise RuntimeError("secret")

    with served(sqlite_database, extra_routes=[Route("/slack/events", break_down, methods=["POST"])]) as door:
        answer = door.client.post("/slack/events")

    assert "secret" not in answer.text
    assert "log" in problem(answer, 500)["detail"]


def test_a_route_of_others_is_answered_by_them(sqlite_database: Database) -> None:
    async def greet(_request: Request) -> Response:
        return Response("slack")

    with served(sqlite_database, extra_routes=[Route("/slack/events", greet, methods=["POST"])]) as door:
        assert door.client.post("/slack/events").text == "slack"


def test_who_hangs_up_half_way_leaves_nothing_behind(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    url = httpx.URL(str(door.client.base_url))
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        head = f"POST /v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {WEBSITE_KEY}\r\n"
        connection.sendall(f"{head}Content-Length: 500\r\n\r\n{{".encode())

    assert door.send().json()["outcome"] == "accepted"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
