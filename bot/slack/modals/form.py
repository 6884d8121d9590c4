"""What all modals have in common: their frame, their inputs, what they carry along, and reading them back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.slack.lines import Line, line, mrkdwn, rich
from bot.slack.payload_shape import storable
from bot.slack.phrases import ENGLISH
from bot.slack.words import Reader, cut, tidy
from sla.details import LeadDetails
from sla.lead import ContactId, Lead, LeadId

View = dict[str, Any]
Block = dict[str, Any]

LABEL_MAX = 40
OPTION_MAX = 75
OPTIONS_MAX = 100
REASON_MAX = 200
NOTE_MAX = 500
WORDS_MAX = 2900
ACTION = "value"
"""The one element of each input block; the block's id says which field it is."""


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a modal carries from the press that opened it to its Save."""

    lead_id: LeadId
    generation: int
    opened_at: datetime
    channel: str | None = None
    ts: str | None = None
    contact_id: ContactId | None = None
    warned: bool = False

    def as_warned(self) -> "Metadata":
        """The same for a form that has said what changed meanwhile: the next Save records."""
        return replace(self, warned=True)

    def text(self) -> str:
        known = {
            "lead_id": self.lead_id,
            "generation": self.generation,
            "opened_at": self.opened_at.astimezone(UTC).isoformat(),
            "channel": self.channel,
            "ts": self.ts,
            "contact_id": self.contact_id,
            "warned": self.warned,
        }
        return json.dumps({key: value for key, value in known.items() if value not in (None, False)})


def read_metadata(view: Mapping[str, Any]) -> Metadata:
    known = storable(json.loads(view["private_metadata"]))
    contact = known.get("contact_id")
    return Metadata(
        lead_id=LeadId(known["lead_id"]),
        generation=int(known["generation"]),
        opened_at=datetime.fromisoformat(known["opened_at"]),
        channel=known.get("channel"),
        ts=known.get("ts"),
        contact_id=ContactId(contact) if contact else None,
        warned=bool(known.get("warned")),
    )


@dataclass(frozen=True, kw_only=True)
class FormErrors:
    """What is wrong, by the block beside which it is said."""

    errors: dict[str, str]


class Carried(Protocol):
    """What a modal carries along, written so that it can be read again."""

    def text(self) -> str: ...


def modal(
    reader: Reader, callback: str, title: str, blocks: Sequence[Block], *, submit: str, metadata: Carried
) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(reader.words[title]),
        "submit": plain(reader.words[submit]),
        "close": plain(reader.words["modal.cancel"]),
        "private_metadata": metadata.text(),
        "blocks": list(blocks),
    }


def refusal_modal(words: str) -> View:
    """In the place of a form: what is true now and who can help."""
    return {
        "type": "modal",
        "callback_id": "refusal",
        "title": plain(ENGLISH["refusal.title"]),
        "close": plain(ENGLISH["modal.close"]),
        "blocks": [{"type": "section", "block_id": "words", "expand": True, "text": plain(words, WORDS_MAX)}],
    }


def plain(text: str, most: int = WORDS_MAX) -> Block:
    return {"type": "plain_text", "emoji": False, "text": cut(text, most)}


def section(reader: Reader, name: str, one: Line) -> Block:
    text = {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(one, reader)}
    return {"type": "section", "block_id": name, "expand": True, "text": text}


def rich_section(reader: Reader, name: str, one: Line) -> Block:
    """A line in which the lead's own words stand."""
    elements = [{"type": "rich_text_section", "elements": rich(one, reader)}]
    return {"type": "rich_text", "block_id": name, "elements": elements}


def context(reader: Reader, name: str, key: str, **slots: Any) -> Block:
    text = {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(line(reader, key, **slots), reader)}
    return {"type": "context", "block_id": name, "elements": [text]}


def lead_label(lead: Lead) -> str:
    return label_of(lead.details)


def label_of(details: LeadDetails) -> str:
    parts = [cut(details.person or "", LABEL_MAX), cut(details.company or "", LABEL_MAX)]
    return ", ".join(part for part in parts if part) or cut(details.external_id, LABEL_MAX)


def company_of(details: LeadDetails) -> str:
    return cut(details.company or details.person or details.external_id, LABEL_MAX)


def asked(
    reader: Reader, name: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(reader.words[label]),
        "element": {**element, "action_id": ACTION},
        "optional": optional,
    }
    if hint is not None:
        block["hint"] = plain(hint)
    return block


def option(words: str, value: str, description: str | None = None) -> Block:
    made: Block = {"text": plain(words, OPTION_MAX), "value": value}
    if description:
        made["description"] = plain(description, OPTION_MAX)
    return made


def radio(options: Sequence[Block], chosen: str | None = None) -> Block:
    element: Block = {"type": "radio_buttons", "options": list(options)}
    initial = next((one for one in options if one["value"] == chosen), None)
    return {**element, "initial_option": initial} if initial is not None else element


def select(options: Sequence[Block], chosen: str | None = None) -> Block:
    element: Block = {"type": "static_select", "options": list(options)[:OPTIONS_MAX]}
    initial = next((one for one in element["options"] if one["value"] == chosen), None)
    return {**element, "initial_option": initial} if initial is not None else element


def typed(most: int, *, multiline: bool = False, initial: str | None = None) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return {**element, "initial_value": initial[:most]} if initial else element


# Reading back


def _element(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    element: Mapping[str, Any] = (values.get(name) or {}).get(ACTION) or {}
    return element


def chosen(view: Mapping[str, Any], name: str) -> str | None:
    option = _element(view, name).get("selected_option")
    return str(option["value"]) if option else None


def text(view: Mapping[str, Any], name: str, *, lines: bool = False) -> str | None:
    """What was typed; None where that is nothing but spaces."""
    value = _element(view, name).get("value")
    if not isinstance(value, str):
        return None
    return (value.strip() if lines else tidy(value)) or None


def moment(view: Mapping[str, Any], name: str) -> datetime | None:
    seconds = _element(view, name).get("selected_date_time")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
