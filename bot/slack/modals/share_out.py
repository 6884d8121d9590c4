"""Share out: which of the night's leads would go to whom, and what everybody would have then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.cards.digest import SHARE_OUT
from bot.slack.lines import Line, Name, joined, line, mrkdwn
from bot.slack.modals.form import Block, View, context, lead_label, plain, section
from bot.slack.words import Reader, cut
from sla.names import name_of
from sla.policy import Policy
from sla.share_out import Move

ROWS_MAX = 40
NAMED_MAX = 20
TIER_MAX = 20


def share_out(
    reader: Reader,
    policy: Policy,
    key: str,
    moves: Sequence[Move],
    has: Mapping[str | None, int],
    then: Mapping[str | None, int],
) -> View:
    """`has` and `then`: how many of the leads each owner has, now and afterwards."""
    blocks = [
        section(reader, "now", line(reader, "share_out.now", parts=_parts(reader, policy, has))),
        section(reader, "then", line(reader, "share_out.then", parts=_parts(reader, policy, then))),
        *[_row(reader, policy, move) for move in moves[:ROWS_MAX]],
    ]
    if len(moves) > ROWS_MAX:
        more = reader.number(len(moves) - ROWS_MAX)
        blocks.append(section(reader, "more", line(reader, "digest.more", n=more)))
    blocks.append(context(reader, "small", "share_out.small"))
    return {
        "type": "modal",
        "callback_id": SHARE_OUT,
        "title": plain(reader.words["share_out.title"]),
        "submit": plain(reader.words["button.share_out"]),
        "close": plain(reader.words["modal.cancel"]),
        "private_metadata": key,
        "blocks": blocks,
    }


def _parts(reader: Reader, policy: Policy, parts: Mapping[str | None, int]) -> Line:
    said: list[Line | None] = [
        line(reader, "digest.owner", who=Name(name_of(policy, email)), n=reader.number(number))
        for email, number in Counter(parts).most_common(NAMED_MAX)
        if number
    ]
    return joined(said, ", ")


def _row(reader: Reader, policy: Policy, move: Move) -> Block:
    slots: dict[str, Any] = {
        "tier": Name(cut(move.lead.tier or "", TIER_MAX)),
        "before": Name(name_of(policy, move.lead.owner)),
        "to": Name(name_of(policy, move.to)),
    }
    right = mrkdwn(line(reader, "share_out.row", **slots), reader)
    return {
        "type": "section",
        "block_id": f"row:{move.lead.id}",
        "fields": [
            plain(lead_label(move.lead)),
            {"type": "mrkdwn", "verbatim": True, "text": right},
        ],
    }
