"""The demo's bot as a child process: it ends with the demo, however the demo ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.bot.bot_process import bare

STAGE = """
from bot.demo.stage import Stage
with Stage() as stage:
    print(stage.bot_pid, stage.url, flush=True)
    input()
"""
PATIENCE_SECONDS = 30.0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path("/proc").exists() else True


def test_a_demo_that_is_killed_leaves_no_bot_behind(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STAGE],
        env=bare(TMPDIR=str(tmp_path)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        bot = int(demo.stdout.readline().split()[0])
        assert is_alive(bot)

        demo.send_signal(signal.SIGKILL)

        until = time.monotonic() + PATIENCE_SECONDS
        while is_alive(bot):
            assert time.monotonic() < until
            time.sleep(0.05)
