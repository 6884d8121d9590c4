"""Why?: the sentences about a lead's tier, owner and times, laid out for everybody to check."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.modals.form import WORDS_MAX, Block, View, plain
from bot.slack.words import Reader, cut, tidy

PARTS_MAX = 40
SMALL_MAX = 8


@dataclass(frozen=True, kw_only=True)
class WhyPart:
    """One paragraph: what it is about ("Tier: High"), and the rest of the sentence."""

    head: str
    text: str


def part_of(sentence: str) -> WhyPart:
    """ "Tier: Hot because …" as a paragraph: its head ends before "because", or at the first full stop."""
    head, because, rest = sentence.partition(" because ")
    if because:
        return WhyPart(head=head, text=f"because {rest}")
    head, stop, rest = sentence.partition(". ")
    return WhyPart(head=f"{head}{stop.strip()}", text=rest)


def why(reader: Reader, parts: Sequence[WhyPart], small: Sequence[str] = ()) -> View:
    """`parts` may quote what a lead said, so they are literal text; `small` stands below, one line each.

    The reader's zone is the one in which the parts' times are written; its city is named once.
    """
    blocks: list[Block] = [_paragraph(index, part) for index, part in enumerate(parts[:PARTS_MAX])]
    lines = [reader.say("why.times", city=reader.city)] if reader.city else []
    lines += [tidy(one) for one in small if tidy(one)]
    if lines:
        elements = [plain(one, 300) for one in lines[:SMALL_MAX]]
        blocks.append({"type": "context", "block_id": "small", "elements": elements})
    return {
        "type": "modal",
        "callback_id": "why",
        "title": plain(reader.words["why.title"]),
        "close": plain(reader.words["modal.close"]),
        "blocks": blocks or [{"type": "divider"}],
    }


def _paragraph(index: int, part: WhyPart) -> Block:
    elements: list[Block] = []
    if tidy(part.head):
        elements.append({"type": "text", "text": cut(part.head, 200), "style": {"bold": True}})
    if tidy(part.text):
        before = " " if elements else ""
        elements.append({"type": "text", "text": before + cut(part.text, WORDS_MAX)})
    elements = elements or [{"type": "text", "text": "–"}]
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": f"why:{index}", "elements": [section]}
