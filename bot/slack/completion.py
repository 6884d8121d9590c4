"""Telling Slack how a workflow step ended: at once, and for a while again where the answer was lost."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from http.client import HTTPException

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.client import web_client
from bot.slack.desk import Desk

log = structlog.get_logger(__name__)

TRY_WITHIN = timedelta(seconds=2)
"""How long one call may take; the step's event waits for the first."""
THREAD = "step-completion"
WAITING_MAX = 100
"""Steps that may wait for a further try at the same time; Slack's own errors must not pile up threads."""

_ENDED_ALREADY = ("execution_not_in_running_state", "function_execution_not_found")
_NOT_WITH_THIS_TOKEN = (
    "account_inactive",
    "invalid_auth",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
)
_PASSING = ("fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable")

_waiting = threading.BoundedSemaphore(WAITING_MAX)


@dataclass(frozen=True, kw_only=True)
class Completion:
    """How a step ended: with outputs for the steps after it, or with words for the workflow's author."""

    outputs: Mapping[str, str] | None = None
    error: str | None = None


class Told(Enum):
    YES = "yes"
    NOT_YET = "not yet"
    NEVER = "never"


def complete(desk: Desk, execution_id: str, token: str | None, how: Completion) -> None:
    """Tell Slack now; where that fails for a passing reason, in the background a limited number of times.

    Repeating is safe: a step ends once, and Slack refuses to end it again.
    """
    tokens = [one for one in (token, desk.quick.token) if one]
    if _tell(desk.quick, tokens, execution_id, how) is not Told.NOT_YET:
        return
    if not _waiting.acquire(blocking=False):
        log.error("step_not_completed", execution=execution_id, reason="too many are waiting")
        return
    again = threading.Thread(target=_again, args=(desk, tokens, execution_id, how), name=THREAD, daemon=True)
    again.start()


def _again(desk: Desk, tokens: list[str], execution_id: str, how: Completion) -> None:
    waiting = threading.Event()
    try:
        for wait in desk.completion_waits:
            waiting.wait(wait.total_seconds())
            if _tell(desk.quick, tokens, execution_id, how) is not Told.NOT_YET:
                return
        log.error("step_not_completed", execution=execution_id, reason="Slack did not take it")
    finally:
        _waiting.release()


def _tell(client: WebClient, tokens: list[str], execution_id: str, how: Completion) -> Told:
    """With the step's own token first, which Slack gives for this; with the bot's where that one has ended."""
    for token in tokens:
        try:
            _call(web_client(token, client.base_url, TRY_WITHIN), execution_id, how)
            return Told.YES
        except SlackApiError as problem:
            error = str(problem.response.get("error"))
            if error in _NOT_WITH_THIS_TOKEN:
                continue
            return _after(error, problem.response.status_code, execution_id)
        except (SlackClientError, OSError, HTTPException) as problem:
            log.warning("step_not_completed_yet", execution=execution_id, reason=type(problem).__name__)
            return Told.NOT_YET
    log.error("step_not_completed", execution=execution_id, reason="no token is accepted")
    return Told.NEVER


def _after(error: str, status: int, execution_id: str) -> Told:
    if error in _ENDED_ALREADY:
        return Told.YES
    if error in _PASSING or status == 429 or status >= 500:
        log.warning("step_not_completed_yet", execution=execution_id, reason=error)
        return Told.NOT_YET
    log.error("step_not_completed", execution=execution_id, reason=error)
    return Told.NEVER


def _call(client: WebClient, execution_id: str, how: Completion) -> None:
    if how.outputs is not None:
        client.functions_completeSuccess(function_execution_id=execution_id, outputs=dict(how.outputs))
    else:
        client.functions_completeError(function_execution_id=execution_id, error=how.error or "")
