"""A night's leads that fell to few people: which of them could go to whom, so that nobody has more than their part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.eligible import standing
from sla.errors import Refusal, SayTime
from sla.lead import Lead, Stage
from sla.policy.seats import Seat
from sla.surroundings import Surroundings

MUCH = 0.3
"""Whose part of the leads is above this has much, if others have less."""
BY_TURN = frozenset({"routed", "held", "opened"})
"""How somebody came to a lead that could as well be another's; what is theirs by the CRM or by its company stays."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A lead that could go to somebody else."""

    lead: Lead
    to: str


@dataclass(kw_only=True, eq=False)
class SharedOutAlready(Refusal):
    """Nothing of a night is left to share out."""

    team: str
    parts: str

    def words(self, say: SayTime) -> str:
        if not self.parts:
            return f"Nothing of that night is open in {self.team} any more. Nothing to do."
        return (
            f"Nobody of {self.team} who has these leads can give any to a colleague who has fewer: {self.parts}. "
            "Use Reassign for single leads."
        )


def share_out(leads: Sequence[Lead], team: str, at: datetime, around: Surroundings) -> list[Move]:
    """Who is to get which of these leads, those first that have the most time; empty where all have their part."""
    mine = [lead for lead in leads if lead.stage is Stage.WITH_OWNER and lead.owner is not None]
    has = Counter(lead.owner for lead in mine)
    given: Counter[str] = Counter()
    moves: list[Move] = []
    for lead in sorted(mine, key=lambda one: (one.due_at or at, one.id), reverse=True):
        if has[lead.owner] <= len(mine) * MUCH or not _may_move(lead, at):
            continue
        had_it = {clock.person for clock in lead.owner_clocks() if clock.person is not None}
        found = standing(team, at, around, language=lead.details.language, but=had_it)
        able = [seat for seat in found.speaking if _has_room(seat, given, around)]
        if not able:
            continue
        best = min(able, key=lambda seat: has[seat.email] / seat.weight)
        person = around.policy.person(lead.owner)
        weight = person.weight if person is not None else 1
        if (has[best.email] + 1) / best.weight > (has[lead.owner] - 1) / weight:
            continue
        has[lead.owner] -= 1
        has[best.email] += 1
        given[best.email] += 1
        moves.append(Move(lead=lead, to=best.email))
    return moves


def _may_move(lead: Lead, at: datetime) -> bool:
    """Not what its owner is on, nor what is late."""
    clock = lead.clock
    if clock is None or clock.how not in BY_TURN or clock.due_at is None or clock.due_at <= at:
        return False
    return lead.on_it is None or lead.on_it.clock != clock.number


def _has_room(seat: Seat, given: Counter[str], around: Surroundings) -> bool:
    has = around.known_of(seat.email).open_leads + given[seat.email]
    return seat.open_leads_max is None or has < seat.open_leads_max
