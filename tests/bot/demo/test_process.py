"""The demo's bot as a child process: it ends with the demo, however the demo ends."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bot.bot_process import bare

pytestmark = pytest.mark.process

STAGE = """
from bot.demo.stage import Stage
with Stage() as stage:
    print(stage.bot_pid, stage.url, flush=True)
    input()
"""
PATIENCE_SECONDS = 30.0


@contextmanager
def watched(pid: int) -> Iterator[int]:
    """A file that can be read from as soon as the process has ended."""
    file = os.pidfd_open(pid)
    yield file
    os.close(file)


def ends_within(file: int, seconds: float) -> bool:
    ended, _, _ = select.select([file], [], [], seconds)
    return bool(ended)


def test_a_demo_that_is_killed_leaves_no_bot_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAGE],
        env=bare(TMPDIR=str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        with watched(int(demo.stdout.readline().split()[0])) as bot:
            assert not ends_within(bot, 0)
            demo.send_signal(signal.SIGKILL)
            assert ends_within(bot, PATIENCE_SECONDS)
