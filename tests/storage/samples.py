"""Leads, posts and decisions as storage tests need them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from sla.details import LeadDetails
from sla.effects import Decision, Entry, Place, Post, Role, ToChannel, ToPerson, Urgency
from sla.lead import Clock, ClockKind, Contact, ContactId, Lead, LeadId
from storage import leads, outbox
from storage.database import Database
from storage.delivery import Delivery
from storage.leads import Change

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IN_A_QUARTER = MONDAY + timedelta(minutes=15)
ALICE = "alice@example.com"
TO_ALICE = ToPerson(email=ALICE)
MANAGERS = ToChannel(channel="C0MANAGERS")
BACKUP = ToChannel(channel="C0BACKUP")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_clock(lead_id: LeadId, number: int = 1, **changes: Any) -> Clock:
    clock = Clock(
        lead_id=lead_id,
        number=number,
        kind=ClockKind.OWNER,
        person=ALICE,
        calendar="berlin",
        started_at=MONDAY,
        due_at=MONDAY + minutes(30),
        next_step_at=MONDAY + minutes(15),
    )
    return replace(clock, **changes)


def a_lead(number: int = 1, *, next_step_at: datetime | None = IN_A_QUARTER, **changes: Any) -> Lead:
    lead_id = LeadId(f"L{number:026}")
    lead = Lead(
        id=lead_id,
        source="website",
        details=LeadDetails(external_id=f"web-{number}", company="Northwind Freight"),
        received_at=MONDAY,
        policy_version="v1",
        tier="hot",
        team="emea",
        owner=ALICE,
        started_at=MONDAY,
        due_at=MONDAY + minutes(30),
        clocks=(a_clock(lead_id, next_step_at=next_step_at),),
    )
    return replace(lead, **changes)


def a_contact(number: int = 1, **changes: Any) -> Contact:
    contact = Contact(
        id=ContactId(f"C{number:026}"),
        by=ALICE,
        logged_by=ALICE,
        channel="call",
        outcome="connected",
        occurred_at=MONDAY + minutes(5),
        logged_at=MONDAY + minutes(6),
    )
    return replace(contact, **changes)


def a_post(role: Role = Role.OWNER_CARD, to: Place = TO_ALICE, key: str = "", **changes: Any) -> Post:
    post = Post(role=role, to=to, key=key or role, urgency=Urgency.NEW_LEAD, clock=1)
    return post._replace(**changes)


def an_entry(kind: str = "arrived", **changes: Any) -> Entry:
    return Entry(kind=kind, occurred_at=MONDAY, logged_at=MONDAY)._replace(**changes)


def changed(before: Lead | None, after: Lead, *posts: Post, entries: Sequence[Entry] = ()) -> Change:
    return Change(before, Decision(lead=after, posts=posts, entries=tuple(entries)), "v1")


def keep(database: Database, *new: Lead, posts: Sequence[Post] = ()) -> None:
    """Write new leads, each with the same posts."""
    with database.begin() as connection:
        leads.write(connection, [changed(None, lead, *posts) for lead in new], MONDAY)


def loaded(database: Database, lead_id: LeadId) -> Lead:
    with database.read() as connection:
        return leads.load(connection, [lead_id])[lead_id]


def claimable_roles(connection: Connection, at: datetime = MONDAY) -> list[Role]:
    return [delivery.role for delivery in outbox.claimable(connection, at, 100)]


def claim_all(connection: Connection, at: datetime = MONDAY) -> list[Delivery]:
    ids = [delivery.id for delivery in outbox.claimable(connection, at, 100)]
    return outbox.claim(connection, ids, leased_until=at + minutes(1), at=at)


def send_all(connection: Connection, at: datetime = MONDAY) -> list[Delivery]:
    """Claim whatever may leave, and have Slack accept it."""
    claimed = claim_all(connection, at)
    for delivery in claimed:
        assert outbox.sent(
            connection, delivery.id, delivery.attempt, channel="D1", ts=f"1.{delivery.seq}", at=at, revision=1
        )
    return claimed
