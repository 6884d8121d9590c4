"""Slack's pace, kept on our side: token buckets for posts and edits, and the pauses that Slack asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

POSTS_PER_SECOND = 1.0
"""Slack's documented pace of chat.postMessage in one channel; bursts are allowed for short periods."""
POSTS_BURST = 4
WORKSPACE_PER_SECOND = 4.0
""" "Several hundred per minute" for the whole workspace, says the documentation; 240 stays below any of them."""
WORKSPACE_BURST = 60
EDITS_PER_SECOND = 50 / 60
"""chat.update is a method of tier 3: 50 a minute."""
EDITS_BURST = 20
CHANNELS_KEPT_MAX = 10_000

POST = "chat.postMessage"
EDIT = "chat.update"

Monotonic = Callable[[], float]


@dataclass
class _Bucket:
    per_second: float
    burst: float
    tokens: float
    filled_at: float

    def wait(self, at: float) -> float:
        """Seconds until a token is there."""
        self.tokens = min(self.burst, self.tokens + (at - self.filled_at) * self.per_second)
        self.filled_at = at
        return 0.0 if self.tokens >= 1.0 else (1.0 - self.tokens) / self.per_second

    def take(self) -> None:
        self.tokens -= 1.0


class Pacer:
    """Asked before each call; works on the monotonic clock, so that a changed wall clock changes no pace."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._channels: dict[str, _Bucket] = {}
        self._workspace = self._bucket(WORKSPACE_PER_SECOND, WORKSPACE_BURST)
        self._edits = self._bucket(EDITS_PER_SECOND, EDITS_BURST)
        self._blocked: dict[tuple[str, str | None], float] = {}

    def post_wait(self, channel: str) -> float:
        """Seconds until a post to this channel may leave; zero when it may."""
        at = self._monotonic()
        return max(
            self._blocked_for((POST, None), at),
            self._blocked_for((POST, channel), at),
            self._of_channel(channel).wait(at),
            self._workspace.wait(at),
        )

    def take_post(self, channel: str) -> None:
        self._of_channel(channel).take()
        self._workspace.take()

    def give_back_post(self, channel: str) -> None:
        """What was taken for a post that is not made after all."""
        self._of_channel(channel).tokens += 1.0
        self._workspace.tokens += 1.0

    def any_edit_wait(self) -> float:
        """Seconds until any edit at all may leave."""
        at = self._monotonic()
        return max(self._blocked_for((EDIT, None), at), self._edits.wait(at))

    def edit_wait(self, channel: str) -> float:
        at = self._monotonic()
        return max(
            self._blocked_for((EDIT, None), at), self._blocked_for((EDIT, channel), at), self._edits.wait(at)
        )

    def take_edit(self) -> None:
        self._edits.take()

    def call_wait(self, method: str) -> float:
        """Seconds until another method may be called: only Slack's own pauses count."""
        return self._blocked_for((method, None), self._monotonic())

    def block(self, method: str, channel: str | None, pause: timedelta) -> None:
        """Slack asked for a pause of this method; for posts of this one channel, so that no other waits."""
        until = self._monotonic() + pause.total_seconds()
        key = (method, channel)
        self._blocked[key] = max(self._blocked.get(key, 0.0), until)

    def _blocked_for(self, key: tuple[str, str | None], at: float) -> float:
        until = self._blocked.get(key)
        if until is None:
            return 0.0
        if until <= at:
            del self._blocked[key]
            return 0.0
        return until - at

    def _of_channel(self, channel: str) -> _Bucket:
        if channel not in self._channels:
            if len(self._channels) >= CHANNELS_KEPT_MAX:
                # The oldest of so many is surely full again, and a full bucket need not be remembered.
                del self._channels[next(iter(self._channels))]
            self._channels[channel] = self._bucket(POSTS_PER_SECOND, POSTS_BURST)
        return self._channels[channel]

    def _bucket(self, per_second: float, burst: float) -> _Bucket:
        return _Bucket(per_second, burst, burst, self._monotonic())
