"""Leads that somebody works for a colleague are found, and messages about no lead are owed once and counted."""

from dataclasses import replace
from datetime import timedelta

from sla.effects import Role
from sla.lead import Clock
from storage import leads, notices, outbox
from storage.database import Database
from tests.storage.samples import ALICE, MONDAY, TO_ALICE, a_clock, a_lead, a_post, keep, minutes

BOB = "bob@example.com"
HOUR = timedelta(hours=1)


def covering(number: int, **changes: object) -> Clock:
    lead = a_lead(number)
    return replace(a_clock(lead.id), person=BOB, how="covering", by=ALICE, **changes)  # type: ignore[arg-type]


def test_a_lead_that_is_worked_for_a_colleague_is_found_open_and_contacted(database: Database) -> None:
    contacted = {"stopped_at": MONDAY + minutes(5), "stopped_by": "contact", "next_step_at": None}
    keep(
        database,
        a_lead(1, owner=BOB, clocks=(covering(1),)),
        a_lead(2, owner=BOB, clocks=(covering(2, **contacted),)),
        a_lead(3),
        a_lead(4, owner=ALICE, clocks=(covering(4, **contacted),)),
    )
    with database.read() as connection:
        assert [(a_lead(1).id, ALICE), (a_lead(2).id, ALICE)] == leads.covered(connection)


def test_a_message_about_no_lead_is_owed_once_under_its_key(database: Database) -> None:
    post = a_post(Role.SHIFT, key="shift:hot:alice:1", fenced=False, clock=None)
    with database.begin() as connection:
        assert notices.owed_already(connection, {post.key}) == set()
        outbox.add(connection, [(None, 0, post), (None, 0, post)], MONDAY)
        assert {post.key} == notices.owed_already(connection, {post.key, "another"})
        assert len(outbox.claimable(connection, MONDAY, 10)) == 1


def test_what_arrived_in_a_time_is_counted_by_when_it_was_owed(database: Database) -> None:
    with database.begin() as connection:
        for number, at in enumerate([MONDAY - minutes(1), MONDAY, MONDAY + HOUR, MONDAY + 2 * HOUR]):
            outbox.add(connection, [(None, 0, a_post(Role.PAGE, key=f"page:{number}", clock=None))], at)
        owed = outbox.claimable(connection, MONDAY + 3 * HOUR, 10)
        until = MONDAY + 3 * HOUR
        taken = outbox.claim(connection, [one.id for one in owed], leased_until=until, at=MONDAY + 3 * HOUR)
        for one in taken[:3]:
            outbox.sent(
                connection,
                one.id,
                one.attempt,
                channel="D1",
                ts=f"{one.seq}.0",
                at=until,
                revision=0,
                shown_hash="",
            )
        arrived = notices.sent_to(connection, str(TO_ALICE), Role.PAGE, MONDAY, MONDAY + 2 * HOUR)
        assert arrived == [MONDAY, MONDAY + HOUR]
        assert notices.sent_to(connection, "@nobody", Role.PAGE, MONDAY, MONDAY + 2 * HOUR) == []
