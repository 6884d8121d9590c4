"""What the auditor finds of messages that left after their clock had ended, and what is no such message.

Each is about clock 2, which ended at 9:10; it was owed at 9:00 and left at 9:11 where nothing else is said.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from storage import audit_fence, outbox, timeline
from storage.archive import Place
from storage.audit_kinds import Kind
from storage.database import Database
from storage.micros import micros, moment
from tests.storage.samples import MONDAY, a_post, an_entry, minutes, send_all
from tests.storage.test_audit import (
    BROKEN,
    LATER,
    LEAD,
    LEFT_LATE,
    STOPPED,
    TOO_LATE,
    change_outbox,
    execute,
    sound,
)


def found(database: Database, *more: Callable[[Connection], None]) -> list[Kind]:
    sound(database)
    with database.begin() as connection:
        for broken in (BROKEN[LEFT_LATE][1], *more):
            broken(connection)
    with database.read() as connection:
        return [one.kind for one in audit_fence.after_their_clocks(connection, None, LATER)[0]]


def test_it_is_found_whoever_took_it_and_wherever_it_went(database: Database) -> None:
    assert found(database, change_outbox("place = 'sms:+4930901820'")) == [Kind.AFTER_ITS_CLOCK]


@pytest.mark.parametrize(
    "values",
    [
        f"send_started_at = {STOPPED}",
        f"send_started_at = {micros(MONDAY + minutes(10.5))}",
        f"sent_at = {STOPPED}",
        "fenced = false",
        "clock = null",
        "lead_id = null",
        "send_started_at = null",
        f"created_at = {TOO_LATE}",
        "state = 'void'",
        "state = 'refused', sent_at = null",
    ],
    ids=[
        "begun in the same moment",
        "begun while the end was being saved",
        "found later, and had left before",
        "said whatever came after",
        "about no clock",
        "about no lead",
        "left as a row of a list",
        "owed before the clock was set back",
        "not said",
        "refused",
    ],
)
def test_what_the_fence_lets_through_is_no_finding(database: Database, values: str) -> None:
    assert found(database, change_outbox(values)) == []


def test_a_clock_that_runs_lets_everything_through(database: Database) -> None:
    assert found(database, change_outbox("clock = 1")) == []


@pytest.mark.parametrize(
    ("kind", "occurred", "logged", "finding"),
    [
        ("contact", 10, 10, 1),
        ("contact", 10, 12, 0),
        ("contact", 4, 12, 0),
        ("contact_corrected", 12, 12, 0),
        ("handed_over", 10, 12, 0),
        ("reminder", 9, 12, 1),
    ],
)
def test_the_end_counts_from_when_it_was_logged(
    database: Database, kind: str, occurred: int, logged: int, finding: int
) -> None:
    def is_logged(connection: Connection) -> None:
        times = {"occurred_at": MONDAY + minutes(occurred), "logged_at": MONDAY + minutes(logged)}
        timeline.append(connection, LEAD.id, [an_entry(kind, **times)])

    by_contact = execute("update clocks set stopped_by = 'contact' where number = 2")
    assert len(found(database, by_contact, is_logged)) == finding


def test_a_round_goes_on_behind_what_it_looked_at(database: Database) -> None:
    with database.begin() as connection:
        posts = [(None, 0, a_post(key=str(number))) for number in range(5)]
        outbox.add(connection, posts, MONDAY)
        send_all(connection)
        connection.execute(text(f"update outbox set ended_at = {STOPPED} + seq / 2"))
        rows = connection.execute(text("select ended_at, seq from outbox order by ended_at, seq")).all()
    places = [(moment(row.ended_at), row.seq) for row in rows]
    with database.read() as connection:
        last: list[Place | None] = [None]
        for _ in range(4):
            last.append(audit_fence.after_their_clocks(connection, last[-1], LATER, 2)[1])
        assert [None, places[1], places[3], places[4], places[4]] == last
        assert places[1] == audit_fence.place_before_the_newest(connection, LATER, 3)
        assert audit_fence.place_before_the_newest(connection, LATER, 5) is None
        assert audit_fence.place_before_the_newest(connection, MONDAY, 0) is None


def test_more_than_a_round_tells_is_found_in_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_fence, "ROWS_MAX", 1)
    sound(database)
    with database.begin() as connection:
        BROKEN[LEFT_LATE][1](connection)
        outbox.add(connection, [(LEAD.id, 9, a_post(clock=2))], MONDAY)
        send_all(connection, MONDAY + minutes(11))
        first, last = audit_fence.after_their_clocks(connection, None, LATER)
        second, last = audit_fence.after_their_clocks(connection, last, LATER)
        assert len({one.name for one in (*first, *second)}) == 2
        third, last = audit_fence.after_their_clocks(connection, last, LATER)
        assert third == []
