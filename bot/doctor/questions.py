"""The doctor's questions to Slack: none of them changes anything, and Slack's pace is kept to, within bounds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.gateway import NotSent, Uncertain, classify

TRIES_MAX = 2
"""A question does no harm when it is repeated; one that fails twice is a Slack that is away."""
PATIENCE = timedelta(minutes=3)
"""The longest that all waits of one run take together."""

_TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class SlackAway(Exception):
    """Slack does not answer, or not in its own words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Slack does not answer ({reason})")
        self.reason = reason


class OutOfPatience(Exception):
    """Slack asks to wait for longer than a person at a prompt does."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Slack asks to wait {wait.total_seconds():.0f} s")
        self.wait = wait


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What Slack said. `error` is its word for a refusal, None where it answered the question."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]
    error: str | None
    asked_at: datetime
    answered_at: datetime


class Questions:
    """Asks one question after the other."""

    def __init__(
        self,
        web: WebClient,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        tell: Callable[[str], None],
    ) -> None:
        self._web = web
        self._now = now
        self._sleep = sleep
        self._tell = tell
        self._patience = PATIENCE

    def ask(self, question: Callable[[WebClient], SlackResponse]) -> Answer:
        """Raises SlackAway or OutOfPatience."""
        failures = 0
        while True:
            asked_at = self._now()
            try:
                said = question(self._web)
            except Exception as problem:
                trouble = classify(problem)
                if isinstance(trouble, NotSent) and trouble.error in _TOO_MANY:
                    self._wait(trouble.retry_after or timedelta(0))
                    continue
                unreachable = isinstance(trouble, NotSent) and trouble.retry_after is None
                if unreachable or isinstance(trouble, Uncertain):
                    failures += 1
                    if failures < TRIES_MAX:
                        continue
                    raise SlackAway(trouble.error) from problem
                refusal = problem.response if isinstance(problem, SlackApiError) else None
                return self._answer(refusal, trouble.error, asked_at)
            return self._answer(said, None, asked_at)

    def _wait(self, wait: timedelta) -> None:
        wait = max(wait, timedelta(seconds=1))
        if wait > self._patience:
            raise OutOfPatience(wait)
        self._patience -= wait
        self._tell(f"Slack asks to wait {wait.total_seconds():.0f} s …")
        self._sleep(wait.total_seconds())

    def _answer(self, said: SlackResponse | None, error: str | None, asked_at: datetime) -> Answer:
        body = said.data if said is not None and isinstance(said.data, Mapping) else {}
        headers = said.headers if said is not None else {}
        return Answer(
            body=body,
            headers={name.lower(): str(value) for name, value in headers.items()},
            error=error,
            asked_at=asked_at,
            answered_at=self._now(),
        )
