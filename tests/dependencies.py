"""Whether a dependency of the lock file has a known weakness: asked of OSV, or skipped aloud where it cannot be had."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LOCK: Final = Path(__file__).parents[1] / "requirements.lock"
WITHIN_SECONDS: Final = 15
"""The whole audit: nobody's checks are to hang on somebody else's server."""
SKIPPED: Final = 77
"""How it ends where nothing could be audited: neither good nor bad."""
AWAY: Final = ("requests.exceptions.", "ServiceError", "ConnectionError")
"""What stands in pip-audit's last words where it reached nothing."""


def command() -> Sequence[str]:
    """Every version of the lock file as it stands there; nothing is installed, resolved or asked of an index."""
    program = Path(sys.executable).parent / "pip-audit"
    how = ["--no-deps", "--disable-pip", "--vulnerability-service", "osv", "--format", "json"]
    return [str(program), "--requirement", str(LOCK), *how, "--timeout", "4", "--progress-spinner", "off"]


def audit() -> int:
    """Ask, say what was found, and return how the check ends."""
    try:
        done = subprocess.run(command(), capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        print(f"skipped: OSV did not answer within {WITHIN_SECONDS} seconds; nothing was audited", flush=True)
        return SKIPPED
    code, said = verdict(done.returncode, done.stdout, done.stderr)
    print(said, flush=True)
    return code


def verdict(code: int, out: str, err: str) -> tuple[int, str]:
    """How the check ends, and what is said, from what pip-audit printed."""
    try:
        dependencies = json.loads(out)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (err.strip().splitlines() or ["it said nothing"])[-1]
        if any(word in err for word in AWAY):
            return (
                SKIPPED,
                f"skipped: OSV cannot be reached from here, nothing was audited ({last.partition(':')[0]})",
            )
        return code or 1, f"pip-audit could not be run: {last[:500]}"
    found = [
        f"{one['name']} {one['version']}: {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for one in dependencies
        for weakness in one.get("vulns", ())
    ]
    audited = sum("skip_reason" not in one for one in dependencies)
    if found:
        return 1, "\n".join(
            [
                *found,
                "Raise the version in requirements.lock, and in pyproject.toml where its range forbids it.",
            ]
        )
    if audited == 0:
        return (
            SKIPPED,
            f"skipped: of {len(dependencies)} dependencies none could be looked up; nothing was audited",
        )
    return 0, f"{audited} of {len(dependencies)} dependencies audited, no known weakness"


if __name__ == "__main__":
    sys.exit(audit())
