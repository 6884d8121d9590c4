"""Deliveries: what is owed to Slack, which of it may leave now, and who is sending it.

    gathering -> pending -> sending -> sent | refused | pending (not sent) | uncertain -> sent | pending
    any unfinished one -> void, when it is no longer worth saying

What became of a call is written by `storage.outcomes`, questions are answered by `storage.owed`; their functions are
part of this module's face.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, or_, select, update

from sla.effects import Post, Role, Urgency
from sla.lead import LeadId
from storage.batch import insert_posts
from storage.delivery import CARD_OF_THREAD, UNFINISHED, Delivery, State, Way, read_delivery
from storage.micros import micros
from storage.outcomes import (
    again,
    expire_leases,
    found,
    look_later,
    not_found,
    not_sent,
    refused,
    repeat,
    sent,
    take_over,
    uncertain,
    void,
)
from storage.owed import (
    counts,
    deliveries_of,
    get,
    maybe_copied,
    number_sent,
    of_lead,
    of_no_lead,
    outside_of,
    owed_since,
    waiting_for_slack,
    was_refused,
    was_sent,
)
from storage.rows import post_row
from storage.tables import GOES, IS_PENDING, IS_UNSETTLED, cards, outbox, outbox_archive

__all__ = [
    "Delivery",
    "State",
    "add",
    "again",
    "claim",
    "claimable",
    "counts",
    "expire_leases",
    "found",
    "gather",
    "gathering",
    "get",
    "look_later",
    "maybe_copied",
    "not_found",
    "not_sent",
    "number_sent",
    "of_lead",
    "of_no_lead",
    "outside_of",
    "owed_since",
    "refused",
    "release",
    "repeat",
    "sent",
    "take_over",
    "to_look_up",
    "uncertain",
    "void",
    "waiting_for_slack",
    "was_refused",
    "was_sent",
]


_earlier = outbox.alias("earlier")
# Written once and never rebuilt: an unfinished earlier message of the same lead to the same place goes first.
WAITS_FOR_AN_EARLIER_ONE = exists(
    select(1).where(
        _earlier.c.lead_id == outbox.c.lead_id,
        _earlier.c.place == outbox.c.place,
        _earlier.c.seq < outbox.c.seq,
        _earlier.c.state.in_(UNFINISHED),
    )
)


def add(connection: Connection, posts: Iterable[tuple[LeadId | None, int, Post]], at: datetime) -> None:
    """Owe these posts, each of a lead (or none) and a generation; what is owed already is not owed twice."""
    created = micros(at)
    insert_posts.many(
        connection, [post_row(lead_id, number, post, created) for lead_id, number, post in posts]
    )


def claimable(
    connection: Connection,
    at: datetime,
    limit: int,
    *,
    real_at: datetime | None = None,
    blocked: Collection[str] = (),
    way: Way | None = None,
    place: str | None = None,
    lane: Urgency | None = None,
    since: datetime | None = None,
) -> list[Delivery]:
    """What may leave now, the most urgent first and then in the order in which it was owed.

    `way`, `place`, `lane`: only what goes this way, to this place, is so urgent. `since`: only what could have
    left then already.

    A message waits for every unfinished earlier one of its lead to the same place; so a line of a thread
    waits for its card. Messages to `blocked` places are left where they are. Retries wait by the real clock,
    `real_at`, where that is another one than the clock of facts.
    """
    query = (
        select(outbox)
        .where(IS_PENDING)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= at))
        .where(or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= (real_at or at)))
        .where(~WAITS_FOR_AN_EARLIER_ONE)
        .order_by(outbox.c.urgency, outbox.c.seq)
        .limit(limit)
    )
    if way is not None:
        query = query.where(GOES[way])
    if place is not None:
        query = query.where(outbox.c.place == place)
    if lane is not None:
        query = query.where(outbox.c.urgency == lane)
    if since is not None:
        query = query.where(func.coalesce(outbox.c.not_before, outbox.c.created_at) <= since)
    if blocked:
        query = query.where(outbox.c.place.not_in(sorted(blocked)))
    return deliveries_of(connection, query)


def claim(
    connection: Connection, ids: Collection[str], *, leased_until: datetime, at: datetime
) -> list[Delivery]:
    """Take those of these that are still pending, each under a new attempt number.

    A line whose card was never sent (or was deleted) has no thread to stand in: it is voided instead.
    """
    waiting = connection.execute(
        select(outbox)
        .where(outbox.c.id.in_(sorted(ids)), IS_PENDING)
        .order_by(outbox.c.seq)
        # What another process takes at this moment is its own to send.
        .with_for_update(skip_locked=True)
    ).all()
    mine = []
    for row in waiting:
        if Role(row.role) not in CARD_OF_THREAD:
            mine.append(row.id)
        elif (card := _card_of(connection, row)) is None:
            void(connection, [row.id], "its card was not sent", at)
        elif card.list_id is not None:
            # The row itself shows it, and a line there would not say which lead it is about.
            void(connection, [row.id], "its card is a row of a list", at)
            _decision_needed(connection, row, card.ts, at)
        elif card.thread_ts is not None and not _calls_for_a_decision(row):
            void(connection, [row.id], "its card shows it, in the thread of a list", at)
        else:
            thread_ts = card.thread_ts or card.ts
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(thread_ts=thread_ts))
            mine.append(row.id)
    if not mine:
        return []
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(mine))
        .values(
            state=State.SENDING,
            attempt=outbox.c.attempt + 1,
            leased_until=leased_until,
            send_started_at=at,
            retry_at=None,
        )
        .returning(outbox)
    )
    return sorted(map(read_delivery, taken), key=lambda delivery: (delivery.post.urgency, delivery.seq))


def gather(connection: Connection, ids: Collection[str]) -> int:
    """Hold pending messages back until it is clear whether one summary says it better."""
    return _move(connection, ids, State.PENDING, State.GATHERING)


def release(connection: Connection, ids: Collection[str]) -> int:
    """Let gathered messages leave one by one after all."""
    return _move(connection, ids, State.GATHERING, State.PENDING)


def gathering(connection: Connection) -> list[Delivery]:
    """What a catch-up holds back, in the order in which it was owed; rows of a list wait for that instead."""
    waiting = _unsettled(State.GATHERING).where(outbox.c.list_id.is_(None))
    return deliveries_of(connection, waiting.order_by(outbox.c.seq))


def to_look_up(connection: Connection, at: datetime, limit: int, *, way: Way = "slack") -> list[Delivery]:
    """Sends of unknown outcome of which it is time to find out (in Slack's history), the longest due first."""
    query = _unsettled(State.UNCERTAIN).where(outbox.c.look_at <= at, GOES[way])
    return deliveries_of(connection, query.order_by(outbox.c.look_at, outbox.c.seq).limit(limit))


def _move(connection: Connection, ids: Collection[str], before: State, after: State) -> int:
    moved = update(outbox).where(outbox.c.id.in_(sorted(ids)), outbox.c.state == before).values(state=after)
    return connection.execute(moved).rowcount


def _unsettled(state: State) -> Select[Any]:
    # The index stands on the three states together, and SQLite uses it only where the query repeats that.
    return select(outbox).where(IS_UNSETTLED, outbox.c.state == state)


def _card_of(connection: Connection, line: Row[Any]) -> Row[Any] | None:
    """The newest card of the line's lead in its place; for the queue, the card of the line's own round.

    `list_id`: it is a row of that list; `thread_ts`: it stands in the thread of one.
    """
    role = CARD_OF_THREAD[Role(line.role)]
    query: Select[Any] = (
        select(
            cards.c.ts,
            cards.c.list_id,
            func.coalesce(outbox.c.thread_ts, outbox_archive.c.thread_ts).label("thread_ts"),
        )
        .join(outbox, outbox.c.id == cards.c.id, isouter=True)
        .join(outbox_archive, outbox_archive.c.id == cards.c.id, isouter=True)
        .where(cards.c.lead_id == line.lead_id, cards.c.place == line.place)
        .where(cards.c.role == role, cards.c.gone_at.is_(None))
        .order_by(cards.c.posted_at.desc(), cards.c.id.desc())
        .limit(1)
    )
    if role is Role.QUEUE_CARD:
        query = query.where(cards.c.clock == line.clock)
    return connection.execute(query).first()


def _calls_for_a_decision(line: Row[Any]) -> bool:
    return read_delivery(line).post.data.get("what") == "review"


def _decision_needed(connection: Connection, line: Row[Any], thread_ts: str, at: datetime) -> None:
    """Who must decide is called, as a row would call nobody: by the lead's own card in the thread of its list."""
    if not _calls_for_a_decision(line):
        return
    post = read_delivery(line).post
    card = post._replace(role=Role.MANAGERS_CARD, key=f"{post.key}:card", data={})
    add(connection, [(LeadId(line.lead_id), line.generation, card)], at)
    owed = (
        outbox.c.lead_id == line.lead_id,
        outbox.c.generation == line.generation,
        outbox.c.key == card.key,
    )
    connection.execute(update(outbox).where(*owed).values(thread_ts=thread_ts))
