"""One segment of a text message: 160 characters of the GSM alphabet, the lead's names cut first."""

import unicodedata
from typing import Final

SEGMENT: Final = 160

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€")
"""These count twice."""
_INSTEAD: Final = {
    "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "·": "-", "ł": "l", "Ł": "L",
    "\u00a0": " ", "`": "'", "œ": "oe", "Œ": "OE", "đ": "d", "Đ": "D", "ı": "i",
}  # fmt: skip


def in_gsm(text: str) -> str:
    """The text in the alphabet's own letters; what has no likeness there is left out."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    if letter in _INSTEAD:
        return _INSTEAD[letter]
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(one for one in plain if one in _BASIC or one in _EXTENDED)


def length(text: str) -> int:
    """How much of a segment it takes."""
    return sum(2 if letter in _EXTENDED else 1 for letter in text)


def segment(template: str, *names: str, fallback: str = "", most: int = SEGMENT) -> str:
    """The template, its `{}` filled with the names; of these the last is cut first, down to nothing.

    `fallback` stands where no name is left to be written (such as one in another alphabet).
    """
    said = [in_gsm(name).strip() for name in names]
    if not any(said):
        said = [in_gsm(fallback)] + [""] * (len(names) - 1)
    template = in_gsm(template)
    for index in reversed(range(len(said))):
        over = length(_filled(template, said)) - most
        if over <= 0:
            break
        said[index] = _shorter(said[index], over)
    return _cut(_filled(template, said), most)


def _filled(template: str, names: list[str]) -> str:
    """Names that are missing take the comma between them along."""
    return template.replace("{}", ", ".join(name for name in names if name), 1)


def _shorter(name: str, by: int) -> str:
    kept = _cut(name, length(name) - by)
    if " " in kept and name[len(kept) : len(kept) + 1] != " ":
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,.&-")


def _cut(text: str, most: int) -> str:
    kept, taken = [], 0
    for letter in text:
        taken += length(letter)
        if taken > most:
            break
        kept.append(letter)
    return "".join(kept)
