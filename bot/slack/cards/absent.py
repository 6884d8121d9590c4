"""What managers are told when a message could not be delivered, or an owner left the policy."""

from collections.abc import Sequence

from bot.slack.cards.facts import channel_facts, channel_sentence
from bot.slack.cards.parts import (
    REASSIGN,
    Button,
    Payload,
    actions,
    buttons_in_text,
    header,
    payload,
    rich_block,
    rich_lines,
    section,
)
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Name, Speaker, joined
from bot.slack.words import upper_first
from sla.effects import Outside, ToPerson, ToPhone, place_of
from sla.roster import person_at
from sla.showing import is_past_due

_BUTTONS = (REASSIGN,)
DIGITS_SHOWN = 4
"""So much of a number is enough to know it by."""


def render_undelivered(view: LeadView) -> Payload:
    """A message is refused for good: who does not know, and what to do."""
    place = place_of(str(view.data.get("place", "@")))
    if isinstance(place, Outside):
        return _outside(view, place)
    if isinstance(place, ToPerson):
        who = view.name(place.email or view.lead.owner)
        says = view.line("undelivered.person", due=_due(view))
        return _message(view, "undelivered.header", who, says, view.line("undelivered.do"))
    says = view.line("undelivered.place", due=_due(view))
    do = view.line("undelivered.do.place")
    return _message(view, "undelivered.header.place", Name(str(place)), says, do)


def _outside(view: LeadView, place: Outside) -> Payload:
    """Their number or address is refused: it stands in the policy, and lead ops see to that."""
    person = person_at(view.policy, place)
    who = view.name(person.email) if person is not None else Name(view.reader.words["undelivered.somebody"])
    way, which = (
        ("sms", place.number[-DIGITS_SHOWN:]) if isinstance(place, ToPhone) else ("mail", place.address)
    )
    key = f"undelivered.{way}"
    says = view.line(key, which=Name(which), due=_due(view))
    return _message(view, f"{key}.header", who, says, view.line(f"{key}.do"), buttons=())


def render_removed(view: LeadView) -> Payload:
    """The owner is no longer in the policy; `count` is there where one message stands for several leads."""
    who = view.name(view.data.get("person") or view.lead.owner)
    count = view.data.get("count")
    if count is None or int(count) == 1:
        says = view.line("removed.person", due=_due(view))
    else:
        many = view.reader.counted("removed.open", int(count))
        says = view.line("removed.many", count=many, due=_due(view))
    return _message(view, "removed.header", who, says, view.line("removed.do"))


def _due(view: LeadView) -> Line | None:
    clock = view.lead.clock
    if clock is None or clock.due_at is None:
        return None
    return view.line(
        "undelivered.was_due" if is_past_due(view.lead, clock) else "undelivered.due", due=clock.due_at
    )


def _message(
    view: LeadView, key: str, who: Name, says: Line, then: Line, buttons: Sequence[Button] = _BUTTONS
) -> Payload:
    title = view.line(key, who=who)
    lead = channel_facts(view, whole=False)
    named = Line("{lead}", {"lead": Given(view.label())})
    lines = [named] if lead is None else [named, lead]
    blocks = [
        header(view, "⚠️", Speaker(view.reader).plain(title)),
        section(view, "clock", says),
        *rich_block(view, "lead", [rich_lines(view, lines)]),
        section(view, "next", then),
        *actions(view, buttons, in_channel=True),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        labelled = Line("{lead}, {tier}", {"lead": Given(view.label(*size)), "tier": view.tier})
        due = _due(view)
        return [title, labelled] if due is None else [title, labelled, due]

    bare = Line(says.template, {**says.slots, "due": None})
    rest = [
        Sentence(what=bare),
        Sentence(what=upper_first(channel_sentence(view, whole=False)), fact=True),
        Sentence(what=joined([then], "")),
    ]
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, buttons)), blocks)
