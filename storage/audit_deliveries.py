"""The auditor's questions about deliveries and cards: what ended wrongly, and what does not end."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from sla.effects import Urgency
from sla.lead import LeadId
from storage.audit import ROWS_MAX
from storage.audit_kinds import Kind, Suspect
from storage.audit_tables import IS_SENT_NOWHERE
from storage.delivery import UNFINISHED, State
from storage.outbox import WAITS_FOR_AN_EARLIER_ONE
from storage.tables import IS_DIRTY, IS_IN_A_LIST, IS_PENDING, IS_UNSETTLED, cards, outbox

SEEN_MAX = 2_000
"""So many of a lane's messages are looked at for one that could leave; those that wait for their opening count, too."""
LIMITS: Mapping[Urgency, timedelta] = {
    Urgency.PAGE: timedelta(minutes=5),
    Urgency.BREACH: timedelta(minutes=15),
    Urgency.NEW_LEAD: timedelta(minutes=15),
    Urgency.REMINDER: timedelta(minutes=30),
    Urgency.CARD_UPDATE: timedelta(minutes=60),
}
"""How long a message of each lane may wait although it could leave: far longer than Slack's pace explains."""


def leases_over(connection: Connection, before: datetime) -> list[Suspect]:
    """Calls under way whose lease was over long before, or that have none: nobody looked after them."""
    query = _unsettled(State.SENDING).where(
        or_(outbox.c.leased_until <= before, outbox.c.leased_until.is_(None))
    )
    return _suspects(connection, query, Kind.LEASE_OVER)


def never_looked_for(connection: Connection) -> list[Suspect]:
    """Sends of unknown outcome that nobody will look for."""
    return _suspects(
        connection, _unsettled(State.UNCERTAIN).where(outbox.c.look_at.is_(None)), Kind.NEVER_LOOKED_FOR
    )


def not_settled(connection: Connection, before: datetime) -> list[Suspect]:
    """Sends whose outcome has been unknown since before then, although they are looked for."""
    query = _unsettled(State.UNCERTAIN).where(outbox.c.uncertain_since <= before)
    return _suspects(connection, query.where(outbox.c.look_at.is_not(None)), Kind.NOT_SETTLED)


def left_gathered(connection: Connection, before: datetime) -> list[Suspect]:
    """Rows of a list that does not leave any more, and messages that a summary never took."""
    a_list = outbox.alias("a_list")
    leaves = select(1).where(a_list.c.id == outbox.c.list_id, a_list.c.state.in_(UNFINISHED)).exists()
    forgotten = and_(outbox.c.list_id.is_(None), outbox.c.created_at <= before)
    query = _unsettled(State.GATHERING).where(or_(and_(IS_IN_A_LIST, ~leaves), forgotten))
    return _suspects(connection, query, Kind.LEFT_GATHERED)


def out_of_time(connection: Connection, before: datetime) -> list[Suspect]:
    """Messages that were worth saying until before then, and still wait."""
    first = _lane(None).subquery()
    query = select(outbox).join(first, first.c.seq == outbox.c.seq).where(outbox.c.expires_at <= before)
    return _suspects(connection, query, Kind.OUT_OF_TIME)


def not_leaving(
    connection: Connection, at: datetime, limits: Mapping[Urgency, timedelta] = LIMITS
) -> list[Suspect]:
    """Messages that could have left for longer than their lane may wait."""
    found: list[Suspect] = []
    for urgency, limit in limits.items():
        found += _suspects(connection, _ready(urgency, at - limit, at), Kind.NOT_LEAVING)
    return found


def oldest_waiting(connection: Connection, at: datetime) -> dict[Urgency, timedelta]:
    """How long the first message of each lane has waited that could leave; nothing for an empty lane."""
    ages: dict[Urgency, timedelta] = {}
    for urgency in Urgency:
        row = connection.execute(_ready(urgency, at, at).order_by(outbox.c.seq).limit(1)).first()
        if row is not None:
            ages[urgency] = at - max(row.created_at, row.not_before or row.created_at)
    return ages


def sent_nowhere(connection: Connection) -> list[Suspect]:
    """Messages that Slack took, of which nobody knows where they stand."""
    query = select(outbox).where(IS_SENT_NOWHERE).order_by(outbox.c.sent_at).limit(ROWS_MAX)
    return [_of(Kind.SENT_NOWHERE, row) for row in connection.execute(query)]


def dirty_cards(connection: Connection) -> list[tuple[str, LeadId, int]]:
    """Cards that show less than is known: each with its lead and the revision that it shows."""
    query = select(cards.c.id, cards.c.lead_id, cards.c.shown_revision).where(IS_DIRTY)
    rows = connection.execute(query.order_by(cards.c.id).limit(ROWS_MAX))
    return [(row.id, LeadId(row.lead_id), row.shown_revision) for row in rows]


def _unsettled(state: State) -> Select[Any]:
    # The index stands on the three states together, and SQLite uses it only where the query repeats that.
    return select(outbox).where(IS_UNSETTLED, outbox.c.state == state)


def _lane(urgency: Urgency | None) -> Select[Any]:
    """The first messages of the lane, in the order of the index."""
    query = select(outbox.c.seq).where(IS_PENDING)
    if urgency is not None:
        query = query.where(outbox.c.urgency == urgency)
    return query.order_by(outbox.c.urgency, outbox.c.seq).limit(SEEN_MAX)


def _ready(urgency: Urgency, since: datetime, at: datetime) -> Select[Any]:
    first = _lane(urgency).subquery()
    return (
        select(outbox)
        .join(first, first.c.seq == outbox.c.seq)
        .where(outbox.c.created_at <= since)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= since))
        .where(or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > at))
        .where(~WAITS_FOR_AN_EARLIER_ONE)
    )


def _suspects(connection: Connection, query: Select[Any], kind: Kind) -> list[Suspect]:
    return [_of(kind, row) for row in connection.execute(query.order_by(outbox.c.seq).limit(ROWS_MAX))]


def _of(kind: Kind, row: Row[Any]) -> Suspect:
    return Suspect(kind=kind, lead_id=None if row.lead_id is None else LeadId(row.lead_id), name=row.id)
