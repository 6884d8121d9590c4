"""The clock on the desk: what time it is in the demo, how fast it runs, and jumps."""

from datetime import UTC, datetime

from aiohttp import web

from bot.demo.clock_targets import NoSuchTime, checked, target
from bot.demo.desk.answers import Declined, Json, answered, asked, in_thread
from bot.demo.stage import Stage

RATES = (0, 1, 60)


class TimeDesk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_demo/clock", answered(self._shown)),
            web.post("/_demo/clock", answered(self._run)),
            web.post("/_demo/clock/jump", answered(self._jump)),
        ]

    async def _shown(self, _: web.Request) -> Json:
        return await in_thread(self._stage.time.shown)

    async def _run(self, request: web.Request) -> Json:
        rate = (await asked(request)).get("rate")
        if isinstance(rate, bool) or rate not in RATES:
            raise Declined(f"rate is one of {', '.join(map(str, RATES))}.")
        return await in_thread(self._set_rate, rate)

    def _set_rate(self, rate: int) -> Json:
        self._stage.time.keeper.run(rate)
        return self._stage.time.shown()

    async def _jump(self, request: web.Request) -> Json:
        return await in_thread(self._begin_to_jump, await asked(request))

    def _begin_to_jump(self, wanted: Json) -> Json:
        stage = self._stage
        now = stage.now()
        try:
            until = self._next(now) if wanted == {"to": "next"} else target(wanted, stage.time.calendar, now)
            stage.time.keeper.jump(checked(until, now))
        except NoSuchTime as problem:
            raise Declined(str(problem)) from None
        return stage.time.shown()

    def _next(self, now: datetime) -> datetime:
        due = self._stage.time.keeper.next_after(now)
        if due is None:
            running = "Nothing is due: no clock runs. Send a lead, then jump to its next step."
            stopped = "The bot is stopped, so nothing comes next. Start it, or jump to a time."
            raise Declined(stopped if self._stage.bot_has_ended() else running, 409)
        return due.at.astimezone(UTC)
