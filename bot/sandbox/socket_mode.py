"""Socket Mode: single-use tickets, several connections, and envelopes that wait to be acknowledged."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.sandbox.misbehave import drop
from bot.sandbox.model import Json
from bot.sandbox.workspace import Workspace

CONNECTIONS_MAX = 10
_HOST = "sandbox-applink-1"


@dataclass(frozen=True, kw_only=True)
class Ack:
    """The answer to an envelope: what came with it, and over which connection."""

    payload: Json
    connection: int


@dataclass(frozen=True, kw_only=True, eq=False)
class _Awaited:
    """An acknowledgement that is waited for: `within` seconds, as the knob stood when the envelope was sent."""

    ack: asyncio.Future[Ack]
    within: float


@dataclass(eq=False)
class Connection:
    number: int
    ws: web.WebSocketResponse
    request: web.Request


class SocketMode:
    """Runs in the server's loop; everything here but `connected` must be called there."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.connections: list[Connection] = []
        self._acks: dict[str, _Awaited] = {}
        self._somebody = asyncio.Event()
        self._turn = 0
        self._opened = 0

    @property
    def connected(self) -> int:
        return len(self.connections)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket that begins: its ticket is used up, whatever comes of it."""
        workspace = self.workspace
        made_at = workspace.tickets.pop(request.query.get("ticket", ""), None)
        if workspace.faults.outage is not None:
            return drop(request, reset=True)
        if made_at is None or workspace.monotonic() - made_at > workspace.knobs.ticket_life:
            return web.Response(status=403, text="invalid or used ticket")
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        if len(self.connections) >= CONNECTIONS_MAX:
            await ws.send_json(_disconnect("too_many_websockets"))
            await ws.close()
            return ws
        self._opened += 1
        connection = Connection(self._opened, ws, request)
        self.connections.append(connection)
        workspace.stream.tell("socket_opened", {"number": connection.number})
        try:
            await ws.send_json(self._hello())
            self._somebody.set()
            await self._listen(connection)
        finally:
            self._gone(connection)
        return ws

    async def envelope(
        self, kind: str, payload: Json, *, envelope_id: str, attempt: int, reason: str
    ) -> bool:
        """Send to any one connection; False when there is none."""
        connection = await self._next()
        if connection is None:
            return False
        await self._send(connection, kind, payload, envelope_id, attempt, reason)
        return True

    async def envelope_to_all(self, kind: str, payload: Json, *, envelope_id: str) -> int:
        """The same envelope over every connection, as happens when Slack is unsure that one got it."""
        connections = list(self.connections)
        for connection in connections:
            await self._send(connection, kind, payload, envelope_id, 0, "")
        return len(connections)

    async def acknowledged(self, envelope_id: str) -> Ack | None:
        """The acknowledgement of an envelope, or None when it did not come in time."""
        awaited = self._acks[envelope_id]
        try:
            return await asyncio.wait_for(asyncio.shield(awaited.ack), awaited.within)
        except TimeoutError:
            return None
        finally:
            if self._acks.get(envelope_id) is awaited:
                del self._acks[envelope_id]

    async def expect(self, envelope_id: str) -> None:
        """Begin to listen for an acknowledgement before the envelope is sent."""
        self._acks[envelope_id] = _Awaited(
            ack=asyncio.get_running_loop().create_future(), within=self.workspace.knobs.ack_within
        )

    async def disconnect(self, reason: str, *, number: int | None = None, close: bool = True) -> None:
        """Tell the clients to leave: `warning`, `refresh_requested` or `link_disabled`."""
        for connection in [one for one in self.connections if number in (None, one.number)]:
            with contextlib.suppress(ConnectionError):
                await connection.ws.send_json(_disconnect(reason))
            if close and reason != "warning":
                self._gone(connection)
                await connection.ws.close()

    async def cut(self, *, number: int | None = None) -> None:
        """Break connections off without a word."""
        for connection in [one for one in self.connections if number in (None, one.number)]:
            self._gone(connection)
            drop(connection.request, reset=True)

    async def _send(
        self, connection: Connection, kind: str, payload: Json, envelope_id: str, attempt: int, reason: str
    ) -> None:
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt,
            "retry_reason": reason,
        }
        with contextlib.suppress(ConnectionError):
            await connection.ws.send_json(envelope)

    async def _next(self) -> Connection | None:
        if not self.connections:
            self._somebody.clear()
            try:
                await asyncio.wait_for(self._somebody.wait(), self.workspace.knobs.ack_within)
            except TimeoutError:
                return None
        if not self.connections:
            return None
        self._turn += 1
        return self.connections[self._turn % len(self.connections)]

    async def _listen(self, connection: Connection) -> None:
        async for said in connection.ws:
            if said.type is not WSMsgType.TEXT:
                continue
            with contextlib.suppress(ValueError):
                answer = json.loads(said.data)
                awaited = self._acks.get(str(answer.get("envelope_id")))
                if awaited is not None and not awaited.ack.done():
                    ack = Ack(payload=answer.get("payload") or {}, connection=connection.number)
                    awaited.ack.set_result(ack)

    def _gone(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            self.workspace.stream.tell("socket_closed", {"number": connection.number})

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18_060},
            "connection_info": {"app_id": self.workspace.app_id},
        }


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}
