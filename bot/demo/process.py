"""The demo's bot as a child process: started, killed, stopped, and what it logged last."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

STOP_WITHIN_SECONDS = 12.0
LOG_LINES_SHOWN = 15


class BotProcess:
    """One bot at a time; `ended` is called, from a thread of its own, whenever one has ended, however it did."""

    def __init__(self, folder: Path, ended: Callable[[], None]) -> None:
        self._folder = folder
        self._ended = ended
        self._process: subprocess.Popen[bytes] | None = None
        self._is_to_end = False
        self.ended_by_itself = False

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self.is_alive else None

    def start(self, module: Sequence[str], settings: dict[str, str]) -> None:
        """Run the module with these settings and nothing of the user's own."""
        self._is_to_end = self.ended_by_itself = False
        with (self._folder / "bot.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  the module is our own
                [sys.executable, "-m", *module],
                cwd=self._folder,
                env=_without_own_settings() | settings,
                # It ends when this pipe does: however the demo ends, its bot does not outlive it.
                stdin=subprocess.PIPE,
                bufsize=0,
                stdout=log,
                stderr=log,
                # Ctrl-C at the terminal is for the demo, which ends its bot itself.
                start_new_session=True,
            )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        threading.Thread(target=self._watch, args=(self._process,), name="bot-watch", daemon=True).start()

    def nudge(self) -> None:
        """Have it look at the clock."""
        line = None if self._process is None else self._process.stdin
        # One that ends looks at nothing any more, and one with a full pipe has enough to look at.
        with contextlib.suppress(OSError, ValueError):
            if line is not None:
                line.write(b".")

    def kill(self) -> None:
        """End it as a power cut would: nothing is finished, nothing is said."""
        self._is_to_end = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and end it where it does not."""
        if self._process is None or not self.is_alive:
            return
        self._is_to_end = True
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_end(self) -> str:
        """The last lines of the bot's log."""
        log = self._folder / "bot.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        if process is self._process:
            self.ended_by_itself = not self._is_to_end
            self._ended()


def _without_own_settings() -> dict[str, str]:
    own = ("SLACK_", "LEAD_SLA_")
    return {name: value for name, value in os.environ.items() if not name.startswith(own)}
