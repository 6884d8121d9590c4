"""E-mail by Apprise: it reads the address of the server and writes the letter; the talk with the server is ours.

Apprise itself only says that a letter went or did not. Whether it may be sent again hangs on when the talk broke off:
before the final dot the server has nothing, after it nobody knows.
"""

import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_string
from email.message import Message
from typing import Any, Final, cast

from apprise.exception import AppriseException, AppriseImproperlyConfigured
from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController

from bot.outcome import NotSent, Outcome, Refused, Sent, Uncertain

SERVER_PAUSE: Final = timedelta(minutes=1)
"""How long to wait where the server will have nothing of us: no single letter is to blame."""
STEP_TIMEOUT: Final = 15
"""Seconds for each answer of the server; some let everybody wait before they greet."""
DOT_TIMEOUT: Final = 60
"""Seconds for the last answer: to give up earlier would make a letter uncertain that was taken slowly."""

OWN_NAME: Final = "Lead SLA"

_INCOMPLETE = (
    "it is not complete; write mailtos://USER:PASSWORD@HOST:PORT, and the sender into LEAD_SLA_MAIL_FROM"
)
_EOL = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_TROUBLE = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is to be read, and the id under which it is known. `is_reply` answers something that came from there."""

    subject: str
    body: str
    id: str
    is_reply: bool = False


class UnusableAddress(ValueError):
    """The address of a service in the settings says nothing that could be used; never repeats it."""


class MailDoor:
    """One server; each letter in a connection of its own, so that one that hangs holds up no other."""

    def __init__(self, url: str, sender: str | None = None) -> None:
        """Raises UnusableAddress."""
        self._server = _server_at(url, sender)

    @property
    def sender(self) -> str:
        return str(self._server.from_addr[1])

    @property
    def name(self) -> str:
        return str(self._server.from_addr[0])

    @property
    def where(self) -> str:
        """The server, as it may be shown."""
        return f"{self._server.smtp_host}:{self._server.port or 'its port'} ({self._server.secure_mode})"

    def greet(self) -> str | None:
        """Connect, encrypt and log in, as before each letter. None where the server takes us, else why not."""
        try:
            with _Talk(self._server):
                return None
        except smtplib.SMTPResponseException as refused:
            return _code(refused.smtp_code, refused.smtp_error)
        except (*_TROUBLE, RuntimeError, AppriseImproperlyConfigured) as problem:
            return type(problem).__name__

    def send(self, address: str, letter: Letter) -> Outcome:
        """Hand a letter to the server. The same id is the same Message-ID, by which readers know a copy."""
        server = self._server
        domain = self.sender.rpartition("@")[2]
        message_id = f"<{letter.id}@{domain}>"
        try:
            written = _written(server, address, letter, message_id).as_bytes()
        except (AppriseException, UnicodeError, ValueError) as problem:
            return Refused(error=f"cannot be written as a letter ({type(problem).__name__})")
        try:
            with _Talk(server) as talk:
                said = talk.hand_over(self.sender, address, written)
        except smtplib.SMTPResponseException as refused:
            # Greeting, encryption or login: the server is not for us (now).
            return NotSent(error=_code(refused.smtp_code, refused.smtp_error), retry_after=SERVER_PAUSE)
        except (*_TROUBLE, RuntimeError, AppriseImproperlyConfigured) as problem:
            return NotSent(error=type(problem).__name__)
        return said or Sent(channel="mail", ts=message_id)


class _Talk(AppriseSMTPController):
    """Apprise opens the connection, encrypts it and logs in; here it is seen how far a letter came."""

    def __init__(self, server: NotifyEmail) -> None:
        super().__init__(
            host=str(server.smtp_host),
            port=int(server.port or 0),
            secure_mode=str(server.secure_mode),
            user=server.user,
            password=server.password,
            verify_certificate=server.verify_certificate,
            socket_connect_timeout=STEP_TIMEOUT,
        )

    def __enter__(self) -> "_Talk":
        super().__enter__()
        return self

    def hand_over(self, sender: str, address: str, written: bytes) -> Outcome | None:
        """None when the server has it. What is raised was raised before the final dot."""
        smtp = cast(smtplib.SMTP, self._socket)
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(sender)
        if code != 250:
            return NotSent(error=_code(code, said), retry_after=SERVER_PAUSE)
        try:
            code, said = smtp.rcpt(address)
        except UnicodeError:
            return Refused(error="the server takes no such address")
        if code not in (250, 251):
            return _answered(code, said)
        code, said = smtp.docmd("DATA")
        if code != 354:
            return _answered(code, said)
        smtp.send(_for_the_wire(written))
        # From here on the server may have it.
        if smtp.sock is not None:
            smtp.sock.settimeout(DOT_TIMEOUT)
        try:
            code, said = smtp.getreply()
        except _TROUBLE as problem:
            return Uncertain(error=f"no answer after the letter ({type(problem).__name__})")
        return None if code == 250 else _answered(code, said)


def _answered(code: int, said: bytes) -> Outcome:
    """Codes from 500 on are for good; 4xx is "later"."""
    return Refused(error=_code(code, said)) if code >= 500 else NotSent(error=_code(code, said))


def _code(code: int, said: bytes | str) -> str:
    """The numbers alone: the words around them may hold the address."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    status = _STATUS.search(text)
    return f"smtp {code} {status.group()}" if status else f"smtp {code}"


def _for_the_wire(written: bytes) -> bytes:
    lines = _LEADING_DOT.sub(b"..", _EOL.sub(b"\r\n", written))
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"


def _server_at(url: str, sender: str | None) -> NotifyEmail:
    parsed: dict[str, Any] | None = NotifyEmail.parse_url(url)
    if not parsed or parsed.get("schema") not in ("mailto", "mailtos"):
        raise UnusableAddress("it names no mail server; write mailtos://USER:PASSWORD@HOST:PORT")
    if sender is not None:
        parsed["from_addr"] = sender
    try:
        server = NotifyEmail(**parsed)
    except (AppriseException, TypeError, ValueError) as problem:
        # Apprise's own words repeat the address, and with it the password.
        raise UnusableAddress(_INCOMPLETE) from problem
    if not server.smtp_host:
        raise UnusableAddress(_INCOMPLETE)
    name, address = server.from_addr
    # Without a name of its own the letter would come from "Apprise".
    server.from_addr = [name if name and name != server.app_id else OWN_NAME, address]
    return server


def _written(server: NotifyEmail, address: str, letter: Letter, message_id: str) -> Message:
    headers = {
        "X-Lead-SLA-Delivery": letter.id,
        # So that no machine at the other end answers it.
        "Auto-Submitted": "auto-replied" if letter.is_reply else "auto-generated",
        **server.headers,
    }
    [prepared] = NotifyEmail.prepare_emails(
        subject=letter.subject,
        body=letter.body,
        from_addr=server.from_addr,
        to=[(False, address)],
        reply_to=server.reply_to,
        smtp_host=server.smtp_host,
        notify_format="text",
        headers=headers,
        names=server.names,
        pgp=server.pgp,
        pgp_mode=server.pgp_mode,
    )
    message = message_from_string(prepared.body)
    del message["Message-ID"]
    message["Message-ID"] = message_id
    return message
