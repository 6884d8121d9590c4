"""What the bot still has to do at a moment, and when there is more: asked of its database."""

from datetime import datetime

from sqlalchemy import func, or_, select

from storage import cards, leads, outbox
from storage.database import Database
from storage.tables import GOES, IS_PENDING, IS_UNSETTLED
from storage.tables import cards as cards_table
from storage.tables import outbox as outbox_table


def unsettled(database: Database, at: datetime) -> list[str]:
    """Deliveries that may leave for Slack or are under way, and cards that show less than is known."""
    columns = outbox_table.c
    with database.read() as connection:
        under_way = connection.execute(
            select(columns.role, columns.state, columns.place).where(
                IS_UNSETTLED, or_(columns.look_at.is_(None), columns.look_at <= at), GOES["slack"]
            )
        ).all()
        owed = outbox.claimable(connection, at, 1, way="slack")
        dirty = cards.dirty(connection, 1, at)
    return [
        *(f"{row.role} {row.state} to {row.place}" for row in under_way),
        *(f"{one.role} to {one.place}" for one in owed),
        *(f"edit of {card.role} in {card.place}" for card in dirty),
    ]


def next_due(database: Database, at: datetime) -> datetime | None:
    """The nearest moment after which a clock, a delivery or an edit is due."""
    columns, edits = outbox_table.c, cards_table.c
    with database.read() as connection:
        times = [
            leads.next_step_at(connection),
            connection.scalar(
                select(func.min(columns.not_before)).where(IS_PENDING, columns.not_before > at)
            ),
            connection.scalar(select(func.min(columns.retry_at)).where(IS_PENDING, columns.retry_at > at)),
            connection.scalar(select(func.min(columns.look_at)).where(IS_UNSETTLED, columns.look_at > at)),
            connection.scalar(select(func.min(edits.retry_at)).where(edits.retry_at > at)),
        ]
    return min((one for one in times if one is not None), default=None)
