"""Slack's client as the bot builds it: no retries of its own, and a deadline for the whole of a call."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk import WebClient

CALL_TIMEOUT = timedelta(seconds=15)
"""The longest that one call waits for Slack; far below a delivery's lease."""


def web_client(token: str, base_url: str, timeout: timedelta = CALL_TIMEOUT) -> WebClient:
    """The one way to build a client: slack-sdk's own retries post a message twice when its answer is lost."""
    return DeadlineClient(token, base_url, timeout)


class DeadlineClient(WebClient):
    """slack-sdk's time-out is one for each read, so that an answer which trickles in would never end a call."""

    def __init__(self, token: str, base_url: str, deadline: timedelta) -> None:
        self._deadline = deadline
        per_read = max(1, round(deadline.total_seconds()))
        super().__init__(token=token, base_url=base_url, timeout=per_read, retry_handlers=[])

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """As slack-sdk does it, with every byte of the answer read before the deadline."""
        with _broken_off_after(self._deadline) as breaker:
            opener = build_opener(*self._handlers(breaker))
            try:
                with opener.open(req, timeout=self.timeout) as answer:
                    body = answer.read()
            except HTTPError as refusal:
                # slack-sdk reads it later, when nobody watches the time any more.
                raise HTTPError(
                    url, refusal.code, refusal.msg, refusal.headers, io.BytesIO(refusal.read())
                ) from None
            except Exception as problem:
                if breaker.is_over:
                    raise TimeoutError("no whole answer within the deadline") from problem
                raise
            if breaker.is_over:
                raise TimeoutError("no whole answer within the deadline")
            charset = answer.headers.get_content_charset() or "utf-8"
            return {"status": answer.code, "headers": answer.headers, "body": body.decode(charset)}

    def _handlers(self, breaker: "_Breaker") -> list[BaseHandler]:
        proxy = [ProxyHandler({"http": self.proxy, "https": self.proxy})] if self.proxy is not None else []
        return [*proxy, _Http(breaker), _Https(breaker, context=self.ssl)]


class _Breaker:
    """Breaks connections off when the time is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.is_over = False

    def watch(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._sockets.append(connection.sock)
            if self.is_over:
                _shut(connection.sock)

    def end(self) -> None:
        with self._lock:
            self.is_over = True
            for one in self._sockets:
                _shut(one)

    def let_go(self) -> None:
        """The call is over: a socket that an exception still holds on to is closed now, not some day."""
        with self._lock:
            for one in self._sockets:
                one.close()


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of a TLS socket, which would take the session from under the reading thread.
        socket.socket.shutdown(one, socket.SHUT_RDWR)


@contextmanager
def _broken_off_after(deadline: timedelta) -> Iterator[_Breaker]:
    breaker = _Breaker()
    timer = threading.Timer(deadline.total_seconds(), breaker.end)
    timer.daemon = True
    timer.start()
    try:
        yield breaker
    finally:
        timer.cancel()
        breaker.let_go()


class _Http(HTTPHandler):
    def __init__(self, breaker: _Breaker) -> None:
        super().__init__()
        self._breaker = breaker

    def http_open(self, req: Request) -> HTTPResponse:
        breaker = self._breaker

        class Watched(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                breaker.watch(self)

        return self.do_open(Watched, req)


class _Https(HTTPSHandler):
    def __init__(self, breaker: _Breaker, context: Any) -> None:
        super().__init__(context=context)
        self._breaker = breaker
        self._tls = context

    def https_open(self, req: Request) -> HTTPResponse:
        breaker = self._breaker

        class Watched(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                breaker.watch(self)

        return self.do_open(Watched, req, context=self._tls)
