"""Who covers a part of an on-call shift, as people said in Slack."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text, update

from sla.on_call import Cover
from storage.micros import micros, moment
from storage.prepared import Prepared
from storage.tables import IS_IN_FORCE, covers


@dataclass(frozen=True, kw_only=True, slots=True)
class SetCover:
    """One cover of a rotation; in force until it is ended or over."""

    id: int
    rotation: str
    person: str
    from_at: datetime
    until_at: datetime
    set_by: str
    set_at: datetime

    @property
    def cover(self) -> Cover:
        return Cover(person=self.person, from_at=self.from_at, until_at=self.until_at, set_at=self.set_at)


def add(
    connection: Connection,
    rotation: str,
    person: str,
    *,
    from_at: datetime,
    until_at: datetime,
    by: str,
    at: datetime,
) -> SetCover:
    """Note a cover; `person` by the e-mail address in the policy."""
    values = {
        "rotation": rotation,
        "person": person,
        "from_at": from_at,
        "until_at": until_at,
        "set_by": by,
        "set_at": at,
    }
    return _read(connection.execute(insert(covers).values(values).returning(covers)).one())


def in_force(connection: Connection, at: datetime) -> list[SetCover]:
    """The covers that are not over at `at`, also those that begin later, in the order in which they were set."""
    query = select(covers).where(covers.c.ended_at.is_(None), covers.c.until_at > at)
    return [_read(row) for row in connection.execute(query.order_by(covers.c.set_at, covers.c.id))]


_select_holding = Prepared(
    lambda dialect: text(
        "select rotation, person, from_at, until_at, set_at from covers "  # noqa: S608  a condition of our own
        f"where {IS_IN_FORCE} and until_at > :at order by set_at, id"
    ),
    ["at"],
)


def by_rotation(connection: Connection, at: datetime) -> dict[str, tuple[Cover, ...]]:
    """The same as decisions look at them, for each rotation that has any."""
    found: dict[str, tuple[Cover, ...]] = {}
    for rotation, person, from_at, until_at, set_at in _select_holding.all(connection, micros(at)):
        cover = Cover(
            person=person, from_at=moment(from_at), until_at=moment(until_at), set_at=moment(set_at)
        )
        found[rotation] = (*found.get(rotation, ()), cover)
    return found


def end(connection: Connection, id: int, at: datetime) -> bool:
    """It is taken back. False when it had been before."""
    ended = update(covers).where(covers.c.id == id, covers.c.ended_at.is_(None)).values(ended_at=at)
    return connection.execute(ended).rowcount == 1


def _read(row: Row[Any]) -> SetCover:
    known = {name: value for name, value in row._mapping.items() if name != "ended_at"}
    return SetCover(**known)
