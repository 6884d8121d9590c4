"""users.*, dnd.info and auth.test: who somebody is, and who the bot itself is."""

from bot.sandbox.api_call import ApiCall, Methods
from bot.sandbox.conversations_api import page
from bot.sandbox.model import Json, SlackError, User

METHODS = Methods()


def _told(call: ApiCall, user: User) -> Json:
    with_email = "users:read.email" in call.workspace.tokens.scopes
    return user.to_slack(with_email=with_email, with_locale=call.is_set("include_locale"))


@METHODS.add("auth.test", tokens=("bot", "app", "workflow"))
def auth_test(call: ApiCall) -> Json:
    workspace = call.workspace
    if call.token_kind == "app":
        return {"app_name": workspace.user(workspace.bot.user).name, "app_id": workspace.app_id}
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.domain,
        "team_id": workspace.team_id,
        "user": workspace.user(workspace.bot.user).name,
        "user_id": workspace.bot.user,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": False,
    }


@METHODS.add("users.info", "users:read")
def info(call: ApiCall) -> Json:
    return {"user": _told(call, call.workspace.user(call.need("user", "user_not_found")))}


@METHODS.add("users.lookupByEmail", "users:read.email")
def lookup_by_email(call: ApiCall) -> Json:
    email = call.need("email", "users_not_found").casefold()
    for user in call.workspace.users.values():
        # Slack does not find deactivated people by their address.
        if user.email is not None and user.email.casefold() == email and not user.deleted:
            return {"user": _told(call, user)}
    raise SlackError("users_not_found")


@METHODS.add("users.list", "users:read")
def list_all(call: ApiCall) -> Json:
    found, cursor = page(call, list(call.workspace.users.values()))
    return {"members": [_told(call, one) for one in found], "response_metadata": cursor}


@METHODS.add("dnd.info", "dnd:read")
def dnd_info(call: ApiCall) -> Json:
    user = call.workspace.user(call.get("user") or call.workspace.bot.user)
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1, **user.dnd}
