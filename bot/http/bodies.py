"""Reads bodies: no more of them than is allowed, JSON and nothing else."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.requests import Request

from bot.http.callers import Caller, Callers
from bot.http.problems import Problem, unreadable

ONE_MAX: Final = 256 * 1024
BATCH_MAX: Final = 8 * 1024 * 1024
READ_WITHIN: Final = timedelta(seconds=30)
DRAINED_TIMES: Final = 4
"""A body that is too long is still read to its end up to so many times the limit: who is still sending would
see a broken connection instead of the answer."""
_NAMED_BY_NOBODY: Final = ("", "application/x-www-form-urlencoded")
"""What stands in the header when the sender did not choose it: nothing, or what command lines put there."""


async def read_signed_or_keyed(request: Request, callers: Callers, most: int) -> tuple[Caller, Any]:
    """Who calls, and the JSON they sent. A key is checked before a byte of the body is read. Raises Problem."""
    caller = callers.by_key(request.headers)
    _check_type(request.headers)
    body = await _read(request, most)
    if caller is None:
        caller = callers.by_signature(request.headers, body)
    return caller, _json_of(body)


def an_object(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise unreadable("The body is no JSON object.")
    return given


def _check_type(headers: Headers) -> None:
    """JSON by whatever name; who names no type means JSON, also where `curl -d` names one for them."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _NAMED_BY_NOBODY:
        return
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        detail = "Send JSON, with the header Content-Type: application/json."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)


async def _read(request: Request, most: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most * DRAINED_TIMES:
        raise _too_long(most, hang_up=True)
    read = bytearray()
    length = 0
    try:
        async with asyncio.timeout(READ_WITHIN.total_seconds()):
            async for chunk in request.stream():
                length += len(chunk)
                if length <= most:
                    read += chunk
                elif length > most * DRAINED_TIMES:
                    raise _too_long(most, hang_up=True)
    except TimeoutError:
        detail = f"The body did not arrive within {READ_WITHIN.total_seconds():g} seconds. Send it again."
        headers = {"Connection": "close"}
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, detail, headers=headers) from None
    if length > most:
        raise _too_long(most)
    return bytes(read)


def _too_long(most: int, *, hang_up: bool = False) -> Problem:
    size = f"{most // (1024 * 1024)} MiB" if most >= 1024 * 1024 else f"{most // 1024} KiB"
    detail = f"The body is longer than {size}. Send less at once."
    headers = {"Connection": "close"} if hang_up else None
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, headers=headers)


def _json_of(body: bytes) -> Any:
    try:
        return from_json(body.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as problem:
        raise unreadable(f"The body is no JSON: {problem}.") from None
