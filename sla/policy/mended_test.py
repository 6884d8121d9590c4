"""What to write instead of something that is no test of a field: "{at_least: 75}" for ">= 75"."""

import re
from collections.abc import Mapping
from typing import Any

_COMPARED = re.compile(r"\s*(>=|=>|≥|<=|=<|≤|==|!=|<>|≠|>|<|=)\s*(.*\S)\s*", re.DOTALL)
_FIGURE = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
_WORD = re.compile(r"[A-Za-z](?:[\w@./+-]| (?=\w))*")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
"""Words that a YAML file (or its writer) may take for something else."""
_WRITTEN_MAX = 60


def mended_test(data: Any) -> str:
    """The test that was probably meant, as it is written in the file."""
    if isinstance(data, (Mapping, type(None))):
        return "{at_least: 75}"
    if isinstance(data, (list, tuple)):
        return f"{{in: [{', '.join(_written(item) for item in data)}]}}"
    compared = _COMPARED.fullmatch(data) if isinstance(data, str) else None
    return _compared(*compared.groups()) if compared else f"{{equals: {_written(data)}}}"


def _compared(sign: str, than: str) -> str:
    value = _figure(than)
    if sign in ("=", "=="):
        return f"{{equals: {_written(value)}}}"
    if sign in ("!=", "<>", "≠"):
        return f"{{not_in: [{_written(value)}]}}"
    name = "at_least" if ">" in sign or sign == "≥" else "at_most"
    if isinstance(value, str):
        return f"{{{name}: NUMBER}}"
    if sign == ">":
        value = value + 1 if isinstance(value, int) else value
    elif sign == "<":
        value = value - 1 if isinstance(value, int) else value
    itself = f" ({value} itself is then meant too)" if sign in "<>" and isinstance(value, float) else ""
    return f"{{{name}: {value}}}{itself}"


def _figure(text: str) -> int | float | str:
    if not _FIGURE.fullmatch(text):
        return text.strip("'\"")
    bare = text.replace(",", "")
    return float(bare) if "." in bare else int(bare)


def _written(value: Any) -> str:
    """A single value as YAML takes it inside braces; a long text is cut, for it is known to its writer."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = " ".join(value.split())
    text = text if len(text) <= _WRITTEN_MAX else text[: _WRITTEN_MAX - 1].rstrip() + "…"
    if _WORD.fullmatch(text) and text.casefold() not in _NOT_TEXT:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
