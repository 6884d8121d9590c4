"""Erasure in the tables: what is written about a lead besides its own row, and what Slack shows of it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    Connection,
    Row,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from sla.effects import MAIL, PHONE, Role
from sla.lead import Lead, LeadId
from storage.delivery import ERASED, State
from storage.states import json_text
from storage.tables import GOES, cards, leads, outbox, outbox_archive, requests, timeline

TO_THE_LEAD = frozenset({Role.ACKNOWLEDGEMENT})
KEPT = frozenset(
    {
        "because", "by", "channel", "clock", "contact", "covers", "due_at", "into", "left_s", "more_s", "noticed_by",
        "number", "outcome", "role", "round", "step_at", "team", "tier", "to", "until", "waited_s", "was", "what",
    }
)  # fmt: skip
"""What of a line of the timeline is no word about the lead: colleagues, times and numbers."""
NAMES = ("person", "company", "external_id", "external", "label")
"""How a row of a summary calls its lead."""


def begin(connection: Connection) -> None:
    """To be called before anything is changed: SQLite is to overwrite what it frees, and not only to let it go."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))


def of_person(connection: Connection, email: str) -> list[LeadId]:
    """The leads of whoever has this address, also those that only a further request of theirs says it of."""
    key = email.strip().lower()
    own = select(leads.c.id).where(text("email_key is not null"), leads.c.email_key == key)
    further = select(requests.c.lead_id).where(text("email_key is not null"), requests.c.email_key == key)
    return sorted({LeadId(id) for query in (own, further) for id in connection.scalars(query)})


def forget(connection: Connection, lead: Lead) -> None:
    """Everything besides the lead's own record, which the decision changed; `lead` is as that left it."""
    connection.execute(
        update(leads)
        .where(leads.c.id == lead.id)
        .values(external_id=lead.external_id, email_key=None, phone_key=None, domain_key=None)
    )
    connection.execute(delete(requests).where(requests.c.lead_id == lead.id))
    _timeline(connection, lead.id)
    for table in (outbox, outbox_archive):
        _cards_of_what_was_said_once(connection, table, lead)
        _deliveries(connection, table, lead)
        _summaries(connection, table, lead)
    if connection.dialect.name == "sqlite":
        # Only for this: it costs every other change a little.
        connection.execute(text("PRAGMA secure_delete = OFF"))


def _timeline(connection: Connection, lead_id: LeadId) -> None:
    rows = connection.execute(select(timeline).where(timeline.c.lead_id == lead_id)).all()
    changes = []
    for row in rows:
        data = from_json(row.data)
        to_the_lead = data.get("what") in TO_THE_LEAD
        kept = {
            key: value for key, value in data.items() if key in KEPT and not isinstance(value, list | dict)
        }
        # Why it was erased is the word of whoever had it erased.
        kept |= {"reason": data["reason"]} if row.kind == ERASED and data.get("reason") else {}
        who = None if to_the_lead else row.who
        if kept != data or who != row.who:
            changes.append({"its_seq": row.seq, "its_data": json_text(kept), "its_who": who})
    if changes:
        change = update(timeline).where(timeline.c.seq == bindparam("its_seq"))
        connection.execute(change.values(data=bindparam("its_data"), who=bindparam("its_who")), changes)


def _deliveries(connection: Connection, table: Table, lead: Lead) -> None:
    """What waits does not leave; what is under way, or may be, is edited once it is known where it stands."""
    about = table.c.lead_id == lead.id
    waits = table.c.state.in_((State.PENDING, State.GATHERING)) & table.c.list_id.is_(None)
    changed = (
        update(table)
        .where(about)
        .values(
            data="{}",
            error=case((table.c.state.in_((State.SENT, State.REFUSED, State.VOID)), None), else_=ERASED),
        )
    )
    connection.execute(update(table).where(about, waits).values(state=State.VOID, ended_at=lead.erased_at))
    connection.execute(changed)
    nobody = case((func.substr(table.c.place, 1, len(PHONE)) == PHONE, literal(PHONE)), else_=literal(MAIL))
    to_the_lead = table.c.role.in_(sorted(TO_THE_LEAD))
    connection.execute(
        update(table)
        .where(about, to_the_lead)
        .values(place=nobody + ERASED, key=literal(f"{ERASED}:") + table.c.id)
    )


def _cards_of_what_was_said_once(connection: Connection, table: Table, lead: Lead) -> None:
    """Lines and notices that follow no lead name it all the same: they are edited like the cards."""
    known = select(cards.c.id).where(cards.c.lead_id == lead.id)
    said = select(table).where(
        table.c.lead_id == lead.id,
        table.c.state == State.SENT,
        GOES["slack"],
        table.c.list_id.is_(None),
        table.c.ts.is_not(None),
        table.c.id.not_in(known),
    )
    _to_be_edited(connection, connection.execute(said).all(), lead)


def _summaries(connection: Connection, table: Table, lead: Lead) -> None:
    """Messages of no lead in which this one is a row."""
    mentions = select(table).where(table.c.lead_id.is_(None), table.c.data.contains(lead.id))
    rows = connection.execute(mentions).all()
    for row in rows:
        data = json_text(_without_names(from_json(row.data), lead.id))
        connection.execute(update(table).where(table.c.seq == row.seq).values(data=data))
    shown = [row for row in rows if row.state == State.SENT and row.ts is not None and _in_slack(row.place)]
    _to_be_edited(connection, shown, lead)


def _in_slack(place: str) -> bool:
    return not place.startswith((MAIL, PHONE))


def _without_names(value: Any, lead_id: str) -> Any:
    match value:
        case Mapping():
            of_it = value.get("lead_id") == lead_id
            return {
                key: ERASED
                if key == "external_id" and of_it
                else None
                if of_it and key in NAMES
                else _without_names(one, lead_id)
                for key, one in value.items()
            }
        case list():
            return [_without_names(one, lead_id) for one in value]
    return value


def _to_be_edited(connection: Connection, rows: Sequence[Row[Any]], lead: Lead) -> None:
    """From now on the message is one of the lead's cards, and shows less than is known."""
    _no_cards(connection, [row.id for row in rows])
    if rows:
        connection.execute(
            insert(cards),
            [
                {
                    "id": row.id,
                    "lead_id": lead.id,
                    "role": row.role,
                    "place": row.place,
                    "clock": row.clock,
                    "channel": row.channel,
                    "ts": row.ts,
                    "wanted_revision": lead.revision,
                    "shown_revision": 0,
                    "shown_hash": "",
                    "posted_at": row.sent_at or row.created_at,
                }
                for row in rows
            ],
        )


def _no_cards(connection: Connection, ids: Collection[str]) -> None:
    """A summary with two leads that were erased is drawn anew for the second, too."""
    connection.execute(delete(cards).where(cards.c.id.in_(sorted(ids))))
