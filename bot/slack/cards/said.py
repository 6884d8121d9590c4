"""What one row of a card's table says."""

from dataclasses import dataclass

from bot.slack.lines import Line


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a row says: its section, then a note somebody typed, then what follows the note."""

    section: Line
    note: str = ""
    after: Line | None = None
