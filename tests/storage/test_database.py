"""What happens when the database is away, full, locked or read-only: one word for all, and it comes back."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sla.lead import Lead
from storage import leads
from storage.database import READERS_MAX, Conflict, Database, DatabaseAway
from tests.databases import Open
from tests.storage.samples import MONDAY, a_lead, changed, keep

SHORT = timedelta(milliseconds=50)
LEADS = [a_lead(number) for number in range(20)]

_LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("locked", flush=True)
sys.stdin.readline()
"""


@contextmanager
def _locked_by_another_process(path: Path | None) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", _LOCKER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            process.kill()


def _known(database: Database) -> set[str]:
    with database.read() as connection:
        return set(leads.load(connection, [lead.id for lead in LEADS]))


def test_a_file_locked_by_another_process_is_away_until_it_lets_go(sqlite_url: str, opened: Open) -> None:
    database = opened(sqlite_url, lock_wait=SHORT)
    with _locked_by_another_process(database.path):
        with pytest.raises(DatabaseAway, match="locked"):
            keep(database, LEADS[0])
        assert set() == _known(database)
    keep(database, LEADS[0])
    assert {LEADS[0].id} == _known(database)


def test_a_thread_that_writes_for_too_long_is_not_waited_for(sqlite_url: str, opened: Open) -> None:
    one, other = opened(sqlite_url), opened(sqlite_url, lock_wait=SHORT)
    with ThreadPoolExecutor(1) as pool, one.begin(), pytest.raises(DatabaseAway, match="another thread"):
        pool.submit(keep, other, LEADS[0]).result()
    keep(other, LEADS[0])


def test_who_finds_every_connection_in_use_is_told_so_and_served_when_one_is_free(
    database_url: str, opened: Open
) -> None:
    database = opened(database_url, lock_wait=SHORT)
    keep(database, LEADS[0])
    with ExitStack() as readers:
        for _ in range(READERS_MAX):
            readers.enter_context(database.read())
        with pytest.raises(DatabaseAway, match="in use"):
            _known(database)
    assert {LEADS[0].id} == _known(database)


def test_begin_inside_begin_is_an_error_of_ours(sqlite_database: Database) -> None:
    def twice() -> None:
        with sqlite_database.begin(), sqlite_database.begin():
            pass

    with pytest.raises(RuntimeError, match="inside"):
        twice()
    keep(sqlite_database, LEADS[0])


def test_a_full_disk_keeps_nothing_of_a_batch_and_goes_on_when_there_is_room(
    sqlite_database: Database,
) -> None:
    keep(sqlite_database, LEADS[0])

    def pages(most: int) -> None:
        with sqlite_database.begin() as connection:
            connection.exec_driver_sql(f"pragma max_page_count = {most}")

    pages(1)
    big = [_with_message(lead, "x" * 20_000) for lead in LEADS[1:]]
    with pytest.raises(DatabaseAway, match="full"):
        keep(sqlite_database, *big)
    assert {LEADS[0].id} == _known(sqlite_database)
    pages(1_000_000)
    keep(sqlite_database, *big)
    assert len(LEADS) == len(_known(sqlite_database))


def _with_message(lead: Lead, message: str) -> Lead:
    return replace(lead, details=lead.details.model_copy(update={"message": message}))


def test_a_read_only_file_is_away(sqlite_url: str, opened: Open) -> None:
    path = opened(sqlite_url).path
    database = opened(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(DatabaseAway, match="readonly"):
        keep(database, LEADS[0])


def test_a_new_file_is_its_owners_alone_and_so_is_its_log(tmp_path: Path, opened: Open) -> None:
    with opened(f"sqlite:///{tmp_path / 'new.db'}").begin() as connection:
        connection.exec_driver_sql("create table anything (one text)")
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {
        "new.db": 0o600,
        "new.db-wal": 0o600,
        "new.db-shm": 0o600,
    }


def test_the_rights_of_a_file_that_was_there_are_left_as_they_are(tmp_path: Path, opened: Open) -> None:
    file = tmp_path / "old.db"
    file.touch(0o640)
    rights = file.stat().st_mode
    with opened(f"sqlite:///{file}").begin() as connection:
        connection.exec_driver_sql("create table anything (one text)")
    assert file.stat().st_mode == rights


def test_a_file_in_a_folder_that_is_not_there_is_away(tmp_path: Path, opened: Open) -> None:
    database = opened(f"sqlite:///{tmp_path}/nowhere/lead-sla.db")
    with pytest.raises(DatabaseAway, match="unable to open"):
        keep(database, LEADS[0])


_CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)


def _cut_all_others(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text(_CUT))


def test_connections_cut_while_nobody_used_them_cost_nobody_an_error(
    postgresql_url: str, opened: Open
) -> None:
    database = opened(postgresql_url)
    keep(database, LEADS[0])
    assert {LEADS[0].id} == _known(database)
    _cut_all_others(opened(postgresql_url))
    assert {LEADS[0].id} == _known(database)
    _cut_all_others(opened(postgresql_url))
    keep(database, LEADS[1])


@pytest.mark.parametrize("count", [1, 20])
def test_a_connection_cut_inside_a_transaction_keeps_nothing_and_the_next_one_works(
    postgresql_url: str, opened: Open, count: int
) -> None:
    database, other = opened(postgresql_url), opened(postgresql_url)

    def write_and_be_cut(cut: Callable[[], None]) -> None:
        with database.begin() as connection:
            connection.execute(text("select 1"))
            cut()
            leads.write(connection, [changed(None, lead) for lead in LEADS[:count]], MONDAY)

    with pytest.raises(DatabaseAway):
        write_and_be_cut(lambda: _cut_all_others(other))
    assert set() == _known(database)
    write_and_be_cut(lambda: None)
    assert count == len(_known(database))


def test_a_connection_cut_before_the_commit_keeps_nothing(postgresql_url: str, opened: Open) -> None:
    database, other = opened(postgresql_url), opened(postgresql_url)

    def write_and_be_cut() -> None:
        with database.begin() as connection:
            leads.write(connection, [changed(None, LEADS[0])], MONDAY)
            _cut_all_others(other)

    with pytest.raises(DatabaseAway):
        write_and_be_cut()
    assert set() == _known(database)


def test_a_server_that_is_not_there_is_away(tmp_path: Path, opened: Open) -> None:
    database = opened(f"postgresql+psycopg://somebody@/leads?host={tmp_path}")
    with pytest.raises(DatabaseAway):
        keep(database, LEADS[0])


def test_a_look_cannot_change_anything(database: Database) -> None:
    with database.read() as connection, pytest.raises(DBAPIError, match=r"read-?only"):
        connection.execute(text("delete from leads"))


def test_a_statement_that_is_wrong_in_itself_is_an_error_of_ours(database: Database) -> None:
    def ask() -> None:
        with database.begin() as connection:
            connection.execute(text("select nothing from nowhere"))

    with pytest.raises(DBAPIError, match="nowhere"):
        ask()


def test_an_error_never_carries_what_a_lead_wrote(database: Database) -> None:
    secret = _with_message(LEADS[0], "call me on 555-0100")
    keep(database, secret)
    with pytest.raises(Conflict) as refused:
        keep(database, secret)
    told = f"{refused.value} {refused.value.__cause__}"
    assert "555-0100" not in told


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://user:pa55@host/leads", "pa55 word"]
)
def test_an_address_that_cannot_work_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///FILE") as refused:
        Database(url)
    assert "pa55" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_common_spelling_of_postgresql_is_understood(scheme: str, opened: Open) -> None:
    assert opened(f"{scheme}://user@host/leads").url.drivername == "postgresql+psycopg"


def test_sqlite_waits_for_the_disk_at_each_commit(sqlite_database: Database) -> None:
    with sqlite_database.begin() as connection:
        settings = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_who_only_looks_leaves_the_file_as_it_is(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "copy.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table something (id integer)")
    connection.close()
    before = path.read_bytes()

    with opened(f"sqlite:///{path}").read() as connection_of_ours:
        assert connection_of_ours.exec_driver_sql("select count(*) from something").scalar() == 0
    assert path.read_bytes() == before
