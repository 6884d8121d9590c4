"""The Slack Web API as the courier needs it: each send ends in one of four outcomes, and nothing retries by itself."""

import json
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.metrics import SLACK_CALLS

CALL_TIMEOUT = timedelta(seconds=15)
"""The longest that one call waits for Slack; far below a delivery's lease."""
RETRY_AFTER_UNSAID = timedelta(seconds=30)
"""Where Slack says "too many" without saying for how long."""
RETRY_AFTER_MIN = timedelta(seconds=1)
RETRY_AFTER_MAX = timedelta(hours=1)
RETRY_WITHOUT_RIGHTS = timedelta(seconds=60)
"""How long to wait where the token as such is refused: the message is not to blame, and must not be lost."""
HISTORY_LIMIT = 200
PAGES_MAX = 10
CHANNELS_LIMIT = 200

EVENT_TYPE = "lead_sla_delivery"

_TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# "It's possible some aspect of the operation succeeded before the error was raised", says the documentation.
_NOBODY_KNOWS = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_TOKEN_REFUSED = frozenset(
    {
        "not_authed",
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "org_login_required",
        "team_access_not_granted",
        "ekm_access_denied",
        "accesslimited",
        "app_missing_action_url",
    }
)
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
_NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Slack has it."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Slack said no for good: to be told to somebody, not to be tried again."""

    error: str


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """Slack certainly does not have it. `retry_after` is what Slack asked for; None: it could not be reached."""

    error: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Uncertain:
    """Slack may have it or not."""

    error: str


Trouble = Refused | NotSent | Uncertain
Outcome = Sent | Trouble


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


def web_client(token: str, base_url: str, timeout: timedelta = CALL_TIMEOUT) -> WebClient:
    """The one way to build a client: slack-sdk's own retries post a message twice when its answer is lost."""
    return WebClient(token=token, base_url=base_url, timeout=int(timeout.total_seconds()), retry_handlers=[])


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

    def open_dm(self, slack_id: str) -> str:
        """The id of the conversation with a person. Raises SlackFailed."""
        said = self._call("conversations.open", lambda: self._web.conversations_open(users=[slack_id]))
        return str(said["channel"]["id"])

    def user(self, slack_id: str) -> dict[str, Any]:
        """What Slack says about a person, with the locale. Raises SlackFailed."""
        said = self._call("users.info", lambda: self._web.users_info(user=slack_id, include_locale=True))
        return dict(said["user"])

    def find_by_email(self, email: str) -> dict[str, Any]:
        """Raises SlackFailed; an address that nobody has is refused with users_not_found."""
        said = self._call("users.lookupByEmail", lambda: self._web.users_lookupByEmail(email=email))
        return dict(said["user"])

    def find_channel(self, name: str) -> str | None:
        """The id of the channel that is called so (`#name`), None where the bot sees none. Raises SlackFailed."""
        wanted, cursor = name.removeprefix("#"), ""
        for _ in range(PAGES_MAX):
            page = self._call("conversations.list", partial(self._channels, cursor))
            for channel in page["channels"]:
                if channel.get("name") == wanted:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None

    def own_messages(
        self, channel: str, oldest: datetime, *, thread_ts: str | None, app_ids: Sequence[str]
    ) -> list[Posted]:
        """The bot's own deliveries in a conversation (or thread) since `oldest`, oldest first. Raises SlackFailed.

        Any app may post metadata, so that only messages of our own bot or app count.
        """
        found: list[Posted] = []
        cursor = ""
        for _ in range(PAGES_MAX):
            page = self._page(channel, oldest, thread_ts, cursor)
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

    def _page(self, channel: str, oldest: datetime, thread_ts: str | None, cursor: str) -> Mapping[str, Any]:
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest.timestamp():.6f}",
            "inclusive": True,
            "limit": HISTORY_LIMIT,
            "include_all_metadata": True,
        }
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


def classify(problem: BaseException) -> Trouble:
    """What is known after a call failed; what is not clearly harmless counts as uncertain."""
    if isinstance(problem, SlackApiError):
        return _of_answer(problem)
    if isinstance(problem, URLError) and isinstance(problem.reason, _NEVER_LEFT):
        return NotSent(error=type(problem.reason).__name__)
    if isinstance(problem, _NEVER_LEFT):
        return NotSent(error=type(problem).__name__)
    return Uncertain(error=type(problem).__name__)


def _of_answer(problem: SlackApiError) -> Trouble:
    response = problem.response
    status, headers, body = _parts(response)
    error = str(body.get("error") or "")
    if status == 429 or error in _TOO_MANY:
        return NotSent(error=error or "ratelimited", retry_after=_retry_after(headers))
    if status is None or status >= 500 or not error or error in _NOBODY_KNOWS:
        return Uncertain(error=error or f"status {status}")
    if error in _TOKEN_REFUSED:
        return NotSent(error=error, retry_after=RETRY_WITHOUT_RIGHTS)
    return Refused(error=error)


def _parts(response: Any) -> tuple[int | None, Mapping[str, str], Mapping[str, Any]]:
    """Status, headers and body; slack-sdk gives a plain dictionary where the body was not JSON."""
    if isinstance(response, Mapping):
        status, headers, body = response.get("status"), response.get("headers") or {}, response.get("body")
    else:
        status, headers, body = response.status_code, response.headers or {}, response.data
    if isinstance(body, str | bytes):
        try:
            body = json.loads(body)
        except ValueError:
            body = {}
    return status, {str(k).lower(): v for k, v in headers.items()}, body if isinstance(body, Mapping) else {}


def _retry_after(headers: Mapping[str, Any]) -> timedelta:
    said = headers.get("retry-after")
    said = said[0] if isinstance(said, list | tuple) and said else said
    try:
        seconds = float(str(said))
    except ValueError:
        return RETRY_AFTER_UNSAID
    if seconds != seconds:  # NaN is a number to float(), but no time to wait
        return RETRY_AFTER_UNSAID
    return min(max(timedelta(seconds=min(seconds, 1e6)), RETRY_AFTER_MIN), RETRY_AFTER_MAX)


def is_gone(trouble: Trouble) -> bool:
    """Whether an edit failed because the message is not there (or not to be changed) any more."""
    return isinstance(trouble, Refused) and trouble.error in _MESSAGE_GONE


def _ours(message: Mapping[str, Any], app_ids: Sequence[str]) -> Posted | None:
    metadata = message.get("metadata") or {}
    delivery_id = (metadata.get("event_payload") or {}).get("delivery_id")
    if metadata.get("event_type") != EVENT_TYPE or not delivery_id:
        return None
    by = {message.get("app_id"), message.get("bot_id"), message.get("user")}
    return Posted(delivery_id=str(delivery_id), ts=str(message["ts"])) if by & set(app_ids) else None
