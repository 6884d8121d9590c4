"""What managers are told when Slack closed somebody's account: where the open leads went, and what is left to do.

`data` holds `person` and `rows`, the leads as in a summary after an absence.
"""

from bot.slack.cards.downtime_rows import pair, read_rows, section
from bot.slack.cards.parts import Block, Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import CardView
from bot.slack.lines import Given, Line, Name, Speaker, line
from bot.slack.words import cut
from sla.names import name_of

ROWS_MAX = 5


def render(view: CardView) -> Payload:
    reader, rows = view.reader, read_rows(view)
    who = Name(name_of(view.policy, view.data.get("person")))
    title = line(reader, "gone.header", who=who)
    count = reader.counted("gone.leads", len(rows))
    says = line(reader, "gone.queue", leads=count, who=who)
    more = (
        line(reader, "downtime.text.more", n=reader.number(len(rows) - ROWS_MAX))
        if len(rows) > ROWS_MAX
        else None
    )
    do = line(reader, "gone.do", who=who)
    blocks = [_header(view, title), section(reader, "says", says)]
    spoken = reader.words["button.reassign.for"]
    blocks += [
        pair(reader, row, line(reader, "gone.row", due=row.due_at), "reassign", spoken)
        for row in rows[:ROWS_MAX]
    ]
    if more is not None:
        blocks.append(section(reader, "more", more))
    blocks.append(section(reader, "do", do))

    def opening(size: tuple[int, int]) -> list[Line]:
        return [title, says]

    told = [line(reader, "gone.row.text", lead=Given(row.short), due=row.due_at) for row in rows[:ROWS_MAX]]
    told += [one for one in (more, do, line(reader, "downtime.text.reassign")) if one is not None]
    return payload(text_of(reader, opening, [Sentence(what=one) for one in told]), blocks)


def _header(view: CardView, title: Line) -> Block:
    text = {"type": "plain_text", "emoji": False, "text": f"⚠️ {cut(Speaker(view.reader).plain(title), 140)}"}
    return {"type": "header", "block_id": "title:v1", "text": text}
