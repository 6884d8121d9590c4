"""Writes what a batch of decisions changed: a handful of bulk statements, whatever the number of leads."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, update

from sla.details import LeadDetails
from sla.effects import Decision
from sla.lead import Clock, Contact, Lead
from storage import archive
from storage.micros import micros
from storage.prepared import Inserting, Prepared, Row, together, updating
from storage.rows import (
    CLOCK_COLUMNS,
    CONTACT_COLUMNS,
    ENTRY_COLUMNS,
    KEY_COLUMNS,
    LEAD_COLUMNS,
    POST_COLUMNS,
    clock_row,
    contact_row,
    details_text,
    entry_row,
    lead_row,
    post_row,
)
from storage.same_person import keys_of
from storage.tables import cards, clocks, contacts, leads, outbox, timeline
from storage.updates import (
    CHANGING_TOGETHER,
    GONE_COLUMNS,
    changed_columns,
    gone_values,
    has_changed_else,
    has_gone_on,
)

_insert_leads = Inserting(leads, LEAD_COLUMNS)
_update_leads = {names: updating(leads, names, ["id"]) for names in CHANGING_TOGETHER}
_update_details = updating(leads, ["details"], ["id"])
_update_keys = Prepared(
    lambda _dialect: (
        update(leads)
        .where(leads.c.id == bindparam("k_id"))
        .values({name: func.coalesce(bindparam(f"v_{name}"), leads.c[name]) for name in KEY_COLUMNS})
    ),
    [*(f"v_{name}" for name in KEY_COLUMNS), "k_id"],
)
_NO_KEYS: Row = (None, None, None)
_insert_clocks = Inserting(clocks, CLOCK_COLUMNS)
_update_clocks = updating(clocks, CLOCK_COLUMNS[2:], ["lead_id", "number"])
_update_gone_clocks = updating(clocks, GONE_COLUMNS, ["lead_id", "number"])
_insert_contacts = Inserting(contacts, CONTACT_COLUMNS)
_update_contacts = updating(contacts, CONTACT_COLUMNS[1:], ["id"])
insert_entries = Inserting(timeline, ENTRY_COLUMNS)
# The same thing is owed once: a post with a known key is not owed again.
insert_posts = Inserting(outbox, POST_COLUMNS, ignore_known=True)
_update_cards = updating(cards, ["wanted_revision"], ["lead_id"], cards.c.gone_at.is_(None))


class Change(NamedTuple):
    """What a decision made of a lead: `before` is the lead as it was loaded, None for a new one.

    `policy_version` names the policy by which it was decided; the timeline keeps it. `said` is what the lead's
    own source said anew: by that it is found from now on (and not by what a further request of the person said,
    which is kept with that).
    """

    before: Lead | None
    decision: Decision
    policy_version: str
    said: LeadDetails | None = None


def write(connection: Connection, changes: Sequence[Change], at: datetime) -> None:
    """Write all changes. Several changes of one lead are given in the order in which they were decided.

    Changed leads must have been loaded with `lock=True` in the same transaction.
    """
    firsts: dict[str, Lead | None] = {}
    lasts: dict[str, Lead] = {}
    entries: list[Row] = []
    posts: list[Row] = []
    created = micros(at)
    keys = _Keys()
    for change in changes:
        decision = change.decision
        lead = decision.lead
        firsts.setdefault(lead.id, change.before)
        keys.add(change)
        lasts[lead.id] = lead
        entries += [entry_row(lead.id, entry, change.policy_version) for entry in decision.entries]
        posts += [post_row(lead.id, lead.generation, post, created) for post in decision.posts]
    posts = _never_owed(connection, firsts, posts)
    rows = _LeadRows()
    for lead_id, lead in lasts.items():
        before = firsts[lead_id]
        if before is None:
            rows.new(lead, keys.of(lead.id))
        elif before is not lead:
            rows.changed(before, lead)
    with together(connection):
        rows.write(connection)
        _update_keys.many(connection, [(*keys.of(id), id) for id in keys.said_anew if firsts[id] is not None])
        insert_entries.many(connection, entries)
        insert_posts.many(connection, posts)


def _never_owed(connection: Connection, firsts: Mapping[str, Lead | None], posts: list[Row]) -> list[Row]:
    """Without what was owed before and is archived, which the outbox itself knows no more."""
    over = {id for id, before in firsts.items() if before is not None and archive.is_over(before)}
    if not over or not posts:
        return posts
    known = archive.keys_of(connection, over)
    lead, generation, key = (POST_COLUMNS.index(name) for name in ("lead_id", "generation", "key"))
    return [post for post in posts if (post[lead], post[generation], post[key]) not in known]


class _Keys:
    """By what each lead of a batch is found: first as it came in, then as its own source said it anew."""

    def __init__(self) -> None:
        self._keys: dict[str, Row] = {}

    def add(self, change: Change) -> None:
        lead = change.decision.lead
        if change.before is None:
            self._keys[lead.id] = keys_of(lead.details)
        elif change.said is not None:
            before = self._keys.get(lead.id, _NO_KEYS)
            anew = keys_of(change.said)
            self._keys[lead.id] = tuple(new or old for new, old in zip(anew, before, strict=True))

    def of(self, lead_id: str) -> Row:
        return self._keys.get(lead_id, _NO_KEYS)

    @property
    def said_anew(self) -> Iterator[str]:
        return (lead_id for lead_id, keys in self._keys.items() if any(keys))


class _LeadRows:
    """The rows of leads, clocks, contacts and cards that a batch inserts and updates."""

    def __init__(self) -> None:
        self._new_leads: list[Row] = []
        self._leads: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        self._details: list[Row] = []
        self._new_clocks: list[Row] = []
        self._clocks: list[Row] = []
        self._gone_clocks: list[Row] = []
        self._new_contacts: list[Row] = []
        self._contacts: list[Row] = []
        self._cards: list[Row] = []

    def new(self, lead: Lead, keys: Row) -> None:
        self._new_leads.append(lead_row(lead, keys))
        self._new_clocks += map(clock_row, lead.clocks)
        if lead.contacts:
            self._contact_rows((), lead)

    def changed(self, before: Lead, lead: Lead) -> None:
        # A decision that changed anything that is shown raised the revision: no need to compare each field.
        if lead.revision == before.revision and before == lead:
            return
        names, values = changed_columns(before, lead)
        self._leads[names].append((*values, lead.id))
        if lead.details is not before.details and lead.details != before.details:
            self._details.append((details_text(lead.details), lead.id))
        if lead.clocks is not before.clocks:
            self._clock_rows(before.clocks, lead.clocks)
        if lead.contacts is not before.contacts:
            self._contact_rows(before.contacts, lead)
        if lead.revision != before.revision:
            self._cards.append((lead.revision, lead.id))

    def write(self, connection: Connection) -> None:
        # Leads first: the others refer to them.
        _insert_leads.many(connection, self._new_leads)
        for names, rows in self._leads.items():
            _update_leads[names].many(connection, rows)
        _update_details.many(connection, self._details)
        # Updates before inserts, for a running clock ends before the next one starts.
        _update_clocks.many(connection, self._clocks)
        _update_gone_clocks.many(connection, self._gone_clocks)
        _insert_clocks.many(connection, self._new_clocks)
        _update_contacts.many(connection, self._contacts)
        _insert_contacts.many(connection, self._new_contacts)
        _update_cards.many(connection, self._cards)

    def _clock_rows(self, before: Sequence[Clock], after: Sequence[Clock]) -> None:
        # A lead's clocks are numbered in order, and none ever leaves.
        for old, clock in zip_longest(before, after):
            if clock is old:
                continue
            if old is None:
                self._new_clocks.append(clock_row(clock))
            elif has_changed_else(old, clock):
                row = clock_row(clock)
                self._clocks.append(row[2:] + row[:2])
            elif has_gone_on(old, clock):
                self._gone_clocks.append((*gone_values(clock), clock.lead_id, clock.number))

    def _contact_rows(self, before: Sequence[Contact], lead: Lead) -> None:
        known = {contact.id: contact for contact in before}
        for position, contact in enumerate(lead.contacts):
            old = known.get(contact.id)
            if old is None:
                self._new_contacts.append(contact_row(lead.id, contact, position))
            elif contact is not old and contact != old:
                row = contact_row(lead.id, contact, position)
                self._contacts.append(row[1:] + row[:1])
