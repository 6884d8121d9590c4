"""Several leads in one message to a person, a row each: what waited for them, what came at once, reminders.

`data` holds `form` ("waiting", "new", "reminders" or "late"); of what waited also `since`, when the working time before
ended, and `opens`. Each row is the message that it stands for, with the lead as it is now; a row whose `data`
says `mailed` is about a lead that got the automatic e-mail.
"""

from collections import Counter
from collections.abc import Sequence

from bot.slack.cards.contacts import briefly, first_contact
from bot.slack.cards.downtime_rows import required
from bot.slack.cards.parts import Block, Payload, accessible, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView, LeadView
from bot.slack.lines import Given, Line, joined, line, mrkdwn
from bot.slack.words import cut
from sla.lead import ClockKind, Stage

ROWS_MAX = 40
"""Slack takes fifty blocks in a message."""
HEADER_MAX = 147
SYMBOLS = {"waiting": "ℹ️", "new": "📥", "reminders": "⏳", "late": "⚠️"}
GONE = {
    Stage.IN_QUEUE: "list.row.in_queue",
    Stage.IN_REVIEW: "list.row.in_review",
    Stage.WITH_LEAD_OPS: "list.row.with_lead_ops",
}


def render(view: CardView) -> Payload:
    reader, rows = view.reader, rows_of(view)
    waiting = [row for row in rows if is_waiting(row)]
    title = _title(view, waiting)
    blocks = [_header(SYMBOLS[_form(view)], title)]
    called = names(rows)
    blocks += [_pair(row, called[row.lead.id]) for row in rows[:ROWS_MAX]]
    if _form(view) == "waiting" and "since" in view.data:
        since, opens = required(view.data["since"]), required(view.data["opens"])
        small = mrkdwn(line(reader, "list.came_in", since=since, opens=opens), reader)
        element = {"type": "mrkdwn", "verbatim": True, "text": small}
        blocks.append({"type": "context", "block_id": "small:v1", "elements": [element]})
    return payload(_text(view, rows, waiting), blocks)


def rows_of(view: CardView) -> list[LeadView]:
    """One for each lead, the nearest deadline first; of two messages about one lead the later counts."""
    newest = {row.lead.id: LeadView(row) for row in view.rows if row.lead is not None}
    far = view.reader.now.max.replace(tzinfo=view.reader.now.tzinfo)
    return sorted(
        newest.values(), key=lambda row: (row.clock.due_at or far, row.lead.received_at, row.external_id)
    )


def names(rows: Sequence[LeadView], *, short: bool = False) -> dict[str, str]:
    """How each row's lead is called, `short` by its company; two of the same name are told apart by their ids."""
    labels = {row.lead.id: row.company() if short else row.label() for row in rows}
    often = Counter(labels.values())
    return {
        row.lead.id: row.reader.say(
            "list.unnamed_twice", lead=labels[row.lead.id], external_id=row.external_id
        )
        if often[labels[row.lead.id]] > 1
        else labels[row.lead.id]
        for row in rows
    }


def is_waiting(row: LeadView) -> bool:
    """Whether the row still asks its reader to contact the lead."""
    clock = row.lead.clock
    return clock is not None and clock.number == row.clock.number and clock.kind is ClockKind.OWNER


def _form(view: CardView) -> str:
    form = str(view.data.get("form"))
    return form if form in SYMBOLS else "new"


def _is_late(row: LeadView) -> bool:
    return row.clock.due_at is not None and row.clock.due_at <= row.reader.now


def _title(view: CardView, waiting: Sequence[LeadView]) -> str:
    reader, form = view.reader, _form(view)
    if not waiting:
        return reader.words["list.none_left"]
    if form == "reminders":
        left = (waiting[0].clock.due_at or view.reader.now) - (view.posted_at or reader.now)
        count = reader.counted("list.leads", len(waiting))
        return reader.say("list.reminders", left=reader.spelled(left), count=count)
    if form == "late":
        return reader.counted("list.late", len(waiting))
    count = reader.counted(f"list.{form}", len(waiting))
    # What is late already is said in its row: the first time that is still ahead is what counts now.
    ahead = [row.clock.due_at for row in waiting if row.clock.due_at is not None and not _is_late(row)]
    return reader.say("list.first", count=count, due=reader.time(ahead[0])) if ahead else count


def _header(symbol: str, words: str) -> Block:
    text = {"type": "plain_text", "emoji": False, "text": f"{symbol} {cut(words, HEADER_MAX)}"}
    return {"type": "header", "block_id": "title:v1", "text": text}


def _pair(row: LeadView, name: str) -> Block:
    fields = [
        {"type": "plain_text", "emoji": False, "text": name},
        {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(_says(row), row.reader)},
    ]
    block: Block = {"type": "section", "block_id": f"row:{row.lead.id}", "fields": fields}
    action = _button(row)
    return block if action is None else {**block, "accessory": row_button(row, action, name)}


def row_button(row: LeadView, action: str, name: str) -> Block:
    """A button beside a row; what a screen reader says of it names the lead."""

    def label(person_max: int, company_max: int) -> str:
        # What tells two of the same name apart stands at the end, and is not to be cut.
        shorter = {row.label(): row.label(person_max, company_max), row.company(): row.company(company_max)}
        whole = next((one for one in shorter if name.startswith(one)), None)
        return name if whole is None else shorter[whole] + name[len(whole) :]

    words = row.reader.words
    return {
        "type": "button",
        "action_id": action,
        "value": f"{row.lead.id}:{row.lead.generation}",
        "text": {"type": "plain_text", "text": words[f"button.{action}"]},
        "accessibility_label": accessible(label, words[f"button.{action}.for"]),
    }


def _button(row: LeadView) -> str | None:
    if is_waiting(row):
        return "log_contact"
    first = row.lead.first_contact
    is_ours = first is not None and row.lead.owner == row.clock.person and first.by != row.clock.person
    return "open" if is_ours else None


def _says(row: LeadView) -> Line:
    due_at = row.clock.due_at
    if is_waiting(row):
        key = "list.row.late" if _is_late(row) else "list.row"
        mailed = row.line("list.row.mailed") if row.data.get("mailed") else None
        return joined([row.line(key, tier=row.tier, due=due_at), mailed], " · ")
    if row.lead.first_contact is not None:
        return done(_contacted(row))
    return _gone(row)


def done(said: Line) -> Line:
    """Nothing is left to do on this row."""
    return Line("✅ {said}", {"said": said})


def _contacted(row: LeadView) -> Line:
    first = first_contact(row)
    if first.by != row.clock.person:
        said = row.line(
            "list.row.by_other", who=row.name(first.by), did=briefly(row, first), at=first.occurred_at
        )
        yours = row.line("list.row.next_step") if row.lead.owner == row.clock.person else None
        return joined([said, yours], " · ")
    due_at = row.clock.due_at
    if due_at is None or first.occurred_at <= due_at:
        return row.line("list.row.in_time")
    late = first.occurred_at - due_at
    if not row.reader.is_short(late):
        return row.line("list.row.late_plain")
    return row.line("list.row.late_by", late=row.reader.duration(late))


def _gone(row: LeadView) -> Line:
    stage = row.lead.stage
    if stage in GONE:
        return row.line(GONE[stage])
    if stage is Stage.WITH_OWNER and row.lead.owner is not None:
        return row.line("list.row.with", who=row.name(row.lead.owner))
    return row.line("list.row.closed")


# Aloud


def _text(view: CardView, rows: Sequence[LeadView], waiting: Sequence[LeadView]) -> str:
    reader = view.reader
    first = waiting[0] if waiting else None
    called = names(rows)

    def opening(size: tuple[int, int]) -> list[Line]:
        said = [Line("{words}", {"words": Given(_opening_words(view, waiting))})]
        return [*said, _first_aloud(view, first, first.label(*size))] if first is not None else said

    rest = [row for row in rows if row is not first]
    sentences = [Sentence(what=_aloud(row, called[row.lead.id]), fact=True) for row in rest[:ROWS_MAX]]
    if len(rows) > ROWS_MAX:
        more = line(reader, "list.text.more", n=reader.number(len(rows) - ROWS_MAX))
        sentences.append(Sentence(what=more))
    if waiting:
        only_log = all(_button(row) in ("log_contact", None) for row in rows)
        key = "list.text.button.log_contact" if only_log else "list.text.button"
        sentences.append(Sentence(what=line(reader, key)))
    return text_of(reader, opening, sentences, city=False)


def _opening_words(view: CardView, waiting: Sequence[LeadView]) -> str:
    if not waiting or _form(view) in ("reminders", "late"):
        return _title(view, waiting)
    return view.reader.counted(f"list.{_form(view)}", len(waiting))


def _first_aloud(view: CardView, row: LeadView, name: str) -> Line:
    slots = {"lead": Given(name), "due": row.clock.due_at}
    if _is_late(row):
        return row.line("list.text.late", **slots)
    if _form(view) == "reminders":
        return row.line("list.text.first_alone", **slots)
    return row.line("list.text.first", tier=row.tier, **slots)


def _aloud(row: LeadView, name: str) -> Line:
    lead = Given(name)
    if is_waiting(row):
        if _is_late(row):
            return row.line("list.text.row.late", lead=lead, tier=row.tier, due=row.clock.due_at)
        mailed = row.line("list.text.mailed") if row.data.get("mailed") else None
        return row.line("list.text.row", lead=lead, tier=row.tier, due=row.clock.due_at, mailed=mailed)
    first = row.lead.first_contact
    if first is None:
        return row.line("list.text.gone", lead=lead, where=_gone(row))
    if first.by != row.clock.person:
        yours = row.line("list.text.yours") if row.lead.owner == row.clock.person else None
        slots = {"who": row.name(first.by), "at": first.occurred_at, "yours": yours}
        return row.line("list.text.by_other", lead=lead, **slots)
    in_time = row.clock.due_at is None or first.occurred_at <= row.clock.due_at
    return row.line("list.text.in_time" if in_time else "list.text.late_by", lead=lead)
