"""What is left of every message about a lead whose data was erased: that it was, and when."""

from dataclasses import replace
from datetime import datetime

from bot.slack.cards.parts import Block, Payload, payload
from bot.slack.cards.view import CardView
from bot.slack.words import escape, seconds
from sla.effects import Role

SYMBOL = "➡️"


def render(view: CardView) -> Payload | None:
    """The message about an erased lead, or the list of which nothing else is left; None for any other."""
    if view.lead is not None:
        return None if view.lead.erased_at is None else _drawn(view, view.lead.erased_at, view.lead.revision)
    erased = [
        row.lead.erased_at for row in view.rows if row.lead is not None and row.lead.erased_at is not None
    ]
    if view.role is not Role.LEAD_LIST or len(erased) < len(view.rows) or not erased:
        return None
    return _drawn(view, max(erased), 1)


def without_erased(view: CardView) -> CardView:
    """The same list without the rows of erased leads."""
    rows = [row for row in view.rows if row.lead is None or row.lead.erased_at is None]
    return view if len(rows) == len(view.rows) else replace(view, rows=rows)


def _drawn(view: CardView, at: datetime, revision: int) -> Payload:
    reader = view.reader
    title, day = reader.words["erased.header"], reader.day(at)
    token = f"<!date^{seconds(at)}^{{date_short_pretty}}|{escape(day)}>"
    blocks: list[Block] = [
        {
            "type": "header",
            "block_id": f"title:v{revision}",
            "text": {"type": "plain_text", "emoji": False, "text": f"{SYMBOL} {title}"},
        },
        {
            "type": "section",
            "block_id": f"erased:v{revision}",
            "expand": True,
            "text": {"type": "mrkdwn", "verbatim": True, "text": reader.say("erased", day=token)},
        },
    ]
    return payload(f"{title}. {reader.say('erased', day=day)}", blocks)
