"""Trouble on demand: one kind at a time, made of the pretend Slack's faults, until it is ended."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.demo.desk.answers import Json, answered, asked, in_thread, one_of
from bot.demo.stage import Stage
from bot.demo.telling import Telling
from bot.sandbox.faults import Fault

NONE: Final = "none"
SLACK_DOWN: Final = "slack_down"
_FAULTS: Final[Mapping[str, Fault]] = {
    "rate_limited": Fault(kind="ratelimited", method="chat.*", times=None, retry_after="3"),
    "slow": Fault(kind="stall", method="chat.*", times=None, accept=True, seconds=2.0),
    "answers_lost": Fault(kind="drop", method="chat.postMessage", times=None, accept=True),
}
_KINDS: Final = (NONE, SLACK_DOWN, *_FAULTS)


class TroubleDesk:
    def __init__(self, stage: Stage, telling: Telling) -> None:
        self._telling = telling
        self._slack = stage.slack
        self._faults = stage.slack.workspace.faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_demo/trouble", answered(self._now)),
            web.post("/_demo/trouble", answered(self._change)),
        ]

    async def _now(self, _: web.Request) -> Json:
        return {"what": self._kind()}

    async def _change(self, request: web.Request) -> Json:
        """What was wrong before ends first: two troubles at once explain nothing."""
        what = one_of(await asked(request), "what", _KINDS)
        if what != NONE:
            # The story would only wait for what does not come.
            await in_thread(self._ended_story)
        self._faults.clear()
        if self._faults.outage is not None:
            await self._slack.outage_ends()
        if what == SLACK_DOWN:
            await self._slack.outage_begins("refuse")
        elif what in _FAULTS:
            self._faults.add(_FAULTS[what])
        return {"what": self._kind()}

    def _ended_story(self) -> Json:
        self._telling.stop()
        return {}

    def _kind(self) -> str:
        """Told from what is wrong now, whoever made it so."""
        if self._faults.outage is not None:
            return SLACK_DOWN
        waiting = {fault.kind for fault in self._faults.waiting()}
        return next((what for what, fault in _FAULTS.items() if fault.kind in waiting), NONE)
