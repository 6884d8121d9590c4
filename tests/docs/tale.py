"""A tale of the README played: each line is done or looked for at its own moment.

    Mon 10:00  Mara's lead comes in
               → Carla Costa: High lead: Mara Quist, Tidewell.

A line with an arrow is what somebody reads: it began to stand in that place at that moment. Any other line is
what people do, and what the two stages below understand.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tests.sla.play import moment

_LINE = re.compile(r"(?:(?P<day>\w{3}) )?(?P<clock>\d\d:\d\d(?::\d\d)?)?\s+(?P<said>\S.*)")
_ARROW = re.compile(r"→ (?P<place>[^:]+): (?P<text>.+)")
_COMES_IN = re.compile(r"(?:(\w+)'s lead comes in|(\d+) leads like (\w+)'s come in)(?:, (.+))?")
NOTHING = "nothing"
JUST_BEFORE_S = 15
"""What stood until then is looked at so many seconds earlier; for some things the bot looks every ten seconds."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """`at` is the moment as "Mon 10:05"; `place` is None where something is done."""

    at: str
    said: str
    place: str | None


class Stage(Protocol):
    def it_is(self, at: str) -> None: ...
    def stands(self, place: str) -> list[str]: ...
    def does(self, said: str) -> None: ...
    def comes_in(self, lead: dict[str, Any]) -> None: ...


def lines_of(text: str) -> Iterator[Line]:
    day = clock = ""
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        assert found, f"this line of the README cannot be read: {line!r}"
        day, clock = found["day"] or day, found["clock"] or clock
        arrow = _ARROW.fullmatch(found["said"])
        yield Line(
            at=f"{day} {clock}",
            said=arrow["text"] if arrow else found["said"],
            place=arrow["place"] if arrow else None,
        )


def play(text: str, stage: Stage, leads: dict[str, dict[str, Any]]) -> None:
    """Live through the tale; raises at the first line that is not so."""
    lines = list(lines_of(text))
    places = {line.place for line in lines if line.place is not None}
    before: dict[str, list[str]] = {}
    reached = ""
    for line in lines:
        if line.at != reached:
            if reached:
                stage.it_is(_just_before(line.at))
            before = {place: stage.stands(place) for place in places}
            stage.it_is(line.at)
            reached = line.at
        if line.place is not None:
            _is_read(line, before[line.place], stage.stands(line.place))
        elif found := _COMES_IN.fullmatch(line.said):
            one, number, like, more = found.groups()
            lead = leads[(one or like).lower()] | (dict(_fields(more)) if more else {})
            for each in [lead] if one else _alike(lead, int(number)):
                stage.comes_in(each)
        else:
            stage.does(line.said)


def _is_read(line: Line, before: list[str], now: list[str]) -> None:
    new = list((Counter(now) - Counter(before)).elements())
    if line.said == NOTHING:
        assert new == [], f"{line.at}, {line.place}: the README says that nothing comes"
        return
    # " … " stands for words that the README leaves out.
    wanted = re.compile(r".*?".join(map(re.escape, line.said.split(" … "))), re.DOTALL)
    assert any(map(wanted.match, new)), f"{line.at}, {line.place}: not {line.said!r}, but {new}"


def _fields(more: str) -> Iterator[tuple[str, str]]:
    """ "intent demo_request" and "owner bob@acme.example" """
    for one in more.split(", "):
        name, _, value = one.partition(" ")
        yield name, value


def _alike(lead: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """So many leads of other people, at other companies."""
    for n in range(1, number + 1):
        company = f"{lead['company']} {n}"
        address = f"kim@{company.lower().replace(' ', '-')}.example"
        yield lead | {"external_id": f"{lead['external_id']}-{n}", "company": company, "email": address}


def _just_before(at: str) -> str:
    day, clock = at.split()
    seconds = int((moment(f"Mon {clock}") - moment("Mon 0:00")).total_seconds()) - JUST_BEFORE_S
    hours, rest = divmod(seconds, 3600)
    return f"{day} {hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
