"""The README's part about the policy file: its sections, and their examples on the sample policy."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.sla.play import EXAMPLE

README = Path(__file__).parents[2] / "README.md"
PART, OVERVIEW = "The policy, section by section", "The policy, for RevOps"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMES = ("name", "email")
"""By these a list's entries are told apart."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A block below an example: what is typed and answered (`console`), or what happens when (`text`)."""

    kind: str
    text: str

    @property
    def lines(self) -> list[str]:
        """Those that the README wraps (four blanks before their rest) as they were."""
        return re.sub(r"\n {4}(?=\S)", " ", self.text).splitlines()


@dataclass(frozen=True, kw_only=True)
class Example:
    """What an example changes in the sample policy, and what is shown of it."""

    section: str
    number: int
    changes: dict[str, Any]
    shown: tuple[Shown, ...]

    def __str__(self) -> str:
        return f"{self.section} {self.number}"

    def policy_text(self) -> str:
        text = EXAMPLE.read_text(encoding="utf-8")
        if not self.changes:
            return text
        policy = yaml.safe_load(text)
        return yaml.safe_dump(changed(policy, self.changes), allow_unicode=True, sort_keys=False)


def changed(old: Any, new: Any) -> Any:
    """What an example names is changed, everything else stays; lists without names are replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {key: changed(old.get(key), value) for key, value in new.items()}
    name = next((name for name in _NAMES if _are_named(old, name) and _are_named(new, name)), None)
    if name is None:
        return new
    given = {entry[name]: entry for entry in new}
    kept = [changed(entry, given.pop(entry[name], {})) for entry in old]
    return [*kept, *given.values()]


def _are_named(entries: Any, name: str) -> bool:
    return isinstance(entries, list) and all(isinstance(one, dict) and name in one for one in entries)


def part(heading: str = PART) -> str:
    """Everything below a heading of the README, up to the next one of its rank."""
    text = README.read_text(encoding="utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def sections() -> dict[str, str]:
    """The text of each section by the words of its heading."""
    found = part().split("\n### ")[1:]
    return {heading.strip(): text for heading, _, text in (one.partition("\n") for one in found)}


def leads() -> dict[str, dict[str, Any]]:
    """The leads of the examples, by first name in small letters, as the part writes them before its sections."""
    blocks = dict(_FENCE.findall(part().partition("\n### ")[0]))
    found: dict[str, dict[str, Any]] = json.loads(blocks["json"])
    return found


def examples() -> Iterator[Example]:
    for section, text in sections().items():
        blocks = _FENCE.findall(text)
        starts = [index for index, (kind, _) in enumerate(blocks) if kind == "yaml"]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(blocks)], strict=True), start=1):
            yield Example(
                section=section,
                number=number,
                changes=yaml.safe_load(blocks[start][1]),
                shown=tuple(Shown(kind=kind, text=said) for kind, said in blocks[start + 1 : end]),
            )


def prose_and_blocks(text: str) -> tuple[str, str]:
    return _FENCE.sub("", text), "\n".join(said for _, said in _FENCE.findall(text))


def overview() -> Example:
    """What the overview before the part shows, of the sample policy as it is."""
    shown = tuple(Shown(kind=kind, text=said) for kind, said in _FENCE.findall(part(OVERVIEW)))
    return Example(section=OVERVIEW, number=1, changes={}, shown=shown)
