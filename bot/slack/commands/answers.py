"""Answers to a command: for the caller alone, in blocks and, with the same words, in plain text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.slack.cards.parts import Block, accessible
from bot.slack.cards.sentences import ended
from bot.slack.cards.view import LABEL_MAX
from bot.slack.lines import Given, Line, Name, Speaker, line, mrkdwn
from bot.slack.words import Reader, cut, escape
from sla.lead import Lead

Json = dict[str, Any]

ROWS_MAX = 5
"""More leads than this are a number in an answer that nobody wants to scroll through."""
HAND_ON = "hand_on"
HAND_ON_ALL = "hand_on_all"
KEEP_LEADS = "keep_leads"


def answer(reader: Reader, *lines: Line, blocks: Sequence[Block] = ()) -> Json:
    """The lines as sections, then the blocks."""
    shown = [_section(f"said{index}", mrkdwn(one, reader)) for index, one in enumerate(lines)]
    return {
        "response_type": "ephemeral",
        "text": spoken(reader, lines),
        "blocks": [*shown, *blocks],
    }


def spoken(reader: Reader, lines: Sequence[Line]) -> str:
    """The lines as sentences of plain text."""
    speaker = Speaker(reader, city=False)
    return escape(" ".join(ended(speaker.plain(one)) for one in lines))


def plain(text: str) -> Json:
    """Words that may hold what somebody typed: shown as they are."""
    element = {"type": "plain_text", "emoji": False, "text": cut(text, 3000)}
    block = {"type": "section", "block_id": "said0", "text": element}
    return {"response_type": "ephemeral", "text": escape(text), "blocks": [block]}


def until(reader: Reader, at: datetime) -> Any:
    """A time, or "the end of Wed Nov 25" where a whole day was meant."""
    return reader.until(at) if reader.is_midnight(at) else at


def since(reader: Reader, at: datetime) -> Any:
    """A time, or "Wed Nov 25" where a whole day was meant."""
    return reader.since(at) if reader.is_midnight(at) else at


def leads_to_hand_on(reader: Reader, leads: Sequence[Lead], cover: Name | None, key: str) -> list[Block]:
    """The question what becomes of the open leads of somebody who goes away."""
    said = line(
        reader,
        "away.leads.cover" if cover is not None else "away.leads",
        leads=reader.counted("away.leads.open", len(leads)),
        cover=cover,
    )
    blocks = [_section("leads", mrkdwn(said, reader)), *(_row(reader, lead) for lead in leads[:ROWS_MAX])]
    more = len(leads) - ROWS_MAX
    if more > 0:
        words = line(reader, "away.leads.more", n=reader.number(more))
        blocks.append(_section("more", mrkdwn(words, reader)))
    elements = [
        _button(HAND_ON_ALL, reader.counted("away.button.hand_on_all", len(leads)), key),
        _button(KEEP_LEADS, reader.words["away.button.keep"], key),
    ]
    return [*blocks, {"type": "actions", "block_id": "do", "elements": elements}]


def leads_in_text(reader: Reader, leads: Sequence[Lead]) -> list[Line]:
    """The same as sentences, for those who hear it."""
    said = [
        line(reader, "away.leads.row.text", lead=Given(_label(reader, lead)), due=_due(lead))
        for lead in leads[:ROWS_MAX]
    ]
    return [
        Line(reader.counted("away.leads.have", len(leads)), {}),
        *said,
        line(reader, "away.leads.text.buttons"),
    ]


def _row(reader: Reader, lead: Lead) -> Block:
    def label(person_max: int, company_max: int) -> str:
        return _label(reader, lead, person_max, company_max)

    button = _button(HAND_ON, reader.words["away.button.hand_on"], f"{lead.id}:{lead.generation}")
    button["accessibility_label"] = accessible(label, reader.words["away.button.hand_on.for"])
    due = line(
        reader, "away.leads.row", tier=cut(lead.tier or reader.words["tier.unknown"], 20), due=_due(lead)
    )
    fields = [
        {"type": "plain_text", "emoji": False, "text": _label(reader, lead)},
        {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(due, reader)},
    ]
    return {"type": "section", "block_id": f"row:{lead.id}", "fields": fields, "accessory": button}


def _due(lead: Lead) -> datetime | None:
    return lead.clock.due_at if lead.clock is not None else lead.due_at


def _label(reader: Reader, lead: Lead, person_max: int = LABEL_MAX, company_max: int = LABEL_MAX) -> str:
    parts = [cut(lead.details.person or "", person_max), cut(lead.details.company or "", company_max)]
    unnamed = reader.say("lead.unnamed", external_id=cut(lead.external_id, LABEL_MAX))
    return ", ".join(part for part in parts if part) or unnamed


def _section(name: str, words: str) -> Block:
    text = {"type": "mrkdwn", "verbatim": True, "text": words}
    return {"type": "section", "block_id": name, "expand": True, "text": text}


def _button(action: str, words: str, value: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "value": value,
        "text": {"type": "plain_text", "text": words},
        "accessibility_label": words,
    }
