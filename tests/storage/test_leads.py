"""The questions that are asked about leads."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from sla.lead import Lead, LeadId
from storage import leads, timeline
from storage.database import Conflict, Database
from storage.ids import CHANCES_AT_ONCE, LEAD_ID_LENGTH, new_lead_id
from storage.tables import clocks
from tests.storage.samples import (
    ALICE,
    MONDAY,
    a_clock,
    a_contact,
    a_lead,
    an_entry,
    changed,
    keep,
    loaded,
    minutes,
)


def _due(database: Database, at_minute: float, limit: int = 10) -> list[LeadId]:
    with database.read() as connection:
        due = leads.due_clocks(connection, MONDAY + minutes(at_minute), limit, lock=False)
        return [lead_id for lead_id, number in due if number == 1]


def test_leads_are_found_by_their_sources_own_ids(database: Database) -> None:
    odd = a_lead(2, source="crm", details=a_lead().details.model_copy(update={"external_id": 'a":\\é\t'}))
    keep(database, a_lead(1), odd)
    with database.read() as connection:
        found = leads.find_ids(connection, [("website", "web-1"), ("crm", 'a":\\é\t'), ("crm", "web-1")])
        assert {("website", "web-1"): a_lead(1).id, ("crm", 'a":\\é\t'): odd.id} == found
        assert leads.find_ids(connection, []) == {}


def test_one_source_cannot_have_two_leads_of_one_id(database: Database) -> None:
    keep(database, a_lead(1))
    twin = a_lead(2, details=a_lead(1).details)
    with pytest.raises(Conflict):
        keep(database, twin)


@pytest.mark.parametrize("count", [1, 20])
def test_a_batch_with_a_known_lead_is_refused_whole(database: Database, count: int) -> None:
    keep(database, a_lead(0))
    with pytest.raises(Conflict):
        keep(database, *map(a_lead, range(count, -1, -1)))
    with database.read() as connection:
        assert {a_lead(0).id} == leads.load(connection, [a_lead(n).id for n in range(count + 1)]).keys()


@pytest.mark.parametrize(
    ("name", "source", "is_found"),
    [
        ("id", None, True),
        ("id", "website", True),
        ("id", "crm", False),
        ("website:a:b", None, True),
        ("website:a:b", "website", True),
        ("website:a:b", "crm", False),
        ("website:a", None, False),
        ("a:b", None, False),
        ("", None, False),
    ],
)
def test_a_lead_is_resolved_by_its_id_or_by_source_and_external_id(
    database: Database, name: str, source: str | None, is_found: bool
) -> None:
    lead = replace(a_lead(), id=new_lead_id(MONDAY), clocks=())
    lead = replace(lead, details=lead.details.model_copy(update={"external_id": "a:b"}))
    keep(database, lead)
    with database.read() as connection:
        resolved = leads.resolve(connection, lead.id if name == "id" else name, source)
    assert (lead.id if is_found else None) == resolved


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("slack:A0CRM", "slack:A0CRM:00Q-1"),
        ("slack:A0CRM", "slack:A0CRM:a:b"),
        ("slack", "slack:A0CRM:00Q-1"),
    ],
)
def test_a_lead_that_an_app_posted_into_slack_is_resolved_by_the_app_and_its_id(
    database: Database, source: str, name: str
) -> None:
    lead = replace(a_lead(), id=new_lead_id(MONDAY), clocks=(), source=source)
    external_id = name.removeprefix(f"{source}:")
    lead = replace(lead, details=lead.details.model_copy(update={"external_id": external_id}))
    keep(database, lead)
    with database.read() as connection:
        assert lead.id == leads.resolve(connection, name)
        assert leads.resolve(connection, name, "website") is None


def test_clocks_are_due_from_their_next_step_on_the_longest_due_first(database: Database) -> None:
    late = a_lead(1, next_step_at=MONDAY + minutes(10))
    later = a_lead(2, next_step_at=MONDAY + minutes(20))
    keep(database, later, late, a_lead(3, next_step_at=None))
    just_before = 10 - 1 / 60_000_000
    assert _due(database, just_before) == []
    assert [late.id] == _due(database, 10)
    assert [late.id, later.id] == _due(database, 60)
    assert [late.id] == _due(database, 60, limit=1)
    with database.read() as connection:
        assert MONDAY + minutes(10) == leads.next_step_at(connection)


def test_nothing_planned_has_no_next_step(database: Database) -> None:
    keep(database, a_lead(next_step_at=None))
    with database.read() as connection:
        assert leads.next_step_at(connection) is None


def test_a_clock_that_fails_five_times_is_set_aside_and_stops_nobody(database: Database) -> None:
    bad, good = a_lead(1), a_lead(2)
    keep(database, bad, good)
    with database.begin() as connection:
        counted = [leads.clock_failed(connection, bad.id, 1, MONDAY) for _ in range(4)]
    assert counted == [1, 2, 3, 4]
    assert [bad.id, good.id] == sorted(_due(database, 60))
    with database.begin() as connection:
        assert leads.clock_failed(connection, bad.id, 1, MONDAY) == leads.FAILURES_MAX
    assert [good.id] == _due(database, 60)
    with database.read() as connection:
        assert connection.scalar(select(clocks.c.set_aside_at).where(clocks.c.lead_id == bad.id)) == MONDAY


def test_a_clock_set_aside_runs_again_once_its_lead_changes(database: Database) -> None:
    lead = a_lead()
    keep(database, lead)
    with database.begin() as connection:
        for _ in range(leads.FAILURES_MAX):
            leads.clock_failed(connection, lead.id, 1, MONDAY)
        before = leads.load(connection, [lead.id], lock=True)[lead.id]
        after = before.with_clock(a_clock(lead.id, next_step_at=MONDAY + minutes(40)))
        leads.write(connection, [changed(before, after)], MONDAY)
        assert leads.clock_failed(connection, lead.id, 1, MONDAY) == 1
    assert [lead.id] == _due(database, 40)


def test_passes_are_counted_by_person_and_time(database: Database) -> None:
    keep(database, a_lead())
    entries = [
        an_entry("passed", who=ALICE, occurred_at=MONDAY),
        an_entry("passed", who=ALICE, occurred_at=MONDAY + timedelta(days=1)),
        an_entry("passed", who="ben@example.com"),
        an_entry("claimed", who=ALICE),
    ]
    with database.begin() as connection:
        timeline.append(connection, a_lead().id, entries)
    with database.read() as connection:
        assert leads.passes_on(connection, ALICE, MONDAY, MONDAY + timedelta(days=1)) == 1
        assert leads.passes_on(connection, ALICE, MONDAY, MONDAY + timedelta(days=2)) == 2


def test_open_leads_of_a_person_are_those_that_still_need_a_contact(database: Database) -> None:
    def stopped(lead: Lead) -> Lead:
        return lead.with_clock(a_clock(lead.id, stopped_at=MONDAY))

    keep(database, a_lead(1), stopped(a_lead(2)), a_lead(3, owner="ben@example.com"))
    with database.read() as connection:
        assert [a_lead(1).id] == leads.open_leads_of(connection, ALICE)


def test_a_contact_is_known_by_the_id_that_its_program_gave_it(database: Database) -> None:
    contact = a_contact(external_id="call-7", withdrawn_at=MONDAY)
    keep(database, a_lead(1, contacts=(contact,)), a_lead(2))
    with database.read() as connection:
        assert contact == leads.known_contact(connection, a_lead(1).id, "call-7")
        assert leads.known_contact(connection, a_lead(1).id, "call-8") is None
        assert leads.known_contact(connection, a_lead(2).id, "call-7") is None


def test_a_program_cannot_report_one_contact_twice(database: Database) -> None:
    twins = (a_contact(1, external_id="call-7"), a_contact(2, external_id="call-7"))
    with pytest.raises(Conflict):
        keep(database, a_lead(contacts=twins))


def test_the_timeline_keeps_what_was_written_in_order(database: Database) -> None:
    lead = a_lead()
    entries = [
        an_entry("arrived", data={"source": "website"}),
        an_entry("assigned", who=ALICE, occurred_at=MONDAY - minutes(1), logged_at=MONDAY + minutes(1)),
    ]
    with database.begin() as connection:
        leads.write(connection, [changed(None, lead, entries=entries)], MONDAY)
        timeline.append(connection, lead.id, [an_entry("told")])
    with database.read() as connection:
        written = timeline.of(connection, lead.id)
    assert [(entry.kind, entry.policy_version) for entry in written] == [
        ("arrived", "v1"),
        ("assigned", "v1"),
        ("told", None),
    ]
    assert written[0].data == {"source": "website"}
    assert (ALICE, MONDAY - minutes(1), MONDAY + minutes(1)) == (
        written[1].who,
        written[1].occurred_at,
        written[1].logged_at,
    )


def test_ids_sort_by_the_time_at_which_they_were_made() -> None:
    made = [new_lead_id(MONDAY + timedelta(milliseconds=n)) for n in range(200)]
    assert sorted(made) == made
    assert {27} == {len(id) for id in made}
    assert len({new_lead_id(MONDAY) for _ in range(1000)}) == 1000


def test_a_forked_process_makes_other_ids() -> None:
    new_lead_id(MONDAY)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_lead_id(MONDAY).encode())
        os._exit(0)
    os.waitpid(child, 0)

    theirs = os.read(reader, 100).decode()

    ours = {new_lead_id(MONDAY) for _ in range(CHANCES_AT_ONCE)}
    assert len(theirs) == LEAD_ID_LENGTH
    assert theirs not in ours


def _write_and_fail(database: Database, lead: Lead) -> None:
    with database.begin() as connection:
        leads.write(connection, [changed(None, lead)], MONDAY)
        raise ZeroDivisionError


def test_what_was_begun_and_failed_leaves_nothing(database: Database) -> None:
    keep(database, a_lead(1))
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(database, a_lead(2))
    with database.read() as connection:
        assert [a_lead(1).id] == list(leads.load(connection, [a_lead(1).id, a_lead(2).id]))
    assert a_lead(1) == loaded(database, a_lead(1).id)
