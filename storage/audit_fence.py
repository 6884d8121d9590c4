"""The auditor's question about the fence: whether a message left although the end of its clock had been saved.

A clock ends (`stopped_at`) at the moment at which that is logged, but for two cases. A contact ends it when the contact
happened, which may be logged later, or, where the clock began only after that, when it began. A step of its ladder (a
hand-over, a review, the next page, the opening and the closing of a team) ends it at the step's own time, and is logged
when it is taken, which is later after an absence. So it goes by when the timeline says that the end was logged.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, tuple_

from sla.decide.contact import BY_CONTACT
from sla.lead import LeadId
from storage.archive import Place
from storage.audit import ROWS_MAX
from storage.audit_kinds import Kind, Suspect
from storage.delivery import State
from storage.tables import HAS_ENDED, clocks, outbox, timeline

ENDED_MAX = 1_000
"""So many messages that ended are looked through in one round; far more than Slack takes in a minute."""
SAVED_WITHIN = timedelta(seconds=30)
"""From the time of a fact until it is saved: doors wait 20 s for that. Whoever took a message meanwhile may have looked
before the end was there; their call was under way."""
CONTACTS = frozenset({"contact", "contact_corrected", "contact_withdrawn"})
"""Lines that say when the end by a contact was logged: the last of them, as the clock may have run on in between."""

_IN_ORDER = outbox.c.ended_at, outbox.c.seq
_SENT = select(
    *_IN_ORDER,
    outbox.c.id,
    outbox.c.lead_id,
    outbox.c.clock,
    outbox.c.fenced,
    outbox.c.state,
    outbox.c.created_at,
    outbox.c.send_started_at,
    outbox.c.sent_at,
)


def place_before_the_newest(
    connection: Connection, before: datetime, number: int = ENDED_MAX
) -> Place | None:
    """After which the newest of those follow that ended until then; None where there are no more than these."""
    query = select(*_IN_ORDER).where(HAS_ENDED, outbox.c.ended_at <= before)
    newest = query.order_by(outbox.c.ended_at.desc(), outbox.c.seq.desc())
    row = connection.execute(newest.offset(number).limit(1)).first()
    return None if row is None else (row.ended_at, row.seq)


def after_their_clocks(
    connection: Connection, after: Place | None, before: datetime, limit: int = ENDED_MAX
) -> tuple[list[Suspect], Place | None]:
    """Fenced messages among those that ended next, until then, whose send was begun after their clock's end was saved;
    and the last one looked at.

    What left by e-mail or text message counts, too. A row of a list is none of its own: it leaves with its list, which
    is drawn from what is still true.
    """
    query = _SENT.where(HAS_ENDED, outbox.c.ended_at <= before).order_by(*_IN_ORDER).limit(limit)
    rows = connection.execute(query if after is None else query.where(tuple_(*_IN_ORDER) > after)).all()
    if not rows:
        return [], after
    fenced = [row for row in rows if row.state == State.SENT and _is_about_a_clock(row)]
    saved = _ends_saved_at(connection, fenced)
    late = [
        row
        for row in fenced
        if (ended_at := saved.get((row.lead_id, row.clock))) is not None and _left_after(row, ended_at)
    ]
    last = rows[-1] if len(late) <= ROWS_MAX else late[ROWS_MAX - 1]
    suspects = [
        Suspect(kind=Kind.AFTER_ITS_CLOCK, lead_id=LeadId(row.lead_id), name=row.id)
        for row in late[:ROWS_MAX]
    ]
    return suspects, (last.ended_at, last.seq)


def _is_about_a_clock(row: Any) -> bool:
    return bool(row.fenced and row.send_started_at) and row.lead_id is not None and row.clock is not None


def _left_after(row: Any, end_saved_at: datetime) -> bool:
    # What was found in Slack's history had left then, whenever it was last taken, such as to be looked for.
    begun_at = min(row.send_started_at, row.sent_at)
    # What was owed after the end shows that the bot's clock was set back in between. One that was set back by
    # minutes, between the message and the end, can still look like a broken fence.
    return bool(row.created_at <= end_saved_at < begun_at - SAVED_WITHIN)


def _ends_saved_at(connection: Connection, sent: Sequence[Any]) -> dict[tuple[str, int], datetime]:
    """When the end of each clock that these are about was logged; those that run are not among them."""
    lead_ids = {row.lead_id for row in sent}
    of_clocks = select(clocks.c.lead_id, clocks.c.number, clocks.c.stopped_at, clocks.c.stopped_by)
    about = {(row.lead_id, row.clock) for row in sent}
    ended = [
        clock
        for clock in connection.execute(of_clocks.where(clocks.c.lead_id.in_(sorted(lead_ids))))
        if clock.stopped_at is not None and (clock.lead_id, clock.number) in about
    ]
    lines = _lines_of(connection, {clock.lead_id for clock in ended})
    return {(clock.lead_id, clock.number): _logged_at(clock, lines[clock.lead_id]) for clock in ended}


def _logged_at(clock: Any, lines: Sequence[Any]) -> datetime:
    by_contact = clock.stopped_by == BY_CONTACT
    logged = (
        line.logged_at
        for line in lines
        if line.occurred_at == clock.stopped_at or (by_contact and line.kind in CONTACTS)
    )
    at: datetime = max(logged, default=clock.stopped_at)
    return at


def _lines_of(connection: Connection, lead_ids: Collection[str]) -> dict[str, list[Any]]:
    query = select(timeline.c.lead_id, timeline.c.kind, timeline.c.occurred_at, timeline.c.logged_at)
    lines: dict[str, list[Any]] = {lead_id: [] for lead_id in lead_ids}
    for line in connection.execute(query.where(timeline.c.lead_id.in_(sorted(lead_ids)))):
        lines[line.lead_id].append(line)
    return lines
