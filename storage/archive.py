"""The archive: deliveries that ended long ago leave the outbox, so that what is asked every second stays small.

Cards stay where they are: each is what stands in Slack at this moment, and whoever corrects or erases needs it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, tuple_

from sla.lead import Lead, LeadId, Stage
from storage.prepared import Prepared, among, as_list
from storage.tables import HAS_ENDED, IS_OVER_AND_NAMED, leads, outbox, outbox_archive

IS_OVER = frozenset({Stage.CONTACTED, Stage.CLOSED})
"""Only of such leads: of one that is worked on everything is at hand, however old."""


def is_over(lead: Lead) -> bool:
    """Whether what was owed about it may lie in the archive."""
    return not lead.is_open and lead.stage in IS_OVER


Place = tuple[datetime, int]
"""Of a row in the order in which deliveries ended."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """How many were moved, and where to go on; None at the end, from where the next round begins anew."""

    number: int
    last: Place | None


def move(connection: Connection, before: datetime, *, after: Place | None, at_most: int) -> Moved:
    """Move what ended before then, at most so many rows looked at, in the order in which they ended."""
    query = (
        select(outbox.c.seq, outbox.c.ended_at, outbox.c.lead_id, leads.c.stage)
        .join(leads, leads.c.id == outbox.c.lead_id, isouter=True)
        .where(HAS_ENDED, outbox.c.ended_at < before)
        .order_by(outbox.c.ended_at, outbox.c.seq)
        .limit(at_most)
        # What another process moves at this moment is its own to move.
        .with_for_update(of=outbox, skip_locked=True)
    )
    if after is not None:
        query = query.where(tuple_(outbox.c.ended_at, outbox.c.seq) > after)
    rows = connection.execute(query).all()
    over = [row.seq for row in rows if row.lead_id is None or row.stage in IS_OVER]
    if over:
        these = outbox.c.seq.in_(over)
        names = [column.name for column in outbox_archive.columns]
        whole = select(*(outbox.c[name] for name in names)).where(these)
        connection.execute(insert(outbox_archive).from_select(names, whole))
        connection.execute(delete(outbox).where(these))
    is_more = len(rows) == at_most
    return Moved(number=len(over), last=(rows[-1].ended_at, rows[-1].seq) if is_more else None)


def _keys_among(dialect: str) -> Select[Any]:
    columns = outbox_archive.c.lead_id, outbox_archive.c.generation, outbox_archive.c.key
    return select(*columns).where(among(dialect, outbox_archive.c.lead_id, "ids"))


# Asked in the middle of a batch's writing, whose answers are waited for together.
_select_keys = Prepared(_keys_among, ["ids"])


def keys_of(connection: Connection, lead_ids: Collection[str]) -> set[tuple[str, int, str]]:
    """What was owed about these leads and is archived: it is not owed again."""
    rows = _select_keys.all(connection, as_list(connection, sorted(lead_ids)))
    return {(lead_id, generation, key) for lead_id, generation, key in rows}


def to_be_erased(connection: Connection, before: datetime, at_most: int) -> list[LeadId]:
    """Leads that nobody works on any more since then, and whose data was not erased yet, the longest first."""
    query = select(leads.c.id).where(IS_OVER_AND_NAMED, leads.c.stopped_at <= before)
    found = connection.scalars(query.order_by(leads.c.stopped_at).limit(at_most))
    return [LeadId(id) for id in found]
