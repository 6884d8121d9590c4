"""The lock file beside a SQLite database: one bot at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the lock."""

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(
            f"Another bot is running on this database (process {pid or 'unknown'}, lock file {path}). "
            "Stop it first, or give this one a database of its own."
        )
        self.path = path
        self.pid = pid


@contextmanager
def exclusive(path: Path) -> Iterator[Path]:
    """Hold the lock of the database at `path` for the block; raises AlreadyRunning. Yields the lock file.

    The system lets go of the lock when the process ends, however it ends; the file itself stays, because
    whoever removed it could take it away under a process that has just opened it.
    """
    lock_path = path.with_name(path.name + ".lock")
    descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(lock_path, os.pread(descriptor, 32, 0).decode().strip()) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield lock_path
    finally:
        os.close(descriptor)
