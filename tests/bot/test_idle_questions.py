"""Whatever an idle bot asks of its database, time and again, it finds by an index: a new question is noticed here.

A bot with nothing to do goes through a week, four hours at a time: ticker with chores, both couriers, auditor, and
who watches it. Every statement is noted; then the tables are filled, and the database says how it would answer each.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.auditor.auditor import Auditor, AuditorParts
from bot.auditor.looking import OwnProcess
from bot.chores import Chores
from bot.clock import OneClock
from bot.keeping import Keeping
from bot.ticker import Ticker
from storage import absences, leads, outbox
from storage.database import Database
from storage.tables import metadata
from tests.asked import noting_statements
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.sla.play import moment
from tests.storage.test_query_plans import _fill

EVERY, TIMES = timedelta(hours=4), 7 * 6
GROWING = ("leads", "requests", "clocks", "contacts", "timeline", "outbox", "outbox_archive", "cards")
"""Tables that have rows for each lead; in all others there is little."""
STATEMENTS = ("insert", "update", "delete", "select", "with")
PARTIAL = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}

IN_ORDER_OF_ITS_KEY = "FROM leads ORDER BY leads.id LIMIT"
"""A page of the auditor's walk over all leads: it looks at no more rows than it returns."""


class Idle:
    """A bot in one thread, with nothing to do."""

    def __init__(self, outside: OutsideOffice) -> None:
        self._outside = outside
        self._office = office = outside.office
        clock = OneClock(lambda: office.now)
        chores = Chores(office.policies, Keeping(office.policies, None))
        self._ticker = Ticker(office.recorder, office.database, office.policies, clock=clock, gather=chores)
        own = OwnProcess(name="one:7", ticked_at=lambda: office.now, idle_for=timedelta)
        self._auditor = Auditor(
            AuditorParts(
                database=office.database,
                recorder=office.recorder,
                policies=office.policies,
                clock=clock,
                own=own,
            )
        )

    def lives_through_a_week(self) -> None:
        for _ in range(TIMES):
            self._office.now += EVERY
            with self._office.database.begin() as connection:
                # It was there all the time, as far as the auditor knows.
                absences.beat(connection, "bot", self._office.now)
            self._ticker.tick()
            self._outside.settles()
            self._auditor.round()
            with self._office.database.read() as connection:
                outbox.counts(connection)
                leads.due_clocks(connection, self._office.now, 1000, lock=False)


def asked_by_an_idle_bot(database: Database) -> dict[str, Any]:
    """Each statement once, with values that came with it."""
    asked: dict[str, Any] = {}

    def noted(statement: str | bytes, values: Any, many: bool) -> None:
        # PostgreSQL gets many rows at once in statements of bytes, with a list of values.
        words = statement.decode() if isinstance(statement, bytes) else statement
        if words.lstrip().lower().startswith(STATEMENTS):
            first = values[0] if many else values
            asked.setdefault(words, tuple(first) if isinstance(first, list) else first)

    with open_outside_office(database) as outside:
        outside.office.now = moment("Mon 0:30")
        idle = Idle(outside)
        with noting_statements(noted):
            idle.lives_through_a_week()
    return asked


def looked_through(connection: Connection, statement: str, values: Any) -> Iterator[str]:
    """The tables with rows for each lead of which the database would go through every row."""
    is_sqlite = connection.dialect.name == "sqlite"
    explain = "explain query plan " if is_sqlite else "explain "
    for row in connection.exec_driver_sql(explain + statement, values):
        line = str(row[-1])
        if is_sqlite:
            found = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line)
        else:
            found = re.search(r"Seq Scan on (\w+)()", line)
        if found is not None and found[1] in GROWING and found[2] not in PARTIAL:
            yield line


def test_an_idle_bot_never_goes_through_a_table_that_grows(database: Database) -> None:
    asked = asked_by_an_idle_bot(database)
    with database.begin() as connection:
        _fill(connection)
        found = {
            statement: lines
            for statement, values in asked.items()
            if IN_ORDER_OF_ITS_KEY not in " ".join(statement.split())
            and (lines := list(looked_through(connection, statement, values)))
        }
    assert {name for name in GROWING if any(name in one for one in asked)} >= {
        "leads",
        "clocks",
        "outbox",
        "cards",
    }
    assert found == {}


@pytest.mark.parametrize(("table", "column"), [("leads", "details"), ("clocks", "calendar")])
def test_a_question_that_goes_through_a_whole_table_is_noticed(
    database: Database, table: str, column: str
) -> None:
    with database.begin() as connection:
        _fill(connection)
        asked = f"select * from {table} where {column} like 'x_y'"
        assert list(looked_through(connection, asked, ())) != []
