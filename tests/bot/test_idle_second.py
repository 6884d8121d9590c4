"""An idle second, with everything that the bot looks at in it: no question reads through what has ended."""

import re
from typing import Any

from sqlalchemy import Connection, text

from bot.chores import Chores
from bot.clock import OneClock
from bot.keeping import Keeping
from bot.ticker import Ticker
from storage.database import Database
from tests.asked import noting_statements
from tests.bot.courier.outside_office import OutsideOffice, open_outside_office
from tests.storage.test_query_plans import _ROWS

BIG = "leads|requests|clocks|contacts|timeline|outbox|cards"
WHOLE = re.compile(rf"SCAN ({BIG})(?! USING INDEX ix_\w+)|Seq Scan on ({BIG})\b")
MANY = 6_000


def much_has_ended(connection: Connection) -> None:
    """Thousands of rows of which none is of interest any more."""
    numbers = f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {MANY})"
    for table, (columns, values) in _ROWS.items():
        ended = values.replace("n % 1000", "n % 100000000").replace("when 1 then", "when -1 then")
        connection.execute(text(f"insert into {table} ({columns}) {numbers} select {ended} from numbers"))
    connection.exec_driver_sql("analyze")


def a_second(office: OutsideOffice, ticker: Ticker) -> None:
    ticker.tick()
    office.office.courier.round()
    office.outside.round()


def test_no_question_of_an_idle_second_reads_through_what_has_ended(database: Database) -> None:
    with database.begin() as connection:
        much_has_ended(connection)
    with open_outside_office(database) as office:
        inside = office.office
        ticker = Ticker(
            inside.recorder,
            database,
            inside.policies,
            clock=OneClock(lambda: inside.now),
            gather=Chores(inside.policies, Keeping(inside.policies, None)),
        )
        for _ in range(2):
            a_second(office, ticker)
            office.passes(seconds=11)
        asked: dict[str, Any] = {}
        with noting_statements(lambda statement, values, many: asked.setdefault(statement, (values, many))):
            a_second(office, ticker)
            inside.settles()
        assert len(asked) > 10

        explain = "explain query plan " if database.is_sqlite else "explain "
        whole = []
        with database.begin() as connection:
            for statement, (values, many) in asked.items():
                if not statement.lstrip().lower().startswith(("select", "update", "delete", "with")):
                    continue
                rows = connection.exec_driver_sql(explain + statement, values[0] if many else values)
                plan = "\n".join(map(str, rows))
                if WHOLE.search(plan):
                    whole.append((statement, plan))
        assert whole == []
