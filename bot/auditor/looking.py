"""What the auditor looks at in one round: a bounded part of the data, the database itself, and its own process."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.policies import PolicyBox
from sla.ladder import next_step_at
from sla.lead import LeadId
from storage import absences, audit, audit_deliveries, audit_fence, audit_findings, audit_health, leads
from storage.archive import Place
from storage.audit_findings import Found
from storage.audit_kinds import ONCE, Kind, Suspect
from storage.database import Connection, Database

log = structlog.get_logger(__name__)

LATE_MAX = timedelta(minutes=2)
"""A step that was due longer ago than this, or a lease that was over, is nobody's work any more."""
RETURN = timedelta(minutes=15)
"""So long after an absence (of the bot or of Slack) much still waits, and may."""
GATHERED_MAX = timedelta(hours=1)
UNSETTLED_MAX = timedelta(minutes=30)
STALE_AFTER = timedelta(minutes=15)
ENDS_KNOWN = timedelta(minutes=5)
"""So long after a message ended nothing comes to stand before it any more, such as one that was looked for first."""
STANDS_AFTER = timedelta(seconds=90)
WATCHED_MAX = 500
"""So many leads that were found once are looked at again in each round, besides the walk."""
PLAIN = frozenset({Kind.NO_CLOCK, Kind.TWO_CLOCKS})
"""What the walk comes by only twice a day, and what is therefore looked at again by itself."""


@dataclass(frozen=True, kw_only=True)
class OwnProcess:
    """How this process works: when the clocks were looked at last, and for how long no courier went round."""

    name: str
    ticked_at: Callable[[], datetime | None]
    idle_for: Callable[[], timedelta]


class Look:
    """One round after the other; between them it remembers how far it got and what it saw."""

    def __init__(self, database: Database, policies: PolicyBox, clock: Clock, own: OwnProcess) -> None:
        self._database = database
        self._policies = policies
        self._clock = clock
        self._own = own
        self._walked_to: LeadId | None = None
        self._line: int | None = None
        self._ended: Place | None = None
        self._seen_until: tuple[int | None, Place | None] = None, None
        self._has_begun = False
        self._watched: set[LeadId] = set()
        self._stale: dict[tuple[str, int], datetime] = {}

    def suspects(self, connection: Connection, at: datetime) -> list[Suspect]:
        """What cannot be right among leads, clocks, deliveries and cards; each question is bounded."""
        walked = self._walk(connection)
        idle = {
            one.lead_id: one
            for one in (*audit.idle_clocks(connection), *walked)
            if one.kind is Kind.IDLE_CLOCK
        }
        return [
            *idle.values(),
            *audit.set_aside(connection),
            *(one for one in walked if one.kind is not Kind.IDLE_CLOCK),
            *self._steps(connection),
            *self._fence(connection, at - ENDS_KNOWN),
            *audit_deliveries.never_looked_for(connection),
            *audit_deliveries.sent_nowhere(connection),
            *self._waiting(connection, at),
        ]

    def goes_on(self) -> None:
        """What was found is written down: the next round looks at what comes after it."""
        self._line, self._ended = self._seen_until

    def health(self, connection: Connection, at: datetime) -> Iterator[Found]:
        """The database, and the other processes."""
        if number := audit_health.long_snapshots(connection):
            yield Found(kind=Kind.LONG_SNAPSHOT, number=number)
        if audit_health.log_bytes(self._database) > audit_health.LOG_BYTES_MAX:
            yield Found(kind=Kind.LOG_GROWS)
        free = audit_health.free_bytes(self._database)
        if free is not None and free < audit_health.DISK_BYTES_MIN:
            yield Found(kind=Kind.DISK_FULL)
        for name, seen_at in audit_health.replicas(connection).items():
            if name != self._own.name and at - seen_at > audit_health.ALIVE_WITHIN:
                yield Found(kind=Kind.DEAD_REPLICA, name=name)

    def own_process(self, at: datetime) -> Iterator[Found]:
        """Threads that should go round and do not."""
        ticked_at, idle_for = self._own.ticked_at(), self._own.idle_for()
        if not self._clock.leaps and ticked_at is not None and at - ticked_at > STANDS_AFTER:
            yield Found(kind=Kind.TICKER_STANDS, name=self._own.name)
        if idle_for > STANDS_AFTER:
            yield Found(kind=Kind.COURIER_STANDS, name=self._own.name)

    def _walk(self, connection: Connection) -> list[Suspect]:
        page = audit.walk(connection, self._walked_to)
        self._walked_to = page.last
        known = {
            one
            for finding in audit_findings.known(connection)
            for one in finding.leads
            if finding.kind in PLAIN
        }
        again = audit.again(connection, known | self._watched)
        found = {(one.kind, one.lead_id, one.name): one for one in (*page.suspects, *again)}
        watched = [one.lead_id for one in found.values() if one.kind in PLAIN and one.lead_id is not None]
        self._watched = set(watched[:WATCHED_MAX])
        return [*found.values(), *self._idle(connection, page.unplanned)]

    def _idle(self, connection: Connection, unplanned: Collection[LeadId]) -> Iterator[Suspect]:
        """Clocks that are late already, or in review: that nothing is planned on them is mostly right."""
        for lead in leads.load(connection, unplanned).values():
            clock = lead.clock
            if clock is None or clock.next_step_at is not None:
                continue
            try:
                planned = next_step_at(lead, clock, self._policies.at(lead.policy_version))
            except Exception:
                log.exception("cannot_be_planned", lead=lead.id)
                planned = clock.started_at
            if planned is not None:
                yield Suspect(kind=Kind.IDLE_CLOCK, lead_id=lead.id, name=str(clock.number))

    def _steps(self, connection: Connection) -> list[Suspect]:
        if self._line is None:
            self._line = max(0, audit.newest_line(connection) - audit.STEPS_MAX)
        suspects, line = audit.steps_twice(connection, self._line)
        self._seen_until = line, self._seen_until[1]
        return suspects

    def _fence(self, connection: Connection, before: datetime) -> list[Suspect]:
        """Where time leaps, hours may pass between a fact and its commit."""
        if self._clock.leaps:
            return []
        if not self._has_begun:
            self._ended = audit_fence.place_before_the_newest(connection, before)
            self._has_begun = True
        suspects, ended = audit_fence.after_their_clocks(connection, self._ended, before)
        self._seen_until = self._seen_until[0], ended
        return suspects

    def _waiting(self, connection: Connection, at: datetime) -> list[Suspect]:
        """What has waited for too long; where time leaps, nobody can say how long that is."""
        if self._clock.leaps:
            return []
        before = at - LATE_MAX
        found = [
            *audit_deliveries.leases_over(connection, self._clock.real_now() - LATE_MAX),
            *audit_deliveries.left_gathered(connection, at - GATHERED_MAX),
            *audit_deliveries.out_of_time(connection, at - GATHERED_MAX),
        ]
        if absences.recent(connection, at - RETURN):
            # Catching up is work under way, and who was away has said so.
            self._stale.clear()
            return found
        return [
            *found,
            *audit.behind(connection, before),
            *audit_deliveries.not_leaving(connection, at),
            *audit_deliveries.not_settled(connection, self._clock.real_now() - UNSETTLED_MAX),
            *self._stale_cards(connection, at),
        ]

    def _stale_cards(self, connection: Connection, at: datetime) -> Iterator[Suspect]:
        """When a card became dirty is not written down: those are stale that stay as they are, look after look."""
        dirty = {(id, shown): lead_id for id, lead_id, shown in audit_deliveries.dirty_cards(connection)}
        self._stale = {card: self._stale.get(card, at) for card in dirty}
        for (id, shown), lead_id in dirty.items():
            if at - self._stale[id, shown] >= STALE_AFTER:
                yield Suspect(kind=Kind.STALE_CARD, lead_id=lead_id, name=id)


def found_of(suspects: Iterable[Suspect]) -> list[Found]:
    """Several of a kind are one thing to tell; what is told once is told for each lead."""
    grouped: dict[tuple[Kind, str], list[Suspect]] = defaultdict(list)
    for one in suspects:
        grouped[one.kind, f"{one.lead_id} {one.name}" if one.kind in ONCE else ""].append(one)
    return [
        Found(
            kind=kind,
            name=name,
            number=len(them),
            leads=list(dict.fromkeys(one.lead_id for one in them if one.lead_id is not None)),
        )
        for (kind, name), them in grouped.items()
    ]
