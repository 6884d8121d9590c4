"""What Slack last said about the people of the policy."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from storage.tables import people
from storage.upserts import insert_into


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A person as Slack knows them. `is_member` is false for guests and the like; `refusal` says why."""

    email: str
    slack_id: str | None = None
    dm_channel: str | None = None
    name: str | None = None
    tz: str | None = None
    locale: str | None = None
    is_member: bool = True
    refusal: str | None = None
    fetched_at: datetime


def get(connection: Connection, emails: Collection[str]) -> dict[str, Known]:
    """Those of these people about whom Slack was asked before."""
    rows = connection.execute(select(people).where(people.c.email.in_(sorted(emails))))
    return {row.email: _known(row) for row in rows}


def by_slack_id(connection: Connection, slack_id: str) -> Known | None:
    """The person behind a Slack id; the one last asked about, should two addresses share it."""
    query = select(people).where(people.c.slack_id == slack_id).order_by(people.c.fetched_at.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _known(row)


def put(connection: Connection, known: Known) -> None:
    """Remember what Slack said. A direct-message channel known before is kept while the Slack id is the same."""
    insert = insert_into(connection.dialect.name, people).values(**asdict(known))
    said = insert.excluded
    kept = case(
        (people.c.slack_id == said.slack_id, func.coalesce(said.dm_channel, people.c.dm_channel)),
        else_=said.dm_channel,
    )
    values = {name: said[name] for name in asdict(known) if name not in ("email", "dm_channel")}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["email"], set_=values | {"dm_channel": kept})
    )


def opened_dm(connection: Connection, email: str, dm_channel: str) -> None:
    """Remember the channel in which this person gets direct messages."""
    connection.execute(update(people).where(people.c.email == email).values(dm_channel=dm_channel))


def forget_dm(connection: Connection, email: str) -> None:
    """Slack does not know that conversation (any more): it is to be opened again."""
    connection.execute(update(people).where(people.c.email == email).values(dm_channel=None))


def _known(row: Row[Any]) -> Known:
    return Known(**row._mapping)
