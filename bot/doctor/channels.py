"""The channels of the policy: whether each is there, the bot is in it, and strangers are not."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.doctor.app import channels_by_name, channels_of
from bot.doctor.finding import Finding, care, no, ok
from bot.doctor.questions import OutOfPatience, Questions
from sla.policy import Policy

PAGE = 999
PAGES_MAX = 20
"""What Slack allows in a minute; a workspace with yet more channels names its own by id."""

Channel = Mapping[str, Any]


class Unasked(Exception):
    """Something that could not be asked; the text says why."""


def look_at_channels(questions: Questions, policy: Policy, bot_name: str) -> Iterator[Finding]:
    """Each channel once, with the first place where the policy names it."""
    places = _places(policy)
    try:
        listed = _listed(questions, set(channels_by_name(policy)))
    except Unasked as why:
        named = ", ".join(channels_by_name(policy))
        yield care("channel", f"{named}: not looked up, {why}")
        listed = None
    for called, place in places.items():
        by_name = called.startswith("#")
        if by_name and listed is None:
            continue
        try:
            channel = (listed or {}).get(called) if by_name else _asked(questions, called)
        except Unasked as why:
            yield care("channel", f"{called} was not looked at: {why} ({place})")
            continue
        if channel is None:
            yield _not_there(called, place, bot_name)
        else:
            yield from _judged(called, channel, place, bot_name)


def _places(policy: Policy) -> dict[str, str]:
    places: dict[str, str] = {}
    for name, team in policy.teams.items():
        for key, channel in channels_of(team).items():
            places.setdefault(channel, f"teams.{name}.{key}")
    if policy.ops.channel is not None:
        places.setdefault(policy.ops.channel, "ops.channel")
    return places


def _asked(questions: Questions, channel_id: str) -> Channel | None:
    """What Slack says about it, None where the bot sees none. Raises Unasked."""
    try:
        said = questions.ask(lambda web: web.conversations_info(channel=channel_id))
    except OutOfPatience as out:
        raise Unasked(f"{out}. Run doctor again in a minute") from out
    if said.error == "channel_not_found":
        return None
    if said.error is not None:
        raise Unasked(_why(said.error, said.body))
    return dict(said.body["channel"])


def _listed(questions: Questions, wanted: set[str]) -> dict[str, Channel]:
    """The wanted channels by `#name`, all from one reading of the list. Raises Unasked."""
    found: dict[str, Channel] = {}
    cursor = ""
    for _ in range(PAGES_MAX if wanted else 0):
        try:
            said = questions.ask(partial(_page, cursor))
        except OutOfPatience as out:
            raise Unasked(f"{out}. Run doctor again in a minute") from out
        if said.error is not None:
            raise Unasked(_why(said.error, said.body))
        for channel in said.body.get("channels", ()):
            name = f"#{channel.get('name')}"
            # A name that was given up with an archived channel may be in use again.
            if name in wanted and (name not in found or found[name].get("is_archived")):
                found[name] = channel
        cursor = (said.body.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return found


def _page(cursor: str, web: WebClient) -> SlackResponse:
    return web.conversations_list(
        types="public_channel,private_channel", limit=PAGE, cursor=cursor or None, exclude_archived=False
    )


def _why(error: str, body: Mapping[str, Any]) -> str:
    if error == "missing_scope" and body.get("needed"):
        return f"{body['needed']} is missing"
    return f"Slack answers {error}"


def _not_there(called: str, place: str, bot_name: str) -> Finding:
    mend = f"Correct the {'name' if called.startswith('#') else 'id'}, or write /invite @{bot_name} there"
    return no("channel", f"{called} does not exist, or is private and the bot is not in it. {mend} ({place})")


def _judged(called: str, channel: Channel, place: str, bot_name: str) -> Iterator[Finding]:
    if channel.get("is_archived"):
        yield no("channel", f"{called} is archived. Unarchive it, or name another ({place})")
        return
    shared, public = bool(channel.get("is_ext_shared")), not channel.get("is_private")
    if shared:
        mend = "Use a private channel of your own"
        yield no("channel", f"{called} is shared with another company. {mend} ({place})")
    if not channel.get("is_member"):
        yield no("channel", f"{called}: the bot is not in it. Write /invite @{bot_name} there ({place})")
    if public and not shared:
        yield care("channel", f"{called} is public: everybody in the workspace can read leads' names there")
    if channel.get("is_member") and not shared and not public:
        name = "" if called.startswith("#") else f" (#{channel.get('name')})"
        yield ok("channel", f"{called}{name}: private, and the bot is in it")
