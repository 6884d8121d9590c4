"""views.*: modals opened, pushed and changed, and home tabs published."""

from bot.sandbox.api_call import ApiCall, Methods
from bot.sandbox.model import Json, SlackError, View
from bot.slack.limits import Surface, problems

METHODS = Methods()


def refuse_bad_view(payload: object, surface: Surface) -> Json:
    """The view as a dict, or what Slack would answer to it."""
    if not isinstance(payload, dict):
        raise SlackError("invalid_arguments")
    found = problems(payload, surface)
    if found:
        messages = [f"[ERROR] {one}" for one in found]
        raise SlackError("invalid_arguments", errors=found, response_metadata={"messages": messages})
    return payload


def _asked(call: ApiCall, surface: Surface) -> Json:
    """The view of a call, checked, with a name for each block that came without."""
    payload = refuse_bad_view(call.args.get("view"), surface)
    return {**payload, "blocks": call.workspace.with_block_ids(payload["blocks"])}


def _shown(call: ApiCall, view: View) -> Json:
    """Record the view and say it back as Slack does."""
    workspace = call.workspace
    told = view.to_slack(team_id=workspace.team_id, app_id=workspace.app_id, bot_id=str(workspace.bot.bot_id))
    workspace.ledger.accepted("view", call.record, payload=call.args, user=view.user)
    workspace.stream.tell("view", {"user": view.user, "view": told, "how": call.record.method})
    return {"view": told}


def _trigger_id(call: ApiCall) -> str:
    return call.get("trigger_id") or call.need("interactivity_pointer", "invalid_trigger_id")


@METHODS.add("views.open")
def open_view(call: ApiCall) -> Json:
    payload = _asked(call, "modal")
    surfaces = call.workspace.surfaces
    return _shown(call, surfaces.open(surfaces.use_trigger(_trigger_id(call)), payload))


@METHODS.add("views.push")
def push_view(call: ApiCall) -> Json:
    payload = _asked(call, "modal")
    surfaces = call.workspace.surfaces
    return _shown(call, surfaces.open(surfaces.use_trigger(_trigger_id(call)), payload, push=True))


@METHODS.add("views.update")
def update_view(call: ApiCall) -> Json:
    payload = _asked(call, "modal")
    surfaces = call.workspace.surfaces
    view = surfaces.find(view_id=call.get("view_id"), external_id=call.get("external_id"))
    return _shown(call, surfaces.update(view, payload, expected_hash=call.get("hash")))


@METHODS.add("views.publish")
def publish_view(call: ApiCall) -> Json:
    payload = _asked(call, "home")
    user = call.workspace.user(call.need("user_id", "user_not_found"))
    view = call.workspace.surfaces.publish(user.id, payload, expected_hash=call.get("hash"))
    return _shown(call, view)


@METHODS.add("blocks.validate", tokens=("bot", "app", "workflow", "none"))
def validate(call: ApiCall) -> Json:
    """Slack's own checker; it needs no token and takes blocks, a message or a view."""
    view, message = call.args.get("view"), call.args.get("message")
    if isinstance(view, dict):
        found = problems(view, "home" if view.get("type") == "home" else "modal")
    elif isinstance(message, dict):
        found = problems(message, "message")
    else:
        found = problems({"text": "-", "blocks": call.args.get("blocks")}, "message")
    if found:
        raise SlackError("invalid_blocks", errors=found)
    return {}
