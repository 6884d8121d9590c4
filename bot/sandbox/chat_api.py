"""chat.*: posting, editing, deleting and ephemeral messages, with the refusals that Slack gives."""

from bot.sandbox.api_call import ApiCall, Methods
from bot.sandbox.model import Channel, Json, Message, SlackError
from bot.slack.limits import problems

METHODS = Methods()
_CONTENT = ("text", "blocks", "metadata", "ts")


def refuse_bad_content(content: Json) -> None:
    """Raise what Slack would answer to this text, these blocks or this metadata."""
    found = problems({name: content[name] for name in _CONTENT if name in content}, "message")
    if not found:
        return
    first = found[0]
    messages = [f"[ERROR] {one}" for one in found]
    more = {"errors": found, "response_metadata": {"messages": messages}}
    if first.startswith("/text"):
        raise SlackError("msg_too_long" if "at most" in first else "no_text", **more)
    if first.startswith("/metadata"):
        raise SlackError("invalid_metadata_format", **more)
    raise SlackError("invalid_blocks", **more)


def channel_to_post_in(call: ApiCall) -> Channel:
    """The conversation of a new message, if the bot may post there."""
    workspace = call.workspace
    ref = call.need("channel", "channel_not_found")
    channel = workspace.dm(ref) if ref in workspace.users else workspace.channel(ref)
    refuse_closed_channel(call, channel)
    return channel


def refuse_closed_channel(call: ApiCall, channel: Channel) -> None:
    workspace = call.workspace
    if channel.user is not None:
        refusal = workspace.knobs.dm_to_deactivated
        if workspace.user(channel.user).deleted and refusal is not None:
            raise SlackError(refusal)
        if workspace.user(channel.user).is_bot:
            raise SlackError("cannot_dm_bot")
    if channel.is_archived:
        raise SlackError("is_archived")
    if workspace.bot.user not in channel.members:
        raise SlackError("not_in_channel")


@METHODS.add("chat.postMessage", "chat:write")
def post_message(call: ApiCall) -> Json:
    workspace = call.workspace
    channel = channel_to_post_in(call)
    content = {name: value for name, value in call.args.items() if name != "ts"}
    refuse_bad_content(content)
    thread_ts = call.get("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise SlackError("thread_not_found")
    message = workspace.post(
        channel,
        text=content["text"],
        blocks=content.get("blocks"),
        metadata=content.get("metadata"),
        thread_ts=thread_ts,
        reply_broadcast=call.is_set("reply_broadcast"),
        late_by=workspace.faults.lateness(channel.id),
    )
    workspace.ledger.accepted("post", call.record, payload=call.args, channel=channel.id, ts=message.ts)
    return {"channel": channel.id, "ts": message.ts, "message": message.to_slack()}


def _own_message(call: ApiCall, refusal: str) -> tuple[Channel, Message]:
    """The message to change. Slack takes the conversation's own id here, never a person's."""
    channel = call.workspace.channel(call.need("channel", "channel_not_found"))
    refuse_closed_channel(call, channel)
    message = call.workspace.message(channel, call.need("ts", "message_not_found"))
    if message.author.app_id != call.workspace.bot.app_id:
        raise SlackError(refusal)
    return channel, message


@METHODS.add("chat.update", "chat:write")
def update(call: ApiCall) -> Json:
    workspace = call.workspace
    channel, message = _own_message(call, "cant_update_message")
    refuse_bad_content(call.args)
    # Text without blocks takes the blocks away; metadata that is not named stays, an empty object removes it.
    changes = {"text": call.args["text"], "blocks": call.args.get("blocks") or None}
    if call.args.get("metadata") is not None:
        changes["metadata"] = call.args["metadata"] or None
    workspace.edit(channel, message, changes)
    workspace.ledger.accepted("update", call.record, payload=call.args, channel=channel.id, ts=message.ts)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.to_slack()}


@METHODS.add("chat.delete", "chat:write")
def delete(call: ApiCall) -> Json:
    channel, message = _own_message(call, "cant_delete_message")
    call.workspace.ledger.accepted(
        "delete", call.record, payload=call.args, channel=channel.id, ts=message.ts
    )
    call.workspace.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@METHODS.add("chat.postEphemeral", "chat:write")
def post_ephemeral(call: ApiCall) -> Json:
    workspace = call.workspace
    channel = channel_to_post_in(call)
    user = call.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    refuse_bad_content({name: value for name, value in call.args.items() if name != "ts"})
    shown = workspace.show_ephemeral(channel, user, text=call.args["text"], blocks=call.args.get("blocks"))
    workspace.ledger.accepted(
        "ephemeral", call.record, payload=call.args, channel=channel.id, ts=shown.ts, user=user
    )
    return {"message_ts": shown.ts}


@METHODS.add("chat.getPermalink")
def get_permalink(call: ApiCall) -> Json:
    workspace = call.workspace
    channel = workspace.channel(call.need("channel", "channel_not_found"))
    message = workspace.message(channel, call.need("message_ts", "message_not_found"))
    link = f"https://{workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}
