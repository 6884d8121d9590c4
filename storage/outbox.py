"""Deliveries: what is owed to Slack, which of it may leave now, and who is sending it.

    gathering -> pending -> sending -> sent | refused | pending (not sent) | uncertain -> sent | pending
    any unfinished one -> void, when it is no longer worth saying

What became of a call is written by `storage.outcomes`; its functions are part of this module's face.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select, text, update

from sla.effects import Post, Role
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
from storage.rows import post_row
from storage.tables import GOES, IS_PENDING, IS_REFUSED, IS_UNSETTLED, cards, outbox

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
    "sent_again",
    "take_over",
    "to_look_up",
    "uncertain",
    "void",
    "waiting_for_slack",
    "was_refused",
]

LOOKED_THROUGH_MAX = 50_000
"""Messages that are looked through after a start: more would hold up what is to be sent."""

_earlier = outbox.alias("earlier")
# Written once and never rebuilt: an unfinished earlier message of the same lead to the same place goes first.
_WAITS_FOR_AN_EARLIER_ONE = exists(
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
) -> list[Delivery]:
    """What may leave now, the most urgent first and then in the order in which it was owed.

    `way`, `place`: only what goes this way, to this place.

    A message waits for every unfinished earlier one of its lead to the same place; so a line of a thread
    waits for its card. Messages to `blocked` places are left where they are. Retries wait by the real clock,
    `real_at`, where that is another one than the clock of facts.
    """
    query = (
        select(outbox)
        .where(IS_PENDING)
        .where(or_(outbox.c.not_before.is_(None), outbox.c.not_before <= at))
        .where(or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= (real_at or at)))
        .where(~_WAITS_FOR_AN_EARLIER_ONE)
        .order_by(outbox.c.urgency, outbox.c.seq)
        .limit(limit)
    )
    if way is not None:
        query = query.where(GOES[way])
    if place is not None:
        query = query.where(outbox.c.place == place)
    if blocked:
        query = query.where(outbox.c.place.not_in(sorted(blocked)))
    return _deliveries(connection, query)


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
    return _deliveries(connection, waiting.order_by(outbox.c.seq))


def owed_since(
    connection: Connection, roles: Collection[Role], since: datetime, limit: int
) -> list[Delivery]:
    """Messages of these roles in Slack, owed since then, that did not leave; also those that wait for others."""
    query = select(outbox).where(IS_PENDING, outbox.c.role.in_(sorted(roles)), outbox.c.created_at >= since)
    query = query.where(GOES["slack"])
    return _deliveries(connection, query.order_by(outbox.c.seq).limit(limit))


def to_look_up(connection: Connection, at: datetime, limit: int, *, way: Way = "slack") -> list[Delivery]:
    """Sends of unknown outcome of which it is time to find out (in Slack's history), the longest due first."""
    query = _unsettled(State.UNCERTAIN).where(outbox.c.look_at <= at, GOES[way])
    return _deliveries(connection, query.order_by(outbox.c.look_at, outbox.c.seq).limit(limit))


def sent_again(connection: Connection, since: datetime, limit: int) -> list[Delivery]:
    """What was sent since then after an earlier send whose outcome nobody learned, the newest first."""
    # There is no index for a question that is asked once in the life of a process.
    newest = select(func.max(outbox.c.seq)).scalar_subquery()
    query = (
        select(outbox)
        .where(outbox.c.seq > newest - LOOKED_THROUGH_MAX, outbox.c.state == State.SENT)
        .where(outbox.c.attempt > 1, outbox.c.uncertain_since.is_not(None), outbox.c.sent_at >= since)
        .where(GOES["slack"])
    )
    return _deliveries(connection, query.order_by(outbox.c.seq.desc()).limit(limit))


def was_refused(connection: Connection, place: str) -> bool:
    """Whether anything was ever refused there for good, as mail to an address that does not exist."""
    query = select(outbox.c.seq).where(IS_REFUSED, outbox.c.place == place)
    return connection.execute(query.limit(1)).first() is not None


def waiting_for_slack(connection: Connection, roles: Collection[Role], limit: int) -> list[Delivery]:
    """Messages of these roles that Slack did not get, held back ones too, the most urgent first."""
    states = or_(IS_PENDING, and_(IS_UNSETTLED, outbox.c.state == State.GATHERING))
    query = select(outbox).where(states, outbox.c.role.in_(sorted(roles)), GOES["slack"])
    return _deliveries(connection, query.order_by(outbox.c.urgency, outbox.c.seq).limit(limit))


def outside_of(
    connection: Connection, lead_ids: Collection[LeadId]
) -> set[tuple[LeadId, Role, int | None, str]]:
    """What was ever owed about these leads by e-mail or text message: of which role, about which clock, to where."""
    columns = outbox.c.lead_id, outbox.c.role, outbox.c.clock, outbox.c.place
    query = select(*columns).where(outbox.c.lead_id.in_(sorted(lead_ids)), GOES["outside"])
    return {
        (LeadId(lead_id), Role(role), clock, place)
        for lead_id, role, clock, place in connection.execute(query)
    }


def of_no_lead(connection: Connection, generation: int, role: Role) -> list[Delivery]:
    """What was owed of this role and number without a lead, in order."""
    query = select(outbox).where(text("lead_id is null"), outbox.c.generation == generation)
    return _deliveries(connection, query.where(outbox.c.role == role).order_by(outbox.c.seq))


def get(connection: Connection, ids: Collection[str]) -> dict[str, Delivery]:
    """Deliveries by id, such as those that cards came from."""
    query = select(outbox).where(outbox.c.id.in_(sorted(ids)))
    return {delivery.id: delivery for delivery in _deliveries(connection, query)}


def of_lead(connection: Connection, lead_id: LeadId) -> list[Delivery]:
    """Everything that was ever owed about a lead, in order."""
    return _deliveries(connection, select(outbox).where(outbox.c.lead_id == lead_id).order_by(outbox.c.seq))


def was_sent(connection: Connection, lead_id: LeadId, role: Role) -> bool:
    """Whether a message of this role about the lead was accepted."""
    sent_one = select(outbox.c.id).where(
        outbox.c.lead_id == lead_id, outbox.c.role == role, outbox.c.state == State.SENT
    )
    return connection.execute(sent_one.limit(1)).first() is not None


def number_sent(connection: Connection, lead_ids: Collection[LeadId], role: Role) -> int:
    """How many messages of this role about these leads were accepted."""
    about = outbox.c.lead_id.in_(sorted(lead_ids))
    query = select(func.count()).select_from(outbox).where(about, outbox.c.role == role)
    return connection.scalar(query.where(outbox.c.state == State.SENT)) or 0


def counts(connection: Connection) -> dict[State, int]:
    """How many deliveries are unfinished, by state; what has ended is not counted, there is no end to it."""
    found_now = dict.fromkeys(UNFINISHED, 0)
    found_now[State.PENDING] = (
        connection.scalar(select(func.count()).select_from(outbox).where(IS_PENDING)) or 0
    )
    query = select(outbox.c.state, func.count()).where(IS_UNSETTLED).group_by(outbox.c.state)
    for state, number in connection.execute(query):
        found_now[State(state)] = number
    return found_now


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
        select(cards.c.ts, cards.c.list_id, outbox.c.thread_ts)
        .join(outbox, outbox.c.id == cards.c.id, isouter=True)
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
    card = replace(post, role=Role.MANAGERS_CARD, key=f"{post.key}:card", data={})
    add(connection, [(LeadId(line.lead_id), line.generation, card)], at)
    owed = (
        outbox.c.lead_id == line.lead_id,
        outbox.c.generation == line.generation,
        outbox.c.key == card.key,
    )
    connection.execute(update(outbox).where(*owed).values(thread_ts=thread_ts))


def _deliveries(connection: Connection, query: Select[Any]) -> list[Delivery]:
    return [read_delivery(row) for row in connection.execute(query)]
