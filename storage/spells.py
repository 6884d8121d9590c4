"""When people are away, as they (or a program) said: out of office with dates, or switched away until they are back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from sla.availability import Spell
from sla.effects import ToPerson
from storage import lists
from storage.tables import spells

Kind = Literal["out_of_office", "away"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSpell:
    """One absence of a person, in force until it is ended or over; `until_at` None: until they are back."""

    id: int
    email: str
    kind: Kind
    from_at: datetime
    until_at: datetime | None
    cover: str | None
    set_by: str
    set_at: datetime

    @property
    def spell(self) -> Spell:
        return Spell(from_at=self.from_at, until_at=self.until_at, cover=self.cover)


def add(
    connection: Connection,
    email: str,
    kind: Kind,
    *,
    from_at: datetime,
    until_at: datetime | None,
    cover: str | None,
    by: str,
    at: datetime,
) -> SetSpell:
    """Note an absence; `email` and `cover` as the policy spells them."""
    values = {
        "email": email,
        "kind": kind,
        "from_at": from_at,
        "until_at": until_at,
        "cover": cover,
        "set_by": by,
        "set_at": at,
    }
    row = connection.execute(insert(spells).values(values).returning(spells)).one()
    return _read(row)


def in_force(connection: Connection, at: datetime, email: str | None = None) -> list[SetSpell]:
    """The absences that are not over at `at`, also those that begin later, by person and beginning."""
    query = select(spells).where(
        spells.c.ended_at.is_(None), or_(spells.c.until_at.is_(None), spells.c.until_at > at)
    )
    if email is not None:
        query = query.where(spells.c.email == email)
    rows = connection.execute(query.order_by(spells.c.email, spells.c.from_at, spells.c.id))
    return [_read(row) for row in rows]


def end(connection: Connection, id: int, at: datetime) -> bool:
    """The person is back earlier, or it was a mistake. False when it had ended before."""
    ended = update(spells).where(spells.c.id == id, spells.c.ended_at.is_(None)).values(ended_at=at)
    email: str | None = connection.scalar(ended.returning(spells.c.email))
    if email is None:
        return False
    # What waited for their return may leave, if nothing else keeps them away.
    lists.let_go(connection, at, str(ToPerson(email=email)))
    return True


def _read(row: Row[Any]) -> SetSpell:
    known = {name: value for name, value in row._mapping.items() if name != "ended_at"}
    return SetSpell(**known)
