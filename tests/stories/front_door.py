"""One HTTP door for all stories, with whichever bot runs at the moment behind it: it takes long to build."""

from typing import Any, cast

import httpx
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.http import HttpParts, HttpServer, create_app
from bot.settings import Address, Settings, SourceSecret
from bot.slack.http_route import PATH, SlackRequests
from tests.stories.limits import LIMIT

WEBSITE_KEY = "website-key"
ADMIN_KEY = "admin-key"
SETTINGS = Settings.model_construct(
    intake_keys=(SourceSecret(source="website", secret=SecretStr(WEBSITE_KEY)),),
    webhook_secrets=(),
    admin_keys=(SecretStr(ADMIN_KEY),),
)


class FrontDoor:
    """`parts` and `slack` are those of the running bot."""

    def __init__(self) -> None:
        self.parts: HttpParts | None = None
        self.slack: SlackRequests | None = None
        self._server = HttpServer(
            create_app(cast(HttpParts, _WhoeverRuns(self))), Address(host="127.0.0.1", port=0)
        )
        self._server.start()
        # None of it is encrypted, and certificates take long to read.
        self.client = httpx.Client(base_url=self._server.url, timeout=LIMIT.total_seconds(), verify=False)

    @property
    def events_url(self) -> str:
        return f"{self._server.url}{PATH}"

    async def from_slack(self, request: Request) -> Response:
        assert self.slack is not None
        return await self.slack.answer(request)

    def close(self) -> None:
        self.client.close()
        assert self._server.stop(LIMIT)


class _WhoeverRuns:
    """Stands for the parts of a bot that is replaced with each story."""

    def __init__(self, door: FrontDoor) -> None:
        self._door = door
        self.settings = SETTINGS
        self.extra_routes = [Route(PATH, door.from_slack, methods=["POST"])]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door.parts, name)
