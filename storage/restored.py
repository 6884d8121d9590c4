"""After a back-up was restored: what may have been sent in the hours it lost is looked for before it is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from storage import absences, owed
from storage.delivery import Delivery, State
from storage.ids import first_lead_id
from storage.tables import GOES, IS_OPEN, IS_PENDING, IS_UNSETTLED, cards, leads, outbox, restores

WATCHED_FOR = timedelta(days=7)
"""How long what is owed about leads of before is looked for first: longer than anything waits for its hour."""
WITHOUT_A_SIGN = timedelta(days=1)
"""How much is taken for lost where the back-up holds no sign of life."""
REDRAWN_MAX = 1_000
"""Cards drawn anew, the newest first: Slack takes fifty edits a minute."""
MAYBE_SENT = "it may have been sent before the restore"


@dataclass(frozen=True, kw_only=True, slots=True)
class Restore:
    """`from_at` is the last sign of life in the back-up, `at` when the bot was started on it again."""

    from_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubted:
    """What was found: how many calls were under way, messages waiting, and cards that are drawn anew."""

    restore: Restore
    under_way: int
    waiting: int
    cards: int


def begin(connection: Connection, at: datetime) -> Doubted:
    """Note the restore; to be called before anything is sent. Once more changes nothing for the worse."""
    lived_at = absences.last_beat(connection, "bot") or at - WITHOUT_A_SIGN
    before = last(connection, at)
    # Asked for twice, the hours that are lost are still those of the first time.
    restore = Restore(from_at=lived_at if before is None else min(lived_at, before.from_at), at=at)
    connection.execute(insert(restores).values(from_at=restore.from_at, at=restore.at))
    _doubt_letters(connection, at)
    return Doubted(
        restore=restore,
        under_way=_doubt_calls(connection, at),
        waiting=_waiting(connection),
        cards=_draw_anew(connection),
    )


def last(connection: Connection, at: datetime) -> Restore | None:
    """The restore that is still to be minded."""
    query = select(restores).where(restores.c.at > at - WATCHED_FOR).order_by(restores.c.at.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Restore(from_at=row.from_at, at=row.at)


def is_doubtful(delivery: Delivery, restore: Restore) -> bool:
    """Whether it may have been sent in the hours that are lost, and was not looked for yet."""
    if delivery.is_outside:
        return False
    if delivery.lead_id is not None and delivery.lead_id >= first_lead_id(restore.at):
        return False
    return delivery.uncertain_since is None or delivery.uncertain_since < restore.at


def doubt(connection: Connection, ids: Collection[str], at: datetime) -> int:
    """These, just claimed, are looked for first; what was sent in those hours shows by now: one look will do."""
    doubted = (
        update(outbox)
        .where(outbox.c.id.in_(sorted(ids)), IS_UNSETTLED, outbox.c.state == State.SENDING)
        .values(
            state=State.UNCERTAIN,
            error=MAYBE_SENT,
            uncertain_since=at,
            looks=1,
            look_at=at,
            leased_until=None,
        )
    )
    return connection.execute(doubted).rowcount


def unknown(connection: Connection, ids: Collection[str]) -> list[str]:
    """Those of these deliveries that the database knows nothing of."""
    return sorted(set(ids) - set(owed.get(connection, ids)))


def _doubt_calls(connection: Connection, at: datetime) -> int:
    """Calls that were under way as the back-up was made: their answers, and what followed, are lost."""
    under_way = or_(outbox.c.state == State.SENDING, outbox.c.state == State.UNCERTAIN)
    doubted = (
        update(outbox)
        .where(IS_UNSETTLED, under_way, GOES["slack"])
        .values(
            state=State.UNCERTAIN,
            error=MAYBE_SENT,
            uncertain_since=at,
            looks=1,
            look_at=at,
            leased_until=None,
        )
    )
    return connection.execute(doubted).rowcount


def _doubt_letters(connection: Connection, at: datetime) -> int:
    """Nobody can be asked whether these left: an e-mail goes once more under its old number, a text message never."""
    due = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= at)
    doubted = (
        update(outbox)
        .where(IS_PENDING, GOES["outside"], due, outbox.c.attempt == 0)
        .values(state=State.UNCERTAIN, error=MAYBE_SENT, attempt=1, uncertain_since=at, look_at=at)
    )
    return connection.execute(doubted).rowcount


def _waiting(connection: Connection) -> int:
    waiting = select(func.count()).select_from(outbox).where(IS_PENDING, GOES["slack"])
    return connection.scalar(waiting) or 0


def _draw_anew(connection: Connection) -> int:
    """What a card of an open lead shows was perhaps written in those hours, and is no longer so."""
    of_open = (
        select(cards.c.id)
        .join(leads, leads.c.id == cards.c.lead_id)
        .where(IS_OPEN, cards.c.gone_at.is_(None))
        .order_by(cards.c.posted_at.desc())
        .limit(REDRAWN_MAX)
    )
    anew = update(cards).where(cards.c.id.in_(of_open))
    values = {"shown_revision": cards.c.wanted_revision - 1, "shown_hash": ""}
    return connection.execute(anew.values(values)).rowcount
