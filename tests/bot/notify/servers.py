"""A mail server and a Twilio for tests: real ones on this machine, that can be told to misbehave."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

MailFault = Literal["drop_before_the_dot", "drop_after_the_dot", "busy_after_the_dot", "refuse_after_the_dot"]
ACCOUNT = "AC0123456789abcdef0123456789abcdef"
STARTS_WITHIN = 5.0


@dataclass
class Mailbox:
    """What the server took, and how it treats the next ones."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    faults: list[MailFault] = field(default_factory=list)
    seen: int = 0
    url: str = ""

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    def to(self, address: str) -> list[EmailMessage]:
        """The letters that one person got."""
        return [one for one, who in zip(self.letters, self.recipients, strict=True) if who == address]


def body_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._box.refused:
            return self._box.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        box = self._box
        fault = box.faults.pop(0) if box.faults else None
        if fault == "busy_after_the_dot":
            return "451 4.3.0 later"
        if fault == "refuse_after_the_dot":
            return "554 5.7.1 not wanted"
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        box.letters.append(letter)
        box.recipients += envelope.rcpt_tos
        if fault == "drop_after_the_dot":
            _hang_up(server)
        return "250 taken"


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


class _Server(SMTP):
    """Drops the connection while the letter comes in, when told to."""

    async def smtp_DATA(self, arg: str) -> None:
        box: Mailbox = self.event_handler._box
        box.seen += 1
        if box.faults and box.faults[0] == "drop_before_the_dot":
            box.faults.pop(0)
            await self.push("354 go on")
            _hang_up(self)
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, hostname="mail.example")


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = _Controller(_Handler(box), hostname="127.0.0.1", port=_free_port())
    controller.start()
    box.url = f"mailto://127.0.0.1:{controller.port}?from=sales@acme.example"
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@dataclass
class Twilio:
    """The messages that were taken, and the answers that the next calls get instead."""

    messages: list[dict[str, str]] = field(default_factory=list)
    answers: list[Callable[[web.Request], web.Response | None]] = field(default_factory=list)
    api: str = ""
    url: str = f"twilio://{ACCOUNT}:token123@+15550109999"

    @property
    def bodies(self) -> list[str]:
        return [one["Body"] for one in self.messages]

    def answers_next(self, status: int, body: dict[str, Any] | None = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(lambda request: web.json_response(body or {}, status=status, headers=named))

    def hangs_up_next(self) -> None:
        """The message is taken, and the line goes dead before the answer."""

        def hang_up(request: web.Request) -> None:
            assert request.transport is not None
            request.transport.abort()

        self.answers.append(hang_up)


@contextmanager
def twilio() -> Iterator[Twilio]:
    stand_in = Twilio()
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def messages(request: web.Request) -> web.Response:
        form = await request.post()
        said = stand_in.answers.pop(0)(request) if stand_in.answers else None
        if said is not None:
            return said
        stand_in.messages.append({name: str(value) for name, value in form.items()})
        return web.json_response({"sid": f"SM{len(stand_in.messages)}"}, status=201)

    async def serve() -> None:
        app = web.Application()
        app.router.add_post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", messages)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stand_in.api = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(STARTS_WITHIN)
    try:
        yield stand_in
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(STARTS_WITHIN)
        loop.close()
