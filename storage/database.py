"""The database: its connections, the one place that commits, and what it means when it is away."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage import own_file

__all__ = ["Conflict", "Connection", "Database", "DatabaseAway", "SchemaTooOld"]

LOCK_WAIT = timedelta(seconds=10)
STATEMENT_TIMEOUT = timedelta(seconds=60)
CONNECT_TIMEOUT = timedelta(seconds=5)
READERS_MAX = 40
CACHE_KIB = 16 * 1024
"""Of the writer's connection alone: a batch of due steps touches more than the 2 MB that SQLite comes with."""
LOG_PAGES_MAX = 20_000
"""From so many pages of its log on (80 MB) a commit moves them itself; before that `move_log` does it meanwhile."""

_KINDS = "use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"

_WRITERS_SETTINGS = (
    "journal_mode = WAL",
    f"cache_size = -{CACHE_KIB}",
    f"wal_autocheckpoint = {LOG_PAGES_MAX}",
)
_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
# What SQLite answers to a statement that is wrong in itself: a fault of ours, not of the disk.
_OUR_FAULT = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_TOOBIG,
)
# unique_violation, serialization_failure, deadlock_detected
_RACES = ("23505", "40001", "40P01")
# Connection lost, resources gone, shut down, input/output, read-only, lock or statement timed out.
_AWAY_CLASSES = ("08", "53", "57", "58", "XX")
_AWAY_STATES = ("25006", "25P03", "25P04", "55P03")


class DatabaseAway(Exception):
    """The database cannot save at the moment: away, locked, full or read-only. Nothing was saved."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The database cannot be used at the moment: {reason}")
        self.reason = reason


class Conflict(Exception):
    """Another process was faster (same key, or a deadlock was broken): read again, decide again."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Somebody else changed the same rows: {reason}")
        self.reason = reason


class SchemaTooOld(Exception):
    """The tables are not those of this version of the program."""

    def __init__(self, current: str | None, needed: str) -> None:
        super().__init__(
            f"The database is at revision {current or 'none'}, this version needs {needed}. "
            "Run `lead-sla db upgrade`, then start again."
        )
        self.current = current
        self.needed = needed


class Database:
    """One database. `begin()` is the only way to change it, `read()` the way to look without changing."""

    def __init__(self, url: str, *, lock_wait: timedelta = LOCK_WAIT) -> None:
        self.url = _with_driver(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.path = _file_of(self.url) if self.is_sqlite else None
        self._lock_wait = lock_wait
        self.written = threading.Event()
        if self.path is None:
            self._writer = _postgresql(self.url, lock_wait)
            # One snapshot for all queries of a read: a lead and its clocks belong together.
            self._reader: Engine = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._lock: _WriterLock | None = None
        else:
            self._writer = _sqlite(self.url, lock_wait, begin="BEGIN IMMEDIATE", query_only=False)
            self._reader = _sqlite(self.url, lock_wait, begin="BEGIN", query_only=True)
            self._lock = _lock_of(self.path)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block. Raises DatabaseAway or Conflict; then nothing is kept."""
        with self._alone(), _own_words(), self._writer.connect() as connection, connection.begin():
            yield connection
        self.written.set()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A look at all that is committed. Never commits, never waits for a writer, refuses to write."""
        with _own_words(), self._reader.connect() as connection, connection.begin():
            yield connection

    def move_log(self) -> None:
        """Move what SQLite's log holds into the file; nothing to do on PostgreSQL.

        Else it would be the commits that do it, every thousand pages, while somebody waits for them. Most of it
        is moved while others write; the rest, of what they wrote meanwhile, with the writers held up for a
        moment, because only a log that was moved whole is begun anew.
        """
        if self._lock is None:
            return
        with _own_words():
            self._move_log()
            with self._alone():
                self._move_log()

    def _move_log(self) -> None:
        connection = self._reader.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
        finally:
            connection.close()

    def order(self, words: str) -> Any:
        """Say this to SQLite outside of any transaction, while nobody else here writes; its first answer."""
        with _own_words(), self._alone(), closing(self._writer.raw_connection()) as connection:
            return connection.cursor().execute(words).fetchone()

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()

    def _alone(self) -> AbstractContextManager[None]:
        return self._lock.held(self._lock_wait) if self._lock is not None else nullcontext()


class _WriterLock:
    """Lets one thread at a time write to a SQLite file: threads queue up here instead of polling SQLite's lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def held(self, wait: timedelta) -> Iterator[None]:
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("begin() inside begin(): the inner one would wait for the outer one for ever")
        if not self._lock.acquire(timeout=wait.total_seconds()):
            raise DatabaseAway(f"another thread has been writing for more than {wait.total_seconds():g} s")
        self._holder = me
        try:
            yield
        finally:
            self._holder = None
            self._lock.release()


_locks: dict[Path, _WriterLock] = {}
_locks_guard = threading.Lock()


def _lock_of(path: Path) -> _WriterLock:
    with _locks_guard:
        return _locks.setdefault(path, _WriterLock())


@contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as problem:
        raise DatabaseAway("all its connections are in use") from problem
    except DBAPIError as problem:
        raise _in_own_words(problem.orig, lost=problem.connection_invalidated) or problem from problem
    except (sqlite3.Error, psycopg.Error) as problem:
        # Statements of the hot paths bypass SQLAlchemy, and so do their errors.
        raise _in_own_words(problem, lost=False) or problem from problem


def _in_own_words(cause: BaseException | None, *, lost: bool) -> Exception | None:
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(cause, lost=lost)
    return None


def _of_sqlite(cause: sqlite3.Error) -> Exception | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if code in _UNIQUE:
        return Conflict(str(cause))
    # The low byte is the family: all kinds of "busy" are BUSY.
    if code is None or code & 0xFF in _OUR_FAULT:
        return None
    return DatabaseAway(str(cause))


def _of_postgresql(cause: psycopg.Error, *, lost: bool) -> Exception | None:
    state = cause.sqlstate
    # Not the details of the message, for they quote what people wrote.
    reason = (
        cause.diag.message_primary or (str(cause).strip() if state is None else "") or type(cause).__name__
    )
    if state in _RACES:
        return Conflict(reason)
    never_reached = state is None and isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError))
    if lost or never_reached or (state is not None and (state[:2] in _AWAY_CLASSES or state in _AWAY_STATES)):
        return DatabaseAway(reason)
    return None


def _with_driver(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        # Its text is not repeated: it may hold a password.
        raise ValueError(f"this is not a database's address: {_KINDS}") from None
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise ValueError(f"{url.drivername} is not a known kind of database: {_KINDS}")
    return url


def _file_of(url: URL) -> Path:
    if url.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file (sqlite:///FILE): a database in memory is lost with its thread")
    return Path(str(url.database).removeprefix("file:")).resolve()


def _postgresql(url: URL, lock_wait: timedelta) -> Engine:
    limits = (
        f"-c lock_timeout={_milliseconds(lock_wait)} -c statement_timeout={_milliseconds(STATEMENT_TIMEOUT)} "
        f"-c idle_in_transaction_session_timeout={_milliseconds(STATEMENT_TIMEOUT)}"
    )
    return create_engine(
        url,
        # An error that is logged must not carry what people wrote.
        hide_parameters=True,
        pool_size=10,
        max_overflow=READERS_MAX - 10,
        pool_timeout=lock_wait.total_seconds(),
        # A connection that died in the pool costs nobody an error: it is tried before it is handed out.
        pool_pre_ping=True,
        connect_args={"connect_timeout": int(CONNECT_TIMEOUT.total_seconds()), "options": limits},
    )


def _sqlite(url: URL, lock_wait: timedelta, *, begin: str, query_only: bool) -> Engine:
    engine = create_engine(
        url,
        # An error that is logged must not carry what people wrote.
        hide_parameters=True,
        pool_size=1 if begin == "BEGIN IMMEDIATE" else 8,
        max_overflow=0 if begin == "BEGIN IMMEDIATE" else READERS_MAX - 8,
        pool_timeout=lock_wait.total_seconds(),
        # Whoever takes a connection ends the transaction that was begun: there is nothing to roll back afterwards.
        pool_reset_on_return=None,
        connect_args={"timeout": lock_wait.total_seconds()},
    )

    def opened(connection: Any, _record: Any) -> None:
        # Python's own habit of opening transactions is switched off: BEGIN is ours to say.
        connection.isolation_level = None
        for setting in (
            f"busy_timeout = {_milliseconds(lock_wait)}",
            # It is kept in the file: who only looks leaves the file as it is.
            *(() if query_only else _WRITERS_SETTINGS),
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {setting}")

    def begun(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(begin).close()

    event.listen(engine, "do_connect", lambda *_: own_file.make_if_missing(_file_of(url)))
    event.listen(engine, "connect", opened)
    event.listen(engine, "begin", begun)
    return engine


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
