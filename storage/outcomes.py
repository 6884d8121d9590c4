"""What became of a call to Slack, written under the attempt that made it; an older attempt changes nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, TextClause, insert, select, update

from sla.effects import Entry, InSlack, Role, place_of
from storage import lists, timeline
from storage.delivery import CALLED, ERASED, FOLLOWING, UNFINISHED, State, Way
from storage.tables import GOES, IS_IN_A_LIST, IS_UNSETTLED, cards, clocks, leads, outbox


def sent(
    connection: Connection,
    id: str,
    attempt: int,
    *,
    channel: str,
    ts: str,
    at: datetime,
    revision: int = 0,
    shown_hash: str = "",
) -> bool:
    """Slack accepted it. A message that follows its lead becomes a card, shown as of `revision`.

    Counts also when the lease expired meanwhile and the message waits to be sent again: it is there.
    """
    return _accepted(
        connection,
        (outbox.c.id == id) & (outbox.c.attempt == attempt) & (outbox.c.attempt > 0),
        channel=channel,
        ts=ts,
        at=at,
        revision=revision,
        shown_hash=shown_hash,
    )


def found(
    connection: Connection,
    id: str,
    channel: str,
    ts: str,
    *,
    at: datetime,
    revision: int = 0,
    shown_hash: str = "",
) -> bool:
    """An uncertain message stands in Slack's history after all; `at` is when Slack says it was posted.

    What it shows is not known, so that its card is rendered anew.
    """
    return _accepted(
        connection,
        (outbox.c.id == id) & (outbox.c.attempt > 0) & (outbox.c.state != State.SENDING),
        channel=channel,
        ts=ts,
        at=at,
        revision=revision,
        shown_hash=shown_hash,
    )


def refused(connection: Connection, id: str, attempt: int, error: str, at: datetime) -> bool:
    """Slack said no for good."""
    values = {"state": State.REFUSED, "error": error, "ended_at": at, "leased_until": None}
    if not _settle(connection, id, attempt, values):
        return False
    # Each row of a list leaves, or is refused, as itself: so whoever must hear of it does.
    lists.dissolve(connection, [id])
    return True


def not_sent(
    connection: Connection, id: str, attempt: int, retry_at: datetime | None, error: str | None
) -> bool:
    """Slack certainly did not take it: it is pending again and leaves from `retry_at` on."""
    values = {"state": State.PENDING, "error": error, "retry_at": retry_at, "leased_until": None}
    return _settle(connection, id, attempt, values)


def uncertain(
    connection: Connection, id: str, attempt: int, at: datetime, look_at: datetime, error: str | None
) -> bool:
    """Nobody knows whether Slack took it: to be looked for from `look_at` on."""
    values = {
        "state": State.UNCERTAIN,
        "error": error,
        "uncertain_since": at,
        "looks": 0,
        "look_at": look_at,
        "leased_until": None,
    }
    return _settle(connection, id, attempt, values)


def expire_leases(connection: Connection, at: datetime) -> int:
    """Calls whose caller did not come back are uncertain: whoever died may have sent first."""
    return _did_not_come_back(connection, outbox.c.leased_until <= at, at=at, look_at=at)


def take_over(connection: Connection, at: datetime, look_at: datetime, *, way: Way = "slack") -> int:
    """Every call under way is one of a process that is gone; for a database that only one process uses."""
    return _did_not_come_back(
        connection, outbox.c.leased_until.is_not(None), GOES[way], at=at, look_at=look_at
    )


def _did_not_come_back(
    connection: Connection, *which: ColumnElement[bool] | TextClause, at: datetime, look_at: datetime
) -> int:
    expired = (
        update(outbox)
        .where(IS_UNSETTLED, outbox.c.state == State.SENDING, *which)
        .values(
            state=State.UNCERTAIN,
            error="the sender did not come back",
            uncertain_since=at,
            look_at=look_at,
            leased_until=None,
        )
    )
    return connection.execute(expired).rowcount


def not_found(connection: Connection, id: str, look_at: datetime) -> int:
    """It was looked for and not seen; it may be looked for again from `look_at` on. Returns the looks so far."""
    looked = (
        update(outbox)
        .where(outbox.c.id == id, outbox.c.state == State.UNCERTAIN)
        .values(looks=outbox.c.looks + 1, look_at=look_at)
        .returning(outbox.c.looks)
    )
    return connection.scalar(looked) or 0


def look_later(connection: Connection, id: str, look_at: datetime) -> bool:
    """Slack could not be asked: to be looked for from `look_at` on, and this was no look."""
    waiting = (
        update(outbox).where(outbox.c.id == id, outbox.c.state == State.UNCERTAIN).values(look_at=look_at)
    )
    return connection.execute(waiting).rowcount == 1


def again(connection: Connection, id: str) -> bool:
    """It was not to be found: to be sent again, under the same id.

    That it was uncertain once stays written down, because an earlier copy may come to show late.
    """
    pending = (
        update(outbox)
        .where(outbox.c.id == id, outbox.c.state == State.UNCERTAIN)
        .values(state=State.PENDING, looks=0, look_at=None, retry_at=None)
    )
    return connection.execute(pending).rowcount == 1


def repeat(connection: Connection, id: str) -> bool:
    """To be sent once more without a look, under the same id: there is nowhere to look. `looks` keeps that it was."""
    pending = (
        update(outbox)
        .where(outbox.c.id == id, outbox.c.state == State.UNCERTAIN)
        .values(state=State.PENDING, looks=1, look_at=None, retry_at=None)
    )
    return connection.execute(pending).rowcount == 1


def void(connection: Connection, ids: Collection[str], reason: str, at: datetime) -> int:
    """These unfinished messages are no longer worth saying. Returns how many there were."""
    voided = (
        update(outbox)
        .where(outbox.c.id.in_(sorted(ids)), outbox.c.state.in_(UNFINISHED))
        .values(state=State.VOID, error=reason, ended_at=at, leased_until=None)
    )
    return connection.execute(voided).rowcount


def _settle(connection: Connection, id: str, attempt: int, values: dict[str, Any]) -> bool:
    """A lease that expired leaves the attempt its word: its answer is surer than any look into history."""
    settled = (
        update(outbox)
        .where(outbox.c.id == id, outbox.c.attempt == attempt, outbox.c.state.in_(CALLED))
        .values(values)
    )
    return connection.execute(settled).rowcount == 1


def _accepted(
    connection: Connection,
    which: ColumnElement[bool],
    *,
    channel: str,
    ts: str,
    at: datetime,
    revision: int,
    shown_hash: str,
) -> bool:
    row = connection.execute(select(outbox).where(which)).first()
    if row is None:
        return False
    # The lead first, as everybody locks it first; without it a change of the lead that is being written
    # right now would not see the new card, and the card would never learn of the change.
    is_list = Role(row.role) is Role.LEAD_LIST
    rows = connection.execute(_rows_of_list(row.id)).all() if is_list else []
    wanted = _locked_revisions(connection, [one.lead_id for one in (row, *rows)])
    values = {
        "state": State.SENT,
        "channel": channel,
        "ts": ts,
        "sent_at": at,
        "ended_at": at,
        "error": None,
        "leased_until": None,
        "retry_at": None,
    }
    accepted = update(outbox).where(which, outbox.c.state.in_(UNFINISHED)).values(values)
    if connection.execute(accepted).rowcount != 1:
        return False
    # What left Slack's world follows nothing: an e-mail stays as it was sent.
    # Of a lead that was erased meanwhile everything is drawn anew, also what is said once.
    follows = Role(row.role) in FOLLOWING or row.error == ERASED
    if follows and row.lead_id in wanted and isinstance(place_of(row.place), InSlack):
        _becomes_a_card(connection, row, channel, ts, at, (revision, wanted[row.lead_id]), shown_hash)
    for one in rows:
        connection.execute(update(outbox).where(outbox.c.id == one.id).values(values))
        # Which revision of each lead the list shows is looked at anew, and mostly found to be the newest.
        _becomes_a_card(connection, one, channel, ts, at, (0, wanted[one.lead_id]), shown_hash)
    return True


def _rows_of_list(list_id: str) -> Select[Any]:
    waiting = (IS_IN_A_LIST, outbox.c.list_id == list_id, outbox.c.state == State.GATHERING)
    return select(outbox).where(*waiting).order_by(outbox.c.seq)


def _locked_revisions(connection: Connection, lead_ids: Collection[str | None]) -> dict[str, int]:
    """What each lead's cards ought to show; held in the order of their ids, as everybody holds them."""
    ids = sorted({lead_id for lead_id in lead_ids if lead_id is not None})
    query = select(leads.c.id, leads.c.revision).where(leads.c.id.in_(ids)).order_by(leads.c.id)
    return {row.id: row.revision for row in connection.execute(query.with_for_update())} if ids else {}


def _becomes_a_card(
    connection: Connection,
    row: Row[Any],
    channel: str,
    ts: str,
    at: datetime,
    revisions: tuple[int, int],
    shown_hash: str,
) -> None:
    shown_revision, wanted_revision = revisions
    connection.execute(
        insert(cards).values(
            id=row.id,
            lead_id=row.lead_id,
            role=row.role,
            place=row.place,
            clock=row.clock,
            channel=channel,
            ts=ts,
            wanted_revision=wanted_revision,
            shown_revision=shown_revision,
            shown_hash=shown_hash,
            posted_at=at,
            list_id=row.list_id if row.state == State.GATHERING else None,
        )
    )
    if Role(row.role) in (Role.OWNER_CARD, Role.PAGE):
        _owner_is_told(connection, row, at)


def _owner_is_told(connection: Connection, row: Row[Any], at: datetime) -> None:
    """For the first card of a clock; one that takes a deleted card's place tells nobody anything new."""
    told = connection.execute(
        update(clocks)
        .where(clocks.c.lead_id == row.lead_id, clocks.c.number == row.clock, clocks.c.told_at.is_(None))
        .values(told_at=at)
    )
    if told.rowcount == 1:
        entry = Entry(kind="told", occurred_at=at, logged_at=at, who=row.place.removeprefix("@"))
        timeline.append(connection, row.lead_id, [entry])
