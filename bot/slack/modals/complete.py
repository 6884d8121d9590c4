"""Complete: the fields that a lead lacks, or that came with what cannot be right, for somebody to fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.lines import Given, Line, line
from bot.slack.modals.form import (
    Block,
    Metadata,
    View,
    asked,
    lead_label,
    modal,
    rich_section,
    text,
    typed,
)
from bot.slack.words import Reader, cut
from sla.completing import Gap
from sla.lead import Lead
from sla.lead_values import shown
from sla.names import name_of
from sla.policy import Policy

COMPLETE = "complete_form"
TYPED_MAX = 500
MESSAGE_MAX = 3000
SENT_MAX = 150
_FIELD = "field:"


@dataclass(frozen=True, kw_only=True)
class CompleteEntered:
    """What was filled in by the lead's field, None where it was left empty."""

    values: Mapping[str, str | None]


def complete(reader: Reader, lead: Lead, metadata: Metadata, gaps: Sequence[Gap], *, policy: Policy) -> View:
    came = line(
        reader, "complete.came", received=lead.received_at, source=Given(name_of(policy, lead.source))
    )
    blocks = [
        rich_section(reader, "lead", Line("{lead}", {"lead": Given(lead_label(lead))})),
        rich_section(reader, "came", came),
        *(_input(reader, gap) for gap in gaps),
    ]
    return modal(reader, COMPLETE, "complete.title", blocks, submit="modal.save", metadata=metadata)


def block_of(field: str) -> str:
    """The block in which a field is asked for; errors stand beside it."""
    return f"{_FIELD}{field}"


def _input(reader: Reader, gap: Gap) -> Block:
    is_long = gap.field == "message"
    sent = gap.sent if isinstance(gap.sent, str) else None if gap.sent is None else str(gap.sent)
    element = typed(MESSAGE_MAX if is_long else TYPED_MAX, multiline=is_long, initial=sent)
    hint = None
    if gap.sent is not None:
        key = "complete.was.required" if gap.is_required else "complete.was"
        hint = reader.say(key, value=cut(shown(gap.sent), SENT_MAX))
    label = f"field.{gap.field}"
    return asked(reader, block_of(gap.field), label, element, optional=not gap.is_required, hint=hint)


def read_complete(view: Mapping[str, Any]) -> CompleteEntered:
    names = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    fields = [name.removeprefix(_FIELD) for name in names if name.startswith(_FIELD)]
    return CompleteEntered(
        values={field: text(view, block_of(field), lines=field == "message") for field in fields}
    )
