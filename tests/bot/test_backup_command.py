"""`lead-sla db backup`: a whole copy in a file of one's own, made beside a writer; a file that is there stays."""

import logging
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.doctor.machine import look_at_database
from storage import absences
from storage.database import Database
from storage.life_sign import LifeSign

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command sets up logging for a process of its own."""
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    yield
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAD_SLA_DATABASE_URL", sqlite_url)


def backs_up(file: str = "copy.db") -> Result:
    return CliRunner().invoke(app, ["db", "backup", file])


@pytest.mark.usefixtures("types")
def test_a_back_up_holds_what_was_written_and_only_its_owner_reads_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.begin() as connection:
        absences.beat(connection, "bot", AT)
    # Still in the log beside the file, while somebody else writes.
    with sqlite_database.begin() as connection:
        absences.beat(connection, "late", AT)
        result = backs_up()

    copy = tmp_path / "copy.db"
    assert (result.exit_code, 0o600) == (0, stat.S_IMODE(copy.stat().st_mode)), result.output
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("select name from beats").fetchall() == [("bot",)]


@pytest.mark.usefixtures("types")
def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    result = backs_up()
    assert (result.exit_code, "mine") == (1, (tmp_path / "copy.db").read_text(encoding="utf-8"))
    assert "Give the back-up another name" in result.stderr


@pytest.mark.usefixtures("types")
def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    result = backs_up("nowhere/copy.db")
    assert (result.exit_code, False) == (1, (tmp_path / "nowhere").exists())
    assert "Give a file in a folder that can be written" in result.stderr


def test_where_there_is_no_database_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAD_SLA_DATABASE_URL", "sqlite:///none.db")
    assert backs_up().exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_postgresql_is_backed_up_by_its_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql_url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEAD_SLA_DATABASE_URL", postgresql_url)
    result = backs_up()
    assert result.exit_code == 1
    assert "pg_dump --format=custom" in result.stderr


def test_doctor_says_of_a_file_that_is_older_than_what_the_bot_did(
    sqlite_database: Database, sqlite_url: str
) -> None:
    assert sqlite_database.path is not None
    sign = LifeSign(sqlite_database.path)
    with sqlite_database.begin() as connection:
        absences.beat(connection, "bot", AT)
    sign.write(AT)
    as_it_is = look_at_database(sqlite_url)
    sign.write(AT + timedelta(minutes=5))
    restored = look_at_database(sqlite_url)

    assert "up to date" in as_it_is.what
    assert "as after a restore" in restored.what
