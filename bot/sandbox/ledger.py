"""The truth about what the bot did: what took effect, and every call with its outcome."""

import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bot.sandbox.model import Json

Did = Literal["post", "update", "delete", "ephemeral", "view", "function"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that took effect. `attempt` counts the calls made so far for the same delivery."""

    seq: int
    did: Did
    wall: float
    monotonic: float
    method: str
    channel: str | None
    ts: str | None
    user: str | None
    delivery_id: str | None
    attempt: int
    payload: Json

    def to_json(self) -> Json:
        return asdict(self)


@dataclass(kw_only=True)
class Call:
    """One call, whatever became of it. `outcome` is "ok", Slack's error, or the fault that answered."""

    seq: int
    wall: float
    monotonic: float
    method: str
    args: Json
    channel: str | None
    delivery_id: str | None
    outcome: str = "unanswered"
    status: int | None = None
    accepted: bool = False
    fault: str | None = None

    def to_json(self) -> Json:
        return asdict(self)


def delivery_of(args: Mapping[str, Any]) -> str | None:
    """The delivery id in a message's metadata, when it has one."""
    metadata = args.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
    found = payload.get("delivery_id") if isinstance(payload, Mapping) else None
    return str(found) if found is not None else None


@dataclass(kw_only=True)
class Ledger:
    """Entries and calls in order; `kept_max` bounds both for runs that go on for hours."""

    kept_max: int | None = None
    _entries: deque[Entry] = field(init=False)
    _calls: deque[Call] = field(init=False)
    _visible: dict[str, dict[str, Entry]] = field(init=False, default_factory=dict)
    _attempts: Counter[str] = field(init=False, default_factory=Counter)
    _seq: int = field(init=False, default=0)
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._entries = deque()
        self._calls = deque()

    def called(self, method: str, args: Json, *, channel: str | None, wall: float, monotonic: float) -> Call:
        with self._lock:
            self._seq += 1
            delivery_id = delivery_of(args)
            if delivery_id is not None and method == "chat.postMessage":
                self._attempts[delivery_id] += 1
            call = Call(
                seq=self._seq,
                wall=wall,
                monotonic=monotonic,
                method=method,
                args=args,
                channel=channel,
                delivery_id=delivery_id,
            )
            self._calls.append(call)
            if self.kept_max is not None and len(self._calls) > self.kept_max:
                self._calls.popleft()
            return call

    def accepted(
        self,
        did: Did,
        call: Call,
        *,
        payload: Json,
        channel: str | None = None,
        ts: str | None = None,
        user: str | None = None,
    ) -> Entry:
        with self._lock:
            self._seq += 1
            delivery_id = call.delivery_id
            if delivery_id is None and channel is not None and ts is not None:
                earlier = self._visible.get(channel, {}).get(ts)
                delivery_id = earlier.delivery_id if earlier is not None else None
            entry = Entry(
                seq=self._seq,
                did=did,
                wall=call.wall,
                monotonic=call.monotonic,
                method=call.method,
                channel=channel,
                ts=ts,
                user=user,
                delivery_id=delivery_id,
                attempt=self._attempts[delivery_id] if delivery_id is not None else 1,
                payload=payload,
            )
            self._entries.append(entry)
            self._show(entry)
            if self.kept_max is not None and len(self._entries) > self.kept_max:
                self._forget(self._entries.popleft())
            return entry

    def gone(self, channel: str, ts: str) -> None:
        """A message that was deleted, by the bot or by a person."""
        with self._lock:
            self._visible.get(channel, {}).pop(ts, None)

    def entries(self, did: Did | None = None, *, channel: str | None = None, after: int = 0) -> list[Entry]:
        with self._lock:
            return [
                one
                for one in self._entries
                if one.seq > after and did in (None, one.did) and channel in (None, one.channel)
            ]

    def calls(self, method: str | None = None, *, after: int = 0) -> list[Call]:
        with self._lock:
            return [one for one in self._calls if one.seq > after and method in (None, one.method)]

    def posts(self, delivery_id: str | None = None) -> list[Entry]:
        """Accepted posts in order, all of them or those of one delivery, deleted ones too."""
        return [one for one in self.entries("post") if delivery_id in (None, one.delivery_id)]

    def visible(self, channel: str | None = None) -> list[Entry]:
        """The bot's messages that people can see now, as they stand after the last edit, oldest first."""
        with self._lock:
            shown = [
                one
                for place, entries in self._visible.items()
                if channel in (None, place)
                for one in entries.values()
            ]
        return sorted(shown, key=lambda one: (one.ts or "", one.seq))

    def duplicates(self) -> dict[str, list[Entry]]:
        """Deliveries that people can see more than once."""
        copies: dict[str, list[Entry]] = {}
        for one in self.visible():
            if one.delivery_id is not None:
                copies.setdefault(one.delivery_id, []).append(one)
        return {delivery_id: entries for delivery_id, entries in copies.items() if len(entries) > 1}

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._calls.clear()
            self._visible.clear()
            self._attempts.clear()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())

    def _show(self, entry: Entry) -> None:
        if entry.channel is None or entry.ts is None:
            return
        shown = self._visible.setdefault(entry.channel, {})
        if entry.did == "post" or (entry.did == "update" and entry.ts in shown):
            shown[entry.ts] = entry

    def _forget(self, entry: Entry) -> None:
        if entry.delivery_id is not None and entry.did == "post":
            self._attempts.pop(entry.delivery_id, None)
        shown = self._visible.get(entry.channel or "", {})
        if entry.ts is not None and shown.get(entry.ts) is entry:
            del shown[entry.ts]
