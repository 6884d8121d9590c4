"""The text of a message, which says aloud all that its blocks show, what matters first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.slack.lines import Line, Speaker
from bot.slack.words import Reader, escape

TEXT_MAX = 3000
SEEN_MAX = 100
"""What a phone's notification shows for sure."""

LABEL_SIZES = ((40, 40), (40, 32), (40, 24), (40, 16), (32, 14), (24, 12), (18, 10), (12, 8), (8, 6))
"""How long the lead's person and company may be, step by step: the company is cut first."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of `text`. A `private` one never stands among the first characters; a `filler` is said only
    where those are not filled yet; a `fact` may be dropped where the whole would be too long; an `if_new` one
    is said only if its time was not said yet."""

    what: Line | str
    private: bool = False
    filler: bool = False
    fact: bool = False
    if_new: bool = False


Opening = Callable[[tuple[int, int]], Sequence[Line]]
"""Writes the beginning of `text` with the lead's names cut to these lengths."""


def text_of(
    reader: Reader,
    opening: Opening,
    rest: Iterable[Sentence],
    *,
    city: bool = True,
    buttons: str = "",
    whole: bool = False,
) -> str:
    """The notification: the lead is cut until the first time stands among the first characters.

    `whole`: until all of the opening does, where that can be.
    """
    head, speaker = _cut(reader, opening, city=city, whole=whole)
    return _fitted(head, list(rest), speaker, buttons)


def _cut(reader: Reader, opening: Opening, *, city: bool, whole: bool) -> tuple[str, Speaker]:
    for size in LABEL_SIZES:
        speaker = Speaker(reader, city=city)
        head = " ".join(filter(None, (ended(speaker.plain(one)) for one in opening(size))))
        seen = head if whole else _until_first_time(head, speaker)
        if len(escape(seen)) <= SEEN_MAX:
            return head, speaker
    return _cut(reader, opening, city=city, whole=False) if whole else (head, speaker)


def _until_first_time(head: str, speaker: Speaker) -> str:
    if speaker.first_time is None:
        return head
    return head[: head.index(speaker.first_time) + len(speaker.first_time)]


def _fitted(head: str, sentences: list[Sentence], speaker: Speaker, buttons: str) -> str:
    said = []
    for one in sentences:
        known = set(speaker.times)
        words = speaker.plain(one.what) if isinstance(one.what, Line) else one.what
        if not one.if_new or not known.issuperset(speaker.times):
            said.append((one, words))
    while True:
        text = _arranged(head, said, buttons)
        longest = max(
            (pair for pair in said if pair[0].fact), key=lambda pair: len(escape(pair[1])), default=None
        )
        if len(text) <= TEXT_MAX or longest is None:
            return text
        said.remove(longest)


def _arranged(head: str, said: Sequence[tuple[Sentence, str]], buttons: str) -> str:
    """In order, but what is private waits until the visible beginning is over."""
    text, waiting = head, []
    for sentence, words in said:
        if len(text) < SEEN_MAX and sentence.private:
            waiting.append(words)
            continue
        if len(text) >= SEEN_MAX and sentence.filler:
            continue
        text = f"{text} {ended(words)}" if words else text
    parts = [text, buttons, *(ended(words) for words in waiting)]
    return escape(" ".join(part for part in parts if part))


def ended(text: str) -> str:
    """As a sentence, with one full stop."""
    return text if not text or text[-1] in ".!?…:" or text.endswith('."') else f"{text}."
