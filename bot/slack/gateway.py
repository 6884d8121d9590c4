"""The Slack Web API as the courier needs it: each send ends in one of four outcomes, and nothing retries by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_sdk import WebClient

from bot.metrics import SLACK_CALLS
from bot.slack.answers import NotSent, Outcome, Refused, Sent, Trouble, Uncertain, classify, is_gone
from bot.slack.client import CALL_TIMEOUT, web_client

__all__ = [
    "CALL_TIMEOUT",
    "Gateway",
    "NotSent",
    "Outcome",
    "Posted",
    "Refused",
    "Sent",
    "SlackFailed",
    "Trouble",
    "Uncertain",
    "classify",
    "is_gone",
    "web_client",
]

HISTORY_LIMIT = 200
PAGES_MAX = 10
CHANNELS_LIMIT = 999
CHANNEL_PAGES_MAX = 20
"""The most that Slack puts into one page, and as many pages as it answers in a minute."""

EVENT_TYPE = "lead_sla_delivery"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One of our own messages as it stands in Slack's history."""

    delivery_id: str
    ts: str


class SlackFailed(Exception):
    """A question that Slack did not answer; `trouble` says what is known."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.error)
        self.trouble = trouble


class Gateway:
    """Calls the Web API and says what became of each call."""

    def __init__(self, web: WebClient) -> None:
        self._web = web

    def post(
        self,
        channel: str,
        payload: Mapping[str, Any],
        delivery_id: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
    ) -> Outcome:
        """Post a message that carries its delivery id, so that it can be found again."""
        arguments = {
            **payload,
            "channel": channel,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"delivery_id": delivery_id}},
        }
        if thread_ts is not None:
            arguments |= {"thread_ts": thread_ts, "reply_broadcast": broadcast}
        try:
            said = self._call("chat.postMessage", lambda: self._web.chat_postMessage(**arguments))
            return Sent(channel=said["channel"], ts=said["ts"])
        except SlackFailed as failed:
            return failed.trouble
        except KeyError:
            return Uncertain(error="an answer without channel or ts")

    def update(self, channel: str, ts: str, payload: Mapping[str, Any]) -> Trouble | None:
        """Edit a message; None when it now shows the payload. An edit may be repeated without harm."""
        try:
            # What says how a text is read is for posting; an edit keeps it.
            edited = {name: value for name, value in payload.items() if not name.startswith("unfurl")}
            edited.pop("mrkdwn", None)
            self._call("chat.update", lambda: self._web.chat_update(channel=channel, ts=ts, **edited))
        except SlackFailed as failed:
            return failed.trouble
        return None

    def delete(self, channel: str, ts: str) -> Trouble | None:
        try:
            self._call("chat.delete", lambda: self._web.chat_delete(channel=channel, ts=ts))
        except SlackFailed as failed:
            return failed.trouble
        return None

    def probe(self) -> Trouble | None:
        """A question without any effect: does Slack answer?"""
        try:
            self._call("auth.test", lambda: self._web.auth_test())
        except SlackFailed as failed:
            return failed.trouble
        return None

    def open_dm(self, slack_id: str) -> str:
        """The id of the conversation with a person. Raises SlackFailed."""
        said = self._call("conversations.open", lambda: self._web.conversations_open(users=[slack_id]))
        return str(said["channel"]["id"])

    def user(self, slack_id: str) -> dict[str, Any]:
        """What Slack says about a person, with the locale. Raises SlackFailed."""
        said = self._call("users.info", lambda: self._web.users_info(user=slack_id, include_locale=True))
        return dict(said["user"])

    def silent_until(self, slack_id: str, at: datetime) -> datetime | None:
        """When the person's time without notifications ends; None where they have none, or Slack does not say."""
        try:
            said = self._call("dnd.info", lambda: self._web.dnd_info(user=slack_id))
            from_at, until_at = (float(said[f"next_dnd_{end}_ts"]) for end in ("start", "end"))
        except (SlackFailed, KeyError, TypeError, ValueError):
            return None
        is_silent = said.get("dnd_enabled") is True and from_at <= at.timestamp() < until_at
        return datetime.fromtimestamp(until_at, UTC) if is_silent else None

    def find_by_email(self, email: str) -> dict[str, Any]:
        """Raises SlackFailed; an address that nobody has is refused with users_not_found."""
        said = self._call("users.lookupByEmail", lambda: self._web.users_lookupByEmail(email=email))
        return dict(said["user"])

    def find_channel(self, name: str) -> str | None:
        """The id of the channel that is called so (`#name`), None where the bot sees none. Raises SlackFailed."""
        wanted, cursor = name.removeprefix("#"), ""
        for _ in range(CHANNEL_PAGES_MAX):
            page = self._call("conversations.list", partial(self._channels, cursor))
            for channel in page["channels"]:
                if channel.get("name") == wanted:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None

    def own_messages(
        self,
        channel: str,
        oldest: datetime,
        *,
        thread_ts: str | None,
        app_ids: Sequence[str],
        latest: datetime | None = None,
    ) -> list[Posted]:
        """The bot's own deliveries in a conversation (or thread) since `oldest`, oldest first. Raises SlackFailed.

        Any app may post metadata, so that only messages of our own bot or app count. `latest` bounds what is
        read in a busy channel, where more than the pages of one look may have been said since.
        """
        found: list[Posted] = []
        cursor = ""
        for _ in range(PAGES_MAX):
            page = self._page(channel, (oldest, latest), thread_ts, cursor)
            found += [one for message in page["messages"] if (one := _ours(message, app_ids)) is not None]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return sorted(found, key=lambda one: float(one.ts))

    def _channels(self, cursor: str) -> Any:
        return self._web.conversations_list(
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=CHANNELS_LIMIT,
            cursor=cursor or None,
        )

    def _page(
        self, channel: str, within: tuple[datetime, datetime | None], thread_ts: str | None, cursor: str
    ) -> Mapping[str, Any]:
        oldest, latest = within
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest.timestamp():.6f}",
            "inclusive": True,
            "limit": HISTORY_LIMIT,
            "include_all_metadata": True,
        }
        if latest is not None:
            arguments["latest"] = f"{latest.timestamp():.6f}"
        if cursor:
            arguments["cursor"] = cursor
        if thread_ts is None:
            return self._call("conversations.history", lambda: self._web.conversations_history(**arguments))
        arguments["ts"] = thread_ts
        return self._call("conversations.replies", lambda: self._web.conversations_replies(**arguments))

    def _call(self, method: str, call: Callable[[], Any]) -> Mapping[str, Any]:
        try:
            said = call()
        except Exception as problem:
            trouble = classify(problem)
            SLACK_CALLS.labels(method, type(trouble).__name__).inc()
            raise SlackFailed(trouble) from problem
        SLACK_CALLS.labels(method, "ok").inc()
        answer: Mapping[str, Any] = said.data if isinstance(said.data, Mapping) else {}
        return answer


def _ours(message: Mapping[str, Any], app_ids: Sequence[str]) -> Posted | None:
    metadata = message.get("metadata") or {}
    delivery_id = (metadata.get("event_payload") or {}).get("delivery_id")
    if metadata.get("event_type") != EVENT_TYPE or not delivery_id:
        return None
    by = {message.get("app_id"), message.get("bot_id"), message.get("user")}
    return Posted(delivery_id=str(delivery_id), ts=str(message["ts"])) if by & set(app_ids) else None
