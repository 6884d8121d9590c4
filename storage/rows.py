"""Leads, clocks and contacts to rows and back, in the order of the tables' columns."""

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from sla.details import LeadDetails
from sla.effects import Entry, Post
from sla.lead import Clock, ClockKind, Contact, Lead, LeadId, Status
from storage.ids import delivery_id
from storage.micros import micros, micros_or_none, moment, moment_or_none
from storage.prepared import Row
from storage.states import json_text, state_parts, state_text
from storage.tables import clocks, contacts, leads, timeline

LEAD_COLUMNS = [column.name for column in leads.columns]
CHANGING_COLUMNS = LEAD_COLUMNS[LEAD_COLUMNS.index("owner") : LEAD_COLUMNS.index("email_key")]
KEY_COLUMNS = LEAD_COLUMNS[LEAD_COLUMNS.index("email_key") :]
"""By what a lead's person and company are found; not read with the lead."""
_DERIVED = ("external_id", "stage", "outcome", "first_contact_at")
READ_LEAD_COLUMNS = [name for name in LEAD_COLUMNS if name not in (*KEY_COLUMNS, *_DERIVED)]
"""Without what the rest says already: that is written to be asked for."""
CLOCK_COLUMNS = [column.name for column in clocks.columns]
READ_CLOCK_COLUMNS = CLOCK_COLUMNS[: CLOCK_COLUMNS.index("failures")]
CONTACT_COLUMNS = [column.name for column in contacts.columns]
ENTRY_COLUMNS = [column.name for column in timeline.columns if column.name != "seq"]
POST_COLUMNS = [
    "id", "lead_id", "generation", "role", "place", "key", "urgency", "clock", "fenced", "gathered",
    "not_before", "expires_at", "data", "state", "created_at",
]  # fmt: skip

_DEFAULTS = {field.name: field.default for field in fields(Lead) if field.default is not MISSING}
_KINDS = {kind.value: kind for kind in ClockKind}
_STATUSES = {status.value: status for status in Status}
T = TypeVar("T")

_details_text = LeadDetails.__pydantic_serializer__.to_json
_details = LeadDetails.__pydantic_validator__.validate_json


def details_text(details: LeadDetails) -> str:
    return _details_text(details, exclude_defaults=True).decode()


def lead_row(lead: Lead, keys: Row) -> Row:
    """The whole row: what never changes, what a decision can change, and by what its person is known."""
    details = lead.details
    head = (lead.id, lead.source, details.external_id, micros(lead.received_at), details_text(details))
    return (*head, *lead_values(lead), state_text(lead), *keys)


def lead_values(lead: Lead) -> Row:
    """What a decision can change, but its state, in the order of CHANGING_COLUMNS."""
    first = lead.first_contact if lead.contacts else None
    return (
        lead.owner,
        lead.team,
        lead.tier,
        str(lead.stage),
        None if lead.status is None else str(lead.status),
        lead.outcome,
        lead.generation,
        lead.revision,
        micros_or_none(lead.started_at),
        micros_or_none(lead.due_at),
        micros_or_none(lead.stopped_at),
        None if first is None else micros(first.occurred_at),
        lead.policy_version,
    )


def clock_row(clock: Clock) -> Row:
    """A clock that was decided anew gets its chances anew: no failures, not set aside."""
    return (
        clock.lead_id,
        clock.number,
        str(clock.kind),
        clock.person,
        clock.round,
        clock.how,
        clock.by,
        clock.note,
        clock.calendar,
        micros(clock.started_at),
        micros_or_none(clock.due_at),
        micros_or_none(clock.hand_over_at),
        micros_or_none(clock.fired_through),
        micros_or_none(clock.next_step_at),
        micros_or_none(clock.stopped_at),
        clock.stopped_by,
        micros_or_none(clock.told_at),
        micros_or_none(clock.unreachable_at),
        0,
        None,
    )


def contact_row(lead_id: LeadId, contact: Contact, position: int) -> Row:
    return (
        contact.id,
        lead_id,
        contact.by,
        contact.logged_by,
        contact.channel,
        contact.outcome,
        micros(contact.occurred_at),
        micros(contact.logged_at),
        contact.note,
        contact.counts,
        micros_or_none(contact.withdrawn_at),
        micros_or_none(contact.corrected_at),
        contact.external_id,
        position,
    )


def entry_row(lead_id: LeadId, entry: Entry, policy_version: str | None) -> Row:
    return (
        lead_id,
        entry.kind,
        micros(entry.occurred_at),
        micros(entry.logged_at),
        entry.who,
        policy_version,
        json_text(dict(entry.data)) if entry.data else "{}",
    )


def post_row(lead_id: LeadId | None, generation: int, post: Post, created: int) -> Row:
    """`created` is the moment in micros, the same for a whole batch."""
    return (
        delivery_id(lead_id, generation, post.key),
        lead_id,
        generation,
        str(post.role),
        str(post.to),
        post.key,
        int(post.urgency),
        post.clock,
        post.fenced,
        post.gathered,
        micros_or_none(post.not_before),
        micros_or_none(post.expires_at),
        json_text(dict(post.data)) if post.data else "{}",
        "gathering" if post.gathered else "pending",
        created,
    )


def _made(kind: type[T], values: dict[str, Any]) -> T:
    """The record with these values, all of its fields, without running its constructor: a third of the time."""
    record = object.__new__(kind)
    object.__setattr__(record, "__dict__", values)
    return record


def read_lead(row: Row, its_clocks: Sequence[Clock], its_contacts: Sequence[Contact]) -> Lead:
    (
        id, source, received, details, owner, team, tier, status, generation, revision, started, due, stopped,
        policy_version, state,
    ) = row  # fmt: skip
    values = {
        **_DEFAULTS,
        "id": id,
        "source": source,
        "details": _details(details),
        "received_at": moment(received),
        "policy_version": policy_version,
        "generation": generation,
        "revision": revision,
        "tier": tier,
        "team": team,
        "owner": owner,
        "started_at": moment_or_none(started),
        "due_at": moment_or_none(due),
        "stopped_at": moment_or_none(stopped),
        "status": None if status is None else _STATUSES[status],
        "clocks": tuple(its_clocks),
        "contacts": tuple(its_contacts),
        **state_parts(state),
    }
    return _made(Lead, values)


def read_clock(row: Row) -> Clock:
    (
        lead_id, number, kind, person, round_, how, by, note, calendar, started, due, hand_over, fired, next_step,
        stopped, stopped_by, told, unreachable,
    ) = row  # fmt: skip
    values = {
        "lead_id": lead_id,
        "number": number,
        "kind": _KINDS[kind],
        "person": person,
        "round": round_,
        "how": how,
        "by": by,
        "note": note,
        "calendar": calendar,
        "started_at": moment(started),
        "due_at": moment_or_none(due),
        "hand_over_at": moment_or_none(hand_over),
        "fired_through": moment_or_none(fired),
        "next_step_at": moment_or_none(next_step),
        "stopped_at": moment_or_none(stopped),
        "stopped_by": stopped_by,
        "told_at": moment_or_none(told),
        "unreachable_at": moment_or_none(unreachable),
    }
    return _made(Clock, values)


def read_contact(row: Row) -> Contact:
    (
        id, _, by, logged_by, channel, outcome, occurred, logged, note, counts, withdrawn, corrected, external, _,
    ) = row  # fmt: skip
    values = {
        "id": id,
        "by": by,
        "logged_by": logged_by,
        "channel": channel,
        "outcome": outcome,
        "occurred_at": moment(occurred),
        "logged_at": moment(logged),
        "note": note,
        "counts": bool(counts),
        "withdrawn_at": moment_or_none(withdrawn),
        "corrected_at": moment_or_none(corrected),
        "external_id": external,
    }
    return _made(Contact, values)
