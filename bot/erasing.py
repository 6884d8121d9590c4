"""Erasing leads, for every door that does so: the decision and everything that is written about them, in one go."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot import metrics
from bot.recorder import Recorded, Recorder
from sla.facts import LeadErased
from sla.lead import Lead, LeadId
from storage import erase, tidying
from storage.database import Connection, Database

log = structlog.get_logger(__name__)


class Eraser:
    """Erases one lead in one transaction; what was erased before stays so, and counts as done."""

    def __init__(self, recorder: Recorder, database: Database) -> None:
        self._recorder = recorder
        self._database = database

    def erase(self, lead_id: LeadId, *, by: str, at: datetime, reason: str | None) -> Lead:
        """The lead as it is left. Raises DatabaseAway."""

        def facts_of(connection: Connection) -> list[LeadErased]:
            erase.begin(connection)
            return [LeadErased(lead_id=lead_id, at=at, by=by, reason=reason)]

        def also(connection: Connection, answers: Sequence[Recorded]) -> None:
            for answer in answers:
                if answer.lead is not None:
                    erase.forget(connection, answer.lead)

        [answer] = self._recorder.together(facts_of, also)
        assert answer.lead is not None
        if not answer.duplicate:
            metrics.ERASED.inc()
        log.info("lead_erased", lead=lead_id, again=answer.duplicate)
        return answer.lead

    def leave_no_trace(self) -> None:
        """What SQLite's log still holds of before goes, too, as far as nobody is looking at it. Raises DatabaseAway."""
        if not tidying.empty_log(self._database):
            log.warning("log_not_emptied")
