"""Slips of the pen in every place of the sample policy: always said in words, misspelt keys with the right one."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.policy_file import FileProblem, PolicyErrors, parse_policy
from bot.policy_yaml import read_yaml
from sla.policy import Loc, Problem, UnfitPolicyError, check_policy

pytestmark = pytest.mark.thorough

TEXT = (Path(__file__).parents[2] / "manifests" / "policy.example.yaml").read_text(encoding="utf-8")
NAMED_BY_THE_WRITER = ("calendars", "teams", "ladders", "on_call", "sources", "open")
OTHER_VALUES: tuple[Any, ...] = (None, True, 7, -1.5, "zzz", "", [], ["zzz"], [[]], {}, {"zzz": "zzz"})


def keys_of(node: yaml.Node, loc: Loc = ()) -> Iterator[tuple[Loc, yaml.ScalarNode]]:
    """Every key of the text with its place."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*loc, key.value), key
            yield from keys_of(value, (*loc, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from keys_of(item, (*loc, index))


_TOP = yaml.compose(TEXT, Loader=yaml.SafeLoader)
assert _TOP is not None
KEYS = dict(keys_of(_TOP))
DATA = read_yaml(TEXT).data
OURS = [loc for loc in KEYS if len(loc) < 2 or loc[-2] not in NAMED_BY_THE_WRITER]


def path_of(loc: Loc) -> str:
    return Problem(loc=loc, message="", mend="").path


def problems_of(text: str) -> tuple[FileProblem, ...]:
    """What is said of the text, nothing when it is good; anything but PolicyErrors fails the test."""
    try:
        parse_policy(text, "policy.yaml")
    except PolicyErrors as errors:
        return errors.problems
    return ()


def assert_good_or_said(data: object) -> None:
    """The same for plain data: good, or refused with words for everything."""
    try:
        check_policy(data)
    except UnfitPolicyError as unfit:
        said = [bool(problem.message and problem.mend) for problem in unfit.problems]
    else:
        said = [True]
    assert said == [True] * max(1, len(said))


@pytest.mark.parametrize("loc", OURS, ids=path_of)
def test_a_misspelt_key_names_its_line_and_the_right_key(loc: Loc) -> None:
    node = KEYS[loc]
    start, end = node.start_mark.index, node.end_mark.index
    right = str(loc[-1])
    wrong = right + right[-1]
    found = problems_of(f"{TEXT[:start]}{wrong}{TEXT[end:]}")
    said = [problem for problem in found if problem.path == path_of((*loc[:-1], wrong))]
    assert [problem.line for problem in said] == [node.start_mark.line + 1]
    assert said[0].mend == f"Write {right}"


def changed(loc: Loc, value: Any = ..., rename: str | None = None) -> Any:
    """The sample with one place taken out, given another value, or another name."""
    data = copy.deepcopy(DATA)
    above = data
    for step in loc[:-1]:
        above = above[step]
    if rename is not None:
        above[rename] = above.pop(loc[-1])
    elif value is ...:
        del above[loc[-1]]
    else:
        above[loc[-1]] = value
    return data


@pytest.mark.parametrize("loc", KEYS, ids=path_of)
def test_a_place_taken_out_is_good_or_said(loc: Loc) -> None:
    assert_good_or_said(changed(loc))


@pytest.mark.parametrize("loc", [loc for loc in KEYS if loc not in OURS], ids=path_of)
def test_another_name_for_what_the_writer_names_is_good_or_said(loc: Loc) -> None:
    assert_good_or_said(changed(loc, rename="zzz"))


@pytest.mark.parametrize("loc", [*KEYS, ("people", 0), ("tiers", 3), ("ladders", "gentle", 1)], ids=path_of)
def test_a_value_of_another_kind_is_good_or_said(loc: Loc) -> None:
    for value in OTHER_VALUES:
        assert_good_or_said(changed(loc, value))


@pytest.mark.parametrize("cut", range(0, TEXT.index("reminders:"), 211))
def test_half_a_file_is_refused_with_lines(cut: int) -> None:
    assert [problem for problem in problems_of(TEXT[:cut]) if problem.line is not None]
