"""SQLite's log is moved into its file beside the commits, and begun anew."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import LOG_PAGES_MAX, Database
from storage.log_mover import LogMover
from tests.waiting import eventually

STOP_WITHIN = timedelta(seconds=5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


@pytest.fixture
def kept(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    with database.begin() as connection:
        connection.execute(text("create table notes (what text)"))
    yield database
    database.close()


def write(database: Database, rows: int) -> None:
    with database.begin() as connection:
        connection.execute(
            text("insert into notes values (:what)"), [{"what": "x" * 3_000} for _ in range(rows)]
        )


def log_of(file: Path) -> int:
    return file.with_name(f"{file.name}-wal").stat().st_size


def test_no_commit_moves_the_log_itself(file: Path, kept: Database) -> None:
    write(kept, 3_000)
    size = log_of(file)
    write(kept, 1)
    assert size < log_of(file)


def test_a_log_that_was_moved_is_begun_anew(file: Path, kept: Database) -> None:
    write(kept, 2_000)
    kept.move_log()
    size = log_of(file)
    write(kept, 100)
    kept.move_log()
    write(kept, 100)
    assert size == log_of(file)
    with kept.read() as connection:
        assert connection.scalar(text("select count(*) from notes")) == 2_200


def test_a_log_that_nobody_moves_stays_within_bounds(file: Path, kept: Database) -> None:
    """As in a command that writes much beside the bot, or when the thread has died."""
    page = 4_096
    for _ in range(3):
        write(kept, LOG_PAGES_MAX // 2)
    assert log_of(file) < 2 * LOG_PAGES_MAX * page


def test_the_mover_follows_the_commits(file: Path, kept: Database) -> None:
    def is_begun_anew() -> bool:
        size = log_of(file)
        write(kept, 1)
        return size == log_of(file)

    write(kept, 2_000)
    mover = LogMover(kept)
    mover.start()
    try:
        eventually(is_begun_anew)
    finally:
        mover.stop(STOP_WITHIN)
    assert is_begun_anew()
