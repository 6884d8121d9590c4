"""What is not acknowledged is sent again: signed requests and envelopes, retries, losses and second copies."""

import pytest

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.outcomes import wait_until
from tests.bot.sandbox.conftest import BACKUP, CARLA, Heard, card, client_of


def lead(slack: SandboxServer) -> None:
    slack.people.post_metadata_message("A0CRM", BACKUP, "lead_created", {"external_id": "1"})


def attempts(slack: SandboxServer) -> list[bool]:
    return [one.acked for one in slack.deliveries.last().attempts]


def all_tries(slack: SandboxServer, count: int) -> bool:
    return wait_until(slack.workspace, lambda: len(attempts(slack)) == count, within=5)


@pytest.fixture(params=["http", "socket"])
def bot(request: pytest.FixtureRequest) -> Heard:
    heard: Heard = request.getfixturevalue(f"over_{request.param}")
    return heard


def comes_again(slack: SandboxServer) -> bool:
    """Whether one more attempt follows within a moment; retries have no delay here."""
    so_far = len(attempts(slack))
    return wait_until(slack.workspace, lambda: len(attempts(slack)) > so_far, within=0.15)


def test_an_event_is_sent_again_until_it_is_acknowledged(slack: SandboxServer, over_http: Heard) -> None:
    over_http.fails = 2

    lead(slack)

    assert all_tries(slack, 3)
    assert not comes_again(slack)
    assert attempts(slack) == [False, False, True]
    assert over_http.retries == [("0", ""), ("1", "http_error"), ("2", "http_error")]
    assert len({body["event_id"] for body in over_http.bodies}) == 1


def test_over_a_socket_an_event_is_sent_again_until_it_is_acknowledged(
    slack: SandboxServer, over_socket: Heard
) -> None:
    slack.workspace.knobs.ack_within = 0.1
    over_socket.fails = 1
    # Only the try that fails is short of time; a busy machine may take longer over the next.
    over_socket.before_it_fails = lambda: setattr(slack.workspace.knobs, "ack_within", 5)

    lead(slack)

    assert all_tries(slack, 2)
    assert attempts(slack) == [False, True]
    assert over_socket.retries == [("0", ""), ("1", "timeout")]


def test_after_three_retries_slack_gives_up(slack: SandboxServer, over_http: Heard) -> None:
    over_http.fails = 99

    lead(slack)

    assert all_tries(slack, 4)
    assert attempts(slack) == [False] * 4


def test_retries_wait_their_time(slack: SandboxServer, over_http: Heard) -> None:
    slack.workspace.knobs.retry_scale = 1.0
    over_http.fails = 99

    lead(slack)

    assert all_tries(slack, 2)
    slack.stop()
    assert attempts(slack) == [False] * 2


def test_a_press_that_was_not_acknowledged_is_not_sent_again(slack: SandboxServer, over_http: Heard) -> None:
    ts = client_of(slack).chat_postMessage(channel=BACKUP, text="Free", blocks=card())["ts"]
    over_http.fails = 1

    press = slack.people.press(CARLA, BACKUP, ts, "claim")

    assert (press.acked, press.status) == (False, 500)
    assert not comes_again(slack)
    assert len(over_http.bodies) == 1


def test_a_press_can_be_made_to_be_sent_again(slack: SandboxServer, over_http: Heard) -> None:
    slack.workspace.knobs.resend_presses = True
    ts = client_of(slack).chat_postMessage(channel=BACKUP, text="Free", blocks=card())["ts"]
    over_http.fails = 1

    assert not slack.people.press(CARLA, BACKUP, ts, "claim").acked
    assert all_tries(slack, 2)


def test_the_first_try_can_get_lost_so_that_only_the_retry_arrives(slack: SandboxServer, bot: Heard) -> None:
    slack.workspace.faults.lost_deliveries = 1

    lead(slack)

    assert all_tries(slack, 2)
    assert [number for number, _ in bot.retries] == ["1"]


def test_the_same_event_can_be_delivered_once_more(slack: SandboxServer, bot: Heard) -> None:
    lead(slack)

    again = slack.people.redeliver(number=2)

    assert again.acked
    assert [number for number, _ in bot.retries] == ["0", "2"]
    assert len({body["event_id"] for body in bot.bodies}) == 1


def test_a_bad_signature_is_turned_away(slack: SandboxServer, over_http: Heard) -> None:
    slack.workspace.knobs.retry_delays = ()
    slack.workspace.knobs.signature_broken = True

    lead(slack)

    assert slack.deliveries.last().attempts[0].status == 401
    assert over_http.bodies == []


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (290, True), (400, False)])
def test_a_signature_holds_for_five_minutes(
    slack: SandboxServer, over_http: Heard, age: float, accepted: bool
) -> None:
    slack.workspace.knobs.retry_delays = ()
    slack.workspace.knobs.signature_age = age

    lead(slack)

    assert attempts(slack) == [accepted]


def test_an_event_waits_for_nobody_without_a_request_address(
    slack: SandboxServer, workspace: Workspace
) -> None:
    workspace.mode = "http"
    workspace.knobs.retry_delays = ()

    lead(slack)

    assert [one.reason for one in slack.deliveries.last().attempts] == ["connection_failed"]


def test_in_an_outage_nothing_reaches_the_bot_until_it_ends(slack: SandboxServer, over_http: Heard) -> None:
    slack.workspace.knobs.retry_delays = ()
    slack.begin_outage("reset")
    lead(slack)
    assert over_http.bodies == []

    slack.end_outage()

    assert slack.people.redeliver().acked
