"""`python -m tests`: every check in one command, the same on every machine; the first failure ends it."""

import subprocess
import sys
import time
from pathlib import Path

from tests.dependencies import SKIPPED

CHECKS = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("layers", ["lint-imports"]),
    ("types", ["mypy"]),
    ("dependencies", ["python", "-m", "tests.dependencies"]),
    ("tests", ["pytest", "-n", "3", "--dist", "worksteal", "-m", "not slow and not bench"]),
)
"""The quick ones first: who forgot to format a file need not wait for the tests to hear of it."""


def main(extra: list[str]) -> int:
    """Run all checks; `extra` arguments go to pytest. Returns the first failing check's exit code."""
    programs = Path(sys.executable).parent
    for name, (program, *arguments) in CHECKS:
        started = time.monotonic()
        print(f"-- {name}", flush=True)
        command = [str(programs / program), *arguments, *(extra if name == "tests" else [])]
        code = subprocess.run(command, check=False).returncode
        said = "good" if code == 0 else "skipped" if code == SKIPPED else "failed"
        print(f"-- {name}: {said} after {time.monotonic() - started:.0f} s", flush=True)
        if code not in (0, SKIPPED):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
