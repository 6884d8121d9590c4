"""Reads one value that a source sent for a field of a lead: cleaned, or refused in words that say what it needs."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final
from urllib.parse import urlsplit

from sla.countries import CODES, code_meant
from sla.details import Activity

SCORE_MAX: Final = 100
EMPLOYEES_MAX: Final = 100_000_000
POINTS_MAX: Final = 1_000_000_000
EMAIL_LENGTH_MAX: Final = 320
LINK_LENGTH_MAX: Final = 3000
"""The longest link that a button of a message can carry."""
NUMBER_LENGTH_MAX: Final = 30
KEPT_DEPTH_MAX: Final = 50
KEPT_INTEGER_BITS_MAX: Final = 63
SHOWN_MAX: Final = 60

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_SPACE = re.compile(r"\s")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_WHOLE = re.compile(r"[0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?![0-9])")


class Unusable(ValueError):
    """A value that cannot be right; its text is what stands behind "score is …" or "score …"."""


def shown(value: Any) -> str:
    """The value as a sentence can name it: short, on one line."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return "a list"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > KEPT_INTEGER_BITS_MAX:
        return "a very large number"
    if isinstance(value, (int, float)):
        return str(value)
    text = one_line(value) if isinstance(value, str) else str(value)
    if not text.isprintable():
        # Marks that turn the direction of writing would rearrange the sentence around them.
        text = "".join(sign if sign.isprintable() else "·" for sign in text)
    cut = text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"
    return f"'{cut}'"


def one_line(text: str) -> str:
    """Trimmed, on one line, without characters that nobody sees and databases refuse."""
    if text.isprintable():
        return text.strip()
    return _INVISIBLE.sub("", _BREAKS.sub(" ", text)).strip()


def text_of(value: Any) -> str:
    """One line of text; a number is taken as people would write it."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or shown(value).startswith("a "):
        raise Unusable(f"is {shown(value)}; it needs text")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def long_text_of(value: Any) -> str:
    """Text that keeps its lines."""
    if not isinstance(value, str):
        return text_of(value)
    return value.strip() if value.isprintable() else _INVISIBLE.sub("", value.replace("\r\n", "\n")).strip()


def email_of(value: Any) -> str:
    """A colleague's address, as far as it can be one; a lead's own is looked at more closely."""
    text = text_of(value)
    if text and (len(text) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(text)):
        raise Unusable(f"is {shown(text)}; it needs an e-mail address such as dana@northwind.example")
    return text


def country_of(value: Any) -> str:
    text = text_of(value)
    if text in CODES or not text:
        return text
    code = text.upper()
    if code in CODES:
        return code
    meant = code_meant(text)
    which = f"the two-letter code {meant}" if meant else "a two-letter code such as US or DE"
    raise Unusable(f"is {shown(text)}; use {which}")


def link_of(value: Any) -> str:
    """An absolute web address, because it stands behind a button."""
    text = text_of(value)
    if text and not _is_web_address(text):
        raise Unusable(f"is {shown(text)}; it needs a link that begins with https://")
    if len(text) > LINK_LENGTH_MAX:
        raise Unusable(f"has {len(text)} characters; at most {LINK_LENGTH_MAX} fit behind a button")
    return text


def _is_web_address(text: str) -> bool:
    if not text.lower().startswith(("https://", "http://")) or _SPACE.search(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def website_of(value: Any) -> str:
    """A web address, with or without https:// in front."""
    text = text_of(value)
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise Unusable(f"is {shown(text)}; it needs a web address such as northwind.example")
    return text


def score_of(value: Any) -> int:
    """A whole number from 0 to 100; a fraction is cut off, so that 74.9 does not reach 75."""
    number = _number(value)
    if number is None or not 0 <= number <= SCORE_MAX:
        raise Unusable(f"is {shown(value)}; it needs a number from 0 to {SCORE_MAX}")
    return int(number)


def employees_of(value: Any) -> int:
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value.replace(",", ""))
    number = _number(value)
    if number is None or not 0 <= number <= EMPLOYEES_MAX or number != int(number):
        raise Unusable(f"is {shown(value)}; it needs a whole number from 0 on")
    return int(number)


def _number(value: Any) -> float | None:
    """The number that the value is or spells, None where there is none that a computer can count with."""
    if type(value) is int:
        return value if value.bit_length() <= KEPT_INTEGER_BITS_MAX else None
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return None
    return value


def breakdown_of(value: Any) -> dict[str, float]:
    """Names to points."""
    if not isinstance(value, Mapping):
        raise Unusable(f'is {shown(value)}; it needs names with points, such as {{"fit": 45}}')
    points: dict[str, float] = {}
    for name, given in value.items():
        number = _number(given)
        if number is None or abs(number) > POINTS_MAX:
            raise Unusable(f"has {shown(given)} for {shown(str(name))}; it needs a number")
        points[one_line(str(name))] = float(number)
    return points


def activity_of(value: Any) -> tuple[Activity, ...]:
    """What the lead did, in the order in which the source tells it."""
    if not isinstance(value, (list, tuple)):
        raise Unusable(f'is {shown(value)}; it needs a list of {{"at": time, "what": text}}')
    return tuple(_one_activity(number, item) for number, item in enumerate(value, start=1))


def _one_activity(number: int, item: Any) -> Activity:
    if not isinstance(item, Mapping):
        raise Unusable(f'has {shown(item)} as number {number}; each needs {{"at": time, "what": text}}')
    try:
        what = text_of(item.get("what", ""))
        at = moment_of(item.get("at", ""))
    except Unusable as problem:
        raise Unusable(f"number {number} {problem}") from None
    if not what or at is None:
        missing = "what" if not what else "at"
        raise Unusable(f'number {number} has no "{missing}"; each needs {{"at": time, "what": text}}')
    return Activity.model_construct(at=at, what=what)


def moment_of(value: Any) -> datetime | None:
    """A time with its offset, in UTC; None for blank text."""
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Unusable(f"is {shown(value)}; it needs a time with its offset, such as 2026-11-23T15:02:00Z")


def attributes_of(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Unusable(f'is {shown(value)}; it needs names with values, such as {{"plan": "trial"}}')
    return {one_line(str(name)): kept(inner) for name, inner in value.items()}


def kept(value: Any, depth: int = 1) -> Any:
    """Anything that a source sent, as it can be stored and told again as JSON."""
    if isinstance(value, str):
        return value if value.isprintable() else _INVISIBLE.sub("", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= KEPT_INTEGER_BITS_MAX else _spelled(value)
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if depth > KEPT_DEPTH_MAX:
        return "(nested too deep to be kept)"
    if isinstance(value, Mapping):
        return {one_line(str(name)): kept(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [kept(inner, depth + 1) for inner in value]
    return kept(str(value))


def _spelled(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        return "(a number too long to be kept)"


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "phone": text_of, "first_name": text_of, "last_name": text_of, "title": text_of,
    "company": text_of, "employees": employees_of, "industry": text_of, "country": country_of,
    "region": text_of, "language": text_of, "website": website_of, "intent": text_of, "score": score_of,
    "score_breakdown": breakdown_of, "activity": activity_of, "message": long_text_of, "status": text_of,
    "owner": email_of, "partner": text_of, "crm_url": link_of, "created_at": moment_of,
    "attributes": attributes_of,
}  # fmt: skip
"""How each field is read but the lead's own address; a reader gives blank text or None where the value says nothing."""
