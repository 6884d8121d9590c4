"""Messages that are about no lead, such as those about shifts: what of it was owed already, and what arrived."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select

from sla.effects import Role
from storage.delivery import Delivery, State, read_delivery
from storage.owed import LOOKED_THROUGH_MAX
from storage.tables import outbox


def owed_already(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of these keys under which something without a lead is or was owed (in generation 0)."""
    query = select(outbox.c.key).where(
        outbox.c.lead_id.is_(None), outbox.c.generation == 0, outbox.c.key.in_(sorted(keys))
    )
    return set(connection.scalars(query))


def sent_to(
    connection: Connection, place: str, role: Role, from_at: datetime, until_at: datetime
) -> list[datetime]:
    """When messages of a role were owed to a place, those that arrived."""
    # There is no index for a question that is asked once a week, about what is still near.
    newest = select(func.max(outbox.c.seq)).scalar_subquery()
    query = select(outbox.c.created_at).where(
        outbox.c.seq > newest - LOOKED_THROUGH_MAX,
        outbox.c.role == role,
        outbox.c.place == place,
        outbox.c.state == State.SENT,
        outbox.c.created_at >= from_at,
        outbox.c.created_at < until_at,
    )
    return list(connection.scalars(query.order_by(outbox.c.seq)))


def of_key(connection: Connection, key: str) -> Delivery | None:
    """What was owed under this key without a lead (in generation 0)."""
    query = select(outbox).where(outbox.c.lead_id.is_(None), outbox.c.generation == 0, outbox.c.key == key)
    row = connection.execute(query).first()
    return None if row is None else read_delivery(row)
