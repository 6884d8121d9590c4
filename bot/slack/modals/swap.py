"""Swap: a form in which somebody gives their on-call shift, or a part of it, to a colleague."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.slack.lines import Line, line
from bot.slack.modals.form import (
    FormErrors,
    View,
    asked,
    chosen,
    modal,
    moment,
    option,
    plain,
    section,
    select,
)
from bot.slack.phrases import ENGLISH
from bot.slack.words import Reader
from sla.names import rotation_name
from sla.policy import Person

SWAP = "swap_form"
COVER, FROM, UNTIL = "cover", "from", "until"


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Which shift a message spoke of: what the button and the form carry along."""

    rotation: str
    from_at: datetime
    until_at: datetime

    def text(self) -> str:
        stretch = (int(at.timestamp()) for at in (self.from_at, self.until_at))
        return json.dumps([self.rotation, *stretch])


def read_shift(carried: object) -> Shift:
    """Raises a ValueError or the like for what this version did not write."""
    rotation, from_at, until_at = json.loads(str(carried))
    return Shift(
        rotation=str(rotation),
        from_at=datetime.fromtimestamp(int(from_at), UTC),
        until_at=datetime.fromtimestamp(int(until_at), UTC),
    )


@dataclass(frozen=True, kw_only=True)
class SwapEntered:
    """Who takes over, and from when to when where that is not the whole shift."""

    cover: str
    from_at: datetime | None
    until_at: datetime | None


def swap(reader: Reader, shift: Shift, colleagues: Sequence[Person]) -> View:
    slots = {"rotation": rotation_name(shift.rotation), "since": shift.from_at, "until": shift.until_at}
    picker = {"type": "datetimepicker"}
    people = [option(person.name, person.email) for person in colleagues]
    blocks = [
        section(reader, "shift", line(reader, "swap.shift", **slots)),
        asked(reader, COVER, "swap.cover", select(people)),
        asked(reader, FROM, "swap.from", picker, optional=True, hint=reader.words["swap.from.hint"]),
        asked(reader, UNTIL, "swap.until", picker, optional=True, hint=reader.words["swap.until.hint"]),
    ]
    return modal(reader, SWAP, "swap.title", blocks, submit="swap.submit", metadata=shift)


def read_swap(view: Mapping[str, Any]) -> SwapEntered | FormErrors:
    cover = chosen(view, COVER)
    if cover is None:
        return FormErrors(errors={COVER: ENGLISH["error.choose_one"]})
    return SwapEntered(cover=cover, from_at=moment(view, FROM), until_at=moment(view, UNTIL))


def swapped(reader: Reader, lines: Sequence[Line]) -> View:
    """In the form's place: what is true now."""
    return {
        "type": "modal",
        "callback_id": "swapped",
        "title": plain(reader.words["swap.title"]),
        "close": plain(reader.words["modal.close"]),
        "blocks": [section(reader, f"said{index}", one) for index, one in enumerate(lines)],
    }
