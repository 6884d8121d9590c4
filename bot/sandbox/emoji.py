"""Emoji by the short names that people type, from the table that Rich keeps."""

from collections.abc import Iterable

from rich.emoji import Emoji, NoEmoji

NAMES_MAX = 500


def symbols(names: Iterable[str]) -> dict[str, str]:
    """The symbol of each name that is known; the others are left out."""
    found = {}
    for name in list(names)[:NAMES_MAX]:
        try:
            found[name] = str(Emoji(name))
        except NoEmoji:
            continue
    return found
