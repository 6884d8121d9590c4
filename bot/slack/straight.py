"""The straight way of a press over HTTP: a plain button of somebody known is recorded without a thread of its own.

The framework's way reads the lead first, takes a thread, and asks each of its listeners in turn: more work than the
press itself. Whatever is not quite plain goes there, so that one place says what a refusal or a failure answers.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from urllib.parse import parse_qs

import structlog

from bot.slack.desk import Desk, Presser
from bot.slack.fact_presses import FACT_OF, fact_of
from bot.slack.payload_shape import may_hold_nulls, misshapen_in
from bot.slack.presses import (
    NOT_SAVED,
    SAVED_WITHIN,
    Json,
    UnreadablePress,
    read_press,
    tell_presser,
    words_of,
)
from sla.facts import Fact
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

_FORM_OF_ONE_PAYLOAD = "payload="


@dataclass(frozen=True, kw_only=True)
class PlainPress:
    """A press of which is known what it says and whose it is."""

    body: Json
    fact: Fact
    presser: Presser


class StraightWay:
    """`read` decides which way a request goes; `take` goes it."""

    def __init__(self, desk: Desk, pool: Executor, tell: Callable[[Json, str], None] = tell_presser) -> None:
        self._desk = desk
        self._pool = pool
        self._tell = tell

    def read(self, sent: str) -> PlainPress | None:
        """The press in what Slack signed; None for everything that is not quite plain."""
        if not sent.startswith(_FORM_OF_ONE_PAYLOAD) or may_hold_nulls(sent):
            return None
        try:
            body = json.loads(parse_qs(sent)["payload"][0])
            return self._plain(body) if isinstance(body, dict) else None
        except (ValueError, KeyError, RecursionError, UnreadablePress):
            return None

    async def take(self, press: PlainPress) -> None:
        """Record it, and tell the presser where it was refused or not saved. Raises what is unexpected."""
        try:
            recorded = await self._desk.recorder.pressed(press.fact, SAVED_WITHIN)
        except DatabaseAway as away:
            log.warning("press_not_saved", reason=away.reason)
            said: str | None = NOT_SAVED
        else:
            said = words_of(recorded, press.presser)
        if said is not None:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._tell, press.body, said)

    def _plain(self, body: Json) -> PlainPress | None:
        if body.get("type") != "block_actions" or misshapen_in(body) or len(body["actions"]) != 1:
            return None
        kind = FACT_OF.get(body["actions"][0]["action_id"])
        if kind is None:
            return None
        press = read_press(body, self._desk.now())
        presser = self._desk.known_presser(press.asker)
        if presser is None:
            return None
        return PlainPress(body=body, fact=fact_of(kind, press, presser.email), presser=presser)
