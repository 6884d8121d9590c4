"""`python -m tests.benchmarks`: all figures in one run, at the end as one Markdown table with date and machine."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.benchmarks.figures import FIGURES, as_markdown

HERE = Path(__file__).parent


def main(extra: list[str]) -> int:
    """Run the benchmarks (`extra` arguments go to pytest), print the table; the exit code is pytest's."""
    code = pytest.main([str(HERE), "-m", "bench", "-s", "-q", "-p", "no:cacheprovider", *extra])
    print(f"\n{as_markdown(FIGURES)}\n\n{machine()}")
    return int(code)


def machine() -> str:
    """When and where this was measured."""
    now = datetime.now(UTC)
    busy = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{now:%Y-%m-%d %H:%M} UTC, {platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}{busy}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
