"""Leads that come in: POST /v1/leads and /v1/leads/batch. Answered only after they are on disk."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from time import perf_counter
from typing import Any, Final

import structlog
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from bot import metrics
from bot.http.answers import result_of
from bot.http.bodies import BATCH_MAX, ONE_MAX, read_signed_or_keyed
from bot.http.callers import Callers
from bot.http.parts import HttpParts
from bot.http.problems import Problem, errors_as_json, unreadable
from bot.recorder import Recorded
from sla.facts import LeadArrived
from sla.intake import FieldError, UnreadableLead, read_lead
from storage.database import DatabaseAway
from storage.ids import new_lead_id

log = structlog.get_logger(__name__)

LEADS_MAX: Final = 1000
"""Leads in one batch."""
JSON: Final = "application/json"


class LeadsDoor:
    """Each lead is one fact for the recorder, awaited without a thread."""

    def __init__(self, parts: HttpParts, callers: Callers) -> None:
        self._parts = parts
        self._callers = callers

    async def take_one(self, request: Request) -> Response:
        began = perf_counter()
        caller, raw = await read_signed_or_keyed(request, self._callers, ONE_MAX)
        try:
            fact = self._arrival(raw, caller.source)
        except UnreadableLead as problem:
            metrics.LEADS.labels(caller.source, "refused").inc()
            raise unreadable(f"This cannot be read as a lead. {problem}.", *problem.errors) from None
        recorded = await self._parts.recorder.recorded(fact)
        metrics.RECORDING.observe(perf_counter() - began)
        return _answer(_counted(recorded, caller.source))

    async def take_many(self, request: Request) -> Response:
        began = perf_counter()
        caller, raw = await read_signed_or_keyed(request, self._callers, BATCH_MAX)
        if not isinstance(raw, list):
            raise unreadable("The body is no JSON list of leads.")
        if len(raw) > LEADS_MAX:
            detail = f"These are {len(raw)} leads; send at most {LEADS_MAX} at once."
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        results = await asyncio.gather(
            *(self._take(one, caller.source) for one in raw), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                # One that is not on disk: the sender sends all of them again, what was saved is a duplicate.
                raise result
        metrics.RECORDING.observe(perf_counter() - began)
        return _answer(results)

    async def _take(self, raw: Any, source: str) -> Mapping[str, Any]:
        """One lead of a batch; a bad one is an answer, only an absent database is raised."""
        try:
            return _counted(await self._parts.recorder.recorded(self._arrival(raw, source)), source)
        except UnreadableLead as problem:
            errors = problem.errors
        except DatabaseAway:
            raise
        except Exception:
            # The recorder has logged it, with the lead's id.
            message = (
                "could not be recorded because of a fault here; it is in the bot's log, send it again later"
            )
            errors = (FieldError(field="", message=message),)
        metrics.LEADS.labels(source, "refused").inc()
        return {"outcome": "refused", "errors": errors_as_json(errors)}

    def _arrival(self, raw: Any, source: str) -> LeadArrived:
        intake = self._parts.policies.current.policy.intake
        mapped = intake.sources.get(source)
        fields = None if mapped is None else mapped.fields
        details, needs = read_lead(raw, fields=fields, required=intake.required)
        at = self._parts.now()
        return LeadArrived(lead_id=new_lead_id(at), at=at, source=source, details=details, needs=needs)


def _counted(recorded: Recorded, source: str) -> Mapping[str, Any]:
    result = result_of(recorded)
    metrics.LEADS.labels(source, result["outcome"]).inc()
    return result


def _answer(body: Any) -> Response:
    return Response(to_json(body), HTTPStatus.ACCEPTED, media_type=JSON)
