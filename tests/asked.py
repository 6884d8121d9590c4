"""What the bot asks of its database: each statement, whether SQLAlchemy executes it or the driver does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from storage import prepared

Noted = Callable[[str, Any, bool], None]
"""The statement, its values (those of all rows where it is executed for many), and whether it is."""


class _Cursor:
    """The driver's cursor, which tells what it is about to execute."""

    def __init__(self, cursor: Any, noted: Noted) -> None:
        self._cursor = cursor
        self._noted = noted

    def execute(self, statement: str, values: Any) -> None:
        self._noted(statement, values, False)
        self._cursor.execute(statement, values)

    def executemany(self, statement: str, rows: Any) -> None:
        self._noted(statement, rows, True)
        self._cursor.executemany(statement, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _Driver:
    def __init__(self, driver: Any, noted: Noted) -> None:
        self._driver = driver
        self._noted = noted

    def cursor(self) -> _Cursor:
        return _Cursor(self._driver.cursor(), self._noted)

    def execute(self, statement: str, values: Any) -> Any:
        self._noted(statement, values, False)
        return self._driver.execute(statement, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


@contextmanager
def noting_statements(noted: Noted) -> Iterator[None]:
    """Every statement of this process until the block ends, but those that only PostgreSQL gets whole batches by."""
    driver_of = prepared.driver_of

    def executed(
        _connection: Connection, _cursor: Any, statement: str, values: Any, _x: Any, many: bool
    ) -> None:
        noted(statement, values, many)

    event.listen(Engine, "before_cursor_execute", executed)
    prepared.driver_of = lambda connection: _Driver(driver_of(connection), noted)
    try:
        yield
    finally:
        prepared.driver_of = driver_of
        event.remove(Engine, "before_cursor_execute", executed)
