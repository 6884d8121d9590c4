"""Which test stands for which case of what can go wrong; a case without a test, or a test that is gone, is noticed."""

import ast
from pathlib import Path

import pytest

from tests.faults.cases import BESIDES, CASES, KINDS, KINDS_KNOWN, PARTS

ROOT = Path(__file__).parents[2]


def names_in(file: Path) -> set[str]:
    """The names of the tests that a file defines."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_tests_that_exist(case: str) -> None:
    assert CASES[case], "no test stands for it"
    for test in CASES[case]:
        path, _, name = test.partition("::")
        assert name in names_in(ROOT / path), test


def test_every_kill_stands_in_the_table() -> None:
    named = {test for tests in CASES.values() for test in tests}
    kills = ROOT / "tests" / "faults" / "test_kill.py"
    assert names_in(kills) <= {test.partition("::")[2] for test in named}


def test_no_case_stands_in_the_table_twice() -> None:
    assert len(CASES) == sum(len(part.CASES) for part in PARTS)


def test_every_known_kind_of_failure_has_its_place_exactly_once() -> None:
    assert list(range(1, KINDS_KNOWN + 1)) == sorted(number for number, _ in KINDS)


@pytest.mark.parametrize(("number", "cases"), KINDS, ids=[str(number) for number, _ in KINDS])
def test_every_known_kind_of_failure_has_cases(number: int, cases: tuple[str, ...]) -> None:
    assert cases, f"nothing stands for {number}"
    assert set(cases) <= set(CASES)


def test_every_case_is_of_a_known_kind_or_said_to_be_beside_them() -> None:
    of_kinds = {case for _, cases in KINDS for case in cases}
    assert sorted(of_kinds | set(BESIDES)) == sorted(CASES)
    assert of_kinds.isdisjoint(BESIDES)
