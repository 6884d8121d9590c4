"""What is known after a call of the Slack Web API: four outcomes, and how each failure is told apart."""

import json
import re
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

from bot.outcome import NotSent, Outcome, Refused, Sent, Trouble, Uncertain

__all__ = ["NotSent", "Outcome", "Refused", "Sent", "Trouble", "Uncertain", "classify", "is_gone"]

RETRY_AFTER_UNSAID = timedelta(seconds=30)
"""Where Slack says "too many" without saying for how long."""
RETRY_AFTER_MIN = timedelta(seconds=1)
RETRY_AFTER_MAX = timedelta(hours=1)
RETRY_WITHOUT_RIGHTS = timedelta(seconds=60)
"""How long to wait where the token as such is refused: the message is not to blame, and must not be lost."""

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
    }
)
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})
_CODE = re.compile(r"[a-zA-Z0-9_.:-]{1,100}")
"""Slack's errors are single words."""
_NEVER_LEFT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)


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
    if status is None or status >= 500 or error in _NOBODY_KNOWS or not _CODE.fullmatch(error):
        # Where the answer was no JSON, slack-sdk puts a sentence of its own in the error's place.
        return Uncertain(error=error if _CODE.fullmatch(error) else f"status {status}")
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
    return timedelta(
        seconds=min(max(seconds, RETRY_AFTER_MIN.total_seconds()), RETRY_AFTER_MAX.total_seconds())
    )


def is_gone(trouble: Trouble) -> bool:
    """Whether an edit failed because the message is not there (or not to be changed) any more."""
    return isinstance(trouble, Refused) and trouble.error in _MESSAGE_GONE
