"""Somebody who looks at the demo's page: asks its desk, and waits for what they expect to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from rich.console import Console

from bot.demo.desk import routes
from bot.demo.scene import Mode
from bot.demo.screen import Screen
from bot.demo.stage import Stage
from bot.demo.story import Story
from bot.demo.telling import Telling
from bot.sandbox.outcomes import wait_until
from bot.sandbox.stream import Happening

PATIENCE_SECONDS = 30.0

Json = dict[str, Any]


class Onlooker:
    """The page's requests, over HTTP, and the happenings that it is told of."""

    def __init__(self, stage: Stage, telling: Telling) -> None:
        self.stage = stage
        self.telling = telling
        self.http = httpx.Client(base_url=stage.page_url, timeout=PATIENCE_SECONDS)
        self.heard: list[Happening] = []
        stage.slack.workspace.stream.follow(self.heard.append)

    def get(self, path: str) -> Json:
        said: Json = self.http.get(f"/_demo/{path}").raise_for_status().json()
        return said

    def post(self, path: str, **body: Any) -> Json:
        said: Json = self.http.post(f"/_demo/{path}", json=body).raise_for_status().json()
        return said

    def declined(self, path: str, **body: Any) -> tuple[int, str]:
        """The status and the words of something that cannot be done."""
        answer = self.http.post(f"/_demo/{path}", json=body)
        return answer.status_code, answer.json()["error"]

    def send(self, **lead: Any) -> Json:
        """A lead that the bot takes."""
        body = {"email": "kim@tidewell.example", "company": "Tidewell", "score": 90} | lead
        said = self.post("leads", **body)
        assert said["status"] == 202, said
        answer: Json = said["body"]
        return answer

    def events(self, kind: str) -> list[Json]:
        return [one.data for one in self.heard if one.kind == kind]

    def rows_about(self, lead_id: str) -> list[Json]:
        """The ledger's rows about a lead, the oldest first."""
        return [row for row in reversed(self.get("ledger")["rows"]) if row["lead_id"] == lead_id]

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Looks again whenever something happens in the pretend Slack, and a few times a second besides."""
        came_true = wait_until(self.stage.slack.workspace, holds, within=PATIENCE_SECONDS)
        assert came_true, f"not within {PATIENCE_SECONDS:.0f} s: {what}; {self.stage.log_end()}"


@contextmanager
def watched(mode: Mode) -> Iterator[Onlooker]:
    """A stage with its bot and its desk, as the command sets it up, and somebody who looks at it."""
    stage = Stage(mode)
    screen = Screen(stage.slack.workspace, Console(quiet=True))
    telling = Telling(stage, lambda telling: Story(stage, screen, telling).play())
    stage.slack.extra_routes += routes(stage, telling)
    with stage:
        onlooker = Onlooker(stage, telling)
        with onlooker.http:
            yield onlooker
            telling.stop()
