"""The leads of a summary after an absence, read from what was owed, and the blocks that show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack.cards.parts import Block, accessible
from bot.slack.cards.view import LABEL_MAX, CardView
from bot.slack.lines import Line, mrkdwn
from bot.slack.words import Reader, cut, tidy


@dataclass(frozen=True, kw_only=True)
class Row:
    """One lead in a summary."""

    lead_id: str
    generation: int
    person: str
    company: str
    external: str
    owner: str
    due_at: datetime
    late: bool
    excused: str | None
    told_at: datetime | None
    reminded_at: datetime | None

    def label(self, person_max: int = LABEL_MAX, company_max: int = LABEL_MAX) -> str:
        parts = [cut(self.person, person_max), cut(self.company, company_max)]
        return ", ".join(part for part in parts if part) or self.external

    @property
    def short(self) -> str:
        return cut(self.company or self.person, LABEL_MAX) or self.external


def time_in(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def required(value: Any) -> datetime:
    at = time_in(value)
    if at is None:
        raise ValueError("a summary lacks one of its times")
    return at


def read_rows(view: CardView) -> list[Row]:
    """The rows as they were owed, most urgent first."""
    rows = [
        Row(
            lead_id=str(one["lead_id"]),
            generation=int(one["generation"]),
            person=tidy(one.get("person") or ""),
            company=tidy(one.get("company") or ""),
            external=view.reader.say("lead.unnamed", external_id=str(one["lead_id"])),
            owner=str(one.get("owner") or ""),
            due_at=required(one["due_at"]),
            late=bool(one.get("late", True)),
            excused=one.get("excused"),
            told_at=time_in(one.get("told_at")),
            reminded_at=time_in(one.get("reminded_at")),
        )
        for one in view.data.get("rows", ())
    ]
    return sorted(rows, key=lambda row: row.due_at)


def range_of(reader: Reader, data: Mapping[str, Any]) -> tuple[str, str]:
    """ "9:10" and "11:35 AM": the half of the day is said once where it is the same."""
    start, end = required(data["from_at"]), required(data["until_at"])
    first, last = reader.time(start), reader.time(end)
    if reader.twelve_hour and reader.is_today(start) and first.split()[-1] == last.split()[-1]:
        first = first.rpartition(" ")[0]
    return first, last


def title(reader: Reader, words: str) -> Block:
    text = {"type": "plain_text", "emoji": False, "text": f"ℹ️ {cut(words, 140)}"}
    return {"type": "header", "block_id": "title:v1", "text": text}


def section(reader: Reader, name: str, one: Line) -> Block:
    text = {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(one, reader)}
    return {"type": "section", "block_id": f"{name}:v1", "expand": True, "text": text}


def pair(reader: Reader, row: Row, right: Line, action: str, label: str) -> Block:
    """A row: the lead, what is to be known of it, and its button."""
    button = {
        "type": "button",
        "action_id": action,
        "value": f"{row.lead_id}:{row.generation}",
        "text": {"type": "plain_text", "text": reader.words[f"button.{action}"]},
        "accessibility_label": accessible(row.label, label),
    }
    fields = [
        {"type": "plain_text", "emoji": False, "text": row.label()},
        {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(right, reader)},
    ]
    return {"type": "section", "block_id": f"row:{row.lead_id}", "fields": fields, "accessory": button}


def is_slack(view: CardView) -> bool:
    return view.data.get("what") == "slack"
