"""`python -m tests`: every check in one command, the same on every machine; the first failure ends it."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.dependencies import SKIPPED

EVERYTHING_QUICK = ["-m", "not slow and not bench"]
CHECKS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("layers", ["lint-imports"]),
    ("types", ["mypy"]),
    ("dependencies", ["python", "-m", "tests.dependencies"]),
    ("tests", ["pytest", "--cache-clear", "-n", "3", "--dist", "worksteal", *EVERYTHING_QUICK]),
)
"""The quick ones first: who forgot to format a file need not wait for the tests to hear of it."""
FAILED = 1
"""What pytest exits with when tests failed, and nothing worse happened."""
ALONE_MAX = 3
"""Real servers have real deadlines, which a machine with other work may miss: so few are tried once more, alone."""
LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")


def main(extra: list[str]) -> int:
    """Run all checks; `extra` arguments go to pytest. Returns the first failing check's exit code."""
    for name, command in CHECKS:
        started = time.monotonic()
        print(f"-- {name}", flush=True)
        code = run_tests(command, extra) if name == "tests" else run(command)
        said = "good" if code == 0 else "skipped" if code == SKIPPED else "failed"
        print(f"-- {name}: {said} after {time.monotonic() - started:.0f} s", flush=True)
        if code not in (0, SKIPPED):
            return code
    return 0


def run(command: Sequence[str], extra: Sequence[str] = ()) -> int:
    """One of the programs that are installed beside this Python."""
    program, *arguments = command
    beside = str(Path(sys.executable).parent / program)
    return subprocess.run([beside, *arguments, *extra], check=False).returncode


def run_tests(command: Sequence[str], extra: Sequence[str]) -> int:
    """All tests; where a few failed in the crowd, these once more by themselves, said aloud by their names."""
    code = run(command, extra)
    failed = list(json.loads(LAST_FAILED.read_text())) if code == FAILED and LAST_FAILED.exists() else []
    if not 0 < len(failed) <= ALONE_MAX:
        return code
    print("-- tests: these failed beside others, and are tried once more by themselves:", flush=True)
    print(*failed, sep="\n", flush=True)
    return run(["pytest", *EVERYTHING_QUICK, *failed])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
