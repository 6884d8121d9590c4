"""Socket Mode: the built-in client, begun and watched by a thread that never gives up, and ended in time."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import now as wall_now

log = structlog.get_logger(__name__)

CONCURRENCY = 32
"""Envelopes worked on at once; each waits for one short transaction."""
PING_INTERVAL = timedelta(seconds=10)
FIRST_RETRY = timedelta(seconds=1)
RETRY_MAX = timedelta(seconds=30)
STUCK_AFTER = timedelta(seconds=60)
"""A client that was without connection for so long is thrown away and built anew."""


@dataclass(frozen=True, kw_only=True)
class SocketState:
    """How the connection stands: for readiness, which reports Slack's state and does not depend on it."""

    connected: bool
    since: datetime | None
    last_envelope_at: datetime | None

    def __str__(self) -> str:
        if not self.connected:
            return "not connected" if self.since is None else f"not connected since {self.since:%H:%M:%S} UTC"
        return "connected" if self.since is None else f"connected since {self.since:%Y-%m-%d %H:%M:%S} UTC"


class SocketDoor:
    """Keeps one Socket Mode connection. Starting never fails: Slack may be away just then."""

    def __init__(
        self,
        app: App,
        app_token: str,
        client: WebClient,
        *,
        now: Callable[[], datetime] = wall_now,
        concurrency: int = CONCURRENCY,
        ping_interval: timedelta = PING_INTERVAL,
        first_retry: timedelta = FIRST_RETRY,
        stuck_after: timedelta = STUCK_AFTER,
        watch_every: timedelta = timedelta(seconds=1),
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._client = client
        self._now = now
        self._concurrency = concurrency
        self._ping_interval = ping_interval
        self._first_retry = first_retry
        self._stuck_after = stuck_after
        self._watch_every = watch_every
        self._handler: SocketModeHandler | None = None
        self._was_connected = False
        self._changed_at: datetime | None = None
        self._last_envelope_at: datetime | None = None
        self._at_work = 0
        self._idle = threading.Condition()
        self._connected = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="socket-door", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: timedelta) -> None:
        """Finish and acknowledge what was received, then close; what comes later Slack sends again."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout.total_seconds())
        handler, self._handler = self._handler, None
        if handler is not None:
            with self._idle:
                self._idle.wait_for(lambda: self._at_work == 0, timeout.total_seconds())
            # The client's own close() waits without a limit for an answer that may never come.
            _close_aside(handler).join(timeout.total_seconds())

    def wait_connected(self, timeout: timedelta) -> bool:
        """Wait until the connection stands; False when it does not in that time."""
        return self._connected.wait(timeout.total_seconds())

    @property
    def state(self) -> SocketState:
        return SocketState(
            connected=self._is_connected(), since=self._changed_at, last_envelope_at=self._last_envelope_at
        )

    def _is_connected(self) -> bool:
        handler = self._handler
        return handler is not None and handler.client.is_connected()

    def _keep(self) -> None:
        wait = self._first_retry
        while not self._stopping.is_set():
            if self._handler is None:
                if self._connect():
                    wait = self._first_retry
                else:
                    self._stopping.wait(wait.total_seconds())
                    wait = min(wait * 2, RETRY_MAX)
                    continue
            self._watch()
            self._stopping.wait(self._watch_every.total_seconds())

    def _connect(self) -> bool:
        handler = self._new_handler()
        try:
            handler.connect()  # type: ignore[no-untyped-call]
        except Exception as error:
            # Whatever it was, the next try is due: the door of a bot must not stay shut for want of a case.
            log.warning("socket_not_opened", reason=type(error).__name__)
            _close_aside(handler)
            return False
        self._handler = handler
        self._note(self._is_connected())
        return True

    def _watch(self) -> None:
        """Throw away a client that does not come back by itself."""
        connected = self._is_connected()
        self._note(connected)
        if connected or self._changed_at is None or self._now() - self._changed_at < self._stuck_after:
            return
        log.warning("socket_stuck", after_s=self._stuck_after.total_seconds())
        handler, self._handler = self._handler, None
        if handler is not None:
            _close_aside(handler)
        self._changed_at = self._now()

    def _note(self, connected: bool) -> None:
        if connected:
            self._connected.set()
        else:
            self._connected.clear()
        if connected != self._was_connected or self._changed_at is None:
            log.info("socket_connected" if connected else "socket_not_connected")
            self._was_connected, self._changed_at = connected, self._now()

    def _new_handler(self) -> SocketModeHandler:
        handler = SocketModeHandler(
            self._app,
            self._app_token,
            web_client=self._client,
            ping_interval=self._ping_interval.total_seconds(),
            concurrency=self._concurrency,
        )
        # The client calls its listeners in this order, and goes on when one of them raises.
        listeners = handler.client.socket_mode_request_listeners
        listeners[:] = [self._heard, *listeners, self._done]
        return handler

    def _heard(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._idle:
            self._last_envelope_at = self._now()
            self._at_work += 1

    def _done(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._idle:
            self._at_work -= 1
            self._idle.notify_all()


def _close_aside(handler: SocketModeHandler) -> threading.Thread:
    closing = threading.Thread(target=_close, args=(handler,), name="socket-close", daemon=True)
    closing.start()
    return closing


def _close(handler: SocketModeHandler) -> None:
    session = handler.client.current_session
    if session is not None and session.sock is not None:
        handler.client.auto_reconnect_enabled = False
        # The client holds a lock while it waits three seconds for data; a socket that is shut wakes it at once.
        with contextlib.suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    try:
        handler.close()  # type: ignore[no-untyped-call]
    except Exception as error:
        # slack-sdk races with its own threads here; nothing is left to be saved in a client that is thrown away.
        log.debug("socket_not_closed_cleanly", reason=type(error).__name__)
