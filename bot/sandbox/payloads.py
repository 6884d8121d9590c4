"""The JSON that Slack sends to an app when people press, submit, type a command or an event happens."""

import secrets
from typing import Any

from bot.sandbox.model import Channel, Json, Message, User, View
from bot.sandbox.surfaces import Trigger
from bot.sandbox.workspace import Workspace

# Long out of use, but still in every payload.
VERIFICATION_TOKEN = "sandbox-verification-token"


def _who_and_where(workspace: Workspace, user: User, team: str | None) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "api_app_id": workspace.app_id,
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": team or user.team_id,
        },
        "enterprise": None,
        "is_enterprise_install": False,
    }


def view_json(workspace: Workspace, view: View, state: Json | None = None) -> Json:
    bot_id = str(workspace.bot.bot_id)
    return view.to_slack(team_id=workspace.team_id, app_id=workspace.app_id, bot_id=bot_id, state=state)


def action_of(
    workspace: Workspace, element: Json, block_id: str, *, value: str | None, chosen: Json | None
) -> Json:
    """What a press says about the element that was used."""
    action: Json = {
        "type": element["type"],
        "block_id": block_id,
        "action_id": element.get("action_id", ""),
        "action_ts": f"{workspace.clock():.6f}",
    }
    for name in ("text", "style"):
        if name in element:
            action[name] = element[name]
    pressed = value if value is not None else element.get("value")
    if element["type"] == "button" and pressed is not None:
        action["value"] = pressed
    return action | (chosen or {})


def press_on_message(
    workspace: Workspace,
    user: User,
    message: Json | None,
    channel_id: str,
    ts: str,
    action: Json,
    trigger: Trigger,
    response_url: str,
    *,
    team: str | None,
) -> Json:
    """`message` is missing for one that only the presser sees."""
    channel = workspace.channels[channel_id]
    said: Json = {} if message is None else {"message": message}
    return _who_and_where(workspace, user, team) | {
        "type": "block_actions",
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel_id,
            "is_ephemeral": message is None,
        },
        "trigger_id": trigger.id,
        "channel": {"id": channel_id, "name": channel.name or "directmessage"},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
        **said,
    }


def press_in_view(
    workspace: Workspace, user: User, view: View, action: Json, trigger: Trigger, state: Json
) -> Json:
    return _who_and_where(workspace, user, None) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "view": view_json(workspace, view, state),
        "actions": [action],
    }


def view_submission(
    workspace: Workspace, user: User, view: View, state: Json, trigger: Trigger, *, team: str | None
) -> Json:
    return _who_and_where(workspace, user, team) | {
        "type": "view_submission",
        "trigger_id": trigger.id,
        "view": view_json(workspace, view, state),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, user: User, view: View, *, all_at_once: bool) -> Json:
    return _who_and_where(workspace, user, None) | {
        "type": "view_closed",
        "view": view_json(workspace, view),
        "is_cleared": all_at_once,
    }


def command(
    workspace: Workspace,
    user: User,
    channel_id: str,
    name: str,
    text: str,
    trigger: Trigger,
    response_url: str,
) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel_id,
        "channel_name": workspace.channels[channel_id].name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger.id,
    }


def event_callback(workspace: Workspace, event: Json, *, is_ext_shared: bool = False) -> Json:
    now = workspace.clock()
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.team_id,
        "api_app_id": workspace.app_id,
        "event": {"event_ts": f"{now:.6f}", **event},
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(8).upper()}",
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team_id,
                "user_id": workspace.bot.user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_ext_shared,
        "event_context": secrets.token_hex(12),
    }


def function_executed(workspace: Workspace, callback_id: str, inputs: Json, execution: Json) -> Json:
    return {
        "type": "function_executed",
        "function": {
            "id": f"Fn{workspace.app_id[1:]}",
            "callback_id": callback_id,
            "title": callback_id,
            "description": "",
            "type": "app",
            "input_parameters": [],
            "output_parameters": [],
            "app_id": workspace.app_id,
            "date_created": 1,
            "date_updated": 1,
            "date_deleted": 0,
        },
        "inputs": inputs,
        "function_execution_id": execution["id"],
        "workflow_execution_id": execution["workflow_id"],
        "bot_access_token": execution["token"],
    }


def message_metadata_posted(workspace: Workspace, message: Message) -> Json:
    return {
        "type": "message_metadata_posted",
        "app_id": message.author.app_id,
        "bot_id": message.author.bot_id,
        "user_id": message.author.user,
        "team_id": workspace.team_id,
        "channel_id": message.channel,
        "metadata": message.metadata,
        "message_ts": message.ts,
    }


def message_posted(channel: Channel, message: Message) -> Json:
    kind = {"im": "im", "public": "channel", "private": "group"}[channel.kind]
    return message.to_slack() | {"channel": channel.id, "channel_type": kind}


def user_change(user: User, at: float) -> Json:
    said = user.to_slack(with_email=True, with_locale=True)
    return {"type": "user_change", "user": said, "cache_ts": int(at), "event_ts": f"{at:.6f}"}


def app_home_opened(user: User, channel_id: str, view: Any) -> Json:
    return {"type": "app_home_opened", "user": user.id, "channel": channel_id, "tab": "home", "view": view}
