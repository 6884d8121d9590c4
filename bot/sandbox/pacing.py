"""Slack's rate limits: one post a second and channel with bursts, and calls a minute for other methods."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

TIERS_PER_MINUTE: Mapping[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "chat.postEphemeral": 100,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.open": 50,
    "conversations.info": 50,
    "conversations.members": 100,
    "conversations.list": 20,
    "users.conversations": 20,
    "users.info": 100,
    "users.lookupByEmail": 50,
    "users.list": 20,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "functions.completeSuccess": 50,
    "functions.completeError": 50,
    "dnd.info": 50,
}


@dataclass
class _Bucket:
    tokens: float
    at: float


@dataclass(kw_only=True)
class Pacing:
    """Buckets that refill with time. `tiers` switches on the limits of methods other than posting."""

    posts_per_second: float | None = 1.0
    burst: int = 5
    tiers: bool = False
    per_minute: Mapping[str, int] = field(default_factory=lambda: TIERS_PER_MINUTE)
    _buckets: dict[tuple[str, str | None], _Bucket] = field(init=False, default_factory=dict)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def wait(self, method: str, channel: str | None, *, now: float) -> float:
        """Seconds until this call would be allowed; zero when it is, and then it is counted."""
        if method == "chat.postMessage":
            if self.posts_per_second is None:
                return 0.0
            return self._draw((method, channel), rate=self.posts_per_second, most=self.burst, now=now)
        if self.tiers and method in self.per_minute:
            most = self.per_minute[method]
            return self._draw((method, None), rate=most / 60, most=most, now=now)
        return 0.0

    def _draw(self, key: tuple[str, str | None], *, rate: float, most: int, now: float) -> float:
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(tokens=float(most), at=now))
            bucket.tokens = min(float(most), bucket.tokens + max(0.0, now - bucket.at) * rate)
            bucket.at = now
            if bucket.tokens < 1.0:
                return (1.0 - bucket.tokens) / rate
            bucket.tokens -= 1.0
            return 0.0
