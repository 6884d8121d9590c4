"""conversations.*: opening, listing, reading back what stands in a conversation, and who is in it."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.api_call import ApiCall, Methods
from bot.sandbox.model import Channel, Json, Kind, Message, SlackError

METHODS = Methods()
LIMIT_MAX = 999
_SCOPE_PREFIX: dict[Kind, str] = {"public": "channels", "private": "groups", "im": "im"}
_TYPES: dict[str, Kind] = {"public_channel": "public", "private_channel": "private", "im": "im"}
_READ = ("channels:read", "groups:read", "im:read")
Item = TypeVar("Item")


def page(call: ApiCall, items: Sequence[Item], *, default: int = 100) -> tuple[list[Item], Json]:
    """One page of a list, and the cursor of the next."""
    limit = max(1, min(call.number("limit", default), LIMIT_MAX))
    start = 0
    cursor = call.get("cursor")
    if cursor is not None:
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("from:"))
        except ValueError:
            raise SlackError("invalid_cursor") from None
    more = start + limit < len(items)
    following = base64.b64encode(f"from:{start + limit}".encode()).decode() if more else ""
    return list(items[start : start + limit]), {"next_cursor": following}


def _channel(call: ApiCall, verb: str) -> Channel:
    """The conversation asked for, when the scope for its kind was granted."""
    channel = call.workspace.channel(call.need("channel", "channel_not_found"))
    call.workspace.tokens.need([f"{_SCOPE_PREFIX[channel.kind]}:{verb}"])
    return channel


@METHODS.add("conversations.open", "im:write")
def open_dm(call: ApiCall) -> Json:
    workspace = call.workspace
    if call.get("channel") is not None:
        channel = workspace.channel(call.need("channel"))
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = [one.strip() for one in call.need("users", "users_list_not_supplied").split(",")]
    if len(users) > 1:
        raise SlackError("not_supported")
    user = workspace.user(users[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    known = f"D{user.id[1:]}" in workspace.channels
    channel = workspace.dm(user.id)
    said = channel.to_slack(as_member=workspace.bot.user) if call.is_set("return_im") else {"id": channel.id}
    return {"no_op": known, "already_open": known, "channel": said}


@METHODS.add("conversations.info")
def info(call: ApiCall) -> Json:
    channel = _channel(call, "read")
    said = channel.to_slack(as_member=call.workspace.bot.user)
    if not call.is_set("include_num_members"):
        said.pop("num_members", None)
    return {"channel": said}


def _listed(call: ApiCall, *, member: str | None) -> Json:
    workspace = call.workspace
    names = [one.strip() for one in (call.get("types") or "public_channel").split(",")]
    unknown = [one for one in names if one not in (*_TYPES, "mpim")]
    if unknown:
        raise SlackError("invalid_types")
    kinds = {_TYPES[one] for one in names if one in _TYPES}
    for kind in kinds:
        workspace.tokens.need([f"{_SCOPE_PREFIX[kind]}:read"])
    shown = [
        one
        for one in workspace.channels.values()
        if one.kind in kinds
        and (one.kind == "public" or workspace.bot.user in one.members)
        and (member is None or member in one.members)
        and not (call.is_set("exclude_archived") and one.is_archived)
    ]
    channels, cursor = page(call, shown)
    said = [one.to_slack(as_member=workspace.bot.user) for one in channels]
    return {"channels": said, "response_metadata": cursor}


@METHODS.add("conversations.list", *_READ)
def list_all(call: ApiCall) -> Json:
    return _listed(call, member=None)


@METHODS.add("users.conversations", *_READ)
def list_of_member(call: ApiCall) -> Json:
    return _listed(call, member=call.get("user") or call.workspace.bot.user)


@METHODS.add("conversations.members", *_READ)
def members(call: ApiCall) -> Json:
    found, cursor = page(call, sorted(_channel(call, "read").members))
    return {"members": found, "response_metadata": cursor}


def _between(call: ApiCall, messages: list[Message]) -> list[Message]:
    """Those in the asked span; stamps compare as text as they all have the same length."""
    oldest, latest = call.get("oldest"), call.get("latest")
    inclusive = call.is_set("inclusive")
    lived = call.workspace.monotonic()

    def is_in(ts: str) -> bool:
        at = float(ts)
        after = oldest is None or at > float(oldest) or (inclusive and at == float(oldest))
        return after and (latest is None or at < float(latest) or (inclusive and at == float(latest)))

    try:
        return [one for one in messages if not one.deleted and one.history_from <= lived and is_in(one.ts)]
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None


def _readable(call: ApiCall) -> Channel:
    channel = _channel(call, "history")
    if call.workspace.bot.user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _told(call: ApiCall, messages: list[Message]) -> list[Json]:
    return [one.to_slack(all_metadata=call.is_set("include_all_metadata")) for one in messages]


@METHODS.add("conversations.history")
def history(call: ApiCall) -> Json:
    channel = _readable(call)
    outside_threads = [one for one in channel.messages.values() if not one.in_thread or one.reply_broadcast]
    newest_first = list(reversed(_between(call, outside_threads)))
    found, cursor = page(call, newest_first)
    has_more = bool(cursor["next_cursor"])
    return {"messages": _told(call, found), "has_more": has_more, "response_metadata": cursor}


@METHODS.add("conversations.replies")
def replies(call: ApiCall) -> Json:
    channel = _readable(call)
    thread_ts = call.need("ts", "thread_not_found")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.in_thread:
        thread_ts = str(parent.thread_ts)
    thread = [one for one in channel.messages.values() if thread_ts in (one.thread_ts, one.ts)]
    followers = _between(call, [one for one in thread if one.ts != thread_ts])
    first = [one for one in thread if one.ts == thread_ts and not one.deleted]
    if not first and not followers:
        raise SlackError("thread_not_found")
    found, cursor = page(call, [*first, *followers])
    has_more = bool(cursor["next_cursor"])
    return {"messages": _told(call, found), "has_more": has_more, "response_metadata": cursor}
