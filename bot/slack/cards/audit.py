"""What the auditor tells lead ops: what needs a look and what to do about it; and that all is good again.

`data` holds `rows`: `kind`, `name`, `since`, `number` and `leads` of each finding, and `until` of one that is over;
and `more`, how many are not among them.
"""

from collections.abc import Mapping
from typing import Any

from bot.slack.cards.downtime_rows import required, section, title
from bot.slack.cards.parts import Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView
from bot.slack.lines import Line, Name, joined, line
from bot.slack.words import Reader

ROWS_MAX = 6
"""A message has room for so many; the doctor lists them all."""


def render(view: CardView) -> Payload:
    """What needs a look, in the order in which it came up."""
    reader, rows = view.reader, view.data["rows"]
    more = int(view.data.get("more", 0))
    words = reader.counted("audit.header", len(rows) + more)
    blocks = [
        title(reader, words),
        *(section(reader, f"row{n}", _row(reader, one)) for n, one in enumerate(rows)),
    ]
    said = [_row(reader, one, spoken=".text") for one in rows]
    if more:
        beyond = line(reader, "audit.more", n=reader.number(more))
        blocks.append(section(reader, "more", beyond))
        said.append(beyond)
    return _payload(reader, words, blocks, said)


def render_over(view: CardView) -> Payload:
    """What had been told is over."""
    reader, rows = view.reader, view.data["rows"]
    words = reader.words["audit.over.header"]
    said = [_over(reader, one) for one in rows]
    blocks = [title(reader, words), *(section(reader, f"row{n}", one) for n, one in enumerate(said))]
    return _payload(reader, words, blocks, said)


def _payload(reader: Reader, words: str, blocks: list[Any], said: list[Line]) -> Payload:
    first, *rest = said
    opening = [Line("{words}", {"words": words}), first]
    return payload(text_of(reader, lambda size: opening, [Sentence(what=one) for one in rest]), blocks)


def _row(reader: Reader, row: Mapping[str, Any], spoken: str = "") -> Line:
    key = f"audit.row.once{spoken}" if row.get("once") else f"audit.row{spoken}"
    since = required(row["since"])
    do = [line(reader, f"audit.{row['kind']}.do"), _leads(reader, row)]
    return line(reader, key, what=_what(reader, row), since=since, do=joined(do, ""))


def _over(reader: Reader, row: Mapping[str, Any]) -> Line:
    since, until = required(row["since"]), required(row["until"])
    return line(reader, "audit.over.row", what=_what(reader, row), since=since, until=until)


def _what(reader: Reader, row: Mapping[str, Any]) -> Line:
    """The name is that of a process, which its machine gave it."""
    one, _, many = reader.words[f"audit.{row['kind']}"].partition("|")
    number = int(row["number"])
    slots = {"n": reader.number(number), "name": Name(str(row["name"]))}
    return Line(one if number == 1 else many or one, slots)


def _leads(reader: Reader, row: Mapping[str, Any]) -> Line | None:
    return line(reader, "audit.leads", leads=", ".join(row["leads"])) if row["leads"] else None
