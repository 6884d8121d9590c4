"""The HTTP door of Slack: POST /slack/events, checked, and answered by the Bolt app in a thread of a pool."""

import asyncio
from concurrent.futures import Executor
from datetime import timedelta

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.straight import PlainPress, StraightWay

log = structlog.get_logger(__name__)

PATH = "/slack/events"
BODY_MAX = 1024 * 1024
"""Slack's payloads carry the pressed message; the longest that it accepts stays far below this."""
WAITING_MAX = 200
"""Requests that may wait for a thread; more would be answered too late for Slack's three seconds anyway."""
READING_MAX = 200
"""Bodies that may be on their way at once: who sends one is known only when it is there."""
READ_WITHIN = timedelta(seconds=5)
"""Slack itself gives up after three."""

STAMP_DIGITS_MAX = 12
_OF_NO_SHAPE = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What Bolt raises while it reads a body that is no object, holds other things than it should, or never ends."""


class SlackRequests:
    """Takes Slack's requests off the event loop: Bolt's listeners wait for the disk."""

    def __init__(
        self,
        app: App,
        signing_secret: str,
        pool: Executor,
        *,
        straight: StraightWay | None = None,
        body_max: int = BODY_MAX,
        waiting_max: int = WAITING_MAX,
        reading_max: int = READING_MAX,
        read_within: timedelta = READ_WITHIN,
    ) -> None:
        self._app = app
        self._pool = pool
        self._straight = straight
        self._verifier = SignatureVerifier(signing_secret)
        self._body_max = body_max
        self._waiting_max = waiting_max
        self._reading_max = reading_max
        self._read_within = read_within
        self._reading = self._waiting = 0
        self._stopped = False

    def route(self) -> Route:
        return Route(PATH, self.answer, methods=["POST"])

    def stop(self) -> None:
        """Take nothing new; Slack sends it again when the bot is back."""
        self._stopped = True

    async def answer(self, request: Request) -> Response:
        if self._reading >= self._reading_max:
            return _later()
        self._reading += 1
        try:
            async with asyncio.timeout(self._read_within.total_seconds()):
                body = await self._read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except TimeoutError:
            return Response(status_code=408, headers={"Connection": "close"})
        finally:
            self._reading -= 1
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        sent = self._signed(request, body)
        if sent is None:
            return Response(status_code=401)
        if self._stopped:
            return _later()
        press = self._straight.read(sent) if self._straight is not None else None
        return await (self._in_a_thread(request, sent) if press is None else self._go_straight(press))

    async def _go_straight(self, press: PlainPress) -> Response:
        assert self._straight is not None
        try:
            await self._straight.take(press)
        except Exception as problem:
            log.error("press_failed", exc_info=problem)
            return Response(status_code=500)
        return Response()

    async def _in_a_thread(self, request: Request, sent: str) -> Response:
        if self._waiting >= self._waiting_max:
            return _later()
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            said = await loop.run_in_executor(self._pool, self._dispatch, request, sent)
        finally:
            self._waiting -= 1
        return Response(
            content=said.body, status_code=said.status, headers=said.first_headers_without_set_cookie()
        )

    async def _read(self, request: Request) -> bytes | None:
        """The body; None as soon as it is longer than anything that Slack sends."""
        read = bytearray()
        async for chunk in request.stream():
            read += chunk
            if len(read) > self._body_max:
                return None
        return bytes(read)

    def _signed(self, request: Request, body: bytes) -> str | None:
        """What Slack signed; None for what it did not.

        Checked before anything of it is read: what anybody may send must not reach a parser. Bolt checks too, but
        raises on a time stamp that is no number, and parses first.
        """
        stamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not (_is_whole_number(stamp) and signature.isascii()):
            return None
        try:
            signed = body.decode()
        except UnicodeDecodeError:
            return None
        return signed if self._verifier.is_valid(signed, stamp, signature) else None

    def _dispatch(self, request: Request, body: str) -> BoltResponse:
        try:
            asked = BoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
        except _OF_NO_SHAPE:
            log.warning("slack_request_unreadable")
            return BoltResponse(status=400)
        return self._app.dispatch(asked)


def _later() -> Response:
    return Response(status_code=503, headers={"Retry-After": "1"})


def _is_whole_number(stamp: str) -> bool:
    return stamp.isascii() and stamp.isdigit() and len(stamp) <= STAMP_DIGITS_MAX
