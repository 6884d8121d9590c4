"""What people do reaches a Bolt app over signed HTTP and over a socket alike, and its answers reach them."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox import SandboxServer, Workspace
from bot.sandbox.model import SlackError
from bot.sandbox.view_state import NotOnScreenError
from tests.bot.sandbox.conftest import ALICE, BACKUP, CARLA, MANAGERS, MIA, Clock, Heard, button, card, form


@pytest.fixture(params=["http", "socket"])
def bot(request: pytest.FixtureRequest) -> Heard:
    heard: Heard = request.getfixturevalue(f"over_{request.param}")
    return heard


@pytest.fixture
def posted(client: WebClient) -> Callable[..., str]:
    def post(*buttons: dict[str, Any], channel: str = BACKUP) -> str:
        return str(
            client.chat_postMessage(channel=channel, text="Free to claim", blocks=card(*buttons))["ts"]
        )

    return post


def test_a_press_reaches_the_bot_and_its_answer_only_the_presser(
    slack: SandboxServer, bot: Heard, posted: Callable[..., str]
) -> None:
    bot.says = "You already have it."
    ts = posted()

    press = slack.people.press(CARLA, BACKUP, ts, "claim")

    assert press.acked
    assert press.wait_for_ephemeral().text == "You already have it."
    assert slack.workspace.ephemerals_for(ALICE) == []
    [body] = bot.bodies
    assert (body["user"]["id"], body["actions"][0]["value"], body["message"]["ts"]) == (CARLA, "L1:1", ts)


def test_a_press_opens_a_modal_that_is_filled_in_and_submitted(
    slack: SandboxServer, bot: Heard, posted: Callable[..., str]
) -> None:
    bot.opens = form(private_metadata="L1")

    press = slack.people.press(CARLA, BACKUP, posted(), "claim")
    assert press.wait_for_view().payload["private_metadata"] == "L1"
    submitted = slack.people.submit_view(CARLA, {"what": "called", "when": 1_795_446_060})

    assert (submitted.acked, submitted.errors) == (True, {})
    assert slack.workspace.surfaces.modals[CARLA] == []
    [state] = bot.states
    assert state["what"]["w"]["selected_option"]["value"] == "called"
    assert state["when"]["at"]["selected_date_time"] == 1_795_446_060
    assert state["note"]["n"]["value"] is None


def test_errors_beside_fields_keep_the_modal_open(
    slack: SandboxServer, bot: Heard, posted: Callable[..., str]
) -> None:
    bot.opens = form()
    bot.answers = {"response_action": "errors", "errors": {"note": "Say in the note what it was."}}
    slack.people.press(CARLA, BACKUP, posted(), "claim").wait_for_view()

    submitted = slack.people.submit_view(CARLA, {"what": "called"})

    assert submitted.errors == {"note": "Say in the note what it was."}
    assert slack.people.open_view(CARLA).payload["callback_id"] == "log_contact"


def test_the_bot_may_replace_the_modal_in_its_answer(
    slack: SandboxServer, bot: Heard, posted: Callable[..., str]
) -> None:
    bot.opens = form()
    bot.answers = {"response_action": "update", "view": form(private_metadata="again")}
    slack.people.press(CARLA, BACKUP, posted(), "claim").wait_for_view()

    slack.people.submit_view(CARLA, {"what": "called"})

    assert slack.people.open_view(CARLA).payload["private_metadata"] == "again"


def test_a_workflow_step_ends_with_its_outputs(slack: SandboxServer, bot: Heard) -> None:
    run = slack.people.run_workflow_step("start_lead_sla", {"company": "Northwind"}, MIA).wait()

    assert (run.state, run.outputs) == ("completed", {"lead_id": "L1"})
    assert run.delivery.acked


def test_a_workflow_step_that_fails_says_why(slack: SandboxServer, bot: Heard) -> None:
    run = slack.people.run_workflow_step("start_lead_sla", {}, MIA).wait()

    assert (run.state, run.error) == ("failed", "The lead has no company.")


def test_a_finished_step_cannot_be_finished_again(slack: SandboxServer, bot: Heard) -> None:
    run = slack.people.run_workflow_step("start_lead_sla", {"company": "Northwind"}, MIA).wait()
    token = slack.workspace.executions[run.execution_id]["token"]

    with pytest.raises(SlackError, match="token_revoked"):
        slack.workspace.tokens.kind_of(token)


def test_another_apps_message_with_metadata_is_told_to_the_bot(slack: SandboxServer, bot: Heard) -> None:
    message, told = slack.people.post_metadata_message("A0CRM", BACKUP, "lead_created", {"external_id": "1"})

    assert told is not None
    assert told.acked
    event = bot.bodies[0]["event"]
    assert (event["app_id"], event["message_ts"]) == ("A0CRM", message.ts)
    assert event["metadata"]["event_payload"] == {"external_id": "1"}


def test_a_home_tab_that_is_opened_is_told_to_the_bot(slack: SandboxServer, bot: Heard) -> None:
    assert slack.people.open_home(ALICE).acked
    assert bot.bodies[0]["event"]["type"] == "app_home_opened"


def test_a_command_is_told_to_the_bot_and_answered(slack: SandboxServer, bot: Heard) -> None:
    bot.says = "Nothing is late."

    said = slack.people.command(MIA, MANAGERS, "/lead-sla", "late")

    assert said.wait_for_ephemeral().text == "Nothing is late."
    assert (bot.bodies[0]["command"], bot.bodies[0]["text"]) == ("/lead-sla", "late")


def test_a_button_in_an_answer_for_one_person_can_be_pressed_and_replaced(
    slack: SandboxServer, bot: Heard, workspace: Workspace
) -> None:
    button = {
        "type": "button",
        "action_id": "claim",
        "value": "7",
        "text": {"type": "plain_text", "text": "Claim"},
    }
    bot.answers_commands = {"text": "Claim it?", "blocks": [{"type": "actions", "elements": [button]}]}
    [asked] = slack.people.command(MIA, MANAGERS, "/lead-sla", "late").ephemerals

    with pytest.raises(NotOnScreenError):
        slack.people.press(CARLA, MANAGERS, asked.ts, "claim")
    bot.says, bot.replaces = "It is yours.", True
    pressed = slack.people.press(MIA, MANAGERS, asked.ts, "claim")

    assert pressed.wait_for_ephemeral().text == "It is yours."
    assert [one.text for one in workspace.ephemerals_for(MIA)] == ["It is yours."]
    container = bot.bodies[1]["container"]
    assert (container["message_ts"], container["is_ephemeral"]) == (asked.ts, True)
    assert "message" not in bot.bodies[1]


def test_a_choice_in_a_menu_names_the_option(
    slack: SandboxServer, bot: Heard, posted: Callable[..., str]
) -> None:
    options = [{"text": {"type": "plain_text", "text": one}, "value": one} for one in ("15m", "30m")]
    ts = posted({"type": "static_select", "action_id": "pick", "options": options})

    assert slack.people.select(MIA, BACKUP, ts, "pick", "30m").acked
    assert bot.bodies[0]["actions"][0]["selected_option"]["value"] == "30m"


def test_a_stale_client_can_press_what_is_no_longer_there(
    slack: SandboxServer, client: WebClient, over_http: Heard, posted: Callable[..., str]
) -> None:
    ts = posted()
    client.chat_update(channel=BACKUP, ts=ts, text="Claimed by Carla Costa")

    with pytest.raises(NotOnScreenError):
        slack.people.press(MIA, BACKUP, ts, "claim")
    press = slack.people.press(MIA, BACKUP, ts, "claim", stale=True)

    assert press.acked
    assert over_http.bodies[0]["message"]["text"] == "Free to claim"


def test_a_person_of_another_workspace_is_told_apart_by_their_team(
    slack: SandboxServer, over_http: Heard, posted: Callable[..., str]
) -> None:
    slack.workspace.add_user("U0OUTSIDE", name="pat", team_id="T0ELSEWHERE", is_stranger=True)

    slack.people.press("U0OUTSIDE", BACKUP, posted(), "claim")

    user, team = over_http.bodies[0]["user"], over_http.bodies[0]["team"]
    assert (user["team_id"], team["id"]) == ("T0ELSEWHERE", "T0SANDBOX")


def test_a_button_names_its_block_where_several_look_alike(
    slack: SandboxServer, client: WebClient, over_http: Heard
) -> None:
    rows = [
        {
            "type": "section",
            "block_id": f"row{number}",
            "text": {"type": "mrkdwn", "text": "A lead"},
            "accessory": button(value=f"L{number}"),
        }
        for number in range(2)
    ]
    ts = client.chat_postMessage(channel=BACKUP, text="2 leads", blocks=rows)["ts"]

    slack.people.press(MIA, BACKUP, ts, "claim", block_id="row1")

    assert over_http.bodies[0]["actions"][0]["value"] == "L1"


def test_the_client_itself_asks_for_what_is_required(
    slack: SandboxServer, over_http: Heard, posted: Callable[..., str]
) -> None:
    over_http.opens = form()
    slack.people.press(CARLA, BACKUP, posted(), "claim").wait_for_view()

    assert list(slack.people.submit_view(CARLA, {"note": "hm"}).errors) == ["what"]
    assert over_http.states == []


def test_a_choice_or_field_that_is_not_there_cannot_be_used(
    slack: SandboxServer, over_http: Heard, posted: Callable[..., str]
) -> None:
    over_http.opens = form()
    slack.people.press(CARLA, BACKUP, posted(), "claim").wait_for_view()

    with pytest.raises(NotOnScreenError):
        slack.people.submit_view(CARLA, {"what": "telepathy"})
    with pytest.raises(NotOnScreenError):
        slack.people.submit_view(CARLA, {"colour": "red"})
    with pytest.raises(NotOnScreenError):
        slack.people.open_view(MIA)


def test_closing_a_modal_is_told_only_when_it_asked_for_that(
    slack: SandboxServer, over_http: Heard, posted: Callable[..., str]
) -> None:
    ts = posted()
    over_http.opens = form()
    slack.people.press(CARLA, BACKUP, ts, "claim").wait_for_view()
    assert slack.people.close_view(CARLA) is None

    over_http.opens = form(notify_on_close=True)
    slack.people.press(CARLA, BACKUP, ts, "claim").wait_for_view()
    closed = slack.people.close_view(CARLA)

    assert closed is not None
    assert closed.acked


def test_an_answer_address_works_five_times(workspace: Workspace) -> None:
    address = workspace.surfaces.new_response(
        workspace.surfaces.new_trigger(ALICE), channel=BACKUP, message_ts=None
    )
    for _ in range(5):
        workspace.surfaces.use_response(address.key)

    with pytest.raises(SlackError, match="used_url"):
        workspace.surfaces.use_response(address.key)


def test_an_answer_address_works_for_half_an_hour(workspace: Workspace, clock: Clock) -> None:
    address = workspace.surfaces.new_response(
        workspace.surfaces.new_trigger(ALICE), channel=BACKUP, message_ts=None
    )
    clock.move(1_800)
    workspace.surfaces.use_response(address.key)
    clock.move(1)

    with pytest.raises(SlackError, match="expired_url"):
        workspace.surfaces.use_response(address.key)
