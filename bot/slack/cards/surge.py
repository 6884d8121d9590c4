"""A flood of leads, told to a team's managers once: how many have nobody, and the hottest of them.

`data` holds `team`, `leads` (how many), `tiers` ([name, number], hottest first) and `rows`.
"""

from collections.abc import Mapping
from typing import Any

from bot.slack.cards.digest import HEADER_MAX, buttons_line, names, pair, tier_of
from bot.slack.cards.downtime_rows import required, section
from bot.slack.cards.parts import Block, Payload, payload
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import TIER_MAX, CardView
from bot.slack.lines import Given, Line, Name, joined, line
from bot.slack.words import cut
from sla.names import team_name


def render(view: CardView) -> Payload:
    reader, data = view.reader, view.data
    number, team = reader.number(int(data["leads"])), team_name(str(data["team"]))
    title = cut(reader.say("surge.header", n=number, team=team), HEADER_MAX)
    text = {"type": "plain_text", "emoji": False, "text": f"📥 {title}"}
    blocks: list[Block] = [{"type": "header", "block_id": "title:v1", "text": text}]
    blocks.append(section(reader, "why", joined([line(reader, "surge.why"), _tiers(view)], " ")))
    called = names(view, data["rows"])
    blocks += [pair(view, row, _row(view, row), called, button=True) for row in data["rows"]]
    opening = [line(reader, "surge.text", n=number, team=Name(team))]
    sentences = [Sentence(what=line(reader, "surge.why.text")), Sentence(what=_tiers(view))]
    sentences += [Sentence(what=_row_aloud(view, row, called), fact=True) for row in data["rows"]]
    sentences += [Sentence(what=one) for one in [buttons_line(reader, ["reassign"])] if one is not None]
    return payload(text_of(reader, lambda size: opening, sentences), blocks)


def _tiers(view: CardView) -> Line:
    said: list[Line | None] = [
        line(view.reader, "surge.tier", n=view.reader.number(number), tier=Name(cut(str(tier), TIER_MAX)))
        for tier, number in view.data["tiers"]
    ]
    return line(view.reader, "surge.tiers", tiers=joined(said, ", "))


def _row(view: CardView, row: Mapping[str, Any]) -> Line:
    return line(view.reader, "surge.row", tier=tier_of(row), since=required(row["since"]))


def _row_aloud(view: CardView, row: Mapping[str, Any], called: Mapping[str, str]) -> Line:
    slots = {"lead": Given(called[str(row["lead_id"])]), "tier": tier_of(row)}
    return line(view.reader, "surge.text.row", since=required(row["since"]), **slots)
