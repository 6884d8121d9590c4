"""The harness's side of the nursery: asks for bots, knows who lives, and kills."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[3]
BORN_WITHIN_SECONDS = 300.0
BURIED_WITHIN_SECONDS = 60.0


@dataclass(kw_only=True)
class Child:
    """A bot's process, as the nursery tells of it."""

    pid: int
    ended: threading.Event
    exit_code: int | None = None

    @property
    def lives(self) -> bool:
        return not self.ended.is_set()

    def kill(self) -> int:
        """As a power cut would; returns how it ended, which may have been by itself."""
        return self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        if self.lives:
            # Where it has just died, that will be told of.
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
        if not self.ended.wait(BURIED_WITHIN_SECONDS):
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError(f"a bot did not end within {BURIED_WITHIN_SECONDS:g} s of {how.name}")
        assert self.exit_code is not None
        return self.exit_code


class Nurse:
    """`with Nurse() as nurse:` keeps one warm process; `bears` may be called from any thread."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._born: dict[int, Child] = {}
        self._living: dict[int, Child] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._listener = threading.Thread(target=self._listen, name="nurse", daemon=True)

    def __enter__(self) -> Self:
        kept = {name: at for name, at in os.environ.items() if not name.startswith(("SLACK_", "LEAD_SLA_"))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.matrix.nursery"],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(BURIED_WITHIN_SECONDS)
        self._listener.join(BURIED_WITHIN_SECONDS)
        self._process.stdout.close()

    def bears(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        log: str = "bot.log",
        until: str | None = None,
        nth: int = 1,
        skew: float = 0.0,
        posts_per_second: float | None = None,
    ) -> Child:
        """A new process of the bot, with nothing of the user's own settings."""
        number = next(self._numbers)
        order = {
            "number": number,
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "log": log,
            "until": until,
            "nth": nth,
            "skew": skew,
            "posts_per_second": posts_per_second,
        }
        assert self._process is not None
        assert self._process.stdin is not None
        with self._changed:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            assert self._changed.wait_for(lambda: number in self._born, BORN_WITHIN_SECONDS)
            return self._born.pop(number)

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            with self._changed:
                if "number" in said:
                    child = Child(pid=said["pid"], ended=threading.Event())
                    self._born[said["number"]] = self._living[child.pid] = child
                else:
                    child = self._living.pop(said["pid"])
                    child.exit_code = said["ended"]
                    child.ended.set()
                self._changed.notify_all()
