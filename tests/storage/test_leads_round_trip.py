"""What is written is what is loaded."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sla.lead import Clock, Lead, LeadId
from storage import leads
from storage.database import Database
from storage.tables import clocks, contacts
from storage.tables import leads as leads_table
from tests import strategies
from tests.storage.samples import MONDAY, a_clock, a_contact, a_lead, changed, keep, loaded, minutes

pytestmark = pytest.mark.thorough

_LEAD_ID = LeadId("L1")
_CHANGING = sorted(
    {field.name for field in fields(Lead)} - {"id", "source", "received_at", "clocks", "contacts"}
)
_quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _forget_all(database: Database) -> None:
    with database.begin() as connection:
        for table in (contacts, clocks, leads_table):
            connection.execute(table.delete())


@_quick
@given(lead=strategies.leads(_LEAD_ID))
def test_any_lead_is_loaded_as_it_was_written(database: Database, lead: Lead) -> None:
    _forget_all(database)
    keep(database, lead)
    assert lead == loaded(database, lead.id)


@_quick
@given(data=st.data())
def test_any_change_of_a_lead_is_loaded_as_it_was_written(database: Database, data: Any) -> None:
    _forget_all(database)
    before = data.draw(strategies.leads(_LEAD_ID, external_id="x"))
    after = data.draw(strategies.leads(_LEAD_ID, external_id="x"))
    # Clocks and contacts are never taken away, and a source is for ever.
    after = replace(
        after,
        source=before.source,
        received_at=before.received_at,
        clocks=after.clocks + before.clocks[len(after.clocks) :],
        contacts=after.contacts + before.contacts[len(after.contacts) :],
    )
    keep(database, before)
    with database.begin() as connection:
        loaded_before = leads.load(connection, [before.id], lock=True)[before.id]
        leads.write(connection, [changed(loaded_before, after)], MONDAY)
    assert after == loaded(database, after.id)


def _one_by_one(data: Any, before: Lead, after: Lead) -> Iterator[Lead]:
    """`before` as it becomes `after`, a field at a time, and then its clocks, a field at a time."""
    lead = before
    for name in data.draw(st.permutations(_CHANGING)):
        lead = replace(lead, **{name: getattr(after, name)})
        yield lead
    for clock in before.clocks:
        other = data.draw(strategies.clocks(_LEAD_ID, clock.number))
        for field in fields(Clock):
            clock = replace(clock, **{field.name: getattr(other, field.name)})
            lead = lead.with_clock(clock)
            yield lead


@settings(_quick, max_examples=10)
@given(data=st.data())
def test_whichever_field_changes_the_columns_say_what_the_lead_says(database: Database, data: Any) -> None:
    _forget_all(database)
    before = data.draw(strategies.leads(_LEAD_ID, external_id="x"))
    after = data.draw(strategies.leads(_LEAD_ID, external_id="x"))
    keep(database, before)
    with database.begin() as connection:
        for lead in _one_by_one(data, before, after):
            leads.write(connection, [changed(before, lead)], MONDAY)
            before = lead
            assert lead == leads.load(connection, [_LEAD_ID], lock=True)[_LEAD_ID]
            row = connection.execute(select(leads_table)).one()
            first = lead.first_contact
            said = lead.stage, lead.outcome, None if first is None else first.occurred_at
            assert said == (row.stage, row.outcome, row.first_contact_at)


@_quick
@given(count=st.integers(1, 30))
@example(count=1)
def test_a_batch_of_any_size_is_loaded_as_it_was_written(database: Database, count: int) -> None:
    _forget_all(database)
    batch = {lead.id: lead for lead in map(a_lead, range(count))}
    keep(database, *batch.values())
    with database.read() as connection:
        assert batch == leads.load(connection, batch.keys())


def test_contacts_keep_the_order_in_which_they_were_logged(database: Database) -> None:
    first, second, third = a_contact(9), a_contact(1, occurred_at=MONDAY), a_contact(5)
    lead = a_lead(contacts=(first, second))
    keep(database, lead)
    with database.begin() as connection:
        leads.write(connection, [changed(lead, replace(lead, contacts=(first, second, third)))], MONDAY)
    assert (first, second, third) == loaded(database, lead.id).contacts


def test_several_changes_of_one_lead_in_one_batch_end_in_the_last_one(database: Database) -> None:
    arrived = a_lead()
    claimed = replace(arrived, owner="ben@example.com", generation=2).with_clock(
        a_clock(arrived.id, stopped_at=MONDAY + minutes(1), next_step_at=None)
    )
    again = claimed.with_clock(a_clock(arrived.id, 2, person="ben@example.com"))
    with database.begin() as connection:
        leads.write(
            connection, [changed(None, arrived), changed(arrived, claimed), changed(claimed, again)], MONDAY
        )
    assert again == loaded(database, arrived.id)


def test_a_lead_that_did_not_change_is_not_written(database: Database) -> None:
    lead = a_lead()
    keep(database, lead)
    with database.begin() as connection:
        connection.execute(leads_table.update().values(team="changed behind its back"))
        leads.write(connection, [changed(lead, replace(lead))], MONDAY)
    assert loaded(database, lead.id).team == "changed behind its back"


def test_unknown_leads_are_left_out(database: Database) -> None:
    keep(database, a_lead(1))
    with database.read() as connection:
        assert {a_lead(1).id} == leads.load(connection, [a_lead(1).id, LeadId("nobody")]).keys()
        assert leads.load(connection, []) == {}
