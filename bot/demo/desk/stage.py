"""The desk's view of the stage: who plays, the bot killed and started, another scene."""

from aiohttp import web

from bot.demo.desk.answers import Declined, Json, answered, asked, in_thread, one_of
from bot.demo.desk.people import role_of
from bot.demo.desk.workflow import WORKFLOW
from bot.demo.samples import samples
from bot.demo.scene import MODES
from bot.demo.stage import INTAKE_KEY, Stage
from bot.demo.telling import Telling


class StageDesk:
    def __init__(self, stage: Stage, telling: Telling) -> None:
        self._stage = stage
        self._telling = telling

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_demo/", answered(self._overview)),
            web.get("/_demo/bot", answered(self._bot)),
            web.post("/_demo/bot", answered(self._do_with_bot)),
            web.post("/_demo/stage", answered(self._set_anew)),
            web.post("/_demo/story", answered(self._tell_the_story)),
        ]

    async def _overview(self, _: web.Request) -> Json:
        stage = self._stage
        return {
            "stage": stage.id,
            "mode": stage.mode,
            "bot": stage.bot_state,
            "bot_url": stage.url,
            "curl": curl(stage),
            "people": [
                {"slack": person.slack, "name": person.name, "role": role_of(person, stage.scene.policy)}
                for person in stage.scene.policy.people
            ],
            "samples": samples(stage.mode, stage.now()),
            "workflow": WORKFLOW,
            "story": self._telling.to_json(),
        }

    async def _bot(self, _: web.Request) -> Json:
        return {"state": self._stage.bot_state}

    async def _do_with_bot(self, request: web.Request) -> Json:
        do = one_of(await asked(request), "do", ("kill", "start"))
        return await in_thread(self._kill if do == "kill" else self._start)

    def _kill(self) -> Json:
        if self._stage.bot_has_ended():
            raise Declined("The bot is stopped already. Start it to go on.", 409)
        self._stage.kill_bot()
        return {"state": self._stage.bot_state}

    def _start(self) -> Json:
        self._stage.start_bot()
        return {"state": self._stage.bot_state}

    async def _set_anew(self, request: web.Request) -> Json:
        mode = one_of(await asked(request), "mode", MODES)
        return await in_thread(self._changed, mode)

    def _changed(self, mode: str) -> Json:
        self._telling.stop()
        self._stage.set_anew(next(one for one in MODES if one == mode))
        return {"stage": self._stage.id, "mode": self._stage.mode}

    async def _tell_the_story(self, request: web.Request) -> Json:
        do = one_of(await asked(request), "do", ("stop", "play"))
        return await in_thread(self._stop_story if do == "stop" else self._play_story)

    def _stop_story(self) -> Json:
        self._telling.stop()
        return self._telling.to_json()

    def _play_story(self) -> Json:
        if self._stage.mode != "seconds":
            raise Declined("The story plays with clocks in seconds. Set up that stage first.", 409)
        if self._stage.bot_has_ended():
            raise Declined("The bot is stopped. Start it, then play the story.", 409)
        if not self._telling.play():
            raise Declined("The story plays already.", 409)
        return self._telling.to_json()


def curl(stage: Stage) -> str:
    """A lead of one's own, sent from a terminal."""
    lead = '{"external_id": "MINE-1", "email": "you@example.com", "company": "My company", "score": 80}'
    return f"curl -s {stage.url}/v1/leads -H 'Authorization: Bearer {INTAKE_KEY}' -d '{lead}'"
