"""The rest of a lead's state as one JSON text: its breach, extensions, rejection and the like."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from operator import itemgetter
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


def _single(kind: type[T]) -> tuple[_Step, _Step]:
    part = _Part(kind)
    return part.plain, part.read


def _several(kind: type[T]) -> tuple[_Step, _Step]:
    part = _Part(kind)
    return lambda many: [part.plain(one) for one in many], lambda many: tuple(part.read(one) for one in many)


_FIELDS: dict[str, tuple[_Step, _Step]] = {
    "breach": _single(Breach),
    "on_it": _single(OnIt),
    "nudge": _single(Nudge),
    "rejection": _single(Rejection),
    "closing": _single(Closing),
    "asked_again": _single(AskedAgain),
    "completion": _single(Completion),
    "extensions": _several(Extension),
    "needs": (_as_is, tuple),
    "why": (_as_is, tuple),
    "managers_told_at": (micros, moment),
    "erased_at": (micros, moment),
    "managers_channel": (_as_is, _as_is),
    "day_owner": (_as_is, _as_is),
}
"""What of a lead its state holds: how each field is written, and how it is read."""
_WRITERS = [(name, write) for name, (write, _) in _FIELDS.items()]
_READERS = {name: read for name, (_, read) in _FIELDS.items()}
_values = itemgetter(*_FIELDS)


def is_same_state(one: Lead, other: Lead) -> bool:
    return bool(_values(vars(one)) == _values(vars(other)))


def state_text(lead: Lead) -> str:
    """Only what there is: a new lead has little more than why it went where it went."""
    parts = {
        name: write(value)
        for (name, write), value in zip(_WRITERS, _values(vars(lead)), strict=True)
        if value is not None and value != ()
    }
    return json_text(parts) if parts else "{}"


def state_parts(text: str) -> dict[str, Any]:
    """The arguments of `Lead` that the text holds."""
    if text == "{}":
        return {}
    plain: dict[str, Any] = from_json(text)
    return {name: _READERS[name](value) for name, value in plain.items() if name in _READERS}


def json_text(value: Any) -> str:
    """JSON as it is kept; infinities survive, which JSON proper would turn into null."""
    return to_json(value, inf_nan_mode="constants").decode()
