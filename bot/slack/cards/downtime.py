"""One summary after an absence: to the managers' channel, and to an owner instead of the missed messages.

`data` holds `what` ("bot" or "slack"), `from_at`, `until_at` and `rows`; each row has `lead_id`, `generation`,
`person`, `company`, `owner`, `due_at`, `late`, `excused` (why it is not counted, or None), `told_at`,
`reminded_at`. The managers' also has `came_in`, `left_out`, `hold_until`, `raw`, `adjusted`, the owner's
`contact_by`. Times are RFC 3339 text.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.slack.cards.downtime_rows import (
    Row,
    is_slack,
    pair,
    range_of,
    read_rows,
    required,
    section,
    time_in,
    title,
)
from bot.slack.cards.parts import Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView
from bot.slack.lines import Given, Line, Name, joined, line, mrkdwn
from bot.slack.words import Reader
from sla.names import name_of

ROWS_MAX = 5
"""More rows than this are a number: a summary that must be scrolled is read by nobody."""
WEEK_DAYS = 7


# To the managers


def render_managers(view: CardView) -> Payload:
    reader, rows = view.reader, read_rows(view)
    start, end = required(view.data["from_at"]), required(view.data["until_at"])
    duration = reader.duration(end - start)
    key = "downtime.header.slack" if is_slack(view) else "downtime.header"
    blocks = [
        title(reader, reader.say(key, duration=duration)),
        section(
            reader, "from", line(reader, "downtime.from", from_at=start, until_at=end, came_in=_came_in(view))
        ),
        section(reader, "passed", _passed(view, _how_many(view, rows))),
    ]
    spoken = reader.words["button.reassign.for"]
    blocks += [pair(reader, row, _managers_row(view, row), "reassign", spoken) for row in rows[:ROWS_MAX]]
    small = joined(_small(view, _how_many(view, rows) - ROWS_MAX), " ")
    if small.template:
        element = {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(small, reader)}
        blocks.append({"type": "context", "block_id": "small:v1", "elements": [element]})
    return payload(_managers_text(view, rows, duration), blocks)


def _how_many(view: CardView, rows: Sequence[Row]) -> int:
    """Of very many leads not every one is a row; the count is of all."""
    return max(len(rows), int(view.data.get("raw") or 0))


def _came_in(view: CardView) -> str:
    number = int(view.data.get("came_in") or 0)
    if number == 0:
        return ""
    key = "downtime.came_in.one" if number == 1 else "downtime.came_in"
    return view.reader.say(key, count=view.reader.number(number))


def _hold(view: CardView) -> Line | None:
    until = time_in(view.data.get("hold_until"))
    return line(view.reader, "downtime.hold", at=until) if until is not None else None


def _passed(view: CardView, number: int) -> Line:
    words = view.reader.counted("downtime.passed", number)
    return joined([Line(words, {}), _hold(view)], " ")


def _managers_row(view: CardView, row: Row) -> Line:
    slots = {"owner": Name(name_of(view.policy, row.owner or None)), "due": row.due_at}
    return line(view.reader, "downtime.row", counted=_counted(view.reader, row), **slots)


def _counted(reader: Reader, row: Row) -> Line:
    if row.excused is not None:
        return line(reader, "downtime.not_counted", why=_why(reader, row))
    if row.told_at is None:
        return line(reader, "downtime.counted.plain")
    told = _told(reader, row.told_at)
    if row.reminded_at is None:
        return line(reader, "downtime.counted", told=told)
    return line(reader, "downtime.counted.reminded", told=told, reminded=row.reminded_at)


def _why(reader: Reader, row: Row) -> str:
    return reader.words.get(f"downtime.why.{row.excused}", reader.words["downtime.why.other"])


def _told(reader: Reader, at: datetime) -> Any:
    """Today by its time, in the last days by the weekday: "told Friday"."""
    local, today = at.astimezone(reader.zone).date(), reader.now.astimezone(reader.zone).date()
    days = (today - local).days
    if 0 < days < WEEK_DAYS:
        return reader.words["downtime.weekdays"].split()[local.weekday()]
    return at


def _small(view: CardView, more: int) -> list[Line]:
    reader, lines = view.reader, []
    if more > 0:
        lines.append(line(reader, "downtime.text.more", n=reader.number(more)))
    return [*lines, *_accounts(view)]


def _accounts(view: CardView) -> list[Line]:
    """What was not said, and how the reports count."""
    reader, lines = view.reader, []
    left_out = int(view.data.get("left_out") or 0)
    if left_out:
        lines.append(Line(reader.counted("downtime.left_out", left_out), {}))
    if "raw" in view.data:
        raw = reader.counted("downtime.breaches", int(view.data["raw"]))
        adjusted = reader.number(int(view.data.get("adjusted") or 0))
        lines.append(line(reader, "downtime.reports", raw=raw, adjusted=adjusted))
    return lines


def _managers_text(view: CardView, rows: Sequence[Row], duration: str) -> str:
    reader = view.reader
    first, last = range_of(reader, view.data)
    last = f"{last} {reader.city}" if reader.city else last
    key = "downtime.text.slack" if is_slack(view) else "downtime.text"
    opening = [
        line(reader, key, duration=duration, from_at=first, until_at=last),
        Line(reader.counted("downtime.text.passed", _how_many(view, rows)), {}),
    ]
    said = [line(reader, "downtime.text.lost", came_in=_came_in(view))]
    said += _groups(view, rows)
    said += [one for one in (_hold(view), *_accounts(view)) if one is not None]
    said.append(line(reader, "downtime.text.reassign"))
    sentences = [Sentence(what=one) for one in said]
    return text_of(reader, lambda size: opening, sentences, city=False)


def _groups(view: CardView, rows: Sequence[Row]) -> list[Line]:
    """The leads that are not counted, then those that are; each lead with its reason."""
    reader, said = view.reader, []
    shown = rows[:ROWS_MAX]
    for excused in (True, False):
        group = [row for row in rows if (row.excused is not None) is excused]
        spoken = [_row_aloud(view, row) for row in group if row in shown]
        if not spoken:
            continue
        verb = reader.words["downtime.text.is" if len(group) == 1 else "downtime.text.are"]
        slots: dict[str, Any] = {"n": reader.number(len(group)), "verb": verb, "rows": joined(spoken, "; ")}
        key = "downtime.text.not_counted" if excused else "downtime.text.counted"
        said.append(line(reader, key, all=reader.number(_how_many(view, rows)), **slots))
    more = _how_many(view, rows) - ROWS_MAX
    if more > 0:
        said.append(line(reader, "downtime.text.more", n=reader.number(more)))
    return said


def _row_aloud(view: CardView, row: Row) -> Line:
    reader = view.reader
    why: Any = _why(reader, row) if row.excused is not None else None
    if why is None and row.told_at is not None:
        key = "downtime.text.told" if row.reminded_at is None else "downtime.text.told_reminded"
        why = line(reader, key, told=_told(reader, row.told_at), reminded=row.reminded_at)
    owner = Name(name_of(view.policy, row.owner or None))
    said = line(reader, "downtime.text.row", lead=Given(row.short), owner=owner, due=row.due_at, why=why)
    return said if why is not None else Line(said.template.replace(", {why}", ""), said.slots)


# To an owner


def render_owner(view: CardView) -> Payload:
    reader, rows = view.reader, read_rows(view)
    waiting = reader.counted("downtime.waiting", len(rows))
    key = "downtime.header.owner.slack" if is_slack(view) else "downtime.header.owner"
    blocks = [title(reader, reader.say(key, count=waiting))]
    spoken = reader.words["button.log_contact.for"]
    blocks += [pair(reader, row, _owner_row(view, row), "log_contact", spoken) for row in rows[:ROWS_MAX]]
    if len(rows) > ROWS_MAX:
        more = line(reader, "downtime.text.more", n=reader.number(len(rows) - ROWS_MAX))
        blocks.append(section(reader, "more", more))
    return payload(_owner_text(view, rows), blocks)


def _owner_row(view: CardView, row: Row) -> Line:
    if not row.late:
        return line(view.reader, "downtime.owner.open", due=row.due_at)
    by = time_in(view.data.get("contact_by"))
    if row.excused is None or by is None:
        return line(view.reader, "downtime.owner.late_counted", due=row.due_at, by=by or row.due_at)
    return line(view.reader, "downtime.owner.late", due=row.due_at, by=by)


def _owner_text(view: CardView, rows: Sequence[Row]) -> str:
    reader = view.reader
    first, last = range_of(reader, view.data)
    key = "downtime.text.slack" if is_slack(view) else "downtime.text.owner"
    opening = [line(reader, key, from_at=first, until_at=last)]
    said: list[Line] = []
    if rows:
        count = reader.counted("downtime.text.owner.open_leads", len(rows))
        slots = {"lead": Given(rows[0].short), "due": _due_aloud(reader, rows[0])}
        opening.append(line(reader, "downtime.text.owner.have", count=count, **slots))
    by = time_in(view.data.get("contact_by"))
    if by is not None and any(row.late and row.excused is not None for row in rows):
        said.append(line(reader, "downtime.text.owner.contact", by=by))
    for row in rows[1:ROWS_MAX]:
        slots = {"lead": Given(row.label()), "due": _due_aloud(reader, row)}
        said.append(line(reader, "downtime.text.owner.row", **slots))
    if len(rows) > ROWS_MAX:
        said.append(line(reader, "downtime.text.more", n=reader.number(len(rows) - ROWS_MAX)))
    said.append(line(reader, "downtime.text.owner.button"))
    return text_of(reader, lambda size: opening, [Sentence(what=one) for one in said], city=False)


def _due_aloud(reader: Reader, row: Row) -> Line:
    return line(
        reader, "downtime.text.owner.was_due" if row.late else "downtime.text.owner.by", due=row.due_at
    )
