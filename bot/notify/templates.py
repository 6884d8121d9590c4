"""The texts of automatic e-mails: those that come along, and those that lie in a folder beside the policy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import Any, Final

import yaml

from bot.notify.languages import FIRST, LANGUAGES

FOLDER: Final = "templates"
SLOTS: Final = frozenset({"when", "name", "sender"})
"""What a text may leave open."""
BYTES_MAX: Final = 100_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_FIRST_NAME = re.compile(r"[^\W\d_]+([ '’-][^\W\d_]+)?")
_FIRST_NAME_MAX = 20


class UnusableTemplate(ValueError):
    """A template that is not there or cannot be used, and how that is mended."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}. {mend}")
        self.message = message
        self.mend = mend


@dataclass(frozen=True, kw_only=True)
class Text:
    """What one language says."""

    subject: str
    body: str

    def filled(self, *, when: str, sender: str, first_name: str | None) -> "Text":
        """Of what the lead said only a plain first name is repeated: anybody may send a lead in anybody's name."""
        name = (first_name or "").strip()
        is_plain = len(name) <= _FIRST_NAME_MAX and _FIRST_NAME.fullmatch(name) is not None
        slots = {"when": when, "sender": sender, "name": f" {name}" if is_plain else ""}
        return Text(subject=self.subject.format(**slots), body=self.body.format(**slots))


Template = Mapping[str, Text]
"""A text for each language."""


def load(name: str, beside: Path | None) -> Template:
    """The template of that name, from the folder `beside` the policy or from those that come along.

    Raises UnusableTemplate.
    """
    if not _NAME.fullmatch(name):
        raise UnusableTemplate(
            f'"{name}" is no name of a template', "Write one of letters, digits and dashes"
        )
    text, where = _text_of(name, beside)
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError:
        raise UnusableTemplate(f"{where} is no YAML", "Write it like after-hours.yaml") from None
    return _checked(data, where)


def _text_of(name: str, beside: Path | None) -> tuple[str, str]:
    own = beside / FOLDER / f"{name}.yaml" if beside is not None else None
    try:
        if own is not None and own.is_file():
            with own.open("rb") as opened:
                return opened.read(BYTES_MAX).decode("utf-8-sig"), str(own)
    except (OSError, UnicodeDecodeError):
        raise UnusableTemplate(
            f"{own} cannot be read", "Save it as UTF-8 text that the bot may read"
        ) from None
    along = resources.files("bot.notify") / FOLDER / f"{name}.yaml"
    if along.is_file():
        return along.read_text("utf-8"), f"{name}.yaml"
    known = sorted(
        one.name.removesuffix(".yaml") for one in (resources.files("bot.notify") / FOLDER).iterdir()
    )
    mend = f"Write {' or '.join(known)}, or put {name}.yaml into a folder {FOLDER} beside the policy"
    raise UnusableTemplate(f'there is no template "{name}"', mend)


def _checked(data: Any, where: str) -> Template:
    if not isinstance(data, dict) or FIRST not in data:
        raise UnusableTemplate(f"{where} has no text for {FIRST}", "Write it like after-hours.yaml")
    unknown = [str(code) for code in data if code not in LANGUAGES]
    if unknown:
        known = ", ".join(LANGUAGES)
        raise UnusableTemplate(f"{where} has the unknown language {unknown[0]}", f"Write {known}")
    return {code: _one(said, f"{where}: {code}") for code, said in data.items()}


def _one(said: Any, where: str) -> Text:
    parts = said if isinstance(said, dict) else {}
    subject, body = parts.get("subject"), parts.get("body")
    if not isinstance(subject, str) or not isinstance(body, str) or set(parts) != {"subject", "body"}:
        raise UnusableTemplate(
            f"{where} says something else than a subject and a body", "Write both, each as a text"
        )
    try:
        slots = {
            slot for part in (subject, body) for _, slot, _, _ in Formatter().parse(part) if slot is not None
        }
    except ValueError:
        slots = {"{"}
    if slots - SLOTS:
        known = ", ".join(f"{{{slot}}}" for slot in sorted(SLOTS))
        raise UnusableTemplate(
            f"{where} leaves open what nobody fills", f"Write {known}, and {{{{ for a bracket"
        )
    return Text(subject=subject, body=body)
