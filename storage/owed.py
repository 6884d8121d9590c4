"""Questions about deliveries: what is owed, what was sent, and what was refused."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text

from sla.effects import Role
from sla.lead import LeadId
from storage.delivery import UNFINISHED, Delivery, State, read_delivery
from storage.tables import GOES, HAS_ENDED, IS_PENDING, IS_REFUSED, IS_UNSETTLED, outbox, outbox_archive

EVER = (outbox, outbox_archive)
"""All that was ever owed: what is at hand, and what is archived."""


def owed_since(
    connection: Connection, roles: Collection[Role], since: datetime, limit: int
) -> list[Delivery]:
    """Messages of these roles in Slack, owed since then, that did not leave; also those that wait for others."""
    query = select(outbox).where(IS_PENDING, outbox.c.role.in_(sorted(roles)), outbox.c.created_at >= since)
    query = query.where(GOES["slack"])
    return deliveries_of(connection, query.order_by(outbox.c.seq).limit(limit))


def maybe_copied(connection: Connection, since: datetime, limit: int) -> list[Delivery]:
    """What ended since then, the newest first, after a send whose outcome nobody learned: sent again, or given up.

    Of either a copy of that send may come to show.
    """
    ended = or_(
        and_(outbox.c.state == State.SENT, outbox.c.attempt > 1),
        and_(outbox.c.state == State.VOID, outbox.c.attempt > 0),
    )
    query = select(outbox).where(HAS_ENDED, outbox.c.ended_at >= since, ended, GOES["slack"])
    query = query.where(outbox.c.uncertain_since.is_not(None)).order_by(outbox.c.ended_at.desc()).limit(limit)
    return deliveries_of(connection, query)


def was_refused(connection: Connection, place: str) -> bool:
    """Whether anything was ever refused there for good, as mail to an address that does not exist."""
    queries = [select(table.c.seq).where(IS_REFUSED, table.c.place == place) for table in EVER]
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)


def waiting_for_slack(connection: Connection, roles: Collection[Role], limit: int) -> list[Delivery]:
    """Messages of these roles that Slack did not get, held back ones too, the most urgent first."""
    states = or_(IS_PENDING, and_(IS_UNSETTLED, outbox.c.state == State.GATHERING))
    query = select(outbox).where(states, outbox.c.role.in_(sorted(roles)), GOES["slack"])
    return deliveries_of(connection, query.order_by(outbox.c.urgency, outbox.c.seq).limit(limit))


def outside_of(
    connection: Connection, lead_ids: Collection[LeadId]
) -> set[tuple[LeadId, Role, int | None, str]]:
    """What was ever owed about these leads by e-mail or text message: of which role, about which clock, to where."""
    queries = [
        select(table.c.lead_id, table.c.role, table.c.clock, table.c.place).where(
            table.c.lead_id.in_(sorted(lead_ids)), GOES["outside"]
        )
        for table in EVER
    ]
    return {
        (LeadId(lead_id), Role(role), clock, place)
        for query in queries
        for lead_id, role, clock, place in connection.execute(query)
    }


def of_no_lead(connection: Connection, generation: int, role: Role) -> list[Delivery]:
    """What was owed of this role and number without a lead, in order."""
    queries = [
        select(table).where(text("lead_id is null"), table.c.generation == generation, table.c.role == role)
        for table in EVER
    ]
    return _in_order(connection, queries)


def get(connection: Connection, ids: Collection[str]) -> dict[str, Delivery]:
    """Deliveries by id, such as those that cards came from."""
    query = select(outbox).where(outbox.c.id.in_(sorted(ids)))
    found = {delivery.id: delivery for delivery in deliveries_of(connection, query)}
    older = sorted(set(ids) - set(found))
    if older:
        archived = select(outbox_archive).where(outbox_archive.c.id.in_(older))
        found |= {delivery.id: delivery for delivery in deliveries_of(connection, archived)}
    return found


def of_lead(connection: Connection, lead_id: LeadId) -> list[Delivery]:
    """Everything that was ever owed about a lead, in order."""
    return _in_order(connection, [select(table).where(table.c.lead_id == lead_id) for table in EVER])


def was_sent(connection: Connection, lead_id: LeadId, role: Role) -> bool:
    """Whether a message of this role about the lead was accepted."""
    queries = [
        select(table.c.id).where(
            table.c.lead_id == lead_id, table.c.role == role, table.c.state == State.SENT
        )
        for table in EVER
    ]
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)


def number_sent(connection: Connection, lead_ids: Collection[LeadId], role: Role) -> int:
    """How many messages of this role about these leads were accepted."""
    queries = [
        select(func.count())
        .select_from(table)
        .where(table.c.lead_id.in_(sorted(lead_ids)), table.c.role == role, table.c.state == State.SENT)
        for table in EVER
    ]
    return sum(connection.scalar(query) or 0 for query in queries)


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


def _in_order(connection: Connection, queries: Sequence[Select[Any]]) -> list[Delivery]:
    found = [one for query in queries for one in deliveries_of(connection, query)]
    return sorted(found, key=lambda delivery: delivery.seq)


def deliveries_of(connection: Connection, query: Select[Any]) -> list[Delivery]:
    return [read_delivery(row) for row in connection.execute(query)]
