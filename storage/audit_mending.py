"""What the auditor mends among deliveries: each where there is one right answer, and only if it is still so."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from storage import lists
from storage.audit_kinds import Kind, Suspect
from storage.delivery import State
from storage.outcomes import void
from storage.tables import outbox

OUT_OF_TIME = "no longer worth saying"


def mend(
    connection: Connection, suspects: Collection[Suspect], *, at: datetime, before: datetime
) -> list[Suspect]:
    """Mend what can be; returns what was. `before` is when a lease must have been over to be nobody's."""
    return [one for one in suspects if _mend(connection, one, at, before)]


def _mend(connection: Connection, one: Suspect, at: datetime, before: datetime) -> bool:
    match one.kind:
        case Kind.LEASE_OVER:
            return _becomes_uncertain(connection, one.name, at, before)
        case Kind.NEVER_LOOKED_FOR:
            looked = update(outbox).where(outbox.c.id == one.name, outbox.c.look_at.is_(None))
            uncertain = looked.where(outbox.c.state == State.UNCERTAIN).values(look_at=at)
            return connection.execute(uncertain).rowcount == 1
        case Kind.LEFT_GATHERED:
            return _leaves_alone(connection, one.name)
        case Kind.OUT_OF_TIME:
            return _is_not_said(connection, one.name, at)
        case _:
            return False


def _becomes_uncertain(connection: Connection, id: str, at: datetime, before: datetime) -> bool:
    """Whoever had the lease may have sent first: it is looked for, never sent again unseen."""
    nobodys = or_(outbox.c.leased_until <= before, outbox.c.leased_until.is_(None))
    expired = update(outbox).where(outbox.c.id == id, outbox.c.state == State.SENDING, nobodys)
    values = {
        "state": State.UNCERTAIN,
        "error": "the sender did not come back",
        "uncertain_since": at,
        "look_at": at,
        "leased_until": None,
    }
    return connection.execute(expired.values(values)).rowcount == 1


def _leaves_alone(connection: Connection, id: str) -> bool:
    row = connection.execute(select(outbox.c.list_id).where(outbox.c.id == id)).first()
    if row is not None and row.list_id is not None:
        return lists.dissolve(connection, [row.list_id]) > 0
    released = update(outbox).where(outbox.c.id == id, outbox.c.state == State.GATHERING)
    return connection.execute(released.values(state=State.PENDING)).rowcount == 1


def _is_not_said(connection: Connection, id: str, at: datetime) -> bool:
    """Only what nobody takes at this moment."""
    still = select(outbox.c.id).where(outbox.c.id == id, outbox.c.state == State.PENDING)
    if connection.execute(still.with_for_update(skip_locked=True)).first() is None:
        return False
    return void(connection, [id], OUT_OF_TIME, at) == 1
