"""A small vocabulary for saying which JSON Slack accepts: each word makes a check of one value."""

from collections.abc import Callable, Mapping
from typing import Any

Found = list[str]
Check = Callable[[Any, str, Found], None]


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, str):
            found.append(f"{path}: must be a string")
        elif len(value) < least:
            found.append(f"{path}: must not be empty")
        elif len(value) > most:
            found.append(f"{path}: must be at most {most} characters, has {len(value)}")

    return check


def boolean(value: Any, path: str, found: Found) -> None:
    if not isinstance(value, bool):
        found.append(f"{path}: must be true or false")


def integer(least: int, most: int) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.append(f"{path}: must be a whole number")
        elif not least <= value <= most:
            found.append(f"{path}: must be from {least} to {most}, is {value}")

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if value not in allowed:
            found.append(f"{path}: must be one of {', '.join(allowed)}")

    return check


def list_of(item: Check, *, least: int = 1, most: int) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, list):
            found.append(f"{path}: must be a list")
            return
        if len(value) < least:
            found.append(f"{path}: must have at least {least} items, has {len(value)}")
        if len(value) > most:
            found.append(f"{path}: must have at most {most} items, has {len(value)}")
        for index, one in enumerate(value):
            item(one, f"{path}/{index}", found)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: Any, path: str, found: Found) -> None:
        if not isinstance(value, Mapping):
            found.append(f"{path}: must be an object")
            return
        found.extend(f"{path}/{name}: is missing" for name in required if name not in value)
        for name, one in value.items():
            if name not in known:
                found.append(f"{path}/{name}: is not a known property")
            else:
                known[name](one, f"{path}/{name}", found)

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        kind = value.get("type") if isinstance(value, Mapping) else None
        known = shapes.get(kind) if isinstance(kind, str) else None
        if known is None:
            found.append(f"{path}: {kind!r} cannot stand here; possible: {', '.join(shapes)}")
        else:
            known({name: one for name, one in value.items() if name != "type"}, path, found)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        for one in checks:
            one(value, path, found)

    return check


def needs(*names: str, exactly: bool = False) -> Check:
    def check(value: Any, path: str, found: Found) -> None:
        present = sum(name in value for name in names) if isinstance(value, Mapping) else 1
        if present == 0 or (exactly and present > 1):
            found.append(f"{path}: must have {'exactly ' if exactly else ''}one of {', '.join(names)}")

    return check


def any_object(value: Any, path: str, found: Found) -> None:
    """An object whose inside is not Slack's business."""
    if not isinstance(value, Mapping):
        found.append(f"{path}: must be an object")


def anything(value: Any, path: str, found: Found) -> None:
    """A value whose inside Slack keeps without looking at it."""
