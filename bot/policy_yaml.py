"""Reads YAML as policies are written in it: words stay words, and every value knows its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from sla.policy import Loc

DEPTH_MAX = 40
# Aliases can make a small file describe a huge one; a policy of this size would be 5,000 people.
VALUES_MAX = 50_000
MERGES_MAX = 3
_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True, kw_only=True)
class YamlProblem:
    """What is wrong with the text as YAML; `loc` is empty where the place in the policy is not known."""

    line: int
    loc: Loc = ()
    message: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class YamlText:
    """What a text says, the line of each place in it, and what is wrong; `is_read` only if it said anything."""

    data: Any = None
    is_read: bool = False
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: tuple[YamlProblem, ...] = ()

    def line_of(self, loc: Loc) -> int:
        """The line of a place; of what it stands in, where the text does not hold it."""
        return next((self.lines[loc[:n]] for n in range(len(loc), -1, -1) if loc[:n] in self.lines), 1)


class _Loader(yaml.SafeLoader):
    """Only true and false are booleans, only plain figures are numbers; yes, no, on, dates and times are text."""


_Loader.yaml_implicit_resolvers = {}
_INTEGER = r"-?(?:0|[1-9][0-9]{0,14})"
for _tag, _pattern, _starts in (
    ("bool", r"true|false", "tf"),
    ("int", _INTEGER, "-0123456789"),
    ("float", rf"{_INTEGER}\.[0-9]{{1,15}}", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_starts)
    )


def read_yaml(text: str) -> YamlText:
    """Read one YAML document. Never raises: what is wrong stands in the answer, with its line."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character[0])
        message = f"the character U+{code:04X} cannot stand in a policy"
        return _unreadable(line, message, "Take it out, and save the file as UTF-8 text")
    except yaml.MarkedYAMLError as error:
        return _unreadable(_line(error.problem_mark or error.context_mark), *_in_words(error, text))
    except RecursionError:
        return _unreadable(1, "brackets are nested too deeply", "Write it with less nesting")
    if node is None:
        return _unreadable(1, "the file is empty", "Write a policy; manifests/policy.example.yaml is one")
    reading = _Reading()
    data = reading.value(node, ())
    return YamlText(
        data=data, is_read=not reading.gave_up, lines=reading.lines, problems=tuple(reading.problems)
    )


def _unreadable(line: int, message: str, mend: str) -> YamlText:
    return YamlText(problems=(YamlProblem(line=line, message=message, mend=mend),))


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _in_words(error: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    """What the parser stumbled over, for somebody who does not know YAML's grammar."""
    said = str(error.problem or error.context or error)
    lines = text.splitlines()
    line = lines[_line(error.problem_mark) - 1] if 0 < _line(error.problem_mark) <= len(lines) else ""
    if "\\t" in said or "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab stands where only spaces may", "Indent with spaces"
    for mark, words in _STUMBLES.items():
        if mark in said:
            return words
    return f"this is no YAML ({said})", "Look at this line and the one before it"


_STUMBLES = {
    "another document": (
        "a second document begins here",
        "Keep one policy in a file, without --- in between",
    ),
    "mapping values are not allowed": (
        "a colon stands where none may, or the line is indented too far",
        "Put text with a colon in quotes, and begin keys of one level in the same column",
    ),
    "could not find expected ':'": (
        "a key without its colon",
        "Write key: value, and begin keys of one level in the same column",
    ),
    "expected <block end>": (
        "the line does not begin where its neighbours do, or a dash is missing",
        "Begin what belongs together in the same column",
    ),
    "cannot start any token": ("a sign that needs quotes begins this value", 'Put the value in quotes: "…"'),
    "expected ',' or": (
        "a bracket or comma is missing",
        "Close each { with } and each [ with ], with commas",
    ),
    "found unexpected end of stream": ("a quote is not closed", "Close the quote in the line where it began"),
    "undefined alias": (
        "the name behind * was not given with & before",
        'Write &name at the first place; a value that begins with * stands in quotes: "*"',
    ),
    "unknown escape": ("a backslash in double quotes", "Use single quotes where a backslash stands"),
}


class _Reading:
    """Turns YAML's nodes into plain data and notes lines and problems on the way."""

    def __init__(self) -> None:
        self.lines: dict[Loc, int] = {}
        self.problems: list[YamlProblem] = []
        self.gave_up = False
        self._values = 0

    def value(self, node: yaml.Node, loc: Loc) -> Any:
        self.lines.setdefault(loc, _line(node.start_mark))
        self._values += 1
        if len(loc) > DEPTH_MAX or self._values > VALUES_MAX:
            self._say_too_much(node, loc[:4])
            return None
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _COLLECTIONS:
            return self._no_such_tag(node, loc)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*loc, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, loc)

    def _say_too_much(self, node: yaml.Node, loc: Loc) -> None:
        if not self.gave_up:
            message = "this is nested too deeply or repeats itself too often"
            self._say(node, loc, message, "Write it out with fewer anchors and less nesting")
        self.gave_up = True

    def _say(self, node: yaml.Node, loc: Loc, message: str, mend: str) -> None:
        problem = YamlProblem(line=_line(node.start_mark), loc=loc, message=message, mend=mend)
        self.problems.append(problem)

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                continue
            if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
                self._say(key_node, loc, "a key must be a word", "Write key: value")
            elif key_node.value in data:
                first = (
                    f"{key_node.value} stands here twice, first in line {self.lines[*loc, key_node.value]}"
                )
                self._say(key_node, (*loc, key_node.value), first, "Keep one of the two")
            else:
                data[key_node.value] = self._entry(key_node, value_node, loc)
        for key_node, value_node in self._inherited(node, MERGES_MAX):
            if key_node.value not in data:
                data[key_node.value] = self._entry(key_node, value_node, loc)
        return data

    def _entry(self, key_node: yaml.Node, value_node: yaml.Node, loc: Loc) -> Any:
        here = (*loc, key_node.value)
        self.lines[here] = _line(key_node.start_mark)
        return self.value(value_node, here)

    def _inherited(
        self, node: yaml.MappingNode, merges_left: int
    ) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """What mappings under `<<` add, the nearest first."""
        for under in [value_node for key_node, value_node in node.value if key_node.tag == _MERGE]:
            for other in under.value if isinstance(under, yaml.SequenceNode) else [under]:
                self._values += 1
                if not isinstance(other, yaml.MappingNode):
                    self._say(other, (), "<< takes a mapping", "Write <<: *name with the name of one")
                elif merges_left == 0 or self._values > VALUES_MAX:
                    self._say_too_much(other, ())
                else:
                    yield from (
                        pair
                        for pair in other.value
                        if pair[0].tag != _MERGE and isinstance(pair[0], yaml.ScalarNode)
                    )
                    yield from self._inherited(other, merges_left - 1)

    def _scalar(self, node: yaml.Node, loc: Loc) -> Any:
        text = str(node.value)
        kind = str(node.tag).removeprefix("tag:yaml.org,2002:")
        if kind in ("str", "merge"):
            return text
        if kind == "null":
            return None
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        try:
            if kind == "int":
                return int(text)
            if kind == "float":
                return float(text)
        except ValueError:
            pass
        return self._no_such_tag(node, loc)

    def _no_such_tag(self, node: yaml.Node, loc: Loc) -> None:
        tag = str(node.tag).replace("tag:yaml.org,2002:", "!!")
        self._say(node, loc, f"the tag {tag} has no meaning in a policy", "Write the value without it")
