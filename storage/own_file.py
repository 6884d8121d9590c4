"""A file that only whoever runs the bot can read: what is in it says what people are called."""

import os
from contextlib import suppress
from pathlib import Path


def make(path: Path) -> None:
    """An empty one, made by us alone before anything is written to it. Raises FileExistsError or OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def make_if_missing(path: Path) -> None:
    """Where it cannot be made, whoever opens it next says why."""
    with suppress(OSError):
        make(path)
