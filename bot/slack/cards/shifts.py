"""What people are told about their on-call shifts, and managers about an account that was closed.

`data` of a shift: `rotation`, `person`, `from_at`, `until_at`, `next` and `instead_of` (e-mail addresses or None);
of one that is over: `rotation`, `from_at`, `until_at`, `pages`, `at_night`. Times are RFC 3339 text.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.slack.cards.parts import ACCESSIBILITY_MAX, Block, Payload, payload
from bot.slack.cards.sentences import ended
from bot.slack.cards.view import CardView
from bot.slack.lines import Line, Name, Speaker, line, mrkdwn
from bot.slack.modals.swap import Shift
from bot.slack.words import Reader, cut, escape
from sla.names import name_of, rotation_name
from sla.policy import Person

WEEK = timedelta(days=6)
"""A shift that lasts longer than this is called a week, whatever clock change it has."""
DIGITS_SHOWN = 4


def render_shift(view: CardView) -> Payload:
    """You are on call from now (or tomorrow) on, and how pages reach you."""
    reader, data = view.reader, view.data
    rotation = rotation_name(str(data["rotation"]))
    person = view.policy.person(data["person"])
    since, until = _moments(data)
    begins = (
        f"{reader.day(since).split()[0]} {reader.hour(since)}"
        if _is_near(view, since)
        else reader.time(since)
    )
    following = line(reader, "shift.next", person=_name(view, data.get("next"))) if data.get("next") else None
    title = line(reader, "shift.title", rotation=rotation)
    says = line(reader, "shift.from_to", since=begins, until=until, next=following)
    instead = (
        [line(reader, "shift.instead", person=_name(view, data["instead_of"]))]
        if data.get("instead_of")
        else []
    )
    pages = line(reader, "shift.pages", also=_also(view, person))
    spoken = line(reader, "shift.text", rotation=rotation, since=begins, until=reader.time(until))
    button = line(reader, "shift.text.button")
    text = _text(reader, [spoken, *([following] if following is not None else []), *instead, pages, button])
    shift = Shift(rotation=str(data["rotation"]), from_at=since, until_at=until)
    blocks = [_header(title, reader), *_sections(reader, [says, *instead, pages])]
    return payload(text, [*blocks, _swap(reader, shift, rotation)])


def render_shift_over(view: CardView) -> Payload:
    """To the one who leaves: how many pages it was."""
    reader, data = view.reader, view.data
    since, until = _moments(data)
    title = line(reader, "shift_over.title.week" if until - since > WEEK else "shift_over.title")
    night = int(data["at_night"])
    says = line(
        reader,
        "shift_over.night" if night else "shift_over.pages",
        pages=reader.counted("shift_over.count", int(data["pages"])),
        night=reader.number(night),
    )
    return payload(_text(reader, [title, says]), [_header(title, reader), *_sections(reader, [says])])


def _swap(reader: Reader, shift: Shift, rotation: str) -> Block:
    button = {
        "type": "button",
        "action_id": "swap_shift",
        "value": shift.text(),
        "text": {"type": "plain_text", "text": reader.words["shift.swap"]},
        "accessibility_label": cut(reader.say("shift.swap.for", rotation=rotation), ACCESSIBILITY_MAX),
    }
    return {"type": "actions", "block_id": "do:v1", "elements": [button]}


def _is_near(view: CardView, at: datetime) -> bool:
    """Whether the day of the week says which day is meant."""
    return abs(at - view.reader.now) < WEEK


def _also(view: CardView, person: Person | None) -> Line | None:
    """The further ways to page this person."""
    rotation = view.policy.on_call.get(str(view.data["rotation"]))
    ways = rotation.also_by if rotation is not None else ()
    digits = person.phone[-DIGITS_SHOWN:] if person is not None and person.phone is not None else None
    by_sms, by_mail = "sms" in ways and digits is not None, "email" in ways
    key = "shift.both" if by_sms and by_mail else "shift.sms" if by_sms else "shift.mail" if by_mail else None
    return line(view.reader, key, digits=digits) if key is not None else None


def _moments(data: Any) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(data["from_at"]), datetime.fromisoformat(data["until_at"])


def _name(view: CardView, email: str | None) -> Name:
    return Name(name_of(view.policy, email))


def _header(title: Line, reader: Reader) -> Block:
    words = cut(Speaker(reader).plain(title), 140)
    text = {"type": "plain_text", "emoji": False, "text": f"📟 {words}"}
    return {"type": "header", "block_id": "title:v1", "text": text}


def _sections(reader: Reader, lines: Sequence[Line]) -> list[Block]:
    return [
        {
            "type": "section",
            "block_id": f"shift{index}:v1",
            "expand": True,
            "text": {"type": "mrkdwn", "verbatim": True, "text": mrkdwn(one, reader).strip()},
        }
        for index, one in enumerate(lines)
    ]


def _text(reader: Reader, lines: Sequence[Line]) -> str:
    speaker = Speaker(reader, city=False)
    return escape(" ".join(ended(speaker.plain(one)) for one in lines))
