"""Who is calling: a source or an admin by key, or a source by the signature of what it sent."""

import hmac
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from standardwebhooks import Webhook, WebhookVerificationError
from starlette.datastructures import Headers

from bot.http.problems import Problem
from bot.settings import ADMIN, Settings

SIGNATURE_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`source` is what its leads are filed under; an admin sees the leads of all sources."""

    source: str
    is_admin: bool = False

    @property
    def sees_only(self) -> str | None:
        """The one source whose leads it sees, None for all."""
        return None if self.is_admin else self.source


class Callers:
    """Knows the keys by their hashes, so that every comparison takes the same time whatever was sent."""

    def __init__(self, settings: Settings) -> None:
        self.take_up(settings)

    def take_up(self, settings: Settings) -> None:
        """From now on these keys and secrets count, and no others; a request under way keeps its caller."""
        keys = [(pair.secret, Caller(source=pair.source)) for pair in settings.intake_keys]
        keys += [(key, Caller(source=ADMIN, is_admin=True)) for key in settings.admin_keys]
        self._keys = [(sha256(key.get_secret_value().encode()).digest(), caller) for key, caller in keys]
        self._webhooks = [
            (Webhook(pair.secret.get_secret_value()), Caller(source=pair.source))
            for pair in settings.webhook_secrets
        ]

    @property
    def count(self) -> dict[str, int]:
        """How many keys and secrets each caller has now: for the log, which must never hold one."""
        callers = [caller for _, caller in (*self._keys, *self._webhooks)]
        return dict(sorted(Counter(caller.source for caller in callers).items()))

    def by_key(self, headers: Headers) -> Caller | None:
        """Who the key says it is; None where the request carries a signature instead. Raises Problem."""
        given = headers.get("authorization")
        if given is None:
            # Where nobody has a secret no body is worth reading.
            if self._webhooks and all(name in headers for name in SIGNATURE_HEADERS):
                return None
            raise _stranger("Send your key as Authorization: Bearer KEY, or sign what you send.")
        scheme, _, key = given.partition(" ")
        digest = sha256(key.strip().encode("latin-1")).digest()
        found: Caller | None = None
        for known, caller in self._keys:
            # No early end: how long this takes must not tell which key was near.
            if hmac.compare_digest(known, digest):
                found = caller
        if found is None or scheme.lower() != "bearer":
            raise _stranger(
                "This key is not known here. LEAD_SLA_INTAKE_KEYS of the bot lists those that are."
            )
        return found

    def by_signature(self, headers: Headers, body: bytes) -> Caller:
        """Whose secret signed this body, within the last minutes. Raises Problem."""
        signed = {name: headers[name] for name in SIGNATURE_HEADERS}
        for webhook, caller in self._webhooks:
            try:
                webhook.verify(body, signed, json_parse=False)
            except (WebhookVerificationError, ValueError):
                # The library lets headers that are no signature at all fall out as plain ValueErrors.
                continue
            return caller
        raise _stranger(
            "The signature is not one of ours, or older than five minutes. Sign it anew and send it."
        )


def _stranger(detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": "Bearer"})
