"""What is asked every second is answered from a partial index, however much has ended."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from sla.effects import Urgency
from sla.lead import LeadId
from storage import archive, cards, leads, lists, notices, outbox, owed, people_now, same_person
from storage.database import Database
from storage.outbox import State
from tests.asked import noting_statements
from tests.storage.samples import ALICE, MONDAY, minutes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

QUESTIONS: dict[str, tuple[str, Callable[[Connection], Any]]] = {
    "whose next step is due": (
        "ix_clocks_next_step_at",
        lambda c: leads.due_clocks(c, MONDAY, 100, lock=False),
    ),
    "whose next step is due, locked": (
        "ix_clocks_next_step_at",
        lambda c: leads.due_clocks(c, MONDAY, 100, lock=True),
    ),
    "when is the next step due": ("ix_clocks_next_step_at", leads.next_step_at),
    "what may leave": (
        "ix_outbox_pending",
        lambda c: outbox.claimable(c, MONDAY, 10, blocked={"C1", "C2"}),
    ),
    "what of a lane could have left long ago": (
        "ix_outbox_pending",
        lambda c: outbox.claimable(c, MONDAY, 1, way="slack", lane=Urgency.REMINDER, since=MONDAY),
    ),
    "what may leave by e-mail or text message": (
        "ix_outbox_outside",
        lambda c: outbox.claimable(c, MONDAY, 10, way="outside"),
    ),
    "what is to be looked up": ("ix_outbox_unsettled", lambda c: outbox.to_look_up(c, MONDAY, 10)),
    "whose lease expired": ("ix_outbox_unsettled", lambda c: outbox.expire_leases(c, MONDAY)),
    "what is gathered": ("ix_outbox_unsettled", outbox.gathering),
    "which cards are dirty": ("ix_cards_dirty", lambda c: cards.dirty(c, 10, MONDAY)),
    "which leads of a person are open": ("ix_leads_open_by_owner", lambda c: leads.open_leads_of(c, ALICE)),
    "which leads wait for somebody": ("ix_leads_held", leads.held),
    "which leads have an address": (
        "ix_leads_email_key",
        lambda c: same_person.look_up(c, (), ["email:5@b.example"], (), MONDAY),
    ),
    "which further requests have an address": (
        "ix_requests_email_key",
        lambda c: same_person.look_up(c, (), ["email:5@b.example"], (), MONDAY),
    ),
    "which leads have a number": (
        "ix_leads_phone_key",
        lambda c: same_person.look_up(c, (), ["phone:12125550142"], (), MONDAY),
    ),
    "who has the company": (
        "ix_leads_open_by_domain",
        lambda c: same_person.look_up(c, (), (), ["5.example"], MONDAY),
    ),
    "what ended long ago": (
        "ix_outbox_ended",
        lambda c: archive.move(c, MONDAY, after=(EPOCH, 1), at_most=10),
    ),
    "what may have a copy": ("ix_outbox_ended", lambda c: outbox.maybe_copied(c, MONDAY, 10)),
    "which leads were over long ago": (
        "ix_leads_over_and_named",
        lambda c: archive.to_be_erased(c, MONDAY, 10),
    ),
    "which contacts a program reported": (
        "uq_contacts_external_id",
        lambda c: leads.known_contact(c, LeadId("L5"), "crm-5"),
    ),
    "who stands in for whom": ("ix_clocks_covering", leads.covered),
    "what an address refused": ("ix_outbox_refused", lambda c: owed.was_refused(c, "mail:5@b.example")),
    "what a list is made of": ("ix_outbox_list_id", lambda c: lists.rows_of(c, "d_5")),
    "which cards are rows of a list": ("ix_cards_list_id", lambda c: cards.rows_of(c, ["d_5"])),
    "what is owed to no lead": (
        "uq_outbox_key_without_lead",
        lambda c: notices.owed_already(c, ["digest:5", "digest:6"]),
    ),
    "which further requests have a number": (
        "ix_requests_phone_key",
        lambda c: same_person.look_up(c, (), ["phone:12125550142"], (), MONDAY),
    ),
    "how often a person passed": (
        "ix_timeline_passes",
        lambda c: leads.passes_on(c, ALICE, MONDAY, MONDAY + minutes(60)),
    ),
}
# For each table its columns and, for the row of number n, their values; one in a thousand is of interest.
_ROWS = {
    "leads": (
        "id, source, external_id, email_key, phone_key, domain_key, received_at, details, "
        "owner, stage, generation, revision, policy_version, state",
        "'L' || n, 'website', n || '', n || '@b.example', n || '', n || '.example', 0, "
        "'{\"external_id\":\"x\"}', 'alice@example.com', "
        "case n % 1000 when 0 then 'with_owner' else 'contacted' end, 1, 1, 'v1', '{}'",
    ),
    "requests": (
        "source, external_id, lead_id, received_at, email_key",
        "'website', 'again-' || n, 'L' || n, 0, n || '@b.example'",
    ),
    "clocks": (
        "lead_id, number, kind, round, how, calendar, started_at, next_step_at",
        "'L' || n, 1, 'owner', 0, 'routed', 'berlin', 0, case when n % 1000 = 0 then n else null end",
    ),
    "contacts": (
        'id, lead_id, "by", logged_by, channel, outcome, occurred_at, logged_at, counts, position',
        "'C' || n, 'L' || n, 'a', 'a', 'call', 'sent', n, n, true, 0",
    ),
    "timeline": (
        "lead_id, kind, occurred_at, logged_at, who, data",
        "'L' || n, case n % 1000 when 0 then 'passed' else 'arrived' end, n, n, 'x' || n, '{}'",
    ),
    "outbox": (
        "id, lead_id, generation, role, place, key, urgency, fenced, gathered, data, state, created_at, ended_at",
        "'d_' || n, 'L' || n, 1, 'owner_card', case n % 2000 when 0 then 'sms:+1' else '@a' end, 'card', 2, "
        "true, false, '{}', "
        f"case n % 1000 when 0 then '{State.PENDING}' when 1 then '{State.UNCERTAIN}' else '{State.SENT}' end, 0, "
        "case when n % 1000 > 1 then n end",
    ),
    "outbox_archive": (
        "seq, id, lead_id, generation, role, place, key, urgency, fenced, gathered, data, state, attempt, looks, "
        "created_at, ended_at, is_held",
        "-n, 'd_old' || n, 'L' || n, 1, 'owner_card', '@a', 'card', 2, true, false, '{}', "
        f"'{State.SENT}', 1, 0, n, n, false",
    ),
    "cards": (
        "id, lead_id, role, place, channel, ts, wanted_revision, shown_revision, shown_hash, posted_at",
        "'d_' || n, 'L' || n, 'owner_card', '@a', 'D1', '1.' || n, 1, case n % 1000 when 0 then 0 else 1 end, '', 0",
    ),
}
MANY = 6_000
AS_GOOD = {"uq_outbox_key_without_lead": "sqlite_autoindex_outbox_2"}
"""Where SQLite knows two indexes that are as good as each other, by its own figures, and takes either."""


def _fill(connection: Connection) -> None:
    numbers = f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {MANY})"
    for table, (columns, values) in _ROWS.items():
        connection.execute(text(f"insert into {table} ({columns}) {numbers} select {values} from numbers"))
    connection.exec_driver_sql("analyze")


def _plans(connection: Connection, question: Callable[[Connection], Any]) -> str:
    """How the database answers the question, in its own words."""
    asked: list[tuple[str, Any]] = []

    with noting_statements(lambda statement, values, _: asked.append((statement, values))):
        question(connection)
    assert asked
    explain = "explain query plan " if connection.dialect.name == "sqlite" else "explain "
    lines = [
        str(row)
        for statement, values in asked
        for row in connection.exec_driver_sql(explain + statement, values)
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_of_every_second_uses_its_partial_index(database: Database, name: str) -> None:
    index, question = QUESTIONS[name]
    with database.begin() as connection:
        _fill(connection)
        plans = _plans(connection, question)
    assert index in plans or AS_GOOD.get(index, index) in plans
    assert "Seq Scan" not in plans
    assert "SCAN outbox\n" not in plans


def test_leads_are_loaded_in_three_queries_by_index(database: Database) -> None:
    with database.begin() as connection:
        _fill(connection)
        plans = _plans(
            connection, lambda c: leads.load(c, [LeadId(f"L{n}") for n in range(1, 200)], lock=True)
        )
        keys = [("website", str(n)) for n in range(5)]
        plans += _plans(connection, lambda c: leads.find_ids(c, keys))
    assert "Seq Scan" not in plans
    for table in ("leads", "clocks", "contacts"):
        assert f"SCAN {table}" not in plans


def test_open_leads_are_counted_by_their_owners_index(database: Database) -> None:
    with database.begin() as connection:
        _fill(connection)
        plans = _plans(connection, lambda c: people_now.load(c, MONDAY, ["a5", "a7"]))
    assert "ix_leads_open_by_owner" in plans
    assert "SCAN leads" not in plans
    assert "Seq Scan on leads" not in plans
