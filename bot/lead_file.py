"""Reads files of leads: one JSON object, a JSON list, JSON lines, or CSV with a header; each lead with its line."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sla.intake import FieldError

DELIMITERS: Final = ",;\t"
JSON_ENDINGS: Final = (".json", ".jsonl", ".ndjson")
CELL_MAX: Final = 256 * 1024
_PARTS: Final = ("attributes", "score_breakdown")
"""Fields that a table may spread over columns: attributes.plan, score_breakdown.fit."""
_AS_JSON: Final = ("activity", *_PARTS)


class UnreadableFile(Exception):
    """The file as a whole holds no leads that could be read."""


@dataclass(frozen=True, kw_only=True)
class LeadInFile:
    """One lead as it stands in the file; `problem` is set where it could not even be read."""

    place: str
    raw: Any = None
    problem: FieldError | None = None


def leads_in(text: str, name: str) -> list[LeadInFile]:
    """Every lead of the text, in its order. Raises UnreadableFile where there is none."""
    start = text.lstrip()[:1]
    if start == "[":
        found = list(_of_list(text, name))
    elif start == "{" or name.lower().endswith(JSON_ENDINGS):
        found = list(_of_objects(text, name))
    else:
        found = list(_of_table(text, name))
    if not found:
        raise UnreadableFile(f"{name} holds no leads. Put JSON, JSON lines, or CSV with a header into it.")
    return found


def _of_objects(text: str, name: str) -> Iterator[LeadInFile]:
    """One object over many lines, or one on each line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                yield _of_line(line, f"{name}:{number}")
    else:
        yield LeadInFile(place=f"{name}:{_line_at(text, len(text) - len(text.lstrip()))}", raw=whole)


def _of_line(line: str, place: str) -> LeadInFile:
    try:
        return LeadInFile(place=place, raw=json.loads(line))
    except (ValueError, RecursionError) as problem:
        return LeadInFile(place=place, problem=_no_json(problem))


def _of_list(text: str, name: str) -> Iterator[LeadInFile]:
    """Item by item, so that each has its line; what follows a broken one cannot be told apart."""
    decoder = json.JSONDecoder()
    at = _skip(text, text.index("[") + 1, " \t\r\n")
    line = _line_at(text, at)
    while at < len(text) and text[at] != "]":
        begun = at
        try:
            raw, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as problem:
            yield LeadInFile(place=f"{name}:{line}", problem=_no_json(problem))
            return
        yield LeadInFile(place=f"{name}:{line}", raw=raw)
        at = _skip(text, at, " \t\r\n")
        if text[at : at + 1] not in (",", "]"):
            line += text.count("\n", begun, at)
            message = 'no "," or "]" follows this lead; whatever comes after it was not read'
            yield LeadInFile(place=f"{name}:{line}", problem=FieldError(field="", message=message))
            return
        at = _skip(text, at, " \t\r\n,")
        # Counted from item to item: from the beginning each time, a long list would take for ever.
        line += text.count("\n", begun, at)


def _skip(text: str, at: int, signs: str) -> int:
    while at < len(text) and text[at] in signs:
        at += 1
    return at


def _line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _no_json(problem: Exception) -> FieldError:
    reason = problem.msg if isinstance(problem, json.JSONDecodeError) else "nested too deep"
    return FieldError(field="", message=f"this is no JSON: {reason[:1].lower()}{reason[1:]}")


def _of_table(text: str, name: str) -> Iterator[LeadInFile]:
    header_line = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=header_line.count)
    csv.field_size_limit(CELL_MAX)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] | None = None
    line = 0
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            yield LeadInFile(
                place=f"{name}:{line}", problem=FieldError(field="", message=f"this is no CSV: {problem}")
            )
            return
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = _header(row, name)
        else:
            yield _of_row(header, row, f"{name}:{line}")


def _header(row: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in row]
    twice = next((cell for index, cell in enumerate(header) if cell and cell in header[:index]), None)
    if twice is not None:
        raise UnreadableFile(f"{name}: the column {twice} stands in the header twice. Keep one of them.")
    return header


def _of_row(header: list[str], row: list[str], place: str) -> LeadInFile:
    if any(cell.strip() for cell in row[len(header) :]):
        message = (
            f"this row has {len(row)} cells, the header {len(header)}; quote cells that hold the delimiter"
        )
        return LeadInFile(place=place, problem=FieldError(field="", message=message))
    raw: dict[str, Any] = {}
    for column, cell in zip(header, row, strict=False):
        if not column or not cell.strip():
            continue
        field, dot, part = column.partition(".")
        if dot and part and field in _PARTS:
            inner = raw.setdefault(field, {})
            if isinstance(inner, dict):
                inner[part] = cell
        else:
            raw[column] = _json_or_text(cell) if column in _AS_JSON else cell
    return LeadInFile(place=place, raw=raw)


def _json_or_text(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell
