"""The parts of a message: its blocks and its buttons."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.slack.cards.sentences import LABEL_SIZES
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker, mrkdwn, rich
from bot.slack.words import Reader, cut

Block = dict[str, Any]
Payload = dict[str, Any]

ACCESSIBILITY_MAX = 75
HEADER_MAX = 150
URL_MAX = 3000

_PLAIN_WORD = re.compile(r"(?:[A-Za-z0-9.,+#/-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))+")


# Blocks


def block_id(name: str, revision: int) -> str:
    return f"{name}:v{revision}"


def header(view: LeadView, symbol: str, words: str) -> Block:
    text = f"{symbol} {cut(words, HEADER_MAX - 3)}"
    return {
        "type": "header",
        "block_id": block_id("title", view.lead.revision),
        "text": {"type": "plain_text", "emoji": False, "text": text},
    }


def section(view: LeadView, name: str, one: Line) -> Block:
    return {
        "type": "section",
        "block_id": block_id(name, view.lead.revision),
        "expand": True,
        "text": {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(one, view.reader).strip()},
    }


def rich_block(view: LeadView, name: str, elements: Sequence[Block]) -> list[Block]:
    """A rich_text block, or nothing when nothing is known."""
    if not elements:
        return []
    revision = view.lead.revision
    return [{"type": "rich_text", "block_id": block_id(name, revision), "elements": list(elements)}]


def rich_lines(view: LeadView, lines: Sequence[Line]) -> Block:
    """Several lines as one section of rich text."""
    elements: list[Block] = []
    for one in lines:
        added = rich(one, view.reader)
        if elements and added:
            _append(elements, {"type": "text", "text": "\n"})
        for element in added:
            _append(elements, element)
    return {"type": "rich_text_section", "elements": elements}


def _append(elements: list[Block], element: Block) -> None:
    if (
        elements
        and element["type"] == elements[-1]["type"] == "text"
        and "style" not in {**element, **elements[-1]}
    ):
        elements[-1] = {"type": "text", "text": elements[-1]["text"] + element["text"]}
    else:
        elements.append(element)


def quote(text: str) -> Block:
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}


def quote_block(view: LeadView, name: str, text: str) -> list[Block]:
    return rich_block(view, name, [quote(text)] if text else [])


def context(view: LeadView, name: str, *lines: Line) -> Block:
    """Small print. What the lead supplied is escaped; where it could format, the whole line is plain text."""
    return {
        "type": "context",
        "block_id": block_id(name, view.lead.revision),
        "elements": [_context_element(view.reader, one) for one in lines],
    }


def _context_element(reader: Reader, one: Line) -> Block:
    given = [piece.text for piece, _ in flat(one) if isinstance(piece, Given)]
    if all(_PLAIN_WORD.fullmatch(word) for text in given for word in text.split()):
        return {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(as_words(one), reader)}
    return {"type": "plain_text", "emoji": False, "text": _as_shown(one, reader)}


def flat(one: Line) -> Iterable[tuple[Any, bool]]:
    for piece, bold in one.pieces():
        if isinstance(piece, Line):
            yield from flat(piece)
        else:
            yield piece, bold


def as_words(one: Line) -> Line:
    """The same line with what was given as words; only for text that was found harmless."""
    slots = {
        name: as_words(slot) if isinstance(slot, Line) else slot.text if isinstance(slot, Given) else slot
        for name, slot in one.slots.items()
    }
    return Line(one.template, slots)


def _as_shown(one: Line, reader: Reader) -> str:
    speaker = Speaker(reader, city=False)
    pieces = list(flat(one))
    return "".join(
        piece if isinstance(piece, str) else speaker.plain(Line("{x}", {"x": piece})) for piece, _ in pieces
    )


# Buttons


@dataclass(frozen=True, kw_only=True)
class Button:
    """`primary` is the one thing to do; `about_clock` puts the clock's number into the value."""

    action: str
    primary: bool = False
    about_clock: bool = False


PRESS_LOG = Button(action="log_contact", primary=True)
LOG = Button(action="log_contact")
ON_IT = Button(action="on_it")
PRESS_ON_IT = Button(action="on_it", primary=True)
CANT_TAKE_IT = Button(action="cant_take_it")
PASS = Button(action="pass")
OPEN_CRM = Button(action="open_crm")
WHY = Button(action="why")
CORRECT = Button(action="correct")
HAD_CONTACTED = Button(action="had_contacted", about_clock=True)
CLAIM = Button(action="claim", primary=True, about_clock=True)
REASSIGN = Button(action="reassign")
PRESS_REASSIGN = Button(action="reassign", primary=True)
EXTEND = Button(action="extend")
NUDGE = Button(action="nudge")
CLOSE_LEAD = Button(action="close_lead")
COMPLETE = Button(action="complete", primary=True)
CONFIRM = Button(action="confirm_rejection")
RETURN = Button(action="return_rejection")


def crm_url(view: LeadView) -> str | None:
    """Where the lead is in the CRM, if that is an address a browser may be sent to."""
    url = view.details.crm_url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.netloc and len(url) <= URL_MAX
    return url if usable and not re.search(r"[\s<>|\"]", url) else None


def offered(view: LeadView, buttons: Sequence[Button]) -> list[Button]:
    return [one for one in buttons if one.action != "open_crm" or crm_url(view) is not None]


def actions(view: LeadView, buttons: Sequence[Button], *, in_channel: bool = False) -> list[Block]:
    elements = [button(view, one, in_channel=in_channel) for one in offered(view, buttons)]
    if not elements:
        return []
    return [{"type": "actions", "block_id": block_id("do", view.lead.revision), "elements": elements}]


def button(view: LeadView, one: Button, *, in_channel: bool = False) -> Block:
    words = view.reader.words
    spoken = words[
        f"button.{one.action}.channel" if in_channel and one is WHY else f"button.{one.action}.for"
    ]
    element: Block = {
        "type": "button",
        "action_id": one.action,
        "text": {"type": "plain_text", "text": words[f"button.{one.action}"]},
        "accessibility_label": accessible(view.label, spoken),
    }
    if one.action == "open_crm":
        element["url"] = crm_url(view)
    else:
        clock = f":{view.clock.number}" if one.about_clock else ""
        element["value"] = f"{view.lead.id}:{view.lead.generation}{clock}"
    if one.primary:
        element["style"] = "primary"
    return element


def accessible(label: Callable[[int, int], str], spoken: str) -> str:
    """What a screen reader says of a button, cut so that it still names its lead."""
    for person_max, company_max in LABEL_SIZES:
        said = spoken.format(lead=label(person_max, company_max))
        if len(said) <= ACCESSIBILITY_MAX:
            return said
    return cut(said, ACCESSIBILITY_MAX)


def buttons_in_text(view: LeadView, buttons: Sequence[Button]) -> str:
    labels = [view.reader.words[f"button.{one.action}"].rstrip("?") for one in offered(view, buttons)]
    if not labels:
        return ""
    key = "text.button" if len(labels) == 1 else "text.buttons"
    return view.reader.say(key, buttons=", ".join(labels))


def payload(text: str, blocks: Sequence[Block]) -> Payload:
    return {
        "text": text,
        "blocks": list(blocks),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
