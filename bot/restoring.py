"""The start on a database that was restored from a back-up: noticed where it can be, and said in any case."""

from datetime import datetime

import structlog

from storage import absences, restored
from storage.database import Database
from storage.life_sign import LifeSign

log = structlog.get_logger(__name__)


def mind_a_restore(database: Database, sign: LifeSign | None, at: datetime, *, asked: bool) -> None:
    """Before anything is sent: what the lost hours may have sent is looked for first. Raises DatabaseAway."""
    noticed = sign is not None and went_back(database, sign)
    if not asked and not noticed:
        return
    with database.begin() as connection:
        doubted = restored.begin(connection, at)
    log.warning(
        "after_restore",
        noticed=not asked,
        from_at=doubted.restore.from_at.isoformat(),
        until_at=at.isoformat(),
        under_way=doubted.under_way,
        waiting=doubted.waiting,
        cards_drawn_anew=doubted.cards,
        do="let the senders send again what they sent since from_at; repeat what people pressed, and erasures",
    )


def went_back(database: Database, sign: LifeSign) -> bool:
    """Whether the bot lived on this file after the last moment that the file knows of."""
    said = sign.read()
    with database.read() as connection:
        known = absences.last_beat(connection, "bot")
    return said is not None and known is not None and known < said
