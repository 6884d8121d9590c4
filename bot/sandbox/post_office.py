"""A pretend mail server and a pretend Twilio: what the bot sends to addresses and phones is kept, and goes nowhere."""

import asyncio
import contextlib
from collections import deque
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final, Literal

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox.model import Json
from bot.sandbox.workspace import Workspace

ACCOUNT: Final = "AC00000000000000000000000000000000"
AUTH_TOKEN: Final = "sandbox"
FROM_NUMBER: Final = "+15550109999"
SENDER_ADDRESS: Final = "sales@acme.example"
SENDER: Final = f"Acme Sales <{SENDER_ADDRESS}>"
LETTER_BYTES_MAX: Final = 1_000_000
LETTERS_KEPT: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail or a text message as it arrived.

    `id` is the one that the bot keeps of it; a later one has a higher `number`.
    """

    id: str
    number: int
    kind: Literal["mail", "sms"]
    at: float
    sender: str
    to: str
    subject: str
    body: str

    def to_json(self) -> Json:
        return asdict(self)


class PostOffice:
    """It stays open while the pretend Slack is away: that is what e-mail and text messages are for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.letters: deque[Letter] = deque(maxlen=LETTERS_KEPT)
        """What arrived, the oldest first."""

    def add_routes(self, app: web.Application) -> None:
        """Twilio's way to send a message."""
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self._text_message)

    async def open(self, host: str, port: int) -> asyncio.Server:
        """The mail server, on this port."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(self._talk, host, port)

    def _talk(self) -> SMTP:
        return SMTP(self, hostname="sandbox.example", data_size_limit=LETTER_BYTES_MAX)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A letter, as aiosmtpd hands it over."""
        content = envelope.content
        assert isinstance(content, bytes)
        said = message_from_bytes(content, policy=policy.default)
        assert isinstance(said, EmailMessage)
        for to in envelope.rcpt_tos:
            self._keep("mail", said["Message-ID"], said["From"], to, said["Subject"], _body_of(said))
        return "250 OK"

    async def _text_message(self, request: web.Request) -> web.Response:
        form = await request.post()
        sender, to, body = (str(form.get(name) or "") for name in ("From", "To", "Body"))
        if not to or not body:
            return web.json_response({"code": 21604, "message": "To and Body are required."}, status=400)
        sid = f"SM{self._workspace.next_number():032x}"
        self._keep("sms", sid, sender, to, "", body)
        return web.json_response({"sid": sid, "status": "queued"}, status=201)

    def _keep(
        self, kind: Literal["mail", "sms"], id: object, sender: object, to: str, subject: object, body: str
    ) -> None:
        letter = Letter(
            id=str(id or ""),
            number=self._workspace.next_number(),
            kind=kind,
            at=self._workspace.clock(),
            sender=str(sender or ""),
            to=to,
            subject=str(subject or ""),
            body=body,
        )
        self.letters.append(letter)
        self._workspace.stream.tell("letter", letter.to_json())


def _body_of(said: EmailMessage) -> str:
    """The plain text; of a letter without one, nothing."""
    part = said.get_body(preferencelist=("plain",))
    # A letter in an unknown encoding is kept all the same.
    with contextlib.suppress(LookupError, AttributeError):
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
    return ""
