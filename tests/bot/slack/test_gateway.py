"""The gateway: what is known after a call, for every way in which a call can end."""

import ast
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import URLError

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.workspace import Workspace
from bot.slack.gateway import (
    Gateway,
    NotSent,
    Outcome,
    Posted,
    Refused,
    Sent,
    SlackFailed,
    Trouble,
    Uncertain,
    classify,
    is_gone,
    web_client,
)

BOT = Path(__file__).parents[3] / "bot"
DEADLINE = timedelta(milliseconds=300)
PAYLOAD = {"text": "A lead", "blocks": [{"type": "divider"}], "mrkdwn": False, "unfurl_links": False}
CHANNEL = "C0MANAGERS"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def workspace() -> Workspace:
    workspace = Workspace()
    workspace.add_user("U0ALICE", name="alice", email="alice@acme.example", locale="en-GB")
    workspace.add_channel(CHANNEL, name="sales-managers", kind="private")
    workspace.pacing.posts_per_second = None
    return workspace


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[SandboxServer]:
    with SandboxServer(workspace) as slack:
        yield slack


@pytest.fixture
def gateway(slack: SandboxServer) -> Gateway:
    return Gateway(web_client(slack.workspace.tokens.bot, slack.api_url, DEADLINE))


def posted(gateway: Gateway, id: str = "d_1") -> Outcome:
    return gateway.post(CHANNEL, PAYLOAD, id)


# Sent


def test_an_accepted_post_says_where_it_stands(gateway: Gateway, workspace: Workspace) -> None:
    outcome = posted(gateway)
    [entry] = workspace.ledger.posts("d_1")
    assert Sent(channel=CHANNEL, ts=str(entry.ts)) == outcome


def test_a_post_carries_its_delivery_id_and_nothing_else_as_metadata(
    gateway: Gateway, workspace: Workspace
) -> None:
    posted(gateway, "d_7")
    [message] = workspace.shown_in(CHANNEL)
    assert message.metadata == {
        "event_type": "lead_sla_delivery",
        "event_payload": {"delivery_id": "d_7"},
    }


def test_a_line_of_a_thread_stands_in_it_and_may_be_shown_in_the_channel_too(
    gateway: Gateway, workspace: Workspace
) -> None:
    first = posted(gateway)
    assert isinstance(first, Sent)
    gateway.post(CHANNEL, PAYLOAD, "d_2", thread_ts=first.ts, broadcast=True)
    _, line = workspace.shown_in(CHANNEL)
    assert (first.ts, True) == (line.thread_ts, line.reply_broadcast)


# Not sent


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ("0", 1),
        ("1", 1),
        ("120", 120),
        ("1.5", 1.5),
        (None, 30),
        ("soon", 30),
        ("nan", 30),
        ("-3", 1),
        ("-inf", 1),
        ("inf", 3600),
        ("999999999", 3600),
    ],
)
def test_too_many_requests_is_not_sent_and_waits_as_slack_says_within_limits(
    gateway: Gateway, workspace: Workspace, said: str | None, pause: float
) -> None:
    workspace.faults.ratelimit("chat.postMessage", retry_after=said)
    assert NotSent(error="ratelimited", retry_after=timedelta(seconds=pause)) == posted(gateway)
    assert workspace.ledger.posts() == []


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited", "message_limit_exceeded"])
def test_too_many_requests_may_also_be_said_in_the_body(
    gateway: Gateway, workspace: Workspace, error: str
) -> None:
    workspace.faults.fail("error", "chat.postMessage", accept=False, error=error)
    assert NotSent(error=error, retry_after=timedelta(seconds=30)) == posted(gateway)


def test_a_refused_connection_is_not_sent(gateway: Gateway, slack: SandboxServer) -> None:
    slack.begin_outage("refuse")
    assert NotSent(error="ConnectionRefusedError") == posted(gateway)


def test_a_name_that_nobody_knows_is_not_sent() -> None:
    gateway = Gateway(web_client("xoxb-made-up", "http://slack.invalid/api/", timedelta(seconds=5)))
    assert NotSent(error="gaierror") == posted(gateway)


def test_a_certificate_that_cannot_be_trusted_is_not_sent() -> None:
    problem = URLError(ssl.SSLCertVerificationError("self-signed certificate"))
    assert NotSent(error="SSLCertVerificationError") == classify(problem)


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_is_refused_loses_no_message(gateway: Gateway, workspace: Workspace, error: str) -> None:
    workspace.faults.fail("error", "chat.postMessage", accept=False, error=error)
    assert NotSent(error=error, retry_after=timedelta(seconds=60)) == posted(gateway)


# Uncertain


@pytest.mark.parametrize("accept", [True, False], ids=["accepted", "not accepted"])
@pytest.mark.parametrize(
    "break_it",
    [
        lambda faults, accept: faults.fail("drop", "chat.postMessage", accept=accept),
        lambda faults, accept: faults.fail("reset", "chat.postMessage", accept=accept),
        lambda faults, accept: faults.fail("truncate", "chat.postMessage", accept=accept),
        lambda faults, accept: faults.fail("garbage", "chat.postMessage", accept=accept),
        lambda faults, accept: faults.fail("stall", "chat.postMessage", accept=accept, seconds=5),
        lambda faults, accept: faults.fail("status", "chat.postMessage", accept=accept, status=500),
        lambda faults, accept: faults.fail("status", "chat.postMessage", accept=accept, status=503),
        lambda faults, accept: faults.fail(
            "error", "chat.postMessage", accept=accept, error="internal_error"
        ),
        lambda faults, accept: faults.fail("error", "chat.postMessage", accept=accept, error="fatal_error"),
    ],
    ids=["dropped", "reset", "cut", "no JSON", "time-out", "500", "503", "internal_error", "fatal_error"],
)
def test_an_answer_that_says_nothing_clear_is_uncertain_and_the_post_is_made_once(
    gateway: Gateway, workspace: Workspace, break_it: Callable[..., object], accept: bool
) -> None:
    break_it(workspace.faults, accept)
    assert isinstance(posted(gateway), Uncertain)
    assert int(accept) == len(workspace.ledger.posts("d_1"))
    assert len(workspace.ledger.calls("chat.postMessage")) == 1


def test_any_other_failure_of_the_connection_is_uncertain() -> None:
    assert Uncertain(error="URLError") == classify(URLError(TimeoutError("timed out")))
    assert Uncertain(error="ConnectionResetError") == classify(ConnectionResetError())


@contextmanager
def a_server_that_says(*parts: bytes, every: float) -> Iterator[str]:
    """One connection, answered in pieces that each come within any time-out of a read."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                for part in parts:
                    if over.wait(every):
                        return
                    connection.sendall(part)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
    finally:
        over.set()
        thread.join(5)
        listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
ENDLESS = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
REFUSAL = b"HTTP/1.1 500 Oh\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"


@pytest.mark.parametrize(
    "parts",
    [
        [HEAD, *[b" "] * 4000],
        [bytes([byte]) for byte in HEAD] * 50,
        [REFUSAL, *[b" "] * 4000],
        [ENDLESS, b'{"ok": true, "channel": "C0MANAGERS", "ts": "1.0"}', *[b" "] * 4000],
    ],
    ids=["the body", "the head", "the body of a refusal", "a body without an end"],
)
def test_an_answer_that_trickles_in_for_ever_is_broken_off(parts: list[bytes]) -> None:
    with a_server_that_says(*parts, every=0.02) as address:
        gateway = Gateway(web_client("xoxb-made-up", address, DEADLINE))
        outcome: list[Outcome] = []
        call = threading.Thread(target=lambda: outcome.append(posted(gateway)), daemon=True)
        call.start()
        # Told to its end the answer would take longer than a minute.
        call.join(10)
        assert not call.is_alive()
        assert [isinstance(one, Uncertain) for one in outcome] == [True]


# Refused


@pytest.mark.parametrize(
    "error",
    ["channel_not_found", "is_archived", "not_in_channel", "msg_too_long", "missing_scope", "a_new_error"],
)
def test_any_other_error_of_slack_is_a_refusal_for_good(
    gateway: Gateway, workspace: Workspace, error: str
) -> None:
    workspace.faults.fail("error", "chat.postMessage", accept=False, error=error)
    assert Refused(error=error) == posted(gateway)


# Edits, deletions, questions


def test_an_edit_shows_the_new_payload_and_keeps_the_delivery_id(
    gateway: Gateway, workspace: Workspace
) -> None:
    sent = posted(gateway)
    assert isinstance(sent, Sent)
    assert gateway.update(sent.channel, sent.ts, PAYLOAD | {"text": "Contacted"}) is None
    [message] = workspace.shown_in(CHANNEL)
    assert message.text == "Contacted"
    assert (message.metadata or {})["event_payload"]["delivery_id"] == "d_1"


def test_an_edit_of_a_deleted_message_says_that_it_is_gone(gateway: Gateway, workspace: Workspace) -> None:
    sent = posted(gateway)
    assert isinstance(sent, Sent)
    workspace.delete(workspace.channels[CHANNEL], workspace.shown_in(CHANNEL)[0])
    trouble = gateway.update(sent.channel, sent.ts, PAYLOAD)
    assert Refused(error="message_not_found") == trouble
    assert is_gone(trouble)


@pytest.mark.parametrize(
    ("trouble", "gone"),
    [
        (Refused(error="cant_update_message"), True),
        (Refused(error="edit_window_closed"), True),
        (Refused(error="msg_too_long"), False),
        (Uncertain(error="message_not_found"), False),
    ],
)
def test_only_a_refusal_about_the_message_itself_means_that_it_is_gone(trouble: Trouble, gone: bool) -> None:
    assert gone == is_gone(trouble)


def test_a_deletion_takes_the_message_away(gateway: Gateway, workspace: Workspace) -> None:
    sent = posted(gateway)
    assert isinstance(sent, Sent)
    assert gateway.delete(sent.channel, sent.ts) is None
    assert workspace.shown_in(CHANNEL) == []


def test_our_own_messages_are_found_in_the_history_and_those_of_other_apps_are_not(
    gateway: Gateway, workspace: Workspace
) -> None:
    sent = posted(gateway)
    assert isinstance(sent, Sent)
    gateway.post(CHANNEL, PAYLOAD, "d_line", thread_ts=sent.ts)
    copy = {"event_type": "lead_sla_delivery", "event_payload": {"delivery_id": "d_1"}}
    other = type(workspace.bot)(user="U0OTHER", app_id="A0OTHER", bot_id="B0OTHER")
    workspace.post(workspace.channels[CHANNEL], text="Not ours", author=other, metadata=copy)
    found = gateway.own_messages(CHANNEL, LONG_AGO, thread_ts=None, app_ids=["B0BOT"])
    assert [Posted(delivery_id="d_1", ts=sent.ts)] == found


def test_lines_of_a_thread_are_found_in_the_thread(gateway: Gateway) -> None:
    sent = posted(gateway)
    assert isinstance(sent, Sent)
    line = gateway.post(CHANNEL, PAYLOAD, "d_line", thread_ts=sent.ts)
    assert isinstance(line, Sent)
    found = gateway.own_messages(CHANNEL, LONG_AGO, thread_ts=sent.ts, app_ids=["B0BOT"])
    assert Posted(delivery_id="d_line", ts=line.ts) in found


def test_a_long_history_is_read_page_by_page(gateway: Gateway, workspace: Workspace) -> None:
    first = posted(gateway)
    assert isinstance(first, Sent)
    for number in range(450):
        workspace.post(workspace.channels[CHANNEL], text=f"{number}")
    found = gateway.own_messages(CHANNEL, LONG_AGO, thread_ts=None, app_ids=["B0BOT"])
    assert [Posted(delivery_id="d_1", ts=first.ts)] == found
    assert len(workspace.ledger.calls("conversations.history")) == 3


def test_a_history_that_may_not_be_read_says_so(gateway: Gateway, workspace: Workspace) -> None:
    workspace.faults.fail("error", "conversations.history", accept=False, error="missing_scope")
    with pytest.raises(SlackFailed) as failed:
        gateway.own_messages(CHANNEL, LONG_AGO, thread_ts=None, app_ids=["B0BOT"])
    assert Refused(error="missing_scope") == failed.value.trouble


def test_a_channel_is_found_by_its_name(gateway: Gateway) -> None:
    assert gateway.find_channel("#sales-managers") == CHANNEL
    assert gateway.find_channel("#sales") is None


def test_a_channel_is_found_among_thousands(gateway: Gateway, workspace: Workspace) -> None:
    for number in range(2_500):
        workspace.add_channel(f"C{number:06}", name=f"team-{number}")
    workspace.add_channel("C0LAST", name="the-last")
    assert gateway.find_channel("#the-last") == "C0LAST"


def test_a_probe_says_whether_slack_answers(gateway: Gateway, slack: SandboxServer) -> None:
    assert gateway.probe() is None
    slack.begin_outage("refuse")
    assert NotSent(error="ConnectionRefusedError") == gateway.probe()


def test_people_come_with_their_locale(gateway: Gateway) -> None:
    assert gateway.user("U0ALICE")["locale"] == "en-GB"
    assert gateway.find_by_email("alice@acme.example")["id"] == "U0ALICE"


def test_no_client_that_the_bot_builds_anywhere_repeats_a_call_by_itself() -> None:
    built = [
        (path.name, call)
        for path in BOT.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("WebClient", "WebhookClient")
    ]
    assert built
    for name, call in built:
        said = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert said.get("retry_handlers") == "[]", f"{name}:{call.lineno}"


def test_no_client_repeats_a_call_by_itself() -> None:
    assert web_client("xoxb-made-up", "http://127.0.0.1:9/api/").retry_handlers == []
