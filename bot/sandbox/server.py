"""The pretend Slack's server: loopback only, in a thread and loop of its own when embedded."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.sandbox.accounts import Accounts
from bot.sandbox.control import Control
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.faults import Outage
from bot.sandbox.outcomes import wait_until
from bot.sandbox.page_door import add_page, only_this_machine
from bot.sandbox.people import People
from bot.sandbox.post_office import ACCOUNT, AUTH_TOKEN, FROM_NUMBER, PostOffice
from bot.sandbox.responses import ResponseDoor
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.web_api import WebApi
from bot.sandbox.workspace import Workspace

HOST = "127.0.0.1"
START_WITHIN = 10.0
SHUTDOWN_WITHIN = 0.2
BODY_MAX = 8 * 1024 * 1024
Result = TypeVar("Result")


class SandboxServer:
    """Start and stop it from any thread, or write `with SandboxServer(workspace) as slack:`."""

    def __init__(
        self,
        workspace: Workspace | None = None,
        *,
        port: int = 0,
        control_port: int = 0,
        extra_routes: Iterable[web.RouteDef] = (),
    ) -> None:
        self.workspace = workspace or Workspace()
        self.extra_routes = list(extra_routes)
        """What else the control door serves; looked at when the server starts."""
        self.port = port
        self.control_port = control_port
        self.mail_port = 0
        self.people = People(self)
        self.accounts = Accounts(self)
        self.post_office = PostOffice(self.workspace)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._ready: concurrent.futures.Future[None] = concurrent.futures.Future()

    @property
    def root_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.root_url}/api/"

    @property
    def control_url(self) -> str:
        """The control door on a port of its own, which stays open through an outage."""
        return f"http://{HOST}:{self.control_port}/_sandbox/"

    @property
    def mail_url(self) -> str:
        """The pretend mail server, as the bot's settings want it."""
        return f"mailto://{HOST}:{self.mail_port}"

    @property
    def sms_url(self) -> str:
        """The account of the pretend Twilio, as the bot's settings want it."""
        return f"twilio://{ACCOUNT}:{AUTH_TOKEN}@{FROM_NUMBER}"

    @property
    def sms_api_url(self) -> str:
        return f"http://{HOST}:{self.control_port}"

    def start(self) -> Self:
        self._ready = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()
        self._ready.result(START_WITHIN)
        return self

    def stop(self) -> None:
        if self._thread is None or self._loop is None:
            return
        if self._stopping is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(START_WITHIN)
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_stopping(self) -> bool:
        return self._stopping is not None and self._stopping.is_set()

    def run(self, work: Coroutine[Any, Any, Result], *, within: float = 60.0) -> Result:
        """Do something in the server's loop from another thread, and wait for what comes of it."""
        if self._loop is None:
            raise RuntimeError("The sandbox is not running; call start() first.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within)

    def wait_until(self, holds: Callable[[], bool], *, within: float = 5.0) -> bool:
        """Wait until something holds, such as a message that the bot sends a moment later."""
        return wait_until(self.workspace, holds, within=within)

    @property
    def page_url(self) -> str:
        """The page for people, beside the control door."""
        return f"http://{HOST}:{self.control_port}/"

    def begin_outage(self, mode: Outage = "refuse") -> None:
        """Slack is away: connections are refused, broken off, or never answered; open sockets are cut."""
        self.run(self.outage_begins(mode))

    def end_outage(self) -> None:
        self.run(self.outage_ends())

    def disconnect(self, reason: str = "refresh_requested", *, number: int | None = None) -> None:
        """Ask the bot's sockets to reconnect (`refresh_requested`, `link_disabled`) or warn them."""
        self.run(self.sockets.disconnect(reason, number=number))

    def cut_sockets(self) -> None:
        self.run(self.sockets.cut())

    def clear(self) -> None:
        """An empty workspace behind the same doors: nobody in it, nothing happened, nothing goes wrong."""
        self.run(self._clear())

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        stopping = self._stopping = asyncio.Event()
        self.sockets = SocketMode(self.workspace)
        self.deliveries = Deliveries(self.workspace, self.sockets, stopping)
        control = Control(self)
        runners = [self._control_runner(control), self._api_runner_for(control, stopping)]
        try:
            for runner in runners:
                await runner.setup()
            self._api_runner = runners[1]
            self._site = await self._open_site()
            control_site = web.TCPSite(runners[0], HOST, self.control_port)
            await control_site.start()
            self.control_port = runners[0].addresses[0][1]
            mail = await self.post_office.open(HOST, self.mail_port)
            self.mail_port = mail.sockets[0].getsockname()[1]
            self.workspace.root_url = self.root_url
        except OSError as error:
            for runner in runners:
                await runner.cleanup()
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        await stopping.wait()
        await self.sockets.cut()
        await self.deliveries.close()
        mail.close()
        for runner in runners:
            await runner.cleanup()

    def _control_runner(self, control: Control) -> web.AppRunner:
        app = web.Application(client_max_size=BODY_MAX, middlewares=[only_this_machine])
        add_page(app)
        control.add_routes(app)
        self.post_office.add_routes(app)
        app.router.add_routes(self.extra_routes)
        return web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_WITHIN)

    def _api_runner_for(self, control: Control, stopping: asyncio.Event) -> web.AppRunner:
        app = web.Application(client_max_size=BODY_MAX, middlewares=[only_this_machine])
        app.router.add_route("*", "/api/{method}", WebApi(self.workspace, stopping).handle)
        app.router.add_get("/link", self.sockets.handle)
        app.router.add_post("/response/{key}", ResponseDoor(self.workspace, stopping).handle)
        control.add_routes(app)
        return web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_WITHIN)

    async def _open_site(self) -> web.TCPSite:
        site = web.TCPSite(self._api_runner, HOST, self.port, reuse_address=True)
        await site.start()
        self.port = self._api_runner.addresses[-1][1]
        return site

    async def outage_begins(self, mode: Outage) -> None:
        already = self.workspace.faults.outage
        self.workspace.faults.outage = mode
        if mode == "refuse" and already != "refuse":
            await self._site.stop()
        await self.sockets.cut()
        self.workspace.stream.tell("outage", {"mode": mode})
        self.workspace.stream.tell("faults", self.workspace.faults.to_json())

    async def outage_ends(self) -> None:
        was = self.workspace.faults.outage
        self.workspace.faults.outage = None
        if was == "refuse":
            self._site = await self._open_site()
        self.workspace.stream.tell("outage", {"mode": None})
        self.workspace.stream.tell("faults", self.workspace.faults.to_json())

    async def _clear(self) -> None:
        if self.workspace.faults.outage is not None:
            await self.outage_ends()
        await self.sockets.cut()
        await self.deliveries.clear()
        self.post_office.letters.clear()
        self.workspace.clear()
