"""Statements of the hot paths: SQL text made once per dialect, values as plain tuples in the driver's own types.

SQLAlchemy's handling of each value, and of each statement, costs more than SQLite needs for it; here micros and
texts go straight to the driver, inside the transaction that the `Database` has opened on the connection.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Executable,
    Table,
    Text,
    any_,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.sql.elements import ColumnElement

from storage.states import json_text
from storage.upserts import insert_into

Row = tuple[Any, ...]

_ROWS_OF_A_STATEMENT = (32, 8, 1)
"""SQLite gets as many rows at once as there are of these, the most first: few texts, each of them prepared once."""

_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": psycopg_dialect.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}


class Prepared:
    """One statement; `names` says in which order its values come in each row."""

    def __init__(self, build: Callable[[str], Executable], names: Sequence[str]) -> None:
        self._build = build
        self._names = tuple(names)
        self._texts: dict[str, str] = {}

    def many(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute once for each row."""
        if rows:
            with closing(driver_of(connection).cursor()) as cursor:
                cursor.executemany(self.text(connection), rows)

    def all(self, connection: Connection, *values: Any) -> list[Row]:
        """Execute once and return the rows as the driver has them."""
        with closing(driver_of(connection).cursor()) as cursor:
            cursor.execute(self.text(connection), values)
            return list(cursor.fetchall())

    def text(self, connection: Connection) -> str:
        name = connection.dialect.name
        if name not in self._texts:
            self._texts[name] = self._compiled(name)
        return self._texts[name]

    def _compiled(self, name: str) -> str:
        compiled: Any = self._build(name).compile(dialect=_DIALECTS[name])  # type: ignore[attr-defined]
        if tuple(compiled.positiontup) != self._names:
            raise AssertionError(f"values come as {compiled.positiontup}, not as {self._names}")
        return str(compiled)


def all_of(connection: Connection, questions: Sequence[tuple[Prepared, Row]]) -> list[list[Row]]:
    """The rows of several statements with their values; PostgreSQL gets them all before its first answer is read."""
    with together(connection):
        driver = driver_of(connection)
        cursors = [driver.execute(one.text(connection), values) for one, values in questions]
        answers = [list(cursor.fetchall()) for cursor in cursors]
    for cursor in cursors:
        cursor.close()
    return answers


class Inserting(Prepared):
    """Inserts rows of these columns, given in the table's order; `ignore_known` leaves out those already there.

    On PostgreSQL a batch goes as one value in one statement: each answer of the server that is waited for costs
    more than a row. On SQLite many rows go in one statement: with each one the thread lets go of Python's lock, and
    stands in line for it again.
    """

    def __init__(self, table: Table, columns: Sequence[str], *, ignore_known: bool = False) -> None:
        values: dict[str, Any] = {name: bindparam(f"v_{name}") for name in columns}

        def build(dialect: str) -> Executable:
            if not ignore_known:
                return insert(table).values(values)
            return insert_into(dialect, table).values(values).on_conflict_do_nothing()

        super().__init__(build, [f"v_{name}" for name in columns])
        self._at_once = _at_once_text(table, columns, ignore_known=ignore_known)
        self._texts_of: dict[int, str] = {}
        self._one = f"({', '.join('?' * len(columns))})"

    def many(self, connection: Connection, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if connection.dialect.name != "sqlite":
            driver_of(connection).execute(self._at_once, [json_text(rows)])
            return
        done = 0
        with closing(driver_of(connection).cursor()) as cursor:
            for number in _ROWS_OF_A_STATEMENT:
                text = self._text_of(connection, number)
                while len(rows) - done >= number:
                    cursor.execute(text, tuple(chain.from_iterable(rows[done : done + number])))
                    done += number

    def _text_of(self, connection: Connection, number: int) -> str:
        """The statement for so many rows."""
        if number not in self._texts_of:
            text = self.text(connection)
            self._texts_of[number] = text.replace(self._one, ", ".join([self._one] * number))
        return self._texts_of[number]


def _at_once_text(table: Table, columns: Sequence[str], *, ignore_known: bool) -> bytes:
    names = ", ".join(f'"{name}"' for name in columns)
    types = [table.c[name].type.compile(_DIALECTS["postgresql"]) for name in columns]
    values = ", ".join(f"(one ->> {place})::{kind}" for place, kind in enumerate(types))
    known = " on conflict do nothing" if ignore_known else ""
    return (
        f"insert into {table.name} ({names}) select {values} "  # noqa: S608  names of our own tables
        f"from jsonb_array_elements(%s::jsonb) as one{known}"
    ).encode()


def driver_of(connection: Connection) -> Any:
    """The driver's own connection in its transaction; its errors come as the driver's."""
    if not connection.in_transaction():
        raise AssertionError("a statement outside of the transaction of Database.begin or Database.read")
    return connection.connection.driver_connection


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Statements whose answers are waited for together, at the end; SQLite has no wait to save."""
    if connection.dialect.name == "sqlite":
        yield
    else:
        with driver_of(connection).pipeline():
            yield


def updating(
    table: Table, columns: Sequence[str], keys: Sequence[str], *also: ColumnElement[bool]
) -> Prepared:
    """Set these columns (given in the table's order) on the rows with these keys; keys come last in each row."""

    def build(dialect: str) -> Executable:
        return (
            update(table)
            .where(*(table.c[key] == bindparam(f"k_{key}") for key in keys), *also)
            .values({name: bindparam(f"v_{name}") for name in columns})
        )

    return Prepared(build, [*(f"v_{name}" for name in columns), *(f"k_{key}" for key in keys)])


def among(dialect: str, what: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a text is among a list given as ONE value, so that the statement is the same for any number.

    The value is made by `as_list`.
    """
    if dialect == "sqlite":
        each = func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Text))
        return what.in_(select(each.c.value))
    return what == any_(bindparam(name, type_=postgresql.ARRAY(Text)))


def as_list(connection: Connection, values: Sequence[str]) -> Any:
    """The values as the one value that `among` expects."""
    return json_text(values) if connection.dialect.name == "sqlite" else list(values)
