"""When the bot, or Slack, was away: signs of life, and the gaps between them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Connection, Executable, bindparam, insert, or_, select, update

from storage.micros import micros, moment, moment_or_none
from storage.prepared import Prepared
from storage.tables import absences, beats
from storage.upserts import insert_into

What = Literal["bot", "slack"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """One absence; `until_at` is None while it lasts, `announced_at` while nobody was told."""

    id: int
    what: What
    from_at: datetime
    until_at: datetime | None
    announced_at: datetime | None


def beat(connection: Connection, name: str, at: datetime) -> None:
    """A sign of life. A clock that was set back takes nothing back."""
    insert_beat = insert_into(connection.dialect.name, beats).values(name=name, at=at)
    later = beats.c.at < insert_beat.excluded.at
    connection.execute(
        insert_beat.on_conflict_do_update(
            index_elements=["name"], set_={"at": insert_beat.excluded.at}, where=later
        )
    )


def last_beat(connection: Connection, name: str, *, lock: bool = False) -> datetime | None:
    """The last sign of life, None before the first. In a writing transaction nobody else beats meanwhile."""
    query = select(beats.c.at).where(beats.c.name == name)
    found: datetime | None = connection.scalar(query.with_for_update() if lock else query)
    return found


def add(connection: Connection, what: What, from_at: datetime, until_at: datetime | None = None) -> int:
    """Note an absence, which still lasts when `until_at` is None. Returns its id."""
    noted = insert(absences).values(what=what, from_at=from_at, until_at=until_at).returning(absences.c.id)
    id: int = connection.execute(noted).scalar_one()
    return id


def close(connection: Connection, id: int, until_at: datetime) -> bool:
    """The absence is over. False when it was over before."""
    closed = update(absences).where(absences.c.id == id, absences.c.until_at.is_(None))
    return connection.execute(closed.values(until_at=until_at)).rowcount == 1


def lasting(connection: Connection, what: What) -> Absence | None:
    """The absence that has not ended yet."""
    query = select(absences).where(absences.c.what == what, absences.c.until_at.is_(None))
    row = connection.execute(query.order_by(absences.c.from_at.desc()).limit(1)).first()
    return None if row is None else Absence(**row._mapping)


def _recent(_dialect: str) -> Executable:
    query = select(absences).where(
        or_(absences.c.until_at.is_(None), absences.c.until_at > bindparam("since", type_=BigInteger))
    )
    return query.order_by(absences.c.from_at, absences.c.id)


_select_recent = Prepared(_recent, ["since"])


def recent(connection: Connection, since: datetime) -> list[Absence]:
    """The absences that lasted beyond `since`, oldest first."""
    rows = _select_recent.all(connection, micros(since))
    return [
        Absence(
            id=id,
            what=what,
            from_at=moment(from_at),
            until_at=moment_or_none(until_at),
            announced_at=moment_or_none(announced_at),
        )
        for id, what, from_at, until_at, announced_at in rows
    ]


def announced(connection: Connection, id: int, at: datetime) -> bool:
    """People were told of it. False when they had been told before."""
    told = update(absences).where(absences.c.id == id, absences.c.announced_at.is_(None))
    return connection.execute(told.values(announced_at=at)).rowcount == 1
