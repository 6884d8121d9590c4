"""How a fault looks on the wire: refused, broken off, cut short, late, or something that is not JSON."""

import asyncio
import contextlib
import json
import socket
import struct

from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.ledger import Call

_UNAVAILABLE = "<html><body>upstream connect error</body></html>"


async def spoil(
    request: web.Request,
    fault: Fault,
    record: Call,
    answer: web.Response | None,
    stopping: asyncio.Event,
) -> web.StreamResponse:
    """Answer as the fault says. `answer` is what Slack would have said, or None if nothing took effect."""
    if answer is None:
        record.outcome = fault.kind
    match fault.kind:
        case "ratelimited":
            return ratelimited(record, fault.retry_after)
        case "status":
            record.status = fault.status
            return web.Response(status=fault.status, text=_UNAVAILABLE, content_type="text/html")
        case "error":
            record.status = 200
            record.outcome = fault.error
            return web.json_response({"ok": False, "error": fault.error})
        case "garbage":
            record.status = 200
            return web.Response(text=_UNAVAILABLE, content_type="text/html")
        case "truncate":
            return await _cut_short(request, answer)
        case "stall":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), fault.seconds)
            return answer if answer is not None and not stopping.is_set() else drop(request, reset=False)
        case _:
            return drop(request, reset=fault.kind == "reset")


def ratelimited(record: Call, retry_after: str | None) -> web.Response:
    record.outcome, record.status = "ratelimited", 429
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def drop(request: web.Request, *, reset: bool) -> web.Response:
    """Break the connection off without a word; with `reset` the other side sees a TCP reset."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        if reset and raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _cut_short(request: web.Request, answer: web.Response | None) -> web.StreamResponse:
    body = answer.body if answer is not None and isinstance(answer.body, bytes) else None
    whole = body or json.dumps({"ok": False, "error": "internal_error"}).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    # What was written must leave before the connection is cut, or there would be nothing to cut short.
    await asyncio.sleep(0.01)
    if request.transport is not None:
        request.transport.close()
    return response
