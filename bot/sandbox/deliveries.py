"""Events, presses and commands on their way to the bot, by signed HTTP or socket, again if need be."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.model import Json
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.workspace import Mode, Workspace

DeliveryKind = Literal["events_api", "interactive", "slash_commands"]
DELIVERIES_KEPT = 1_000


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try to hand something to the bot. `status` is HTTP's, or None over a socket."""

    acked: bool
    status: int | None
    seconds: float
    body: Json = field(default_factory=dict)
    reason: str = ""
    retry: bool = True


@dataclass(kw_only=True)
class Delivery:
    id: str
    kind: DeliveryKind
    payload: Json
    mode: Mode
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def acked(self) -> bool:
        return any(one.acked for one in self.attempts)

    def to_json(self) -> Json:
        tries = [{"acked": one.acked, "status": one.status, "reason": one.reason} for one in self.attempts]
        return {"id": self.id, "kind": self.kind, "mode": self.mode, "acked": self.acked, "attempts": tries}


class Deliveries:
    """Runs in the server's loop. What was sent is kept, so that it can be sent again at will."""

    def __init__(self, workspace: Workspace, sockets: SocketMode, stopping: asyncio.Event) -> None:
        self.workspace = workspace
        self.sockets = sockets
        self.stopping = stopping
        self.log: deque[Delivery] = deque(maxlen=DELIVERIES_KEPT)
        self._session: aiohttp.ClientSession | None = None
        self._retries: set[asyncio.Task[None]] = set()

    async def send(self, kind: DeliveryKind, payload: Json) -> Delivery:
        """The first attempt; what is not acknowledged and may be repeated goes on in the background."""
        delivery = Delivery(id=str(uuid.uuid4()), kind=kind, payload=payload, mode=self.workspace.mode)
        self.log.append(delivery)
        attempt = await self._try(delivery, number=0, reason="")
        may_repeat = kind == "events_api" or self.workspace.knobs.resend_presses
        if not attempt.acked and attempt.retry and may_repeat:
            task = asyncio.create_task(self._again_and_again(delivery))
            self._retries.add(task)
            task.add_done_callback(self._retries.discard)
        return delivery

    async def redeliver(
        self, delivery: Delivery, *, number: int = 1, reason: str = "http_timeout", everywhere: bool = False
    ) -> Attempt:
        """Once more at once; with `everywhere` the same envelope goes over all open sockets."""
        if not everywhere:
            return await self._try(delivery, number=number, reason=reason)
        began = time.monotonic()
        await self.sockets.expect(delivery.id)
        await self.sockets.envelope_to_all(delivery.kind, delivery.payload, envelope_id=delivery.id)
        return self._note(delivery, await self._socket_outcome(delivery.id, began))

    def last(self, kind: DeliveryKind | None = None) -> Delivery:
        return next(one for one in reversed(self.log) if kind in (None, one.kind))

    async def clear(self) -> None:
        """Forget what was sent; nothing of it is tried again."""
        await self._end_retries()
        self.log.clear()

    async def close(self) -> None:
        await self._end_retries()
        if self._session is not None:
            await self._session.close()

    async def _end_retries(self) -> None:
        for task in list(self._retries):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _again_and_again(self, delivery: Delivery) -> None:
        knobs = self.workspace.knobs
        for number, delay in enumerate(knobs.retry_delays, start=1):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), delay * knobs.retry_scale)
            if self.stopping.is_set():
                return
            attempt = await self._try(delivery, number=number, reason=delivery.attempts[-1].reason)
            if attempt.acked or not attempt.retry:
                return

    async def _try(self, delivery: Delivery, *, number: int, reason: str) -> Attempt:
        outage = self.workspace.faults.outage is not None
        if outage or self.workspace.faults.lose_delivery():
            lost = "connection_failed" if delivery.mode == "http" else "timeout"
            return self._note(delivery, Attempt(acked=False, status=None, seconds=0.0, reason=lost))
        if delivery.mode == "http":
            return self._note(delivery, await self._over_http(delivery, number, reason))
        began = time.monotonic()
        await self.sockets.expect(delivery.id)
        sent = await self.sockets.envelope(
            delivery.kind, delivery.payload, envelope_id=delivery.id, attempt=number, reason=reason
        )
        if not sent:
            nobody = Attempt(acked=False, status=None, seconds=time.monotonic() - began, reason="timeout")
            return self._note(delivery, nobody)
        return self._note(delivery, await self._socket_outcome(delivery.id, began))

    async def _socket_outcome(self, envelope_id: str, began: float) -> Attempt:
        ack = await self.sockets.acknowledged(envelope_id)
        seconds = time.monotonic() - began
        if ack is None:
            return Attempt(acked=False, status=None, seconds=seconds, reason="timeout")
        return Attempt(acked=True, status=None, seconds=seconds, body=ack.payload)

    async def _over_http(self, delivery: Delivery, number: int, reason: str) -> Attempt:
        url = self.workspace.request_url
        if url is None:
            return Attempt(acked=False, status=None, seconds=0.0, reason="connection_failed")
        body, content_type = _as_http(delivery)
        headers = {"Content-Type": content_type, **self._signature(body)}
        if number > 0:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        began = time.monotonic()
        try:
            async with self._http().post(
                url, data=body, headers=headers, timeout=self._timeout()
            ) as response:
                text = await response.text()
                return Attempt(
                    acked=200 <= response.status < 300,
                    status=response.status,
                    seconds=time.monotonic() - began,
                    body=_answer(delivery.kind, text),
                    reason="http_error",
                    retry=response.headers.get("x-slack-no-retry") != "1",
                )
        except TimeoutError:
            why = "http_timeout"
        except aiohttp.ClientError:
            why = "connection_failed"
        return Attempt(acked=False, status=None, seconds=time.monotonic() - began, reason=why)

    def _signature(self, body: str) -> dict[str, str]:
        """Slack's v0 signature, made with the wall clock, as the receiver compares it with its own."""
        knobs = self.workspace.knobs
        stamp = str(int(time.time() - knobs.signature_age))
        secret = self.workspace.tokens.signing_secret + ("x" if knobs.signature_broken else "")
        digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _timeout(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self.workspace.knobs.ack_within)

    def _note(self, delivery: Delivery, attempt: Attempt) -> Attempt:
        delivery.attempts.append(attempt)
        self.workspace.stream.tell("delivered", delivery.to_json())
        return attempt


def _as_http(delivery: Delivery) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload), "application/json"
        case "interactive":
            return urlencode({"payload": json.dumps(delivery.payload)}), form
        case "slash_commands":
            return urlencode(delivery.payload), form


def _answer(kind: DeliveryKind, text: str) -> Json:
    """What the bot said with its acknowledgement; to a command it may answer in plain words."""
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {"text": text} if kind == "slash_commands" else {}
    return body if isinstance(body, dict) else {}
