"""What a seed must have left behind: looked for in the database, in Slack's ledger, and in what people were told."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.sandbox.workspace import Workspace
from storage.database import Database
from storage.tables import cards, clocks, leads, outbox, outbox_archive, timeline
from tests.faults.matrix.company import Pressed
from tests.invariants import holds


def lost(database: Database, acknowledged: Mapping[str, str]) -> list[str]:
    """Leads that their senders were told are taken, and that are not there, or not as they were told."""
    with database.read() as connection:
        rows = connection.execute(select(leads.c.external_id, leads.c.id))
        stored = {row.external_id: row.id for row in rows}
    return [
        f"{name} was acknowledged as {lead_id} and is {stored.get(name, 'not there')}"
        for name, lead_id in acknowledged.items()
        if stored.get(name) != lead_id
    ]


def doubled(database: Database, workspace: Workspace) -> list[str]:
    """What people can see twice: one delivery, one card, or one lead that is two."""
    found = [
        f"delivery {delivery_id} stands {len(copies)} times in {copies[0].channel}"
        for delivery_id, copies in workspace.ledger.duplicates().items()
    ]
    with database.read() as connection:
        return [*found, *_cards(connection), *_arrivals(connection)]


def _cards(connection: Connection) -> Iterator[str]:
    """One live card per lead, place and clock."""
    columns = (cards.c.lead_id, cards.c.role, cards.c.place, cards.c.clock)
    # A reminder, a nudge and the like are messages of their own each time.
    standing = cards.c.role.in_(["owner_card", "queue_card", "managers_card"])
    live = connection.execute(select(*columns).where(cards.c.gone_at.is_(None), standing))
    for (lead_id, role, place, clock), number in Counter(tuple(row) for row in live).items():
        if number > 1:
            yield f"{number} live cards ({role}, clock {clock}) of {lead_id} stand in {place}"


def _arrivals(connection: Connection) -> Iterator[str]:
    arrived = connection.execute(select(timeline.c.lead_id).where(timeline.c.kind == "arrived")).scalars()
    for lead_id, number in Counter(arrived).items():
        if number > 1:
            yield f"{lead_id} arrived {number} times"


def claims_won_twice(database: Database, presses: Sequence[Pressed]) -> list[str]:
    """Two winners of one round: in the database, or by what the people who pressed were told."""
    found = []
    with database.read() as connection:
        rows = connection.execute(select(clocks.c.lead_id, clocks.c.round).where(clocks.c.how == "claimed"))
        for (lead_id, round_), number in Counter(tuple(row) for row in rows).items():
            if number > 1:
                found.append(f"{lead_id} was claimed {number} times in round {round_}")
    believe: dict[str, set[str]] = defaultdict(set)
    for press in presses:
        if press.action == "claim" and press.acked and not press.was_told:
            believe[press.value].add(press.user)
    found += [
        f"{value}: each of {sorted(users)} believes to have it"
        for value, users in believe.items()
        if len(users) > 1
    ]
    return found


def broken(database: Database, workspace: Workspace) -> list[str]:
    """Every invariant that must hold after any scenario and does not."""
    try:
        holds(database, workspace)
    except AssertionError as problem:
        return str(problem).splitlines()
    return []


def ahead_of_time(database: Database, at: datetime) -> list[str]:
    """Whatever bears a time that has not come: who wrote it went by a clock of their own."""
    with database.read() as connection:
        late = select(timeline.c.lead_id, timeline.c.kind, timeline.c.logged_at)
        rows = connection.execute(late.where(timeline.c.logged_at > at)).all()
    return [f"{row.kind} of {row.lead_id} bears {row.logged_at}, and it is {at}" for row in rows]


def looked_up(database: Database) -> int:
    """Deliveries whose outcome was unknown for a while."""
    with database.read() as connection:
        queries = [
            select(table.c.id).where(table.c.uncertain_since.is_not(None))
            for table in (outbox, outbox_archive)
        ]
        return sum(len(connection.execute(query).all()) for query in queries)


def archived(database: Database) -> int:
    """Deliveries that ended and were moved out of the bots' way."""
    with database.read() as connection:
        return len(connection.execute(select(outbox_archive.c.id)).all())
