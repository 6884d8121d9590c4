"""What the page needs to know: the state as a whole, and each change of screens and faults as it happens."""

from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from bot.sandbox import SandboxServer, Workspace
from tests.bot.sandbox.conftest import ALICE, BACKUP, CARLA, DM, MANAGERS, MIA, Clock, Heard, card, form


def state(slack: SandboxServer) -> Any:
    return httpx.get(f"{slack.control_url}state", timeout=10).raise_for_status().json()


def told(workspace: Workspace, kind: str) -> list[Any]:
    return [one.data for one in workspace.stream.since(0) if one.kind == kind]


def home(words: str) -> dict[str, Any]:
    return {
        "type": "home",
        "blocks": [{"type": "section", "text": {"type": "plain_text", "text": words}}],
    }


def open_form(client: WebClient, workspace: Workspace, user: str = CARLA, **more: Any) -> str:
    trigger = workspace.surfaces.new_trigger(user)
    return str(client.views_open(trigger_id=trigger.id, view=form(**more))["view"]["id"])


def test_the_state_says_who_the_app_is_and_what_time_it_is(
    slack: SandboxServer, workspace: Workspace, clock: Clock
) -> None:
    said = state(slack)

    assert said["app"] == {"id": "A0LEADSLA", "name": "lead-sla", "user": "U0BOT"}
    assert said["epoch"] == clock.now
    assert said["has_desk"] is False


def test_the_state_says_where_to_follow_on_from(
    slack: SandboxServer, client: WebClient, workspace: Workspace
) -> None:
    client.chat_postMessage(channel=MANAGERS, text="one")
    seq = state(slack)["seq"]

    client.chat_postMessage(channel=MANAGERS, text="two")

    assert [one.data["message"]["text"] for one in workspace.stream.since(seq)] == ["two"]


def test_the_state_says_each_persons_language_and_where_the_bot_writes_to_them(slack: SandboxServer) -> None:
    mia = next(one for one in state(slack)["people"] if one["id"] == MIA)

    assert (mia["locale"], mia["dm"]) == ("de-DE", "D0MIA")


def test_the_state_says_which_commands_and_events_the_app_has() -> None:
    with SandboxServer(Workspace(commands=["/lead-sla"])) as slack:
        said = state(slack)

    assert said["commands"] == ["/lead-sla"]
    assert "app_home_opened" not in said["events"]
    assert "function_executed" in said["events"]


def test_the_state_shows_what_stands_on_each_screen(
    slack: SandboxServer, client: WebClient, workspace: Workspace
) -> None:
    client.chat_postEphemeral(channel=BACKUP, user=CARLA, text="Only you")
    client.views_publish(user_id=ALICE, view=home("Your leads"))
    view_id = open_form(client, workspace)

    said = state(slack)

    assert [(one["user"], one["text"]) for one in said["ephemerals"]] == [(CARLA, "Only you")]
    assert said["homes"][ALICE]["blocks"][0]["text"]["text"] == "Your leads"
    assert [(one["id"], one["callback_id"]) for one in said["modals"][CARLA]] == [(view_id, "log_contact")]


def test_each_change_of_a_persons_modals_is_told_with_the_whole_stack(
    client: WebClient, workspace: Workspace
) -> None:
    first = open_form(client, workspace)
    above = workspace.surfaces.new_trigger(CARLA, view_id=first)
    pushed = client.views_push(trigger_id=above.id, view=form(callback_id="above"))["view"]["id"]
    client.views_update(view_id=first, view=form(callback_id="changed"))
    workspace.surfaces.close(CARLA, only_top=True)
    workspace.surfaces.close(CARLA)

    stacks = [[one["callback_id"] for one in said["stack"]] for said in told(workspace, "modals")]

    expected = [["log_contact"], ["log_contact", "above"], ["changed", "above"], ["changed"], []]
    assert expected == stacks
    assert {CARLA} == {said["user"] for said in told(workspace, "modals")}
    assert [first, pushed] == [one["id"] for one in told(workspace, "modals")[2]["stack"]]


def test_a_modal_in_the_place_of_another_is_told_once(client: WebClient, workspace: Workspace) -> None:
    open_form(client, workspace)
    open_form(client, workspace, callback_id="another")

    stacks = [[one["callback_id"] for one in said["stack"]] for said in told(workspace, "modals")]

    assert stacks == [["log_contact"], ["another"]]


def test_a_submitted_modal_is_told_to_be_gone(
    slack: SandboxServer, client: WebClient, workspace: Workspace, over_http: Heard
) -> None:
    open_form(client, workspace)

    slack.people.submit_view(CARLA, {"what": "called"})

    assert told(workspace, "modals")[-1] == {"user": CARLA, "stack": []}


def test_a_home_tab_is_told_each_time_it_is_published(client: WebClient, workspace: Workspace) -> None:
    client.views_publish(user_id=ALICE, view=home("one"))
    client.views_publish(user_id=ALICE, view=home("two"))

    said = [(one["user"], one["view"]["blocks"][0]["text"]["text"]) for one in told(workspace, "home")]

    assert said == [(ALICE, "one"), (ALICE, "two")]
    assert told(workspace, "modals") == []


def test_a_fault_is_told_when_it_is_set_used_up_and_taken_away(
    client: WebClient, workspace: Workspace
) -> None:
    workspace.faults.ratelimit("chat.*", times=1)
    with pytest.raises(Exception, match="ratelimited"):
        client.chat_postMessage(channel=MANAGERS, text="x")
    workspace.faults.late_history()
    workspace.faults.clear()

    waiting = [[one["kind"] for one in said["waiting"]] for said in told(workspace, "faults")]

    assert waiting == [["ratelimited"], [], ["late_history"], []]
    assert told(workspace, "faults")[2]["waiting"][0]["seconds"] is None


def test_an_outage_is_told_as_a_fault_too(slack: SandboxServer, workspace: Workspace) -> None:
    slack.begin_outage("hang")
    slack.end_outage()

    assert [said["outage"] for said in told(workspace, "faults")] == ["hang", None]


def test_an_answer_that_is_also_sent_to_the_channel_says_so(client: WebClient, workspace: Workspace) -> None:
    card_ts = client.chat_postMessage(channel=MANAGERS, text="Breached", blocks=card())["ts"]
    client.chat_postMessage(channel=MANAGERS, text="Claimed", thread_ts=card_ts)
    client.chat_postMessage(channel=MANAGERS, text="Contacted", thread_ts=card_ts, reply_broadcast=True)

    said = [one.to_slack().get("subtype") for one in workspace.shown_in(MANAGERS)]

    assert said == [None, None, "thread_broadcast"]


def test_a_person_writes_a_message_that_can_link_and_mention_nothing(
    slack: SandboxServer, workspace: Workspace
) -> None:
    message, delivery = slack.people.say(CARLA, BACKUP, "<@U0MIA> & <b>")

    assert (message.author.user, message.text) == (CARLA, "&lt;@U0MIA&gt; &amp; &lt;b&gt;")
    assert delivery is None
    assert told(workspace, "post")[0]["message"]["user"] == CARLA


def test_a_person_answers_in_a_thread(slack: SandboxServer, client: WebClient, workspace: Workspace) -> None:
    card_ts = str(client.chat_postMessage(channel=BACKUP, text="Free")["ts"])

    message, _ = slack.people.say(CARLA, BACKUP, "Mine", thread_ts=card_ts)

    assert message.thread_ts == card_ts


def test_a_person_writes_only_where_they_are(slack: SandboxServer) -> None:
    wanted = {"user": MIA, "channel": BACKUP, "text": "Hello"}

    refused = httpx.post(f"{slack.control_url}act/say", json=wanted, timeout=10)

    assert refused.status_code == 400
    assert "U0MIA is not in C0BACKUP" in refused.json()["error"]


def test_an_app_that_subscribed_to_messages_hears_them(
    slack: SandboxServer, workspace: Workspace, over_http: Heard
) -> None:
    workspace.events = frozenset({"message.groups"})

    _, heard = slack.people.say(MIA, MANAGERS, "Hello")
    _, unheard = slack.people.say(CARLA, BACKUP, "Hello")

    assert heard is not None
    assert heard.payload["event"] | {"ts": "", "event_ts": ""} == {
        "type": "message",
        "ts": "",
        "event_ts": "",
        "user": MIA,
        "text": "Hello",
        "channel": MANAGERS,
        "channel_type": "group",
    }
    assert unheard is None


def test_a_command_works_in_a_direct_message_that_was_never_opened(
    slack: SandboxServer, over_http: Heard
) -> None:
    assert slack.people.command(ALICE, DM, "/lead-sla", "log").acked
    assert over_http.bodies[-1]["channel_id"] == DM


def test_what_an_app_answers_to_a_command_at_once_is_shown_to_the_person_alone(
    slack: SandboxServer, workspace: Workspace, over_http: Heard
) -> None:
    over_http.answers_commands = {"text": "Which lead?"}

    command = slack.people.command(CARLA, BACKUP, "/lead-sla")

    assert [one.text for one in command.ephemerals] == ["Which lead?"]
    assert workspace.shown_in(BACKUP) == []


def test_what_an_app_answers_to_a_command_for_all_is_posted(
    slack: SandboxServer, workspace: Workspace, over_http: Heard
) -> None:
    over_http.answers_commands = {"text": "Carla asks", "response_type": "in_channel"}

    command = slack.people.command(CARLA, BACKUP, "/lead-sla")

    assert command.ephemerals == []
    assert [one.text for one in workspace.shown_in(BACKUP)] == ["Carla asks"]
