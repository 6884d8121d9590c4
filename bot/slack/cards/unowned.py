"""What lead ops are told of a lead that nobody could take when it came in, and what became of it."""

from datetime import datetime

from bot.slack.cards.contacts import first_contact, who_did
from bot.slack.cards.facts import channel_facts, channel_sentence
from bot.slack.cards.parts import (
    OPEN_CRM,
    PRESS_REASSIGN,
    WHY,
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
from bot.slack.lines import Given, Line, Speaker
from bot.slack.words import cut
from sla.eligible import NOT_ASKED
from sla.lead import ClockKind
from sla.showing import clocks_after
from sla.showing_teams import UnownedState as State
from sla.showing_teams import unowned

_ASKING = (PRESS_REASSIGN, WHY)
_LOOK = (OPEN_CRM, WHY)
REASONS_MAX = 600


def render(view: LeadView) -> Payload:
    state = unowned(view.lead, view.clock.number)
    return _open(view) if state is State.OPEN else _afterwards(view, state)


def _open(view: LeadView) -> Payload:
    since = view.lead.clocks[-1].started_at
    now = view.line("unowned.open", due=view.lead.due_at, since=since)
    then = _then(view)
    reasons = _reasons(view)
    title = view.line("unowned.header.open", lead=Given(view.label()))
    facts = [channel_facts(view, whole=True), reasons]
    lines = [one for one in facts if one is not None]
    blocks = [
        header(view, "🧭", Speaker(view.reader).plain(title)),
        section(view, "clock", now),
        section(view, "next", then),
        *rich_block(view, "lead", [rich_lines(view, lines)] if lines else []),
        *actions(view, _ASKING, in_channel=True),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        labelled = view.line("unowned.text", lead=Given(view.label(*size)), tier=view.tier)
        return [labelled, view.line("unowned.text.due", due=view.lead.due_at)]

    rest = [Sentence(what=view.line("unowned.text.since", since=since)), Sentence(what=then)]
    rest += [Sentence(what=reasons)] if reasons is not None else []
    rest.append(Sentence(what=channel_sentence(view, whole=True), fact=True))
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, _ASKING)), blocks)


def _then(view: LeadView) -> Line:
    """What happens if nobody does anything."""
    if view.clock.kind is ClockKind.REVIEW:
        return view.line("unowned.managers", team=view.team)
    until = view.data.get("until")
    if until is None:
        return view.line("unowned.held", team=view.team)
    return view.line("unowned.held.until", team=view.team, until=datetime.fromisoformat(str(until)))


def _reasons(view: LeadView) -> Line | None:
    """Why nobody was there for it: names of colleagues and our own words."""
    said = next((why for why in view.lead.why if why.startswith(NOT_ASKED)), None)
    return Line("{why}", {"why": Given(cut(said, REASONS_MAX))}) if said is not None else None


def _afterwards(view: LeadView, state: State) -> Payload:
    said = _settled(view, state)

    def head(size: tuple[int, int]) -> Line:
        owner = view.name(view.lead.owner)
        return view.line(f"unowned.header.{state}", lead=Given(view.label(*size)), owner=owner)

    symbol = "✅" if state is State.CONTACTED else "➡️"
    blocks = [
        header(view, symbol, Speaker(view.reader).plain(head((40, 40)))),
        section(view, "clock", said),
        *actions(view, _LOOK, in_channel=True),
    ]
    buttons = buttons_in_text(view, _LOOK)
    return payload(text_of(view.reader, lambda size: [head(size), said], (), buttons=buttons), blocks)


def _settled(view: LeadView, state: State) -> Line:
    lead = view.lead
    if state is State.CLOSED:
        closing = lead.closing
        assert closing is not None
        return view.line("unowned.closed", by=view.name(closing.by), at=closing.at)
    if state is State.CONTACTED:
        contact = first_contact(view)
        done, comma = who_did(view, contact)
        slots = {"who": view.name(contact.by), "did": done, "comma": comma}
        return view.line("unowned.contacted", at=contact.occurred_at, **slots)
    if state is State.TAKEN:
        return view.line("unowned.taken", at=lead.owner_clocks()[-1].started_at)
    return view.line("unowned.moved", at=clocks_after(lead, view.clock.number)[0].started_at)
