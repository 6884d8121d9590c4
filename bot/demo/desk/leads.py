"""The desk's leads: those that there are, a new one on its way to the bot's HTTP door, a burst of them."""

import json
from collections.abc import Sequence

import aiohttp
from aiohttp import web

from bot.demo.burst import burst
from bot.demo.desk.answers import Declined, Json, answered, asked, in_thread
from bot.demo.desk.newcomers import Newcomers
from bot.demo.desk.one_lead import whole_lead
from bot.demo.desk.rows import summary
from bot.demo.stage import INTAKE_KEY, Stage
from sla.lead import Lead, LeadId
from storage import leads, newest, outbox, timeline
from storage.database import Connection

SHOWN_MAX = 50
BURST = 50
BURST_MAX = 500
WITHIN_SECONDS = 30.0


class LeadsDesk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._newcomers = Newcomers()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_demo/leads", answered(self._newest)),
            web.post("/_demo/leads", answered(self._send)),
            web.get("/_demo/leads/{lead_id}", answered(self._whole)),
            web.get("/_demo/lead_of/{delivery_id}", answered(self._lead_of)),
            web.post("/_demo/burst", answered(self._burst)),
        ]

    async def _newest(self, _: web.Request) -> Json:
        return await in_thread(self._listed)

    def _listed(self) -> Json:
        none: list[Lead] = []
        found = self._stage.look(_newest_leads, none)
        return {"leads": [summary(lead) for lead in found]}

    async def _whole(self, request: web.Request) -> Json:
        return await in_thread(self._one, request.match_info["lead_id"])

    def _one(self, name: str) -> Json:
        def question(connection: Connection) -> Json | None:
            lead_id = leads.resolve(connection, name)
            if lead_id is None:
                return None
            lead = leads.load(connection, [lead_id])[lead_id]
            happened = timeline.of(connection, lead_id)
            scene = self._stage.scene
            whole = whole_lead(lead, happened, scene.policy, in_seconds=scene.mode == "seconds")
            return whole | {"letters": self._letters_about(connection, lead_id)}

        nothing: Json | None = None
        found = self._stage.look(question, nothing)
        if found is None:
            raise Declined("There is no such lead on this stage. Choose one from the list.", 404)
        return found

    def _letters_about(self, connection: Connection, lead_id: LeadId) -> list[Json]:
        """The e-mails and text messages about a lead that arrived: to the lead itself, or to people."""
        # What the bot keeps of a letter is the id under which it was taken.
        known = {one.ts for one in outbox.of_lead(connection, lead_id) if one.is_outside}
        arrived = list(self._stage.slack.post_office.letters)
        return [one.to_json() for one in arrived if one.id in known]

    async def _lead_of(self, request: web.Request) -> Json:
        return await in_thread(self._about, request.match_info["delivery_id"])

    def _about(self, delivery_id: str) -> Json:
        def question(connection: Connection) -> LeadId | None:
            delivery = outbox.get(connection, [delivery_id]).get(delivery_id)
            return None if delivery is None else delivery.lead_id

        nobody: LeadId | None = None
        return {"lead_id": self._stage.look(question, nobody)}

    async def _burst(self, request: web.Request) -> Json:
        count = (await asked(request)).get("count", BURST)
        if not isinstance(count, int) or not 1 <= count <= BURST_MAX:
            raise Declined(f"count is a number from 1 to {BURST_MAX}.")
        many = self._as_newcomers(burst(count, self._stage.now(), self._stage.new_external_id))
        return await self._posted("/v1/leads/batch", json.dumps(many).encode())

    def _as_newcomers(self, many: list[Json]) -> list[Json]:
        """One that is in it twice stays the same."""
        greeted: dict[str, Json] = {}
        for lead in many:
            name = lead["external_id"]
            greeted[name] = greeted.get(name) or self._newcomers.greeted(lead)
        return [greeted[lead["external_id"]] for lead in many]

    async def _send(self, request: web.Request) -> Json:
        """Hand the body on as it is; only a lead without an external id gets one, and is somebody new."""
        raw = await request.read()
        try:
            lead = json.loads(raw)
        except ValueError:
            lead = None
        if isinstance(lead, dict) and not lead.get("external_id"):
            newcomer = self._newcomers.greeted(lead)
            raw = json.dumps(newcomer | {"external_id": self._stage.new_external_id()}).encode()
        return await self._posted("/v1/leads", raw)

    async def _posted(self, path: str, body: bytes) -> Json:
        headers = {"Authorization": f"Bearer {INTAKE_KEY}", "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=WITHIN_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(f"{self._stage.url}{path}", data=body, headers=headers) as answer,
            ):
                return {"status": answer.status, "body": await answer.json(content_type=None)}
        except (aiohttp.ClientError, TimeoutError, ValueError):
            said = "The bot did not answer, so nobody took the lead. Start the bot, then send it again."
            raise Declined(said, 502) from None


def _newest_leads(connection: Connection) -> list[Lead]:
    return _in_order(connection, newest.lead_ids(connection, SHOWN_MAX))


def _in_order(connection: Connection, ids: Sequence[LeadId]) -> list[Lead]:
    found = leads.load(connection, ids)
    return [found[id] for id in ids]
