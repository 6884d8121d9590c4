"""What is written is what is loaded."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sla.lead import Lead, LeadId
from storage import leads
from storage.database import Database
from storage.tables import clocks, contacts
from storage.tables import leads as leads_table
from tests import strategies
from tests.storage.samples import MONDAY, a_clock, a_contact, a_lead, changed, keep, loaded, minutes

pytestmark = pytest.mark.thorough

_LEAD_ID = LeadId("L1")
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
