"""Several breaches in one card for a team's managers, with how much their owners have open.

`data` holds `team`, `from_at`, `until_at` (between which they were owed), and `load` (how many open leads each
owner has, by e-mail address). Each row is the managers' card that it stands for.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.slack.cards import lists, ops_lists
from bot.slack.cards.contacts import briefly
from bot.slack.cards.downtime_rows import range_of, required, section
from bot.slack.cards.lists import HEADER_MAX, done, names, row_button, rows_of
from bot.slack.cards.parts import Block, Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView, LeadView
from bot.slack.lines import Given, Line, Name, joined, line, mrkdwn
from bot.slack.words import cut
from sla.lead import Stage
from sla.names import team_name

FORM = "breaches"
SHOWN_MAX = 5
NAMED_MAX = 5


def render_list(view: CardView) -> Payload:
    """A list in any of its forms."""
    form = view.data.get("form")
    if form in ops_lists.SYMBOLS:
        return ops_lists.render(view)
    return render(view) if form == FORM else lists.render(view)


def render(view: CardView) -> Payload:
    reader, rows = view.reader, rows_of(view)
    number = max(len(rows), 2)
    team = team_name(str(view.data.get("team") or ""))
    title = cut(reader.say("breaches.header", n=reader.number(number), team=team), HEADER_MAX)
    text = {"type": "plain_text", "emoji": False, "text": f"⚠️ {title}"}
    blocks: list[Block] = [{"type": "header", "block_id": "title:v1", "text": text}]
    blocks.append(section(reader, "load", _load(view, rows)))
    called = names(rows, short=True)
    blocks += [pair(row, called[row.lead.id]) for row in rows[:SHOWN_MAX]]
    if len(rows) > SHOWN_MAX:
        blocks.append(_show_all(rows[0], len(rows)))
    return payload(_text(view, rows, number, team), blocks)


def pair(row: LeadView, name: str) -> Block:
    """A row with [Reassign] while somebody must still contact the lead."""
    fields = [
        {"type": "plain_text", "emoji": False, "text": name},
        {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(_says(row), row.reader)},
    ]
    block: Block = {"type": "section", "block_id": f"row:{row.lead.id}", "fields": fields}
    if not row.lead.is_open:
        return block
    return {**block, "accessory": row_button(row, "reassign", name)}


def _show_all(first: LeadView, number: int) -> Block:
    """Which list it is tells the message; the button names any of its leads, as every button does."""
    reader = first.reader
    button = {
        "type": "button",
        "action_id": "show_all",
        "value": f"{first.lead.id}:{first.lead.generation}",
        "text": {"type": "plain_text", "text": reader.say("button.show_all", n=reader.number(number))},
        "accessibility_label": reader.say("button.show_all.for", n=reader.number(number)),
    }
    return {"type": "actions", "block_id": "all:v1", "elements": [button]}


def _owner(row: LeadView) -> str | None:
    return row.late_owner or row.lead.owner


def _loads(view: CardView, rows: Sequence[LeadView]) -> list[tuple[Name, str, str]]:
    """Who has how many of them, and how many they have open in all; the most first."""
    reader, load = view.reader, view.data.get("load") or {}
    often = Counter(owner for row in rows if (owner := _owner(row)) is not None)
    return [
        (rows[0].name(owner), reader.number(number), reader.number(int(load.get(owner, number))))
        for owner, number in often.most_common(NAMED_MAX)
    ]


def _load(view: CardView, rows: Sequence[LeadView]) -> Line:
    reader = view.reader
    start, end = required(view.data["from_at"]), required(view.data["until_at"])
    load = view.data.get("load") or {}
    often = Counter(owner for row in rows if (owner := _owner(row)) is not None)
    key = "breaches.at" if reader.hour(start) == reader.hour(end) else "breaches.from"
    said: list[Line | None] = [line(reader, key, from_at=start, until_at=end)]
    for place, (owner, number) in enumerate(often.most_common(NAMED_MAX)):
        has = int(load.get(owner, number))
        spoken = reader.counted("breaches.load.open", has) if place == 0 else reader.number(has)
        slots = {"who": rows[0].name(owner), "count": reader.number(number), "open": spoken}
        said.append(line(reader, "breaches.load", **slots))
    return joined(said, " · ")


def _says(row: LeadView) -> Line:
    slots: dict[str, Any] = {"tier": row.tier, "due": row.lead.due_at or row.clock.due_at}
    first = row.lead.first_contact
    if first is not None:
        if not row.lead.is_late:
            return done(row.line("breaches.row.withdrawn"))
        did = {"did": briefly(row, first), "at": first.occurred_at}
        return done(row.line("breaches.row.contacted", who=row.name(first.by), **did))
    match row.lead.stage:
        case Stage.IN_QUEUE:
            return row.line("breaches.row.queue", **slots)
        case Stage.IN_REVIEW:
            return row.line("breaches.row.review", **slots)
        case Stage.HELD:
            return row.line("breaches.row.held", **slots)
        case Stage.CLOSED:
            return row.line("list.row.closed")
    return row.line("breaches.row", owner=row.name(row.lead.owner or _owner(row)), **slots)


def _text(view: CardView, rows: Sequence[LeadView], number: int, team: str) -> str:
    reader = view.reader
    first, last = range_of(reader, view.data)
    last = f"{last} {reader.city}" if reader.city else last
    is_moment = reader.hour(required(view.data["from_at"])) == reader.hour(required(view.data["until_at"]))
    key = "breaches.text.at" if is_moment else "breaches.text"
    said = line(reader, key, n=reader.number(number), team=Name(team), from_at=first, until_at=last)
    opening = [said]
    loads = _loads(view, rows)
    if loads:
        who, count, has = loads[0]
        opening.append(line(reader, "breaches.text.load", who=who, count=count, open=has))
    called = names(rows, short=True)
    sentences = [Sentence(what=_aloud(row, called[row.lead.id]), fact=True) for row in rows]
    offer = "breaches.text.buttons.all" if len(rows) > SHOWN_MAX else "breaches.text.buttons"
    if any(row.lead.is_open for row in rows):
        sentences.append(Sentence(what=line(reader, offer)))
    return text_of(reader, lambda size: opening, sentences, city=False)


def _aloud(row: LeadView, name: str) -> Line:
    slots: dict[str, Any] = {
        "lead": Given(name),
        "tier": row.tier,
        "due": row.lead.due_at or row.clock.due_at,
    }
    where = None
    if row.lead.first_contact is not None:
        where = "contacted"
    elif row.lead.stage in (Stage.IN_QUEUE, Stage.IN_REVIEW, Stage.CLOSED):
        where = {Stage.IN_QUEUE: "queue", Stage.IN_REVIEW: "review", Stage.CLOSED: "closed"}[row.lead.stage]
    if where is not None:
        at = row.lead.first_contact.occurred_at if row.lead.first_contact is not None else None
        said = row.line(f"breaches.text.{where}", at=at)
        return row.line("breaches.text.row.gone", where=said, **slots)
    return row.line("breaches.text.row", owner=row.name(row.lead.owner or _owner(row)), **slots)
