"""One bot at a time on a SQLite file."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.lock import AlreadyRunning, exclusive

_HOLDER = """
import sys, pathlib
from storage.lock import exclusive
with exclusive(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def _another_process_on(path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def _take(path: Path) -> int:
    with exclusive(path) as lock_file:
        return int(lock_file.read_text())


def test_a_second_bot_is_refused_and_told_which_one_runs(tmp_path: Path) -> None:
    path = tmp_path / "lead-sla.db"
    with _another_process_on(path) as process, pytest.raises(AlreadyRunning) as refused:
        _take(path)
    assert f"process {process.pid}" in str(refused.value)
    assert f"{path}.lock" in str(refused.value)


def test_the_lock_is_free_once_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "lead-sla.db"
    with _another_process_on(path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert os.getpid() == _take(path)


def test_the_lock_is_free_after_its_block(tmp_path: Path) -> None:
    path = tmp_path / "lead-sla.db"
    assert os.getpid() == _take(path)
    assert os.getpid() == _take(path)


def test_two_databases_have_two_locks(tmp_path: Path) -> None:
    with _another_process_on(tmp_path / "one.db"):
        assert os.getpid() == _take(tmp_path / "two.db")
