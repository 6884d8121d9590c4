"""What somebody who watches wants to see: the newest leads, the newest deliveries, and how all of them ended."""

from sqlalchemy import Connection, func, select

from sla.lead import LeadId
from storage.delivery import Delivery, State, read_delivery
from storage.owed import EVER
from storage.tables import GOES, leads, outbox, timeline

MOMENT = 11
"""How many letters of a lead's id say when it came in."""


def lead_ids(connection: Connection, most: int) -> list[LeadId]:
    """The leads that came in last, the newest first; of those of one moment, the one that was written last."""
    oldest = connection.scalar(select(leads.c.id).order_by(leads.c.id.desc()).offset(most - 1).limit(1))
    # An id begins with its moment and goes on at random: of the oldest moment all are candidates.
    candidates = select(leads.c.id).where(leads.c.id >= (oldest or "")[:MOMENT])
    written = select(func.min(timeline.c.seq)).where(timeline.c.lead_id == leads.c.id).scalar_subquery()
    query = candidates.order_by(leads.c.received_at.desc(), written.desc(), leads.c.id.desc()).limit(most)
    return [LeadId(id) for id in connection.scalars(query)]


def deliveries(connection: Connection, most: int) -> list[Delivery]:
    """What was owed last, the newest first."""
    query = select(outbox).order_by(outbox.c.seq.desc()).limit(most)
    return [read_delivery(row) for row in connection.execute(query)]


def all_by_state(connection: Connection) -> dict[State, int]:
    """How many deliveries there are in each state, ended ones too: it goes through the whole outbox."""
    found = dict.fromkeys(State, 0)
    for table in EVER:
        for state, number in connection.execute(select(table.c.state, func.count()).group_by(table.c.state)):
            found[State(state)] += number
    return found


def sent_ids(connection: Connection) -> set[str]:
    """Every delivery that Slack is known to have taken: it goes through the whole outbox.

    What left as a row of a list is not among them: Slack took the list.
    """
    queries = [
        select(table.c.id).where(table.c.state == State.SENT, GOES["slack"], table.c.list_id.is_(None))
        for table in EVER
    ]
    return {id for query in queries for id in connection.scalars(query)}
