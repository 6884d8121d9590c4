"""Serves the HTTP door with uvicorn on a thread of its own, so that whoever starts it can stop it in time."""

import logging
import socket
import threading
from datetime import timedelta
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from bot.http.patience import PatientProtocol
from bot.settings import Address

BACKLOG: Final = 2048
KEPT_ALIVE: Final = timedelta(seconds=65)
"""Longer than the minute after which load balancers drop a silent connection: they end it, not we."""
FINISHED_WITHIN: Final = timedelta(seconds=6)
"""How long requests that were begun may go on after the stop."""


class HttpServer:
    """`start` raises OSError where the address is taken; after it the port is known and requests are queued."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._address = address
        self._socket: socket.socket | None = None
        config = uvicorn.Config(
            app,
            access_log=False,
            date_header=True,
            http=PatientProtocol,
            lifespan="off",
            # Nobody asks who called through which proxy.
            proxy_headers=False,
            log_config=None,
            loop="auto",
            server_header=False,
            timeout_graceful_shutdown=int(FINISHED_WITHIN.total_seconds()),
            timeout_keep_alive=int(KEPT_ALIVE.total_seconds()),
            ws="none",
        )
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)

    def start(self) -> None:
        family = socket.AF_INET6 if ":" in self._address.host else socket.AF_INET
        self._socket = socket.create_server(
            (self._address.host, self._address.port), family=family, backlog=BACKLOG
        )
        self._thread.start()

    @property
    def address(self) -> Address:
        """Where it listens; the port is the real one, also where any free one was asked for."""
        if self._socket is None:
            return self._address
        return Address(host=self._address.host, port=self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def is_serving(self) -> bool:
        return self._thread.is_alive()

    def stop(self, timeout: timedelta) -> bool:
        """Take nothing new, finish what was begun. False where that took longer than `timeout`."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout.total_seconds())
        if self._socket is not None:
            self._socket.close()
        return not self._thread.is_alive()

    def _serve(self) -> None:
        assert self._socket is not None
        self._server.run(sockets=[self._socket])
