"""The control door: another process sees the workspace, acts in it, breaks it and follows what happens."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import ALICE, BACKUP, CARLA, MANAGERS, MIA, Heard, card, client_of, form


@pytest.fixture
def control(slack: SandboxServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=slack.control_url, timeout=10) as door:
        yield door


def act(control: httpx.Client, name: str, **wanted: Any) -> Any:
    return control.post(f"act/{name}", json=wanted).raise_for_status().json()


def test_the_state_shows_people_channels_and_messages(control: httpx.Client, client: WebClient) -> None:
    client.chat_postMessage(channel=MANAGERS, text="Breached")

    state = control.get("state").json()

    assert {"U0ALICE", "U0BOT"} <= {one["id"] for one in state["people"]}
    assert [one["text"] for one in state["messages"][MANAGERS]] == ["Breached"]
    assert state["sockets"] == 0


def test_each_person_sees_their_own_screen(control: httpx.Client, client: WebClient) -> None:
    client.chat_postMessage(channel=ALICE, text="New lead")
    client.chat_postEphemeral(channel=BACKUP, user=CARLA, text="Only you")

    def texts(user: str, what: str) -> list[str]:
        seen = control.get(f"seen/{user}").json()["conversations"]
        return [one["text"] for place in seen for one in place[what]]

    assert (texts(ALICE, "messages"), texts(ALICE, "ephemerals")) == (["New lead"], [])
    assert (texts(CARLA, "messages"), texts(CARLA, "ephemerals")) == ([], ["Only you"])


def test_the_ledger_can_be_read_on_from_where_one_was(control: httpx.Client, client: WebClient) -> None:
    client.chat_postMessage(channel=MANAGERS, text="one")
    seen = control.get("ledger").json()["entries"]
    client.chat_postMessage(channel=MANAGERS, text="two")

    later = control.get("ledger", params={"after": seen[-1]["seq"]}).json()["entries"]

    assert [one["payload"]["text"] for one in later] == ["two"]


def test_faults_are_set_and_cleared(control: httpx.Client, client: WebClient) -> None:
    fault = {"kind": "ratelimited", "method": "chat.*", "retry_after": "7", "times": None}
    control.post("faults", json=fault).raise_for_status()
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=MANAGERS, text="x")
    assert refused.value.response.headers["Retry-After"] == "7"

    assert control.delete("faults").json()["waiting"] == []
    assert client.chat_postMessage(channel=MANAGERS, text="x")["ok"]


def test_a_fault_with_a_typing_error_is_refused_with_the_known_names(control: httpx.Client) -> None:
    answer = control.post("faults", json={"kind": "status", "mehtod": "x"})

    assert answer.status_code == 400
    assert "mehtod" in answer.json()["error"]
    assert "retry_after" in answer.json()["error"]


def test_the_control_door_stays_open_in_an_outage(control: httpx.Client, slack: SandboxServer) -> None:
    control.post("outage", json={"mode": "refuse"}).raise_for_status()
    with pytest.raises(OSError, match="refused"):
        client_of(slack).auth_test()

    control.post("outage", json={"mode": None}).raise_for_status()

    assert client_of(slack).auth_test()["ok"]


@pytest.mark.parametrize(
    ("what", "target", "error"),
    [
        ("archive", BACKUP, "is_archived"),
        ("kick_bot", BACKUP, "not_in_channel"),
        ("drop_scope", "chat:write", "missing_scope"),
    ],
)
def test_the_workspace_can_be_changed_under_the_bot(
    control: httpx.Client, client: WebClient, what: str, target: str, error: str
) -> None:
    control.post("change", json={"what": what, "id": target}).raise_for_status()

    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=BACKUP, text="x")
    assert refused.value.response["error"] == error


def test_a_person_acts_from_another_process(
    control: httpx.Client, client: WebClient, over_http: Heard
) -> None:
    over_http.opens = form()
    ts = client.chat_postMessage(channel=BACKUP, text="Free", blocks=card())["ts"]

    press = act(control, "press", user=CARLA, channel=BACKUP, ts=ts, action_id="claim")
    submitted = act(control, "submit_view", user=CARLA, values={"what": "mailed"})

    assert press["acked"]
    assert press["view"]["callback_id"] == "log_contact"
    assert submitted["acked"]
    assert over_http.states[0]["what"]["w"]["selected_option"]["value"] == "mailed"


def test_a_workflow_step_and_a_message_of_another_app_come_from_another_process(
    control: httpx.Client, over_http: Heard
) -> None:
    run = act(control, "run_workflow_step", callback_id="start_lead_sla", inputs={"company": "N"}, user=MIA)
    posted = act(
        control,
        "post_metadata_message",
        app_id="A0CRM",
        channel=BACKUP,
        event_type="lead_created",
        payload={},
    )

    assert run["delivery"]["acked"]
    assert posted["delivery"]["acked"]
    assert act(control, "redeliver")["acked"]


def test_an_act_that_is_not_possible_says_why(control: httpx.Client, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=BACKUP, text="Free")["ts"]
    wanted = {"user": CARLA, "channel": BACKUP, "ts": ts, "action_id": "claim"}

    assert "claim" in control.post("act/press", json=wanted).json()["error"]
    assert control.post("act/dance", json={}).status_code == 400


def test_sockets_are_cut_from_another_process(
    control: httpx.Client, workspace: Workspace, over_socket: Heard
) -> None:
    closed = [one for one in workspace.stream.since(0) if one.kind == "socket_closed"]

    control.post("disconnect", json={"reason": "cut"}).raise_for_status()

    assert len([one for one in workspace.stream.since(0) if one.kind == "socket_closed"]) == len(closed) + 1


def happenings(response: httpx.Response, count: int) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    kind = ""
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            found.append((kind, json.loads(value)))
            if len(found) == count:
                break
    return found


def test_everything_that_happens_can_be_followed(control: httpx.Client, client: WebClient) -> None:
    with control.stream("GET", "events") as response:
        ts = client.chat_postMessage(channel=MANAGERS, text="Breached")["ts"]
        client.chat_update(channel=MANAGERS, ts=ts, text="Contacted")
        client.chat_postEphemeral(channel=MANAGERS, user=ALICE, text="Only you")
        client.chat_delete(channel=MANAGERS, ts=ts)
        told = happenings(response, 4)

    assert [kind for kind, _ in told] == ["post", "update", "ephemeral", "delete"]
    assert told[1][1]["message"]["text"] == "Contacted"
    assert (told[2][1]["user"], told[2][1]["text"]) == (ALICE, "Only you")


def test_a_reader_that_was_away_gets_what_it_missed(
    control: httpx.Client, client: WebClient, workspace: Workspace
) -> None:
    client.chat_postMessage(channel=MANAGERS, text="one")
    seen = workspace.stream.since(0)[-1].seq
    client.chat_postMessage(channel=MANAGERS, text="two")

    with control.stream("GET", "events", headers={"Last-Event-ID": str(seen)}) as response:
        told = happenings(response, 1)

    assert [said["message"]["text"] for _, said in told] == ["two"]


def test_the_server_listens_on_loopback_only(slack: SandboxServer) -> None:
    assert slack.root_url.startswith("http://127.0.0.1:")
    assert slack.control_url.startswith("http://127.0.0.1:")
