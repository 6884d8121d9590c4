"""The rest of a lead's state as one JSON text: its breach, extensions, rejection and the like."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic_core import from_json, to_json

from sla.lead import AskedAgain, Breach, Closing, Completion, Extension, Lead, Nudge, OnIt, Rejection
from storage.micros import MICROSECOND, micros, micros_or_none, moment, moment_or_none

T = TypeVar("T")
_Step = Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


_STEPS: dict[Any, tuple[_Step, _Step]] = {
    datetime: (micros, moment),
    datetime | None: (micros_or_none, moment_or_none),
    timedelta: (lambda span: span // MICROSECOND, lambda value: timedelta(microseconds=value)),
    str: (_as_is, _as_is),
    str | None: (_as_is, _as_is),
    int: (_as_is, _as_is),
    bool: (_as_is, _as_is),
}


class _Part(Generic[T]):
    """Writes one kind of dataclass as plain JSON values; a field of an unknown type fails at import."""

    def __init__(self, kind: type[T]) -> None:
        hints = get_type_hints(kind)
        self._kind = kind
        self._steps = [(field.name, *_STEPS[hints[field.name]]) for field in fields(kind)]  # type: ignore[arg-type]

    def plain(self, value: T) -> dict[str, Any]:
        return {name: write(getattr(value, name)) for name, write, _ in self._steps}

    def read(self, plain: dict[str, Any]) -> T:
        return self._kind(**{name: read(plain[name]) for name, _, read in self._steps if name in plain})


_EXTENSION = _Part(Extension)
_SINGLE: dict[str, _Part[Any]] = {
    "breach": _Part(Breach),
    "on_it": _Part(OnIt),
    "nudge": _Part(Nudge),
    "rejection": _Part(Rejection),
    "closing": _Part(Closing),
    "asked_again": _Part(AskedAgain),
    "completion": _Part(Completion),
}


def state_text(lead: Lead) -> str:
    """Only what there is: a new lead has little more than why it went where it went."""
    parts: dict[str, Any] = {}
    for name, part in _SINGLE.items():
        value = getattr(lead, name)
        if value is not None:
            parts[name] = part.plain(value)
    if lead.extensions:
        parts["extensions"] = [_EXTENSION.plain(extension) for extension in lead.extensions]
    if lead.needs:
        parts["needs"] = lead.needs
    if lead.why:
        parts["why"] = lead.why
    if lead.managers_told_at is not None:
        parts["managers_told_at"] = micros(lead.managers_told_at)
    if lead.erased_at is not None:
        parts["erased_at"] = micros(lead.erased_at)
    for name in ("managers_channel", "day_owner"):
        value = getattr(lead, name)
        if value is not None:
            parts[name] = value
    return json_text(parts) if parts else "{}"


def state_parts(text: str) -> dict[str, Any]:
    """The arguments of `Lead` that the text holds."""
    if text == "{}":
        return {}
    plain: dict[str, Any] = from_json(text)
    parts: dict[str, Any] = {name: _SINGLE[name].read(plain[name]) for name in _SINGLE if name in plain}
    if "extensions" in plain:
        parts["extensions"] = tuple(_EXTENSION.read(extension) for extension in plain["extensions"])
    for name in ("needs", "why"):
        if name in plain:
            parts[name] = tuple(plain[name])
    parts |= {name: moment(plain[name]) for name in ("managers_told_at", "erased_at") if name in plain}
    parts |= {name: plain[name] for name in ("managers_channel", "day_owner") if name in plain}
    return parts


def json_text(value: Any) -> str:
    """JSON as it is kept; infinities survive, which JSON proper would turn into null."""
    return to_json(value, inf_nan_mode="constants").decode()
