"""Whose turn it is: the number of the turn at which each person last got a lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, select

from storage.micros import micros
from storage.prepared import Prepared, driver_of
from storage.tables import turns
from storage.upserts import insert_into

# A lock of its own, because a person's first turn has no row yet that could be locked; any number will do, so long
# as nothing else in the database uses the same one. In one message to the server, yet the second statement sees
# what was committed while the first one waited.
_LOCKED = b"select pg_advisory_xact_lock(7304211); select email, turn from turns"


_select = Prepared(lambda dialect: select(turns.c.email, turns.c.turn), [])


def _upsert(dialect: str) -> Executable:
    values: dict[str, Any] = {column.name: bindparam(f"v_{column.name}") for column in turns.columns}
    insert = insert_into(dialect, turns).values(values)
    return insert.on_conflict_do_update(
        index_elements=["email"],
        set_={"turn": insert.excluded.turn, "assigned_at": insert.excluded.assigned_at},
    )


_take = Prepared(_upsert, [f"v_{column.name}" for column in turns.columns])


def load(connection: Connection, lock: bool) -> dict[str, int]:
    """The last turn of everybody who ever had one.

    `lock` keeps everybody else from assigning by turn until the transaction ends; lock the leads first.
    """
    if lock and connection.dialect.name != "sqlite":
        with driver_of(connection).execute(_LOCKED) as cursor:
            cursor.nextset()
            return dict(cursor.fetchall())
    return {row[0]: row[1] for row in _select.all(connection)}


def took(connection: Connection, assigned: Sequence[tuple[str, int, datetime]]) -> None:
    """These people got a lead at these turns; of several for one person the last one counts."""
    last = {email: (email, turn, micros(at)) for email, turn, at in assigned}
    _take.many(connection, sorted(last.values()))
