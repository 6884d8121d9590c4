"""The HTTP door as it runs: a real server on this machine, the real recorder, a real database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
from pydantic import SecretStr

from bot.http import HttpParts, HttpServer, create_app
from bot.http.callers import Callers
from bot.policies import PolicyBox
from bot.policy_file import PolicyFile, read_policy
from bot.recorder import Recorder
from bot.settings import Address, Settings, SourceSecret
from storage.database import Database
from tests.sla.play import EXAMPLE, moment

WEBSITE_KEY = "website-key-1"
HUBSPOT_KEY = "hubspot-key-1"
ADMIN_KEY = "admin-key-1"
SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NORTHWIND = {
    "external_id": "00Q-1001",
    "email": "dana@northwind.example",
    "company": "Northwind Freight",
    "employees": 1800,
    "country": "US",
    "score": 88,
}


def settings(**more: Any) -> Settings:
    """Settings of a bot with a key for each kind of caller, whatever the environment holds."""
    return Settings.model_construct(
        **{
            "intake_keys": (
                SourceSecret(source="website", secret=SecretStr(WEBSITE_KEY)),
                SourceSecret(source="website", secret=SecretStr("website-key-2")),
                SourceSecret(source="hubspot", secret=SecretStr(HUBSPOT_KEY)),
            ),
            "webhook_secrets": (SourceSecret(source="segment", secret=SecretStr(SIGNING_SECRET)),),
            "admin_keys": (SecretStr(ADMIN_KEY),),
        }
        | more
    )


@dataclass
class Door:
    """A running door; `at` is the time for everything behind it."""

    client: httpx.Client
    recorder: Recorder
    database: Database
    policies: PolicyBox
    callers: Callers
    at: datetime = field(default_factory=lambda: moment("Mon 10:00"))
    ticked_at: datetime | None = None
    late_by: timedelta = timedelta(0)
    slack: str = "connected"

    def ask(self, method: str, path: str, key: str | None = WEBSITE_KEY, **how: Any) -> httpx.Response:
        headers = dict(how.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        return self.client.request(method, path, headers=headers, **how)

    def send(self, key: str | None = WEBSITE_KEY, **changed: Any) -> httpx.Response:
        return self.ask("POST", "/v1/leads", key, json=NORTHWIND | changed)

    def sent(self, **changed: Any) -> str:
        """Send a lead that is accepted; its id."""
        answer = self.send(**changed)
        assert answer.status_code == 202, answer.text
        lead_id: str = answer.json()["lead_id"]
        return lead_id

    def look(self, name: str, key: str = WEBSITE_KEY) -> dict[str, Any]:
        answer = self.ask("GET", f"/v1/leads/{name}", key)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


@cache
def _example() -> PolicyFile:
    return read_policy(EXAMPLE)


@contextmanager
def served(database: Database, **more: Any) -> Iterator[Door]:
    policies = PolicyBox(database, _example())
    recorder = Recorder(database, policies, now=lambda: door.at)
    app = create_app(
        HttpParts(
            recorder=recorder,
            database=database,
            policies=policies,
            settings=more.pop("settings", None) or settings(),
            now=lambda: door.at,
            ticked_at=lambda: door.ticked_at,
            late_by=lambda: door.late_by,
            slack_state=lambda: door.slack,
            **more,
        )
    )
    server = HttpServer(app, Address(host="127.0.0.1", port=0))
    server.start()
    recorder.start()
    with httpx.Client(base_url=server.url, timeout=20) as client:
        door = Door(
            client=client, recorder=recorder, database=database, policies=policies, callers=app.callers
        )
        door.ticked_at = door.at
        try:
            yield door
        finally:
            client.close()
            assert server.stop(timedelta(seconds=10))
            recorder.stop(timedelta(seconds=10))


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The body of a problem, which every answer without success is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert all(set(error) == {"field", "message"} for error in body["errors"])
    return body


def wrong_fields(answer: httpx.Response) -> dict[str, str]:
    """The fields that a 422 names, with what is said of each."""
    return {error["field"]: error["message"] for error in problem(answer, 422)["errors"]}
