"""POST /slack/events: only what Slack signed just now is read, and a listener's failure is told to Slack."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.slack.http_route import BODY_MAX, SlackRequests
from tests.bot.slack.door.served import served

SECRET = "signing-secret-of-a-test"
PRESSES_AT_ONCE = 12
READ_AT_ONCE = 40


def event(kind: str = "app_home_opened") -> str:
    body = {"type": "event_callback", "team_id": "T0", "event": {"type": kind, "user": "U0ALICE"}}
    return json.dumps(body)


def signed(body: str, *, stamp: str | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = stamp if stamp is not None else str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }


class Door:
    """A Bolt app whose listener can be made to raise or to wait."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.heard = 0
        self.fails = False
        self.together = threading.Barrier(PRESSES_AT_ONCE, timeout=10)
        app = App(
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T0"),
            signing_secret=SECRET,
            process_before_response=True,
            listener_executor=pool,
        )

        @app.event("app_home_opened")
        def opened(ack: Ack) -> None:
            self.heard += 1
            if self.fails:
                raise RuntimeError("the disk is gone")
            ack()

        @app.event("app_mention")
        def meets_the_others(ack: Ack) -> None:
            self.together.wait()
            ack()

        self.requests = SlackRequests(
            app,
            SECRET,
            pool,
            waiting_max=PRESSES_AT_ONCE,
            reading_max=READ_AT_ONCE,
            read_within=timedelta(seconds=1),
        )


@pytest.fixture
def door() -> Iterator[Door]:
    with ThreadPoolExecutor(PRESSES_AT_ONCE) as pool:
        yield Door(pool)


@pytest.fixture
def client(door: Door) -> Iterator[httpx.Client]:
    with served(door.requests.route()) as url, httpx.Client(base_url=url, timeout=15) as client:
        yield client


def send(client: httpx.Client, body: str, **headers: Any) -> int:
    return client.post("/slack/events", content=body, headers=signed(body) | headers).status_code


def test_a_signed_event_reaches_its_listener(client: httpx.Client, door: Door) -> None:
    assert send(client, event()) == 200
    assert door.heard == 1


def test_a_listener_that_raises_is_answered_500_so_that_slack_sends_again(
    client: httpx.Client, door: Door
) -> None:
    door.fails = True
    assert send(client, event()) == 500

    door.fails = False
    assert send(client, event()) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=é".encode()},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-request-timestamp": "1.5"},
        {"x-slack-request-timestamp": "²".encode()},
        {"x-slack-request-timestamp": "9" * 400},
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_what_slack_did_not_sign_is_answered_401(
    client: httpx.Client, door: Door, headers: dict[str, Any]
) -> None:
    assert send(client, event(), **headers) == 401
    assert door.heard == 0


def test_a_request_without_any_header_of_slacks_is_answered_401(client: httpx.Client) -> None:
    assert client.post("/slack/events", content=event()).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (-290, 200), (290, 200), (301 + 5, 401)])
def test_a_signature_is_good_for_five_minutes(client: httpx.Client, seconds: int, status: int) -> None:
    stamp = str(int(time.time()) + seconds)

    answer = client.post("/slack/events", content=event(), headers=signed(event(), stamp=stamp))

    assert answer.status_code == status


def test_another_apps_secret_does_not_open_the_door(client: httpx.Client) -> None:
    answer = client.post("/slack/events", content=event(), headers=signed(event(), secret="another"))

    assert answer.status_code == 401


def test_a_body_changed_on_the_way_is_refused(client: httpx.Client) -> None:
    headers = signed(event())

    assert client.post("/slack/events", content=event() + " ", headers=headers).status_code == 401


def test_a_body_longer_than_slacks_is_not_read(client: httpx.Client) -> None:
    assert send(client, "x" * (BODY_MAX + 1)) == 413


@pytest.mark.parametrize("body", [b"\xff\xfe", b""], ids=["not text", "empty"])
def test_a_body_that_is_no_text_is_answered_401(client: httpx.Client, body: bytes) -> None:
    assert client.post("/slack/events", content=body, headers=signed("")).status_code == (
        401 if body else 404
    )


@pytest.mark.parametrize(
    "body",
    ['{"broken', "payload=%7B", "[]", "5", "null", "payload=[]", "[" * 10_000],
    ids=lambda body: body[:12],
)
def test_a_signed_body_that_cannot_be_read_is_answered_400(client: httpx.Client, body: str) -> None:
    assert send(client, body) == 400


def test_slacks_question_whether_the_address_is_ours_is_answered(client: httpx.Client) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})

    answer = client.post("/slack/events", content=body, headers=signed(body))

    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_more_presses_than_bolts_own_five_run_at_once(client: httpx.Client, door: Door) -> None:
    with ThreadPoolExecutor(PRESSES_AT_ONCE) as people:
        answers = list(people.map(lambda _: send(client, event("app_mention")), range(PRESSES_AT_ONCE)))

    assert answers == [200] * PRESSES_AT_ONCE


def beginning(stack: ExitStack, client: httpx.Client) -> socket.socket:
    """Somebody who is let in and sends no body yet."""
    address = (client.base_url.host, client.base_url.port or 0)
    connection = stack.enter_context(socket.create_connection(address, timeout=15))
    connection.sendall(
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    )
    assert connection.recv(100).startswith(b"HTTP/1.1 100")
    return connection


def test_a_body_that_does_not_come_is_not_waited_for(client: httpx.Client) -> None:
    with ExitStack() as stack:
        assert beginning(stack, client).recv(100).startswith(b"HTTP/1.1 408")


def test_more_bodies_under_way_than_there_is_room_for_are_asked_to_come_later(client: httpx.Client) -> None:
    with ExitStack() as stack:
        slow = [beginning(stack, client) for _ in range(READ_AT_ONCE)]

        assert send(client, event()) == 503
        for connection in slow:
            assert connection.recv(100).startswith(b"HTTP/1.1 408")
    assert send(client, event()) == 200


def test_a_door_that_stops_asks_slack_to_send_again(client: httpx.Client, door: Door) -> None:
    door.requests.stop()

    answer = client.post("/slack/events", content=event(), headers=signed(event()))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert door.heard == 0


def test_only_posts_are_answered(client: httpx.Client) -> None:
    assert client.get("/slack/events").status_code == 405
