"""How the bot is: /healthz for who restarts it, /readyz for who sends to it, /metrics for who watches it."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot import metrics
from bot.http.health_shapes import Alive, PartState, Readiness
from bot.http.parts import HttpParts
from sla.effects import Urgency
from storage import absences, audit_deliveries, audit_findings, audit_health, leads, outbox
from storage.audit_kinds import Kind
from storage.database import Connection, DatabaseAway

log = structlog.get_logger(__name__)

TICKER_AGE_MAX: Final = timedelta(seconds=60)
SAVED_WITHIN: Final = timedelta(seconds=20)
"""A commit so recent proves that the database saves; an older one is asked for anew."""
TRIED_WITHIN: Final = timedelta(seconds=5)
BACKLOG_COUNTED_MAX: Final = 1000
JSON: Final = "application/json"
NO_TIME: Final = timedelta(0)
_BEAT: Final = "readyz"


class HealthDoor:
    """Open to everybody: nothing of a lead is in it."""

    def __init__(self, parts: HttpParts) -> None:
        self._parts = parts
        # Whoever asks while somebody else's try runs waits for its result instead of trying too.
        self._trying = asyncio.Lock()

    async def alive(self, _request: Request) -> Response:
        return Response(Alive(status="ok").model_dump_json(), media_type=JSON)

    async def ready(self, _request: Request) -> Response:
        async with self._trying:
            database = await run_in_threadpool(self._database)
        ticker = self._ticker()
        state = Readiness(
            ready=database.ok and ticker.ok,
            database=database,
            ticker=ticker,
            slack=self._parts.slack_state(),
        )
        status = HTTPStatus.OK if state.ready else HTTPStatus.SERVICE_UNAVAILABLE
        headers = {} if state.ready else {"Retry-After": "5"}
        return Response(state.model_dump_json(), status, headers=headers, media_type=JSON)

    async def metrics(self, _request: Request) -> Response:
        await run_in_threadpool(self._measure)
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    def _database(self) -> PartState:
        """Whether leads can be recorded, by the recorder's last commit or by one of its own."""
        saved_at = self._parts.recorder.saved_at
        now = self._parts.now()
        if saved_at is not None and timedelta(0) <= now - saved_at < SAVED_WITHIN:
            return PartState(ok=True, detail="saves")

        def save(connection: Connection) -> None:
            absences.beat(connection, _BEAT, now)

        try:
            self._parts.recorder.run(save, TRIED_WITHIN)
        except Exception as problem:
            # Its reason may name hosts and files, and anybody may ask here. Whatever it is, nothing is saved.
            if not isinstance(problem, DatabaseAway):
                log.exception("readiness_not_saved")
            return PartState(ok=False, detail="does not save at the moment; the log says why")
        return PartState(ok=True, detail="saves")

    def _ticker(self) -> PartState:
        ticked_at = self._parts.ticked_at()
        if ticked_at is None:
            return PartState(ok=False, detail="has not looked at the clocks yet")
        age = self._parts.now() - ticked_at
        seconds = max(0, int(age.total_seconds()))
        return PartState(ok=age < TICKER_AGE_MAX, detail=f"looked at the clocks {seconds} s ago")

    def _measure(self) -> None:
        """Set what is not counted as it happens but looked at."""
        parts = self._parts
        now = parts.now()
        ticked_at = parts.ticked_at()
        metrics.RECORDER_WAITING.set(parts.recorder.waiting)
        metrics.TICKER_AGE.set(metrics.seconds(None if ticked_at is None else now - ticked_at))
        metrics.TICKER_LATENESS.set(metrics.seconds(parts.late_by()))
        saved_at, away_since = parts.recorder.saved_at, parts.slack_away_since()
        metrics.SAVED_AGE.set(metrics.seconds(None if saved_at is None else now - saved_at))
        metrics.SLACK_AWAY.set(0 if away_since is None else metrics.seconds(now - away_since))
        free = audit_health.free_bytes(parts.database)
        metrics.LOG_BYTES.set(audit_health.log_bytes(parts.database))
        metrics.DISK_FREE.set(float("nan") if free is None else free)
        try:
            with parts.database.read() as connection:
                owed = outbox.counts(connection)
                due = leads.due_clocks(connection, now, BACKLOG_COUNTED_MAX, lock=False)
                ages = audit_deliveries.oldest_waiting(connection, now)
                found = audit_findings.counts(connection, now)
                seen = audit_health.replicas(connection)
        except DatabaseAway:
            metrics.DATABASE_UP.set(0)
            return
        metrics.DATABASE_UP.set(1)
        metrics.DUE_BACKLOG.set(len(due))
        metrics.REPLICAS.set(sum(1 for at in seen.values() if now - at <= audit_health.ALIVE_WITHIN))
        for state, number in owed.items():
            metrics.DELIVERIES.labels(state.value).set(number)
        for lane in Urgency:
            metrics.OLDEST_WAITING.labels(lane.name.lower()).set(ages.get(lane, NO_TIME).total_seconds())
        for kind in Kind:
            metrics.FINDINGS.labels(kind.value).set(found.get(kind, 0))
