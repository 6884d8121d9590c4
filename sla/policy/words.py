"""How the policy's conditions are said: lists, numbers and fields in plain words."""

from collections.abc import Sequence

from sla.policy.fields import label

_SHOWN_MAX = 60
_COUNTED = {"employees"}


def shown(value: object) -> str:
    """A value as people write it: 1,800 instead of 1800.0, cut where a lead's text is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:,.10g}" if isinstance(value, float) else f"{value:,}"
    if isinstance(value, (list, tuple)):
        return _cut(", ".join(str(item) for item in value))
    return _cut(str(value))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1].rstrip() + "…"


def listed(values: Sequence[object], joint: str = "or") -> str:
    """ "DE, AT or CH"; the last two by their joint."""
    words = [shown(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def alternatives(phrases: Sequence[str]) -> str:
    """Phrases one of which is enough: two by a plain "or", more with commas as in a list."""
    if len(phrases) <= 2:
        return " or ".join(phrases)
    return f"{', '.join(phrases[:-1])}, or {phrases[-1]}"


def having(field: str, value: object) -> str:
    """What the lead says for a field: "score 68", "1,800 employees"."""
    return f"{shown(value)} {label(field)}" if field in _COUNTED else f"{label(field)} {shown(value)}"


def a_field(field: str) -> str:
    """A field that is only asked to be there: "a partner", "an industry", "a value in attributes.plan"."""
    if "." in field:
        return f"a value in {field}"
    if field in _COUNTED:
        return f"a number of {field}"
    words = label(field)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def bounded(field: str, bound: str) -> str:
    """A field with its bound: "score of at least 75", "at least 1,000 employees"."""
    return f"{bound} {label(field)}" if field in _COUNTED else f"{label(field)} of {bound}"
