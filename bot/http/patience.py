"""How long and how much of a request's head is waited for: the server itself would take one without an end."""

import asyncio
from datetime import timedelta
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX: Final = 64 * 1024
"""Bytes of the request line and all headers; keys and signatures need a few hundred."""
HEAD_WITHIN: Final = timedelta(seconds=20)
"""For a whole head, from the first byte of it, or from the connection on; bodies have limits of their own."""


class HeadTooLong(Exception):
    """Raised inside the parser, which then ends the connection."""


class PatientProtocol(HttpToolsProtocol):
    """Answers 431 to a head without an end and 408 to one that trickles in."""

    head_within = HEAD_WITHIN

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **named)
        self._in_head = True
        self._head_length = 0
        self._is_too_long = False
        self._had_one = False
        self._head_is_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # A header that has not ended yet is kept by the parser, out of sight: what came is counted instead.
        length = self._head_length = self._head_length + len(data) if self._in_head else 0
        super().data_received(data)
        if self._in_head and length > HEAD_MAX and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        self._in_head = True
        self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._in_head = False
        self._head_length = 0
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > HEAD_MAX:
            self._is_too_long = True
            raise HeadTooLong()
        self._had_one = True
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if self._is_too_long:
            self._refuse(b"431 Request Header Fields Too Large")
        else:
            super().send_400_response(msg)

    def _wait_for_head(self) -> None:
        if self._head_is_late is None:
            self._head_is_late = self.loop.call_later(
                self.head_within.total_seconds(), self._head_took_too_long
            )

    def _stop_waiting(self) -> None:
        if self._head_is_late is not None:
            self._head_is_late.cancel()
            self._head_is_late = None

    def _head_took_too_long(self) -> None:
        self._head_is_late = None
        if self.transport.is_closing():
            return
        if self._had_one and not self.cycle.response_complete:
            # The request before it is still at work, and nothing is read meanwhile: the delay is ours.
            self._wait_for_head()
        elif self._head_length == 0:
            self.transport.close()
        else:
            self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes) -> None:
        self._stop_waiting()
        self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
