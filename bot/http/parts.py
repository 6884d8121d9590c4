"""What the HTTP door is made of; the composition root fills it in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.routing import BaseRoute

from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.settings import Settings
from storage.database import Database


@dataclass(frozen=True, kw_only=True)
class HttpParts:
    """`ticked_at` and `late_by` are the ticker's; `slack_state` says in words how Slack's door stands,
    `slack_away_since` since when Slack answers nothing.

    `extra_routes` are answered before anything else, such as Slack's own POST /slack/events.
    """

    recorder: Recorder
    database: Database
    policies: PolicyBox
    settings: Settings
    now: Callable[[], datetime]
    ticked_at: Callable[[], datetime | None]
    late_by: Callable[[], timedelta]
    slack_state: Callable[[], str]
    slack_away_since: Callable[[], datetime | None] = lambda: None
    extra_routes: Sequence[BaseRoute] = ()
