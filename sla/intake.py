"""Reads what a source sent as a lead: cleaned details, and in words what keeps the lead from a clock.

Almost nothing is refused. A value that cannot be right leaves its field, is kept under `attributes.unusable`
and is named, so that somebody can mend it while the lead itself is safe.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sla.details import LeadDetails
from sla.lead_values import READERS, Unusable, kept, one_line, shown
from sla.policy.fields import LEAD_FIELDS, nearest_field
from sla.reach import email_address_of, phone_number_of

EXTERNAL_ID_LENGTH_MAX: Final = 255
UNUSABLE: Final = "unusable"
"""Where values that cannot be right are kept among a lead's attributes."""
_NOTHING: Final[tuple[Any, ...]] = ("", None, (), {})

_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {**READERS, "email": email_address_of}

_details = LeadDetails.__pydantic_validator__.validate_python


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong with one field; `field` is empty for the lead as a whole."""

    field: str
    message: str


class UnreadableLead(Exception):
    """What was sent cannot be kept as a lead: there is no telling which one it is, or a name is mistyped."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(": ".join(filter(None, (one.field, one.message))) for one in errors))
        self.errors = tuple(errors)


def read_lead(
    raw: object, *, fields: Mapping[str, str] | None, required: Sequence[str]
) -> tuple[LeadDetails, tuple[str, ...]]:
    """The lead's details, and what it needs before it can have a clock (nothing, for most).

    `fields` is the source's mapping, lead's field to path in the payload; what no path names is kept in the
    attributes. Raises UnreadableLead.
    """
    if not isinstance(raw, Mapping):
        raise UnreadableLead([FieldError(field="", message=f"this is {shown(raw)}; a lead is a JSON object")])
    rest: dict[str, Any] = {}
    if fields is not None:
        raw, rest = _mapped(raw, fields)
    errors: list[FieldError] = []
    external_id = _external_id(raw.get("external_id"), errors)
    said: dict[str, Any] = {"external_id": external_id}
    unusable: dict[str, Any] = {}
    needs: list[str] = []
    for name, value in raw.items():
        if name in _READERS:
            _read_field(name, value, said, unusable, needs)
        elif name != "external_id":
            errors.append(_unknown(name))
    if errors:
        raise UnreadableLead(errors)
    if "phone" in said:
        _read_phone(said, raw["phone"], unusable, needs)
    needs += [f"{name} is missing" for name in required if name not in said and name not in unusable]
    if rest or unusable:
        said["attributes"] = _attributes(said.get("attributes", {}), rest, unusable)
    return _details(said), tuple(needs)


def _read_field(
    name: str, value: Any, said: dict[str, Any], unusable: dict[str, Any], needs: list[str]
) -> None:
    if value is None:
        return
    try:
        clean = _READERS[name](value)
    except Unusable as problem:
        unusable[name] = value
        needs.append(f"{name} {problem}")
    else:
        if clean not in _NOTHING:
            said[name] = clean


def _read_phone(said: dict[str, Any], sent: Any, unusable: dict[str, Any], needs: list[str]) -> None:
    """Last of all fields, because a national number is one of the lead's country."""
    try:
        said["phone"] = phone_number_of(said["phone"], said.get("country"))
    except Unusable as problem:
        del said["phone"]
        unusable["phone"] = sent
        needs.append(f"phone {problem}")


def needs_of(details: LeadDetails, required: Sequence[str]) -> tuple[str, ...]:
    """What a lead that is known still needs: values set aside are looked at again, with what is known by now."""
    aside = details.attributes.get(UNUSABLE)
    unusable = dict(aside) if isinstance(aside, Mapping) else {}
    known = {name for name in LeadDetails.model_fields if getattr(details, name) not in _NOTHING}
    aside = {name: value for name, value in unusable.items() if name in _READERS and name not in known}
    _, needs = read_lead(
        {"external_id": "again", "country": details.country} | aside, fields=None, required=()
    )
    wrong = [need for need in needs if need.partition(" ")[0] in aside]
    missing = [f"{name} is missing" for name in required if name not in known and name not in aside]
    return (*wrong, *missing)


def _external_id(value: Any, errors: list[FieldError]) -> str:
    """The id that makes two deliveries the same lead; numbers are taken as text."""
    message = None
    text = ""
    if isinstance(value, str):
        text = one_line(value)
    elif isinstance(value, int) and not isinstance(value, bool) and not shown(value).startswith("a "):
        text = str(value)
    elif value is not None:
        message = f"is {shown(value)}; it needs text"
    if message is None and not text:
        message = "is missing; send the id that the lead has in your system"
    elif len(text) > EXTERNAL_ID_LENGTH_MAX:
        message = f"has {len(text)} characters; at most {EXTERNAL_ID_LENGTH_MAX} are taken"
    if message is not None:
        errors.append(FieldError(field="external_id", message=message))
    return text


def _unknown(name: Any) -> FieldError:
    field = one_line(str(name))
    near = nearest_field(field) if len(field) <= EXTERNAL_ID_LENGTH_MAX else None
    if near in LEAD_FIELDS:
        mend = f"write {near}"
    else:
        mend = "put it into attributes, or give the source a field mapping in the policy"
    return FieldError(field=field[:EXTERNAL_ID_LENGTH_MAX], message=f"is no field of a lead; {mend}")


def _attributes(given: Mapping[str, Any], rest: Mapping[str, Any], unusable: Mapping[str, Any]) -> Any:
    """The source's own attributes, what its mapping left over, and the values that cannot be right."""
    whole = {one_line(str(name)): kept(value) for name, value in rest.items()} | dict(given)
    if unusable:
        set_aside = {name: kept(value) for name, value in unusable.items()}
        if UNUSABLE in whole:
            set_aside[f"attributes.{UNUSABLE}"] = whole[UNUSABLE]
        whole[UNUSABLE] = set_aside
    return whole


def _mapped(payload: Mapping[str, Any], fields: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The lead's fields from their paths, and the payload without them."""
    rest = dict(payload)
    found: dict[str, Any] = {}
    for name, path in fields.items():
        value = _follow(payload, path)
        if value is not None:
            found[name] = value
    for path in fields.values():
        rest = _without(rest, path)
    return found, rest


def _follow(value: Any, path: str) -> Any:
    """The value at a dotted path; a key that itself holds dots is found too."""
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    head, dot, tail = path.partition(".")
    return _follow(value.get(head), tail) if dot else None


def _without(value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy without what stands at the path; an object that this empties goes as well."""
    copy = dict(value)
    if path in copy:
        del copy[path]
        return copy
    head, dot, tail = path.partition(".")
    inner = copy.get(head)
    if dot and isinstance(inner, Mapping):
        left = _without(inner, tail)
        if left:
            copy[head] = left
        else:
            del copy[head]
    return copy
