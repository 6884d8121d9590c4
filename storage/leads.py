"""Questions about leads, and the one way to write them: load, find, write, and whose next step is due."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, or_, select, update

from sla.lead import Clock, Contact, Lead, LeadId, Stage
from storage import same_person
from storage.batch import Change, write
from storage.ids import first_lead_id, is_lead_id
from storage.prepared import Prepared, among, as_list
from storage.rows import READ_CLOCK_COLUMNS, READ_LEAD_COLUMNS, read_clock, read_contact, read_lead
from storage.tables import (
    HAS_NEXT_STEP,
    IS_A_PASS,
    IS_COVERING,
    IS_HELD,
    IS_OPEN,
    clocks,
    contacts,
    leads,
    requests,
    timeline,
)

__all__ = [
    "FAILURES_MAX",
    "Change",
    "at_stages",
    "clock_failed",
    "covered",
    "due_clocks",
    "find_ids",
    "held",
    "known_contact",
    "load",
    "next_step_at",
    "open_leads_of",
    "owners_of_open_leads",
    "passes_on",
    "received_between",
    "resolve",
    "write",
]

FAILURES_MAX = 5


def _leads_among(dialect: str) -> Select[Any]:
    columns = [leads.c[name] for name in READ_LEAD_COLUMNS]
    return select(*columns).where(among(dialect, leads.c.id, "ids")).order_by(leads.c.id)


def _leads_locked(dialect: str) -> Select[Any]:
    return _leads_among(dialect).with_for_update(of=leads)


def _clocks_among(dialect: str) -> Select[Any]:
    return (
        select(*[clocks.c[name] for name in READ_CLOCK_COLUMNS])
        .where(among(dialect, clocks.c.lead_id, "ids"))
        .order_by(clocks.c.lead_id, clocks.c.number)
    )


def _contacts_among(dialect: str) -> Select[Any]:
    return (
        select(contacts)
        .where(among(dialect, contacts.c.lead_id, "ids"))
        .order_by(contacts.c.lead_id, contacts.c.position)
    )


_select_leads = Prepared(_leads_among, ["ids"])
_lock_leads = Prepared(_leads_locked, ["ids"])
_select_clocks = Prepared(_clocks_among, ["ids"])
_select_contacts = Prepared(_contacts_among, ["ids"])


def load(connection: Connection, ids: Collection[LeadId], *, lock: bool = False) -> dict[LeadId, Lead]:
    """The leads that exist, in three queries for any number of them.

    `lock` holds them until the end of the transaction (PostgreSQL; on SQLite the transaction holds everything
    anyway), always in the order of their ids, so that two batches never wait for each other crosswise.
    """
    if not ids:
        return {}
    wanted = as_list(connection, sorted(set(ids)))
    rows = (_lock_leads if lock else _select_leads).all(connection, wanted)
    its_clocks: dict[str, list[Clock]] = {row[0]: [] for row in rows}
    its_contacts: dict[str, list[Contact]] = {row[0]: [] for row in rows}
    for row in _select_clocks.all(connection, wanted):
        its_clocks[row[0]].append(read_clock(row))
    for row in _select_contacts.all(connection, wanted):
        its_contacts[row[1]].append(read_contact(row))
    return {LeadId(row[0]): read_lead(row, its_clocks[row[0]], its_contacts[row[0]]) for row in rows}


def find_ids(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], LeadId]:
    """The ids of those of these (source, external id) that are known, in one query."""
    return same_person.find_names(connection, keys)


def resolve(connection: Connection, name: str, source: str | None = None) -> LeadId | None:
    """The id behind what people write: an id, or "source:external_id"; with `source` only leads of that source.

    A source that sent a further request of the same person is a source of that lead, too.
    """
    if is_lead_id(name):
        return _of_source(connection, LeadId(name), source)
    if "\x00" in name:
        # No lead is called so, and PostgreSQL would not even look.
        return None
    its_source, _, external_id = name.partition(":")
    app, _, of_app = external_id.partition(":")
    # Apps that post leads into Slack are sources with a colon of their own: "slack:A0CRM".
    keys = [(its_source, external_id), *([(f"slack:{app}", of_app)] if its_source == "slack" else [])]
    found = same_person.find_names(connection, [key for key in keys if source in (None, key[0])])
    return next((found[key] for key in keys if key in found), None)


def _of_source(connection: Connection, lead_id: LeadId, source: str | None) -> LeadId | None:
    query = select(leads.c.id).where(leads.c.id == lead_id)
    if source is not None:
        asked = select(requests.c.lead_id).where(requests.c.lead_id == lead_id, requests.c.source == source)
        query = query.where(or_(leads.c.source == source, asked.exists()))
    found: str | None = connection.scalar(query)
    return None if found is None else LeadId(found)


_DUE = (
    select(clocks.c.lead_id, clocks.c.number)
    .where(HAS_NEXT_STEP, clocks.c.next_step_at <= bindparam("at", type_=clocks.c.next_step_at.type))
    .order_by(clocks.c.next_step_at)
    .limit(bindparam("most", type_=Integer))
)
# Lead and clock in ONE statement: locking clocks first and leads second meets, crosswise, everybody who locks
# the lead first. SKIP LOCKED, because what somebody else holds is being decided right now.
_DUE_LOCKED = _DUE.join(leads, leads.c.id == clocks.c.lead_id).with_for_update(
    of=[leads, clocks], skip_locked=True
)


def due_clocks(connection: Connection, at: datetime, limit: int, *, lock: bool) -> list[tuple[LeadId, int]]:
    """The running clocks whose next step is due, longest due first, as (lead, number of the clock)."""
    query = _DUE_LOCKED if lock and connection.dialect.name != "sqlite" else _DUE
    rows = connection.execute(query, {"at": at, "most": limit})
    return [(LeadId(lead_id), number) for lead_id, number in rows]


_NEXT_STEP = select(func.min(clocks.c.next_step_at)).where(HAS_NEXT_STEP)


def next_step_at(connection: Connection) -> datetime | None:
    """When the next step of any clock is due; None while nothing is planned."""
    found: datetime | None = connection.scalar(_NEXT_STEP)
    return found


def clock_failed(connection: Connection, lead_id: LeadId, number: int, at: datetime) -> int:
    """Count a failure to decide this clock's step; the fifth in a row sets it aside until its lead changes."""
    this_one = (clocks.c.lead_id == lead_id) & (clocks.c.number == number)
    counted = (
        update(clocks).where(this_one).values(failures=clocks.c.failures + 1).returning(clocks.c.failures)
    )
    failures: int = connection.scalar(counted) or 0
    if failures >= FAILURES_MAX:
        connection.execute(update(clocks).where(this_one).values(next_step_at=None, set_aside_at=at))
    return failures


def passes_on(connection: Connection, email: str, since: datetime, until: datetime) -> int:
    """How often this person passed a lead on from `since` to before `until`."""
    query = (
        select(func.count())
        .select_from(timeline)
        .where(IS_A_PASS, timeline.c.who == email)
        .where(timeline.c.occurred_at >= since, timeline.c.occurred_at < until)
    )
    return connection.scalar(query) or 0


def open_leads_of(connection: Connection, email: str) -> list[LeadId]:
    """The leads of this owner on which somebody still owes a first contact, oldest first."""
    query = select(leads.c.id).where(leads.c.owner == email, IS_OPEN).order_by(leads.c.id)
    return [LeadId(id) for id in connection.scalars(query)]


def open_ids(connection: Connection, limit: int) -> list[LeadId]:
    """Leads that somebody still owes a first contact, by their deadlines."""
    query = select(leads.c.id).where(IS_OPEN).order_by(leads.c.due_at, leads.c.id).limit(limit)
    return [LeadId(id) for id in connection.scalars(query)]


def covered(connection: Connection) -> list[tuple[LeadId, str]]:
    """Leads that somebody still has on a colleague's behalf, open or contacted, each with that colleague."""
    query = (
        select(clocks.c.lead_id, clocks.c.by)
        .join(leads, leads.c.id == clocks.c.lead_id)
        .where(IS_COVERING, leads.c.owner == clocks.c.person, leads.c.stage.in_(("with_owner", "contacted")))
        .distinct()
        .order_by(clocks.c.lead_id)
    )
    return [(LeadId(lead_id), whose) for lead_id, whose in connection.execute(query)]


def owners_of_open_leads(connection: Connection) -> list[str]:
    """Everybody who has an open lead."""
    query = select(leads.c.owner).where(leads.c.owner.is_not(None), IS_OPEN).distinct()
    return sorted(connection.scalars(query))


def received_between(connection: Connection, team: str, since: datetime, until: datetime) -> list[LeadId]:
    """The team's leads that came in from `since` to before `until`, oldest first."""
    query = select(leads.c.id).where(leads.c.id >= first_lead_id(since), leads.c.id < first_lead_id(until))
    return [LeadId(id) for id in connection.scalars(query.where(leads.c.team == team).order_by(leads.c.id))]


def at_stages(connection: Connection, team: str, stages: Collection[Stage]) -> list[LeadId]:
    """The team's leads without an owner that stand there now, oldest first."""
    without_owner = select(leads.c.id).where(IS_OPEN, leads.c.owner.is_(None), leads.c.team == team)
    found = set(connection.scalars(without_owner.where(leads.c.stage.in_(sorted(stages)))))
    if Stage.HELD in stages:
        found |= {lead_id for its_team, _, lead_id in held(connection) if its_team == team}
    return [LeadId(id) for id in sorted(found)]


def _held(_dialect: str) -> Select[Any]:
    return select(leads.c.team, leads.c.tier, leads.c.id).where(IS_HELD)


_select_held = Prepared(_held, [])


def held(connection: Connection) -> list[tuple[str | None, str | None, LeadId]]:
    """Every lead that waits for somebody of its team: its team, its tier and its id."""
    return [(team, tier, LeadId(lead_id)) for team, tier, lead_id in _select_held.all(connection)]


def _known_contact(_dialect: str) -> Select[Any]:
    return select(contacts).where(
        contacts.c.lead_id == bindparam("lead_id"), contacts.c.external_id == bindparam("external_id")
    )


_select_known_contact = Prepared(_known_contact, ["lead_id", "external_id"])


def known_contact(connection: Connection, lead_id: LeadId, external_id: str) -> Contact | None:
    """The contact that a program reported under this id before, if it did."""
    rows = _select_known_contact.all(connection, lead_id, external_id)
    return read_contact(rows[0]) if rows else None
