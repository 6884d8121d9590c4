"""Messages that are about no lead, such as those about shifts: what of it was owed already, and what arrived."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from sla.effects import Role
from storage.delivery import Delivery, State, read_delivery
from storage.owed import EVER
from storage.tables import outbox

LOOKED_THROUGH_MAX = 50_000
"""Messages that are looked through, because no index helps: more would hold up what is to be sent."""


def owed_already(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of these keys under which something without a lead is or was owed (in generation 0)."""
    queries = [
        select(table.c.key).where(
            table.c.lead_id.is_(None), table.c.generation == 0, table.c.key.in_(sorted(keys))
        )
        for table in EVER
    ]
    return {key for query in queries for key in connection.scalars(query)}


def sent_to(
    connection: Connection, place: str, role: Role, from_at: datetime, until_at: datetime
) -> list[datetime]:
    """When messages of a role were owed to a place, those that arrived."""
    # There is no index for a question that is asked once a week, about what is still near.
    newest = select(func.max(outbox.c.seq)).scalar_subquery()
    queries = [
        select(table.c.created_at).where(
            table.c.seq > newest - LOOKED_THROUGH_MAX,
            table.c.role == role,
            table.c.place == place,
            table.c.state == State.SENT,
            table.c.created_at >= from_at,
            table.c.created_at < until_at,
        )
        for table in EVER
    ]
    return sorted(at for query in queries for at in connection.scalars(query))


def of_key(connection: Connection, key: str) -> Delivery | None:
    """What was owed under this key without a lead (in generation 0)."""
    queries = [
        select(table).where(table.c.lead_id.is_(None), table.c.generation == 0, table.c.key == key)
        for table in EVER
    ]
    rows = (connection.execute(query).first() for query in queries)
    return next((read_delivery(row) for row in rows if row is not None), None)
