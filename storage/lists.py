"""Lists: messages that leave as rows of one; and messages that are held back for their reader's sake."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from sla.effects import Post
from storage.batch import insert_posts
from storage.delivery import Delivery, State, read_delivery
from storage.micros import micros
from storage.rows import post_row
from storage.tables import IS_IN_A_LIST, IS_PENDING, outbox, outbox_archive

_IS_WAITING = (IS_PENDING, outbox.c.is_held)


def hold(connection: Connection, ids: Collection[str], until: datetime) -> None:
    """These wait until then, for their reader's sake."""
    waiting = update(outbox).where(outbox.c.id.in_(sorted(ids)), IS_PENDING)
    connection.execute(waiting.values(not_before=until, is_held=True))


def let_go(connection: Connection, at: datetime, place: str | None = None) -> int:
    """Look again now at what is held (for this place); whoever sends decides anew whether it still waits."""
    waiting = update(outbox).where(*_IS_WAITING, outbox.c.not_before > at)
    if place is not None:
        waiting = waiting.where(outbox.c.place == place)
    return connection.execute(waiting.values(not_before=at)).rowcount


def first_owed_at(connection: Connection, place: str, roles: Collection[str]) -> datetime | None:
    """When the first of these roles was owed to the place that has not left."""
    waiting = select(func.min(outbox.c.created_at)).where(
        IS_PENDING, outbox.c.place == place, outbox.c.role.in_(sorted(roles)), outbox.c.list_id.is_(None)
    )
    found: datetime | None = connection.scalar(waiting)
    return found


def compose(connection: Connection, post: Post, ids: Collection[str], at: datetime) -> bool:
    """Owe one message in the place of these, which wait to become its rows.

    False where somebody else takes some of them at this moment: then nothing is changed.
    """
    row = post_row(None, 0, post, micros(at))
    list_id: str = row[0]
    waiting = (
        select(outbox.c.id)
        .where(outbox.c.id.in_(sorted(ids)), IS_PENDING, outbox.c.list_id.is_(None))
        .with_for_update(skip_locked=True)
    )
    if len(connection.execute(waiting).all()) < len(ids):
        return False
    insert_posts.many(connection, [row])
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(sorted(ids)), IS_PENDING)
        .values(state=State.GATHERING, list_id=list_id, not_before=None)
    )
    return True


def rows_of(connection: Connection, list_id: str) -> list[Delivery]:
    """The messages that are rows of this list, in the order in which they were owed."""
    found = [
        read_delivery(row)
        for table in (outbox, outbox_archive)
        for row in connection.execute(select(table).where(IS_IN_A_LIST, table.c.list_id == list_id))
    ]
    return sorted(found, key=lambda delivery: delivery.seq)


def dissolve(connection: Connection, list_ids: Collection[str]) -> int:
    """These lists do not leave: their rows leave one by one, and are not gathered again."""
    waiting = update(outbox).where(
        IS_IN_A_LIST, outbox.c.list_id.in_(sorted(list_ids)), outbox.c.state == State.GATHERING
    )
    return connection.execute(waiting.values(state=State.PENDING)).rowcount
