"""A line of a message, written once: as mrkdwn, as rich text and as the plain words of a notification."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.words import Reader, cut, escape, seconds

NAME_MAX = 40
_SLOT = re.compile(r"\{(\w+)\}")
# What mrkdwn would take for formatting; a colleague's name has no use for it.
_MARKS = re.compile(r"[*_~`]+")


@dataclass(frozen=True)
class Name:
    """A colleague, by name: said, not notified."""

    name: str


@dataclass(frozen=True)
class Names:
    """Several colleagues in one place: "Carla Costa, Bob Brandt", each already cut."""

    text: str


@dataclass(frozen=True)
class Mentions:
    """Colleagues who are notified; who has no known Slack id is only named. (Slack id or None, name)"""

    people: tuple[tuple[str | None, str], ...]


@dataclass(frozen=True)
class Ago:
    """How long ago, worked out by the reader's client; left out where no client works."""

    at: datetime


@dataclass(frozen=True)
class Given:
    """Words of the lead or typed by a person: never in mrkdwn."""

    text: str


@dataclass(frozen=True)
class Line:
    """A template of the catalogue and what stands in its places; `*` makes bold, None leaves a place empty."""

    template: str
    slots: Mapping[str, Any]

    def pieces(self) -> Iterator[tuple[Any, bool]]:
        """Literal words and slots in order, each with whether it is bold."""
        bold = False
        at = 0
        for match in _SLOT.finditer(self.template):
            yield from _literal(self.template[at : match.start()], bold)
            bold ^= self.template[at : match.start()].count("*") % 2 == 1
            yield self.slots[match[1]], bold
            at = match.end()
        yield from _literal(self.template[at:], bold)


def _literal(text: str, bold: bool) -> Iterator[tuple[str, bool]]:
    for part in re.split(r"(\*)", text):
        if part == "*":
            bold = not bold
        elif part:
            yield part, bold


def line(reader: Reader, key: str, **slots: Any) -> Line:
    """The words of the catalogue. A time with its day, "tomorrow, 9:03 AM", has no "at" before it.

    Where leaving it out is not enough the catalogue has words of their own for another day, under the key and `.day`.
    """
    others = [name for name, at in slots.items() if isinstance(at, datetime) and not reader.is_today(at)]
    if not others:
        return Line(reader.words[key], slots)
    template = reader.words.get(f"{key}.day", reader.words[key])
    for name in others:
        template = template.replace(f"{reader.words['time.at']}{{{name}}}", f" {{{name}}}")
    return Line(template, slots)


def joined(lines: Sequence[Line | None], between: str) -> Line:
    """Several lines as one; what is None is left out."""
    kept = [one for one in lines if one is not None]
    slots = {f"part{index}": one for index, one in enumerate(kept)}
    return Line(between.join(f"{{{name}}}" for name in slots), slots)


def mrkdwn(one: Line, reader: Reader) -> str:
    """For a section or context: our words, colleagues' names, date tokens, and nothing that a lead supplied."""
    return "".join(_mrkdwn(piece, one, reader) for piece in _marked(one))


def _marked(one: Line) -> Iterator[Any]:
    at = 0
    for match in _SLOT.finditer(one.template):
        yield one.template[at : match.start()]
        yield one.slots[match[1]]
        at = match.end()
    yield one.template[at:]


def _mrkdwn(piece: Any, one: Line, reader: Reader) -> str:
    match piece:
        case None:
            return ""
        case str():
            return escape(piece)
        case datetime():
            return reader.token(piece)
        case Name(name):
            return escape(_MARKS.sub("", cut(name, NAME_MAX)))
        case Names(text):
            return escape(_MARKS.sub("", text))
        case Mentions(people):
            return " ".join(
                f"<@{slack_id}>" if slack_id else escape(_MARKS.sub("", cut(name, NAME_MAX)))
                for slack_id, name in people
            )
        case Ago(at):
            return f"<!date^{seconds(at)}^{{ago}}|{escape(reader.time(at))}>"
        case Line():
            return mrkdwn(piece, reader)
    raise TypeError(f"{type(piece).__name__} cannot stand in mrkdwn: {one.template!r}")


class Speaker:
    """Says lines aloud for one notification: the first time names the channel's city, the others need not."""

    def __init__(self, reader: Reader, *, city: bool = True) -> None:
        self.reader = reader
        self.first_time: str | None = None
        self.times: list[str] = []
        self._city = reader.city if city else None

    def time(self, at: datetime) -> str:
        said = self.reader.time(at)
        self.times.append(said)
        if self.first_time is None:
            said = f"{said} {self._city}" if self._city else said
            self.first_time = said
        return said

    def plain(self, one: Line) -> str:
        """Without bold and symbols; a dot between thoughts becomes a comma."""
        return self._whole(one).replace(" ()", "").strip()

    def _whole(self, one: Line) -> str:
        return "".join(self._piece(piece) for piece, _ in one.pieces())

    def _piece(self, piece: Any) -> str:
        match piece:
            case None | Ago() | Mentions():
                return ""
            case str():
                return piece.replace(" · ", ", ")
            case datetime():
                return self.time(piece)
            case Name(name):
                return cut(name, NAME_MAX)
            case Given(text) | Names(text):
                return text
            case Line():
                return self._whole(piece)
        raise TypeError(f"{type(piece).__name__} cannot be said")


def rich(one: Line, reader: Reader) -> list[dict[str, Any]]:
    """Elements of a rich_text section: whatever stands in it is shown as it is."""
    elements: list[dict[str, Any]] = []
    for piece, bold in one.pieces():
        for element in _rich(piece, reader):
            if bold and element["type"] == "text":
                element["style"] = {"bold": True}
            both = elements and element["type"] == elements[-1]["type"] == "text"
            if both and element.get("style") == elements[-1].get("style"):
                elements[-1]["text"] += element["text"]
            else:
                elements.append(element)
    return elements


def _rich(piece: Any, reader: Reader) -> list[dict[str, Any]]:
    match piece:
        case None:
            return []
        case Mentions(people):
            shown = []
            for slack_id, name in people:
                known = {"type": "user", "user_id": slack_id}
                shown += [known if slack_id else rich_words(cut(name, NAME_MAX)), rich_words(" ")]
            return shown[:-1]
        case datetime():
            return [rich_time(piece, reader)]
        case Line():
            return rich(piece, reader)
        case str():
            return [rich_words(piece)] if piece else []
        case Name(name):
            return [rich_words(cut(name, NAME_MAX))] if name else []
        case Names(text) | Given(text):
            return [rich_words(text)] if text else []
    raise TypeError(f"{type(piece).__name__} cannot stand in rich text")


def rich_words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def rich_time(at: datetime, reader: Reader) -> dict[str, Any]:
    return {
        "type": "date",
        "timestamp": seconds(at),
        "format": reader.token_format(at),
        "fallback": reader.time(at),
    }
