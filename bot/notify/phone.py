"""Text messages by Apprise's Twilio: it reads the account's address and checks it; the call is made here.

Apprise itself only says that a message went or did not; what Twilio answered says which of the four outcomes it is.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import requests
from apprise.exception import AppriseException
from apprise.plugins.twilio import NotifyTwilio
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, InvalidURL, ProxyError, RequestException, SSLError
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from bot.notify.mail import UnusableAddress
from bot.outcome import NotSent, Outcome, Refused, Sent, Uncertain
from bot.settings import TWILIOS_OWN_API

TIMEOUTS: Final = (10, 30)
"""Seconds to connect, and for the answer."""
PAUSE: Final = timedelta(minutes=1)
"""Where Twilio says "too many", or that the account may not, without saying for how long."""
PAUSE_MAX: Final = timedelta(hours=1)

_NEVER_LEFT = (ConnectTimeout, SSLError, ProxyError, InvalidURL)


class PhoneDoor:
    """One account of Twilio."""

    def __init__(self, url: str, api: str = TWILIOS_OWN_API) -> None:
        """Raises UnusableAddress."""
        self._account = _account_at(url)
        path = NotifyTwilio.notify_sms_url.removeprefix(TWILIOS_OWN_API)
        self._url = api.rstrip("/") + path.format(sid=self._account.account_sid)

    @property
    def sender(self) -> str:
        return str(self._account.source)

    def send(self, number: str, body: str) -> Outcome:
        """One text message."""
        account = self._account
        try:
            answer = requests.post(
                self._url,
                auth=(account.apikey or account.account_sid, account.auth_token),
                data={"From": account.source, "To": number, "Body": body},
                headers={"Accept": "application/json"},
                verify=account.verify_certificate,
                timeout=TIMEOUTS,
                allow_redirects=False,
            )
        except _NEVER_LEFT as problem:
            return NotSent(error=type(problem).__name__)
        except NoConnection as problem:
            name = type(problem).__name__
            return NotSent(error=name) if _never_left(problem) else Uncertain(error=name)
        except RequestException as problem:
            return Uncertain(error=type(problem).__name__)
        return _outcome(answer.status_code, answer.headers, _body(answer))


def _never_left(problem: NoConnection) -> bool:
    reason = problem.args[0] if problem.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    return isinstance(reason, NewConnectionError | NameResolutionError)


def _body(answer: requests.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}


def _outcome(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> Outcome:
    code = body.get("code")
    # Twilio's words repeat the number; its own code says as much.
    error = f"twilio {code}" if isinstance(code, int) else f"twilio answered {status}"
    if status in (200, 201):
        return Sent(channel="sms", ts=str(body.get("sid") or "accepted"))
    if status == 429:
        return NotSent(error=error, retry_after=_retry_after(headers))
    if status in (401, 403):
        return NotSent(error=error, retry_after=PAUSE)
    return Refused(error=error) if 400 <= status < 500 else Uncertain(error=error)


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    said = headers.get("Retry-After", "")
    if not (said.isascii() and said.isdigit()):
        return PAUSE
    return min(max(timedelta(seconds=int(said[:9])), timedelta(seconds=1)), PAUSE_MAX)


def _account_at(url: str) -> NotifyTwilio:
    parsed: dict[str, Any] | None = NotifyTwilio.parse_url(url)
    wanted = "write twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER"
    if not parsed or parsed.get("schema") != "twilio":
        raise UnusableAddress(f"it names no account of Twilio; {wanted}")
    try:
        return NotifyTwilio(**parsed)
    except (AppriseException, TypeError, ValueError) as problem:
        # Apprise's own words repeat the address, and with it the token.
        raise UnusableAddress(f"it is not complete; {wanted}") from problem
