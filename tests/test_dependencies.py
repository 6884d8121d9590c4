"""The audit of the dependencies: a finding fails, what could not be asked is said to be skipped."""

import json
from typing import Any

import pytest

from tests.dependencies import LOCK, SKIPPED, command, verdict

GOOD = {"name": "starlette", "version": "1.0", "vulns": []}
BAD = {
    "name": "urllib3",
    "version": "1.0",
    "vulns": [{"id": "GHSA-0000", "fix_versions": ["1.1"], "aliases": [], "description": "…"}],
}
UNKNOWN = {"name": "of-our-own", "skip_reason": "not found"}


def said(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_finding_fails_and_names_the_version_that_mends_it() -> None:
    code, words = verdict(1, said(GOOD, BAD), "Found 1 known vulnerability")

    assert code == 1
    assert "urllib3 1.0: GHSA-0000, mended in 1.1" in words


def test_without_a_finding_it_says_how_many_were_audited() -> None:
    assert verdict(0, said(GOOD, UNKNOWN), "") == (0, "1 of 2 dependencies audited, no known weakness")


@pytest.mark.parametrize(
    ("out", "err"),
    [
        (said(UNKNOWN, UNKNOWN), ""),
        ("", "Traceback\n…\nrequests.exceptions.ConnectionError: no such host"),
        ("", "ERROR:pip_audit._cli:ServiceError: the service is away"),
    ],
)
def test_what_could_not_be_asked_is_skipped_aloud(out: str, err: str) -> None:
    code, words = verdict(1, out, err)

    assert (code, words.partition(":")[0]) == (SKIPPED, "skipped")
    assert "nothing was audited" in words


def test_an_audit_that_cannot_even_be_run_fails() -> None:
    assert verdict(2, "", "pip-audit: error: unrecognized arguments: --nodeps")[0] == 2


def test_every_locked_version_is_asked_about_and_nothing_is_asked_of_an_index() -> None:
    asked = " ".join(command())

    assert LOCK.is_file()
    assert f"--requirement {LOCK}" in asked
    assert all(word in asked for word in ("--no-deps", "--disable-pip", "--vulnerability-service osv"))
