"""The archive: what ended long ago leaves the outbox in small parts, and everybody who asks still finds it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, text

from bot.keeping import Keeping
from sla.effects import Role
from sla.lead import LeadId, Stage
from storage import archive, newest, outbox
from storage.database import Database
from storage.delivery import State
from storage.tables import outbox as outbox_table
from storage.tables import outbox_archive
from tests.faults.rig import Rig, open_rig

MONTH = timedelta(days=31)


def counted(connection: Connection) -> tuple[int, int]:
    """How many deliveries are at hand, and how many archived."""
    at_hand, archived = (
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in (outbox_table, outbox_archive)
    )
    return at_hand, archived


def a_lead_that_is_over(rig: Rig) -> LeadId:
    rig.it_is("Mon 10:00")
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:06")
    rig.office.is_contacted(lead_id)
    rig.passes(seconds=5)
    return lead_id


@pytest.fixture
def rig(database: Database) -> Iterator[Rig]:
    """At its end everything holds for what is at hand and what is archived alike."""
    with open_rig(database) as rig:
        yield rig


def test_what_ended_before_then_is_archived_and_found_by_all_who_ask(rig: Rig) -> None:
    lead_id = a_lead_that_is_over(rig)
    with rig.database.read() as connection:
        before = outbox.of_lead(connection, lead_id)
        by_id = outbox.get(connection, [one.id for one in before])
        states = newest.all_by_state(connection)
        sent = newest.sent_ids(connection)
        number, _ = counted(connection)
    assert {State.SENT} <= {one.state for one in before}

    with rig.database.begin() as connection:
        moved = archive.move(connection, rig.now + MONTH, after=None, at_most=100)

    with rig.database.read() as connection:
        assert ((0, number), number) == (counted(connection), moved.number)
        assert before == outbox.of_lead(connection, lead_id)
        assert by_id == outbox.get(connection, list(by_id))
        assert (states, sent) == (newest.all_by_state(connection), newest.sent_ids(connection))
        assert outbox.was_sent(connection, lead_id, Role.OWNER_CARD)
        assert outbox.number_sent(connection, [lead_id], Role.OWNER_CARD) == 1
        assert moved.last is None


def test_a_lead_that_is_worked_on_keeps_everything_at_hand(rig: Rig) -> None:
    rig.it_is("Mon 10:00")
    lead_id = rig.office.a_lead_arrives()
    rig.it_is("Mon 10:07")
    with rig.database.begin() as connection:
        moved = archive.move(connection, rig.now + MONTH, after=None, at_most=100)
    assert (moved.number, rig.office.lead(lead_id).stage) == (0, Stage.WITH_OWNER)


def test_it_goes_on_where_it_was_and_begins_anew_at_the_end(rig: Rig) -> None:
    a_lead_that_is_over(rig)
    with rig.database.read() as connection:
        number, _ = counted(connection)
    after, moved = None, 0
    with rig.database.begin() as connection:
        for _ in range(number + 1):
            part = archive.move(connection, rig.now + MONTH, after=after, at_most=1)
            after, moved = part.last, moved + part.number
            assert part.number <= 1
        assert (number, None) == (moved, after)


def test_a_card_is_corrected_after_its_delivery_was_archived(rig: Rig) -> None:
    lead_id = a_lead_that_is_over(rig)
    with rig.database.begin() as connection:
        archive.move(connection, rig.now + MONTH, after=None, at_most=100)

    rig.office.now += MONTH
    with rig.database.begin() as connection:
        connection.execute(text("update cards set shown_revision = 0, shown_hash = ''"))
    calls = rig.office.calls("chat.update")
    rig.office.settles()

    assert rig.office.calls("chat.update") > calls
    with rig.database.read() as connection:
        assert outbox.of_lead(connection, lead_id)


def test_what_was_owed_and_is_archived_is_not_owed_again(rig: Rig) -> None:
    lead_id = a_lead_that_is_over(rig)
    with rig.database.begin() as connection:
        archive.move(connection, rig.now + MONTH, after=None, at_most=100)
        known = archive.keys_of(connection, [lead_id])
        before = outbox.of_lead(connection, lead_id)
    assert {(one.lead_id, one.generation, one.post.key) for one in before} == known


def test_the_chore_archives_by_the_policy_a_part_with_each_heartbeat(rig: Rig) -> None:
    a_lead_that_is_over(rig)
    keeping = Keeping(rig.office.policies, None)
    with rig.database.begin() as connection:
        young = keeping(connection, rig.now)
        too_soon = keeping(connection, rig.now + MONTH - timedelta(days=2))
        old = keeping(connection, rig.now + MONTH)
    assert (young, too_soon) == (0, 0)
    assert old > 0


def test_leads_that_were_over_so_long_ago_are_erased_where_the_policy_says_so(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = a_lead_that_is_over(rig)
    policy = rig.office.policies.current.policy
    keep = policy.keep.model_copy(
        update={"personal_data": timedelta(days=20), "finished": timedelta(days=500)}
    )
    monkeypatch.setitem(policy.__dict__, "keep", keep)
    keeping = Keeping(rig.office.policies, None)

    with rig.database.begin() as connection:
        assert keeping(connection, rig.now + timedelta(days=19)) == 0
        assert keeping(connection, rig.now + timedelta(days=21)) == 1
        assert keeping(connection, rig.now + timedelta(days=22)) == 0
    rig.office.settles()

    assert rig.office.lead(lead_id).details.company is None
    assert {"Erased."} == {text[:7] for text in rig.texts("D0ALICE")}
