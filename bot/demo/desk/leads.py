"""The desk's leads: those that there are, a new one on its way to the bot's HTTP door, a burst of them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.demo.desk.answers import Declined, Json, answered, in_thread
from bot.demo.stage import INTAKE_KEY, Stage
from sla.lead import Lead, LeadId
from sla.names import name_of
from sla.policy import Policy
from storage import leads, newest
from storage.database import Connection

SHOWN_MAX = 50
WITHIN_SECONDS = 30.0


class LeadsDesk:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_demo/leads", answered(self._newest)),
            web.post("/_demo/leads", answered(self._send)),
        ]

    async def _newest(self, _: web.Request) -> Json:
        return await in_thread(self._listed)

    def _listed(self) -> Json:
        none: list[Lead] = []
        found = self._stage.look(_newest_leads, none)
        return {"leads": [summary(lead, self._stage.scene.policy) for lead in found]}

    async def _send(self, request: web.Request) -> Json:
        """Hand the body on as it is; only a lead without an external id gets one, so that each is a new lead."""
        raw = await request.read()
        try:
            lead = json.loads(raw)
        except ValueError:
            lead = None
        if isinstance(lead, dict) and not lead.get("external_id"):
            raw = json.dumps(lead | {"external_id": self._stage.new_external_id()}).encode()
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


def summary(lead: Lead, policy: Policy) -> Json:
    """A lead as one row of a list."""
    return {
        "id": lead.id,
        "label": lead.label,
        "tier": lead.tier,
        "status": None if lead.status is None else lead.status.value,
        "outcome": lead.outcome,
        "owner": None if lead.owner is None else name_of(policy, lead.owner),
        "due_at": iso(lead.due_at),
        "state": lead.stage.value,
    }


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _newest_leads(connection: Connection) -> list[Lead]:
    return _in_order(connection, newest.lead_ids(connection, SHOWN_MAX))


def _in_order(connection: Connection, ids: Sequence[LeadId]) -> list[Lead]:
    found = leads.load(connection, ids)
    return [found[id] for id in ids]
