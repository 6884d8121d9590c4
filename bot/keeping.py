"""What is kept, and how long: a chore of the heartbeat, a little at a time."""

from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.batch import Batch
from bot.policies import PolicyBox
from sla.facts import LeadErased
from storage import absences, archive, erase
from storage.archive import Place
from storage.database import Connection
from storage.life_sign import LifeSign

log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=10)
"""How often it is looked for what is old enough: as often as the heart beats, and not after each step besides."""
LOOKED_AT_ONCE = 500
"""Deliveries looked at in one transaction: less than the ticker's steps take."""
ERASED_AT_ONCE = 20
BY_THE_POLICY = "keep.personal_data of the policy"


class Keeping:
    """Called with each heartbeat and after steps, in the transaction of that moment; returns how much was done."""

    def __init__(self, policies: PolicyBox, sign: LifeSign | None) -> None:
        self._policies = policies
        self._sign = sign
        self._looked_at: datetime | None = None
        self._after: Place | None = None

    def __call__(self, connection: Connection, at: datetime) -> int:
        self._show_that_it_lives(connection)
        if self._looked_at is not None and timedelta(0) <= at - self._looked_at < EVERY:
            return 0
        self._looked_at = at
        return self._archive(connection, at) + self._erase(connection, at)

    def _archive(self, connection: Connection, at: datetime) -> int:
        keep = self._policies.current.policy.keep
        moved = archive.move(connection, at - keep.finished, after=self._after, at_most=LOOKED_AT_ONCE)
        self._after = moved.last
        if moved.number:
            metrics.ARCHIVED.inc(moved.number)
            log.info("archived", deliveries=moved.number)
        return moved.number

    def _erase(self, connection: Connection, at: datetime) -> int:
        span = self._policies.current.policy.keep.personal_data
        if span is None:
            return 0
        old = archive.to_be_erased(connection, at - span, ERASED_AT_ONCE)
        if not old:
            return 0
        erase.begin(connection)
        batch = Batch(connection, self._policies, at)
        facts = [LeadErased(lead_id=id, at=at, by="bot", reason=BY_THE_POLICY) for id in old]
        answers = batch.decide(facts)
        batch.write()
        for lead, _, _ in answers:
            if lead is not None:
                erase.forget(connection, lead)
        metrics.ERASED.inc(len(old))
        log.info("erased_by_age", leads=len(old))
        return len(old)

    def _show_that_it_lives(self, connection: Connection) -> None:
        """What this transaction sees is on disk: the file beside the database is never ahead of it."""
        lived_at = absences.last_beat(connection, "bot") if self._sign is not None else None
        if self._sign is None or lived_at is None:
            return
        try:
            self._sign.write(lived_at)
        except OSError as problem:
            log.warning("no_sign_of_life", file=str(self._sign.path), reason=problem.strerror)
            self._sign = None
