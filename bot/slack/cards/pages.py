"""The page to whoever is on call, and what becomes of it through the night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.lead_zone import zone_of_lead
from bot.slack.cards.facts import fact_sentences, in_text, owner_facts, score
from bot.slack.cards.page_rows import ROWS, Row, otherwise, press_by, whys
from bot.slack.cards.parts import (
    Block,
    Payload,
    actions,
    buttons_in_text,
    context,
    header,
    payload,
    quote_block,
    rich_block,
    section,
)
from bot.slack.cards.said import Said
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker, joined
from sla.showing_pages import PageState as State
from sla.showing_pages import page_card

_ASKING = (State.PAGED, State.ON_IT, State.DEADLINE_PASSED, State.CANNOT_AND_NOBODY_ELSE)


def render(view: LeadView) -> Payload:
    state = page_card(view.lead, view.clock.number)
    row = ROWS[state]
    said = row.says(view)
    first = joined(whys(view), " ") if state is State.PAGED and whys(view) else None
    blocks = [header(view, row.symbol, Speaker(view.reader).plain(_header(view, row, (40, 40))))]
    if first is not None:
        blocks.append(section(view, "first", first))
    blocks.append(section(view, "clock", said.section))
    blocks += quote_block(view, "reason", said.note)
    if said.after is not None:
        blocks.append(section(view, "after", said.after))
    theirs = row.is_theirs and view.lead.owner == view.clock.person
    if theirs:
        blocks += rich_block(view, "lead", owner_facts(view, there=_there(view, state)))
    blocks += actions(view, row.buttons)
    if state is State.PAGED:
        blocks.append(_small(view))
    return payload(_text(view, state, row, said, first, theirs), blocks)


def _header(view: LeadView, row: Row, size: tuple[int, int]) -> Line:
    owners = view.lead.owner_clocks()
    owner = view.lead.owner or (owners[-1].person if owners else None)
    slots = {"tier": view.tier, "lead": Given(view.label(*size)), "owner": view.name(owner)}
    return view.line(f"page.header.{row.header}", **slots)


def _there(view: LeadView, state: State) -> str | None:
    """Worth knowing before anybody calls."""
    time = _time_there(view, state)
    return view.reader.say("page.there", time=time) if time is not None else None


def _time_there(view: LeadView, state: State) -> str | None:
    """ "7:04 AM": the lead's time when the message left; None where it is not certain, or the reader's own."""
    zone = zone_of_lead(view.details, view.said_at)
    here = view.said_at.astimezone(view.reader.zone)
    if state not in _ASKING or zone is None or here.utcoffset() == here.astimezone(zone).utcoffset():
        return None
    return replace(view.reader, zone=zone).hour(view.said_at)


def _small(view: LeadView) -> Block:
    return context(view, "small", _standing(view))


def _standing(view: LeadView) -> Line:
    standing, until = str(view.data.get("standing", "next")), view.data.get("until")
    if standing == "on_call" and until is not None:
        who = view.line("page.small.on_call", until=datetime.fromisoformat(until))
    elif standing == "manager":
        who = view.line("page.small.manager", team=view.team)
    else:
        who = view.line("page.small.next")
    ordinals, number = view.reader.words["page.nth"].split(), view.clock.round
    page = (
        view.line("page.small.page", nth=ordinals[number - 1])
        if 0 < number <= len(ordinals)
        else view.line("page.small.page_number", n=str(number))
    )
    lead = view.line("page.small.lead", external_id=Given(view.external_id))
    return joined([who, page, lead], " · ")


# The text


def _text(view: LeadView, state: State, row: Row, said: Said, first: Line | None, theirs: bool) -> str:
    def opening(size: tuple[int, int]) -> list[Line]:
        return [_header(view, row, size), _press(view) if _is_new(view, state) else said.section]

    # By when is seen on a locked screen; why it is this person's turn is read after it.
    rest = [Sentence(what=first)] if first is not None else []
    if said.note:
        rest.append(Sentence(what=f'"{said.note}".'))
    if said.after is not None:
        rest.append(Sentence(what=said.after))
    if _is_new(view, state):
        rest += _otherwise(view)
    if theirs:
        rest += _facts(view, state)
    if state is State.PAGED:
        rest.append(Sentence(what=_standing(view)))
    # Two times count on a page: by when to press, and by when to make contact.
    whole = _is_new(view, state)
    return text_of(view.reader, opening, rest, buttons=buttons_in_text(view, row.buttons), whole=whole)


def _is_new(view: LeadView, state: State) -> bool:
    return state is State.PAGED and view.clock.note is None


def _press(view: LeadView) -> Line:
    late = view.clock.due_at is not None and view.clock.due_at <= view.clock.started_at
    key = "page.text.press.late" if late else "page.text.press"
    return view.line(key, press_by=press_by(view), due=view.clock.due_at)


def _otherwise(view: LeadView) -> list[Sentence]:
    key, person = otherwise(view)
    return [Sentence(what=view.line(f"page.text.otherwise.{key}", person=person, at=press_by(view)))]


def _facts(view: LeadView, state: State) -> list[Sentence]:
    said: list[Sentence] = []
    time = _time_there(view, state)
    if time is not None:
        said.append(Sentence(what=view.reader.say("page.text.there", time=time)))
    if state is State.PAGED and view.policy.contact.counts == "attempt":
        said.append(Sentence(what=view.line("page.text.email_counts")))
    facts: Sequence[Sentence] = fact_sentences(view, score_said=True)
    wants = in_text([view.intent(), score(view)])
    return [*said, *facts[:1], Sentence(what=wants, fact=True), *facts[1:]]
