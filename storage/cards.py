"""Cards: messages in Slack that follow their lead; each knows what it shows and what it ought to show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select, update

from sla.effects import Role
from sla.lead import LeadId
from storage.tables import IS_DIRTY, cards


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One message that follows its lead, or a row of one; `id` is that of the delivery that owed it.

    Rows of one message share its `list_id`, the id of the delivery that posted it.
    """

    id: str
    lead_id: LeadId
    role: Role
    place: str
    clock: int | None
    channel: str
    ts: str
    wanted_revision: int
    shown_revision: int
    shown_hash: str
    posted_at: datetime
    gone_at: datetime | None
    retry_at: datetime | None
    list_id: str | None


def dirty(connection: Connection, limit: int, at: datetime) -> list[Card]:
    """Cards that show less than is known, oldest first; those put off until later are left out."""
    query = select(cards).where(IS_DIRTY, or_(cards.c.retry_at.is_(None), cards.c.retry_at <= at))
    return _cards(connection, query.order_by(cards.c.id).limit(limit))


def dirty_of(connection: Connection, lead_ids: Collection[LeadId], at: datetime) -> list[Card]:
    """Those of them that are about these leads."""
    query = select(cards).where(
        cards.c.lead_id.in_(sorted(lead_ids)),
        IS_DIRTY,
        or_(cards.c.retry_at.is_(None), cards.c.retry_at <= at),
    )
    return _cards(connection, query.order_by(cards.c.id))


def lease(connection: Connection, revisions: Mapping[str, int], at: datetime, until: datetime) -> bool:
    """Keep these cards, drawn as of these revisions, from everybody else `until` then or until they are `shown`.

    False where one of them is somebody else's at the moment, or shows a later revision already; then none is kept.
    Those that are gone do not count: of a list that was deleted some rows may not know it yet.
    """
    # In the order of their ids, so that two processes do not wait for each other crosswise.
    query = select(cards).where(cards.c.id.in_(sorted(revisions)), cards.c.gone_at.is_(None))
    found = _cards(connection, query.order_by(cards.c.id).with_for_update())
    is_free = all(
        (card.retry_at is None or card.retry_at <= at) and card.shown_revision <= revisions[card.id]
        for card in found
    )
    if not found or not is_free:
        return False
    ids = [card.id for card in found]
    connection.execute(update(cards).where(cards.c.id.in_(ids)).values(retry_at=until))
    return True


def shown(connection: Connection, id: str, revision: int, shown_hash: str) -> None:
    """The card now shows its lead as of this revision; an older answer that comes late changes nothing.

    One card per transaction: whoever changes the lead locks its cards in an order of their own.
    """
    connection.execute(
        update(cards)
        .where(cards.c.id == id, cards.c.shown_revision <= revision)
        .values(shown_revision=revision, shown_hash=shown_hash, retry_at=None)
    )


def stands_so(connection: Connection, id: str, revision: int, shown_hash: str, at: datetime) -> None:
    """The card was found to show its lead as of this revision already; not where somebody is editing it.

    In one statement: PostgreSQL looks at the lead of a row that is changed twice in a transaction, and whoever
    changes a lead locks it before its cards.
    """
    is_free = or_(cards.c.retry_at.is_(None), cards.c.retry_at <= at)
    connection.execute(
        update(cards)
        .where(cards.c.id == id, cards.c.gone_at.is_(None), is_free, cards.c.shown_revision <= revision)
        .values(shown_revision=revision, shown_hash=shown_hash, retry_at=None)
    )


def gone(connection: Connection, id: str, at: datetime) -> None:
    """Somebody deleted it in Slack: it is not edited any more."""
    connection.execute(update(cards).where(cards.c.id == id).values(gone_at=at))


def later(connection: Connection, id: str, retry_at: datetime) -> None:
    """Slack did not take the edit: not before `retry_at` again."""
    connection.execute(update(cards).where(cards.c.id == id).values(retry_at=retry_at))


def of_lead(connection: Connection, lead_id: LeadId) -> list[Card]:
    """All cards of a lead, in the order in which they were posted."""
    query = select(cards).where(cards.c.lead_id == lead_id)
    return _cards(connection, query.order_by(cards.c.posted_at, cards.c.id))


def rows_of(connection: Connection, list_ids: Collection[str]) -> dict[str, list[Card]]:
    """The rows of each of these lists, in the order in which they were owed."""
    query = select(cards).where(cards.c.list_id.in_(sorted(list_ids)), cards.c.list_id.is_not(None))
    found: dict[str, list[Card]] = {list_id: [] for list_id in list_ids}
    for card in _cards(connection, query.order_by(cards.c.id)) if list_ids else ():
        found[card.list_id or ""].append(card)
    return found


def by_message(connection: Connection, channel: str, ts: str) -> Card | None:
    """The card that this message in Slack is."""
    found = _cards(connection, select(cards).where(cards.c.channel == channel, cards.c.ts == ts).limit(1))
    return found[0] if found else None


def _cards(connection: Connection, query: Select[Any]) -> list[Card]:
    return [_card(row) for row in connection.execute(query)]


def _card(row: Row[Any]) -> Card:
    values = dict(row._mapping)
    return Card(**values | {"lead_id": LeadId(row.lead_id), "role": Role(row.role)})


def is_any_in(connection: Connection, channel: str) -> bool:
    """Whether any card was ever posted in this conversation."""
    return connection.scalar(select(cards.c.id).where(cards.c.channel == channel).limit(1)) is not None
