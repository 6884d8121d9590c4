"""Several leads in one message to lead ops, a row each: leads that nobody could take, and leads that lack something.

`data` holds `form` ("unowned" or "attention"). Each row is the message that it stands for, with the lead as it is now.
"""

from collections.abc import Sequence

from bot.slack.cards.contacts import briefly
from bot.slack.cards.lists import GONE, HEADER_MAX, done, names, row_button
from bot.slack.cards.parts import Block, Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView, LeadView
from bot.slack.lines import Given, Line, line, mrkdwn
from bot.slack.words import cut
from sla.completing import gaps_of
from sla.effects import Role
from sla.lead import Stage
from sla.showing_teams import AttentionState, UnownedState, attention, unowned

UNOWNED, ATTENTION = "unowned", "attention"
SYMBOLS = {UNOWNED: "🧭", ATTENTION: "📥"}
SHOWN_MAX = 15
NEEDS_MAX = 120


def render(view: CardView) -> Payload:
    reader, rows = view.reader, rows_of(view)
    form = str(view.data.get("form"))
    open_rows = [row for row in rows if is_open(row)]
    title = reader.counted(f"ops.{form}", len(open_rows)) if open_rows else reader.words["list.none_left"]
    text = {"type": "plain_text", "emoji": False, "text": f"{SYMBOLS[form]} {cut(title, HEADER_MAX)}"}
    blocks: list[Block] = [{"type": "header", "block_id": "title:v1", "text": text}]
    called = names(rows)
    blocks += [pair(row, called[row.lead.id]) for row in rows[:SHOWN_MAX]]
    if len(rows) > SHOWN_MAX:
        blocks.append(_show_all(rows))
    return payload(_text(view, rows, open_rows, title), blocks)


def rows_of(view: CardView) -> list[LeadView]:
    """One for each lead, whoever came first."""
    newest = {row.lead.id: LeadView(row) for row in view.rows if row.lead is not None}
    return sorted(newest.values(), key=lambda row: (row.lead.received_at, row.external_id))


def is_open(row: LeadView) -> bool:
    """Whether the row still asks for something."""
    if row.view.role is Role.NEEDS_ATTENTION:
        return attention(row.lead) is AttentionState.OPEN
    return unowned(row.lead, row.clock.number) is UnownedState.OPEN


def pair(row: LeadView, name: str) -> Block:
    """What a lead lacks may quote its source, so it stands as literal text."""
    needs = _needs(row)
    right = (
        {"type": "plain_text", "emoji": False, "text": needs}
        if needs
        else {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(_says(row), row.reader)}
    )
    fields = [{"type": "plain_text", "emoji": False, "text": name}, right]
    block: Block = {"type": "section", "block_id": f"row:{row.lead.id}", "fields": fields}
    action = _button(row)
    return block if action is None else {**block, "accessory": row_button(row, action, name)}


def _needs(row: LeadView) -> str:
    if row.view.role is not Role.NEEDS_ATTENTION or not is_open(row):
        return ""
    return cut("; ".join(row.lead.needs), NEEDS_MAX).rstrip(".")


def _button(row: LeadView) -> str | None:
    if not is_open(row):
        return None
    if row.view.role is Role.UNOWNED:
        return "reassign"
    return "complete" if gaps_of(row.lead.details, row.policy.intake.required) else None


def _says(row: LeadView) -> Line:
    lead, first = row.lead, row.lead.first_contact
    if first is not None:
        did = {"did": briefly(row, first), "at": first.occurred_at}
        return done(row.line("breaches.row.contacted", who=row.name(first.by), **did))
    if lead.stage in GONE and not is_open(row):
        return row.line(GONE[lead.stage])
    if lead.stage is Stage.WITH_OWNER and lead.owner is not None:
        return row.line("list.row.with", who=row.name(lead.owner))
    if lead.stage is Stage.CLOSED:
        return row.line("list.row.closed")
    if row.view.role is Role.NEEDS_ATTENTION and is_open(row):
        return row.line("ops.attention.row", at=lead.received_at)
    return row.line("ops.unowned.row", tier=row.tier, due=lead.due_at)


def _show_all(rows: Sequence[LeadView]) -> Block:
    first, reader = rows[0], rows[0].reader
    number = reader.number(len(rows))
    button = {
        "type": "button",
        "action_id": "show_all",
        "value": f"{first.lead.id}:{first.lead.generation}",
        "text": {"type": "plain_text", "text": reader.say("button.show_all", n=number)},
        "accessibility_label": reader.say("button.show_all.for", n=number),
    }
    return {"type": "actions", "block_id": "all:v1", "elements": [button]}


def _text(view: CardView, rows: Sequence[LeadView], open_rows: Sequence[LeadView], title: str) -> str:
    reader, called = view.reader, names(rows)
    first = open_rows[0] if open_rows else None

    def opening(size: tuple[int, int]) -> list[Line]:
        said = [Line("{words}", {"words": Given(title)})]
        if first is None:
            return said
        at = first.lead.received_at if first.view.role is Role.NEEDS_ATTENTION else first.lead.due_at
        key = "ops.attention.first" if first.view.role is Role.NEEDS_ATTENTION else "ops.unowned.first"
        return [*said, first.line(key, lead=Given(first.label(*size)), at=at)]

    sentences = [
        Sentence(
            what=row.line("ops.text.row", lead=Given(called[row.lead.id]), says=_aloud(row)),
            fact=True,
        )
        for row in rows
    ]
    buttons = dict.fromkeys(action for row in rows[:SHOWN_MAX] if (action := _button(row)) is not None)
    labels = [reader.words[f"button.{action}"] for action in buttons]
    if len(rows) > SHOWN_MAX:
        labels.append(reader.say("button.show_all", n=reader.number(len(rows))))
    if labels:
        sentences.append(Sentence(what=line(reader, "ops.text.buttons", buttons=Given(", ".join(labels)))))
    return text_of(reader, opening, sentences, city=False)


def _aloud(row: LeadView) -> Line:
    needs = _needs(row)
    if needs:
        return Line("{needs}", {"needs": Given(needs)})
    said = _says(row)
    # A tick is for eyes.
    inner = said.slots.get("said") if said.template.startswith("✅") else None
    return inner if isinstance(inner, Line) else said
