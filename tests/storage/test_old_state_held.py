"""Somebody keeps an old state of the database open while thousands of clocks are fired: the clocks go on, what is asked
every second passes over what was fired at most once each, and all of it is tidied away once they let go.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text

from storage import audit_health, leads
from storage.database import Database
from storage.micros import micros
from tests.asked import noting_statements
from tests.databases import Open
from tests.storage.samples import MONDAY

FIRED, AT_ONCE = 3_000, 200
FEW_PAGES = 20
QUESTIONS: dict[str, Callable[[Connection], Any]] = {
    "whose next step is due": lambda c: leads.due_clocks(c, MONDAY, AT_ONCE, lock=False),
    "whose next step is due, locked": lambda c: leads.due_clocks(c, MONDAY, AT_ONCE, lock=True),
    "when is the next step due": leads.next_step_at,
}
_NUMBERS = f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {FIRED})"
_LEADS = (
    "insert into leads (id, source, external_id, received_at, details, stage, generation, revision, policy_version, "
    f"state) {_NUMBERS} select 'L' || n, 'website', n || '', 0, '{{}}', 'with_owner', 1, 1, 'v1', '{{}}' from numbers"
)
# In another order than that in which they lie there: each that was fired is a page of its own to look at.
_CLOCKS = (
    "insert into clocks (lead_id, number, kind, round, how, calendar, started_at, next_step_at) "
    f"{_NUMBERS} select 'L' || n, 1, 'owner', 0, 'routed', 'berlin', 0, {micros(MONDAY)} - n * 7919 % {FIRED} "
    "from numbers"
)


def fill(database: Database) -> None:
    with database.begin() as connection:
        for rows in (_LEADS, _CLOCKS):
            connection.execute(text(rows))
        connection.exec_driver_sql("analyze")


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Whoever reads here goes on seeing what stands there now."""
    with database.read() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("set transaction isolation level repeatable read"))
        assert len(leads.due_clocks(connection, MONDAY, 2 * FIRED, lock=False)) == FIRED
        yield
        assert len(leads.due_clocks(connection, MONDAY, 2 * FIRED, lock=False)) == FIRED


def fire(database: Database, *, after_each: Callable[[], object] = lambda: None) -> int:
    """Take what is due, so many at once as the ticker does; nothing follows on them for now."""
    fired = 0
    while True:
        with database.begin() as connection:
            due = leads.due_clocks(connection, MONDAY, AT_ONCE, lock=True)
            taken = text("update clocks set next_step_at = null where lead_id = :id")
            if due:
                connection.execute(taken, [{"id": lead_id} for lead_id, _ in due])
        after_each()
        fired += len(due)
        if not due:
            return fired


def pages_read(database: Database, question: Callable[[Connection], Any]) -> int:
    """How many pages PostgreSQL looks at for the answer."""
    asked: list[tuple[str, Any]] = []
    with database.begin() as connection:
        with noting_statements(lambda statement, values, _: asked.append((statement, values))):
            question(connection)
        [(statement, values)] = asked
        explain = f"explain (analyze, buffers, format json) {statement}"
        plan = connection.exec_driver_sql(explain, values).scalar_one()[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_was_fired_is_passed_over_once_each_while_it_is_held_and_is_gone_once_it_is_let_go(
    postgresql_url: str, opened: Open, name: str
) -> None:
    database, other = opened(postgresql_url), opened(postgresql_url)
    fill(database)
    with held(other):
        assert fire(database) == FIRED
        vacuum(postgresql_url)
        assert pages_read(database, QUESTIONS[name]) <= FIRED * 1.1
    vacuum(postgresql_url)
    assert pages_read(database, QUESTIONS[name]) <= FEW_PAGES


def vacuum(url: str) -> None:
    """As the server does by itself now and then."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("vacuum clocks")


def test_clocks_are_fired_beside_a_reader_and_the_log_is_begun_anew_once_it_lets_go(
    sqlite_url: str, opened: Open
) -> None:
    database, other = opened(sqlite_url), opened(sqlite_url)
    fill(database)
    database.move_log()
    before = audit_health.log_bytes(database)
    with held(other):
        assert fire(database, after_each=database.move_log) == FIRED
        grown = audit_health.log_bytes(database)
    database.move_log()
    with database.begin() as connection:
        connection.execute(text("update clocks set fired_through = 1"))
    assert before < grown == audit_health.log_bytes(database)
