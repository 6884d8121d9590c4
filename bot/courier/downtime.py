"""After an absence: what a catch-up owes to one place becomes one summary, or leaves as it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.policies import PolicyBox
from sla.decide import decide
from sla.decide.steps import OVERTAKEN
from sla.effects import Post, Role, ToPerson, Urgency
from sla.facts import BreachSummarised
from sla.lead import Lead, LeadId
from sla.surroundings import Surroundings
from storage import absences, leads, outbox, timeline
from storage.absences import Absence
from storage.database import Connection
from storage.leads import Change
from storage.outbox import Delivery
from storage.timeline import TimelineEntry

ANNOUNCED_FROM = timedelta(minutes=2)
"""A shorter absence is kept, but not announced."""
LOOKED_BACK = timedelta(days=14)
ROWS_MAX = 200
"""More rows than this are only counted: a summary shows five of them anyway."""
MOVED_AT_ONCE = 5_000
"""Messages of one statement: databases take only so many parameters."""


class DowntimeDesk:
    """Gathers what became overdue while the bot (or Slack) was away."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies

    def gather(self, connection: Connection, at: datetime) -> int:
        """Sum up or release everything that waits; returns how many messages that were."""
        waiting = outbox.gathering(connection)
        if not waiting:
            return 0
        absence = self._last_absence(connection, at)
        by_place: dict[tuple[Role, str], list[Delivery]] = defaultdict(list)
        for delivery in waiting:
            by_place[delivery.role, delivery.place].append(delivery)
        for deliveries in by_place.values():
            if absence is not None and self._is_too_much(deliveries, absence):
                self._sum_up(connection, deliveries, absence, at)
            else:
                for ids in _in_parts(deliveries):
                    outbox.release(connection, ids)
        return len(waiting)

    def _is_too_much(self, deliveries: Sequence[Delivery], absence: Absence) -> bool:
        lasted = (absence.until_at or absence.from_at) - absence.from_at
        above = self._policies.current.policy.catch_up.summary_above
        return len(deliveries) > above and lasted >= ANNOUNCED_FROM

    @staticmethod
    def _last_absence(connection: Connection, at: datetime) -> Absence | None:
        ended = [gap for gap in absences.recent(connection, at - LOOKED_BACK) if gap.until_at is not None]
        return max(ended, key=lambda gap: gap.until_at or gap.from_at, default=None)

    def _sum_up(
        self, connection: Connection, deliveries: Sequence[Delivery], absence: Absence, at: datetime
    ) -> None:
        """One post in the place of many. The leads' own cards come with their next step."""
        to = deliveries[0].post.to
        ids = [delivery.lead_id for delivery in deliveries if delivery.lead_id is not None]
        known = leads.load(connection, ids, lock=True)
        summed = [known[lead_id] for lead_id in ids if lead_id in known]
        lines = {lead.id: timeline.of(connection, lead.id) for lead in summed[:ROWS_MAX]}
        for part in _in_parts(deliveries):
            outbox.void(connection, part, "said in a summary", at)
        role = Role.DOWNTIME_OWNER if isinstance(to, ToPerson) else Role.DOWNTIME_MANAGERS
        data = self._data(absence, summed, lines, at)
        post = Post(
            role=role,
            to=to,
            # With what it is about: more of the same absence may be gathered later, after a crash in between.
            key=f"downtime:{absence.id}:{to}:{deliveries[0].seq}",
            urgency=Urgency.BREACH,
            fenced=False,
            data=data,
        )
        outbox.add(connection, [(None, absence.id, post)], at)
        if role is Role.DOWNTIME_MANAGERS:
            self._told_in_a_summary(connection, list(known.values()), at)

    def _told_in_a_summary(self, connection: Connection, summed: Sequence[Lead], at: datetime) -> None:
        current = self._policies.current
        changes = []
        for lead in summed:
            around = Surroundings(
                policy=current.policy, version=current.version, terms=self._policies.at(lead.policy_version)
            )
            decision = decide(lead, BreachSummarised(lead_id=lead.id, at=at), around)
            changes.append(Change(before=lead, decision=decision, policy_version=current.version))
        leads.write(connection, changes, at)

    def _data(
        self,
        absence: Absence,
        summed: Sequence[Lead],
        lines: Mapping[LeadId, Sequence[TimelineEntry]],
        at: datetime,
    ) -> dict[str, Any]:
        until_at = absence.until_at or at
        hold = until_at + self._policies.current.policy.catch_up.grace
        left_out = [line for of_lead in lines.values() for line in of_lead if _was_left_out(line, until_at)]
        return {
            "what": absence.what,
            "from_at": absence.from_at.isoformat(),
            "until_at": until_at.isoformat(),
            "rows": [_row(lead, lines[lead.id]) for lead in summed[:ROWS_MAX]],
            "left_out": len(left_out),
            "hold_until": hold.isoformat(),
            "contact_by": hold.isoformat(),
            "raw": len(summed),
            "adjusted": sum(1 for lead in summed if lead.breach is not None and lead.breach.excused is None),
        }


def _in_parts(deliveries: Sequence[Delivery]) -> Iterator[list[str]]:
    for first in range(0, len(deliveries), MOVED_AT_ONCE):
        yield [delivery.id for delivery in deliveries[first : first + MOVED_AT_ONCE]]


def _was_left_out(line: TimelineEntry, since: datetime) -> bool:
    """Reminders that the policy leaves out anyway were not lost to the absence."""
    is_lost = line.kind == "reminder_left_out" and line.data.get("why") == OVERTAKEN
    return is_lost and line.logged_at >= since


def _row(lead: Lead, lines: Sequence[TimelineEntry]) -> dict[str, Any]:
    clock = lead.clock or lead.clocks[-1]
    due_at = clock.due_at or lead.due_at
    return {
        "lead_id": lead.id,
        "generation": lead.generation,
        "person": lead.details.person,
        "company": lead.details.company,
        "owner": clock.person,
        "due_at": due_at.isoformat() if due_at is not None else None,
        "late": lead.is_late,
        "excused": lead.breach.excused if lead.breach is not None else None,
        "told_at": clock.told_at.isoformat() if clock.told_at is not None else None,
        "reminded_at": _reminded_at(lines),
    }


def _reminded_at(lines: Sequence[TimelineEntry]) -> str | None:
    said = [line.occurred_at for line in lines if line.kind == "reminder"]
    return max(said).isoformat() if said else None
