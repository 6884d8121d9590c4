"""The auditor's questions about leads and their clocks: each bounded, each answered from an index."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, select

from sla.lead import LeadId, Stage
from storage.audit_kinds import Kind, Suspect
from storage.audit_tables import IS_IDLE, IS_SET_ASIDE
from storage.tables import HAS_NEXT_STEP, clocks, leads, timeline

ROWS_MAX = 200
"""So many rows of a kind are looked at in one round; whatever is beyond them is found in a later one."""
LEADS_MAX = 2_000
"""So many leads are walked over in one round: of a million each is looked at twice a day."""
STEPS_MAX = 5_000
"""So many lines of the timeline are looked through in one round."""
STEPS = ("reminder", "reminder_left_out", "deadline_passed", "still_free", "handed_over", "needs_decision")
"""Lines of which a lead has at most one for each moment of its ladder."""
RUNS = (Stage.WITH_OWNER, Stage.IN_QUEUE, Stage.IN_REVIEW, Stage.WITH_LEAD_OPS, Stage.HELD)
"""Where a lead's clock runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What a part of the walk found; `last` is where the next part goes on, None at the end.

    `unplanned`: leads whose clock runs with nothing planned on it, for whatever reason: the core knows whether there is
    one, as for a ladder that is over.
    """

    suspects: list[Suspect]
    unplanned: list[LeadId]
    last: LeadId | None


def idle_clocks(connection: Connection, limit: int = ROWS_MAX) -> list[Suspect]:
    """Running clocks on which nothing is planned, and that have no reason for it."""
    rows = connection.execute(select(clocks).where(IS_IDLE).order_by(clocks.c.started_at).limit(limit))
    return [_of_clock(Kind.IDLE_CLOCK, row) for row in rows]


def set_aside(connection: Connection, limit: int = ROWS_MAX) -> list[Suspect]:
    """Clocks whose step could not be decided, time and again: nothing follows on them by itself."""
    rows = connection.execute(select(clocks).where(IS_SET_ASIDE).order_by(clocks.c.set_aside_at).limit(limit))
    return [_of_clock(Kind.SET_ASIDE, row) for row in rows]


def behind(connection: Connection, before: datetime, limit: int = ROWS_MAX) -> list[Suspect]:
    """Clocks whose step was due before then and was not taken, longest due first."""
    due = select(clocks).where(HAS_NEXT_STEP, clocks.c.next_step_at <= before)
    rows = connection.execute(due.order_by(clocks.c.next_step_at).limit(limit))
    return [_of_clock(Kind.CLOCKS_BEHIND, row) for row in rows]


def walk(connection: Connection, after: LeadId | None, limit: int = LEADS_MAX) -> Page:
    """The next leads in the order of their ids: each open one has one running clock, each round one claim."""
    query = select(leads.c.id, leads.c.stage).order_by(leads.c.id).limit(limit)
    rows = connection.execute(query if after is None else query.where(leads.c.id > after)).all()
    if not rows:
        return Page(suspects=[], unplanned=[], last=None)
    theirs = connection.execute(_RUN.where(clocks.c.lead_id.between(rows[0].id, rows[-1].id))).all()
    unplanned = [
        LeadId(clock.lead_id)
        for clock in theirs
        if clock.stopped_at is None and clock.next_step_at is None and clock.set_aside_at is None
    ]
    last = LeadId(rows[-1].id) if len(rows) == limit else None
    return Page(suspects=list(_of_leads(rows, theirs)), unplanned=unplanned, last=last)


def again(connection: Connection, lead_ids: Collection[LeadId]) -> list[Suspect]:
    """The same about leads that were found before."""
    ids = sorted(lead_ids)
    rows = connection.execute(select(leads.c.id, leads.c.stage).where(leads.c.id.in_(ids))).all()
    return list(_of_leads(rows, connection.execute(_RUN.where(clocks.c.lead_id.in_(ids))).all()))


def newest_line(connection: Connection) -> int:
    """The number of the newest line of any timeline."""
    return connection.scalar(select(func.max(timeline.c.seq))) or 0


def steps_twice(connection: Connection, after: int, limit: int = STEPS_MAX) -> tuple[list[Suspect], int]:
    """Steps among the lines that were written next which had happened before; and the last line looked at."""
    until = min(after + limit, newest_line(connection))
    earlier = timeline.alias("earlier")
    same = and_(
        earlier.c.lead_id == timeline.c.lead_id,
        earlier.c.kind == timeline.c.kind,
        earlier.c.occurred_at == timeline.c.occurred_at,
        earlier.c.seq < timeline.c.seq,
    )
    query = select(timeline.c.lead_id, timeline.c.kind, timeline.c.occurred_at).where(
        timeline.c.seq > after, timeline.c.seq <= until, timeline.c.kind.in_(STEPS)
    )
    twice = query.where(exists(select(1).where(same))).order_by(timeline.c.seq).limit(ROWS_MAX)
    suspects = [
        Suspect(kind=Kind.STEP_TWICE, lead_id=LeadId(row.lead_id), name=f"{row.kind} {row.occurred_at}")
        for row in connection.execute(twice)
    ]
    return suspects, until


def _of_clock(kind: Kind, row: Row[Any]) -> Suspect:
    return Suspect(kind=kind, lead_id=LeadId(row.lead_id), name=str(row.number))


_RUN = select(
    clocks.c.lead_id,
    clocks.c.round,
    clocks.c.how,
    clocks.c.stopped_at,
    clocks.c.next_step_at,
    clocks.c.set_aside_at,
)


def _of_leads(rows: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Suspect]:
    running: Counter[str] = Counter()
    claims: Counter[tuple[str, int]] = Counter()
    for clock in theirs:
        running[clock.lead_id] += clock.stopped_at is None
        claims[clock.lead_id, clock.round] += clock.how == "claimed"
    for lead in rows:
        if lead.stage in RUNS and not running[lead.id]:
            yield Suspect(kind=Kind.NO_CLOCK, lead_id=LeadId(lead.id))
        if running[lead.id] > 1:
            yield Suspect(kind=Kind.TWO_CLOCKS, lead_id=LeadId(lead.id))
    for (lead_id, round_), number in claims.items():
        if number > 1:
            yield Suspect(kind=Kind.TWO_CLAIMS, lead_id=LeadId(lead_id), name=f"round {round_}")
