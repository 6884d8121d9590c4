"""What the HTTP door holds at once has an end: requests, batches, heads that do not end or trickle in, deep JSON."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import httpx
import pytest

from bot.http import crowd
from bot.http.crowd import Crowds
from bot.http.patience import HEAD_MAX, PatientProtocol
from bot.http.problems import Problem
from storage.database import Database
from tests.bot.http.served import NORTHWIND, WEBSITE_KEY, Door, problem, served, settings

KEYED = f"Authorization: Bearer {WEBSITE_KEY}\r\n"
QUICK = timedelta(seconds=0.3)


@contextmanager
def connected(door: Door) -> Iterator[socket.socket]:
    url = httpx.URL(str(door.client.base_url))
    with socket.create_connection((url.host, url.port or 0), timeout=20) as connection:
        yield connection


def heard(connection: socket.socket) -> bytes:
    """Everything until the other side hangs up."""
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


@pytest.fixture
def crowded(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A door with room for two leads, one batch and one question."""
    monkeypatch.setattr(crowd, "REQUESTS_MAX", 2)
    monkeypatch.setattr(crowd, "BATCHES_MAX", 1)
    monkeypatch.setattr(crowd, "QUESTIONS_MAX", 1)
    with served(sqlite_database) as running:
        yield running


def begin(stack: ExitStack, door: Door, path: str) -> socket.socket:
    """A request that is let in and sends its body later."""
    connection = stack.enter_context(connected(door))
    # The server asks for the body as soon as somebody begins to read it: then it is inside.
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{KEYED}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    assert connection.recv(100).startswith(b"HTTP/1.1 100")
    return connection


def test_one_request_too_many_is_asked_to_come_again_and_is_taken_when_there_is_room(crowded: Door) -> None:
    with ExitStack() as stack:
        slow = [begin(stack, crowded, "/v1/leads") for _ in range(2)]

        answer = crowded.send()
        assert answer.headers["retry-after"] == "1"
        assert "Nothing of this one was saved" in problem(answer, 503)["detail"]

        for connection in slow:
            connection.sendall(b"{}       ")
            assert connection.recv(100).startswith(b"HTTP/1.1 422")
        assert crowded.send().json()["outcome"] == "accepted"


def test_whoever_hangs_up_makes_room(crowded: Door) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            begin(stack, crowded, "/v1/leads")
        assert crowded.send().status_code == 503

    patience = time.monotonic() + 20
    while (answer := crowded.send()).status_code == 503 and time.monotonic() < patience:
        pass
    assert answer.json()["outcome"] == "accepted"


def test_a_crowd_of_leads_hides_neither_health_nor_a_batch_and_batches_not_the_leads(crowded: Door) -> None:
    with ExitStack() as stack:
        for path in ("/v1/leads", "/v1/leads", "/v1/leads/batch"):
            begin(stack, crowded, path)

        assert crowded.ask("GET", "/healthz", None).status_code == 200
        problem(crowded.ask("POST", "/v1/leads/batch", json=[NORTHWIND]), 503)
    with ExitStack() as stack:
        begin(stack, crowded, "/v1/leads/batch")
        assert crowded.send(external_id="beside a batch").status_code == 202


def test_slacks_requests_and_questions_are_counted_apart() -> None:
    crowds = Crowds(batches="/batch", questions=["/healthz", "/metrics"], of_others=["/slack/events"])

    assert crowds.of("/healthz") is crowds.of("/metrics")
    assert len({crowds.of(path) for path in ("/healthz", "/batch", "/slack/events", "/v1/leads")}) == 4
    assert crowds.of("/v1/leads") is crowds.of("/anything/else")


def test_each_crowd_has_its_size() -> None:
    crowds = Crowds(batches="/batch", questions=["/healthz"], of_others=["/slack/events"])
    sizes = {path: crowds.of(path).most for path in ("/v1/leads", "/batch", "/healthz", "/slack/events")}

    assert sizes == {"/v1/leads": 1000, "/batch": 8, "/healthz": 100, "/slack/events": 1000}
    for _ in range(8):
        crowds.of("/batch").enter()
    with pytest.raises(Problem):
        crowds.of("/batch").enter()


@pytest.mark.parametrize("piece", [b"a", b"X: a\r\n"], ids=["in one header", "header by header"])
def test_a_head_without_an_end_is_broken_off(door: Door, piece: bytes) -> None:
    begun = b"POST /v1/leads HTTP/1.1\r\nX-Long: "
    endless = begun + piece * (HEAD_MAX // len(piece))
    with connected(door) as connection:
        connection.sendall(endless[: HEAD_MAX + 1])

        assert heard(connection).startswith(b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "head",
    [f"X-Long: {'a' * HEAD_MAX}\r\n", "X-Many: abcdef\r\n" * (HEAD_MAX // 12)],
    ids=["one long header", "many headers"],
)
def test_a_head_that_is_too_long_is_answered_431(door: Door, head: str) -> None:
    with connected(door) as connection:
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())

        assert connection.recv(100).startswith(b"HTTP/1.1 431")


def test_an_address_that_is_too_long_is_answered_431(door: Door) -> None:
    with connected(door) as connection:
        connection.sendall(f"GET /{'a' * HEAD_MAX} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

        assert connection.recv(100).startswith(b"HTTP/1.1 431")


def test_a_head_of_usual_length_is_taken(door: Door) -> None:
    assert door.ask("GET", "/healthz", None, headers={"X-Trace": "a" * 8000}).status_code == 200


def test_a_head_that_trickles_in_is_answered_408(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "head_within", QUICK)
    with connected(door) as connection:
        connection.sendall(b"POST /v1/leads HTTP/1.1\r\nHost:")

        assert heard(connection).startswith(b"HTTP/1.1 408")


def test_a_connection_on_which_nothing_is_ever_said_is_closed(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_within", QUICK)
    with connected(door) as connection:
        assert heard(connection) == b""


def test_a_body_may_take_longer_than_a_head(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "head_within", QUICK)
    with ExitStack() as stack:
        connection = begin(stack, door, "/v1/leads")
        connection.settimeout(2 * QUICK.total_seconds())
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(20)
        connection.sendall(b"{}       ")

        assert connection.recv(100).startswith(b"HTTP/1.1 422")


@pytest.mark.parametrize(("depth", "status"), [(10, 202), (150, 202), (201, 422), (40_000, 422)])
def test_json_of_any_depth_is_taken_or_refused(door: Door, depth: int, status: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    body = f'{{"external_id": "deep", "attributes": {nested}}}'

    assert door.ask("POST", "/v1/leads", content=body).status_code == status
    if status == 202:
        assert door.look("website:deep")["external_id"] == "deep"


def test_where_nobody_signs_a_signed_body_is_not_even_read(sqlite_database: Database) -> None:
    headers = "webhook-id: m\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,x\r\n"
    with (
        served(sqlite_database, settings=settings(webhook_secrets=())) as door,
        connected(door) as connection,
    ):
        connection.sendall(
            f"POST /v1/leads HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 200000\r\n\r\n".encode()
        )

        assert connection.recv(100).startswith(b"HTTP/1.1 401")
