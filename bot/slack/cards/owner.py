"""The card in an owner's direct messages, from "new" to whatever became of the lead."""

from collections.abc import Sequence

from bot.slack.cards.facts import fact_sentences, owner_facts, wants_sentence
from bot.slack.cards.owner_rows import HOWS_SAID, ROWS, Row, how_it_came, owner_said
from bot.slack.cards.parts import (
    ON_IT,
    Block,
    Button,
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
from bot.slack.cards.sentences import SEEN_MAX, Sentence, ended, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker, joined
from bot.slack.words import escape, upper_first
from sla.lead import HOW_IT_BEGAN
from sla.showing import OwnerCardState as State
from sla.showing import is_on_it_late, owner_card

_BEFORE_CONTACT = (State.NEW, State.AT_RISK, State.ON_IT, State.ASKED_AGAIN)


def render(view: LeadView) -> Payload:
    state = owner_card(view.lead, view.clock.number)
    row = ROWS[state]
    said = row.says(view)
    blocks = [header(view, row.symbol, Speaker(view.reader).plain(_header(view, row, (40, 40))))]
    blocks.append(section(view, "clock", said.section))
    blocks += quote_block(view, "reason", said.note)
    if said.after is not None:
        blocks.append(section(view, "after", said.after))
    if state in _BEFORE_CONTACT:
        blocks += _before(view)
    theirs = _is_theirs(view, row)
    if theirs:
        blocks += rich_block(view, "lead", owner_facts(view))
    blocks += actions(view, _buttons(view, row))
    if theirs:
        blocks.append(_small(view))
    if view.view.first_ever and theirs:
        blocks.append(context(view, "first", view.line("owner.first_ever")))
    return payload(_text(view, state, row, said), blocks)


def _buttons(view: LeadView, row: Row) -> Sequence[Button]:
    """Who is on it already is not asked to say so again."""
    if is_on_it_late(view.lead, view.clock):
        return [button for button in row.buttons if button is not ON_IT]
    return row.buttons


def _is_theirs(view: LeadView, row: Row) -> bool:
    """An earlier owner whose contact counted is told so, but the facts are with whoever has the lead now."""
    return row.is_theirs and view.lead.owner == view.clock.person


def _header(view: LeadView, row: Row, size: tuple[int, int]) -> Line:
    name = row.header
    if name == "new" and view.clock.how not in HOW_IT_BEGAN:
        name = "now_yours"
    person = owner_said(view)
    slots = {
        "tier": view.tier,
        "lead": Given(view.label(*size)),
        "company": Given(view.company(size[1])),
        "owner": view.name(person),
    }
    return view.line(f"owner.header.{name}", **slots)


def _before(view: LeadView) -> list[Block]:
    """What was before a lead was this owner's: whose deadline passed, and what they want to pass on."""
    blocks: list[Block] = []
    lines = [one for one in (_was_due(view, "owner.before"), _note_from(view)) if one is not None]
    if lines:
        blocks.append(section(view, "before", joined(lines, " ")))
    return blocks + quote_block(view, "note", _note(view))


def _is_first(view: LeadView) -> bool:
    return view.clock.how in (*HOW_IT_BEGAN, "sent_back")


def _was_late_before(view: LeadView) -> bool:
    lead_due, clock = view.lead.due_at, view.clock
    return not _is_first(view) and lead_due is not None and lead_due < clock.started_at


def _was_due(view: LeadView, key: str) -> Line | None:
    due_at = view.lead.due_at
    if _was_late_before(view):
        return view.line(f"{key}.late", due=due_at, owner=view.name(view.late_owner))
    if _is_first(view) or due_at is None or due_at == view.clock.due_at:
        return None
    return view.line(f"{key}.open", due=due_at)


def _note(view: LeadView) -> str:
    return "" if _is_first(view) else view.typed(view.clock.note or "", 500)


def _note_from(view: LeadView) -> Line | None:
    return view.line("owner.before.note", by=view.name(_note_author(view))) if _note(view) else None


def _note_author(view: LeadView) -> str | None:
    clock = view.clock
    if clock.by is not None and clock.by != clock.person:
        return clock.by
    before = view.before(clock)
    return before.person if before is not None else clock.by


def _small(view: LeadView) -> Block:
    parts = [view.line("owner.small", external_id=Given(view.external_id), team=view.team), _by_what(view)]
    return context(view, "small", joined(parts, " · "))


def _by_what(view: LeadView) -> Line | None:
    """By which rule it came to its first owner."""
    if view.clock.how == "crm_owner":
        return view.line("owner.small.crm")
    if view.clock.how == "same_owner":
        return view.line("owner.small.same_owner")
    if view.clock.how == "on_call":
        return view.line("owner.small.on_call")
    if view.clock.how != "routed":
        return None
    fields = view.details.__dict__
    for number, rule in enumerate(view.terms.routing.rules, start=1):
        if rule.team == view.lead.team and rule.when.matches(fields):
            return view.line("owner.small.rule", n=str(number))
    return view.line("owner.small.fallback")


# The text


def _text(view: LeadView, state: State, row: Row, said: Said) -> str:
    def opening(size: tuple[int, int]) -> list[Line]:
        lines = [_header(view, row, size)]
        return [*lines, _by_when(view) if state is State.NEW else said.section]

    rest: list[Sentence] = []
    if said.note:
        quoted = f'"{said.note}".'
        rest.append(Sentence(what=quoted))
    if said.after is not None:
        rest.append(Sentence(what=said.after))
    if _is_theirs(view, row):
        rest += _facts(view, state, opening((40, 40)))
    return text_of(view.reader, opening, rest, buttons=buttons_in_text(view, _buttons(view, row)))


def _by_when(view: LeadView) -> Line:
    """Minutes left stand only in a message that is new, and only where they are few."""
    due_at = view.clock.due_at
    left = view.meanwhile(view.reader.now, due_at) if due_at is not None else None
    if view.view.posted_at is not None or left is None:
        return view.line("owner.text.contact_by", due=due_at)
    return view.line("owner.text.new", due=due_at, left=view.reader.duration(left))


def _facts(view: LeadView, state: State, opening: Sequence[Line]) -> list[Sentence]:
    speaker = Speaker(view.reader)
    head = " ".join(ended(speaker.plain(one)) for one in opening)
    wants, score_said = wants_sentence(view, SEEN_MAX - len(escape(head)) - 1)
    sentences = [Sentence(what=wants)]
    if state in _BEFORE_CONTACT:
        sentences += _history(view)
    facts = fact_sentences(view, score_said=score_said)
    small = view.line("owner.small", external_id=Given(view.external_id), team=view.team)
    sentences += [*(one for one in facts if not one.private), Sentence(what=small, filler=True)]
    sentences += [one for one in facts if one.private]
    if state is State.NEW and view.clock.how in HOW_IT_BEGAN:
        came_in = view.line("owner.text.came_in", received=view.lead.received_at)
        sentences.append(Sentence(what=came_in, if_new=True))
    if view.view.first_ever:
        sentences.append(Sentence(what=view.line("owner.first_ever")))
    return sentences


def _history(view: LeadView) -> list[Sentence]:
    sentences: list[Sentence] = []
    if _was_late_before(view):
        due = view.line("owner.text.before", due=view.lead.due_at, owner=view.name(view.late_owner))
        sentences.append(Sentence(what=due))
    elif (open_due := _was_due(view, "owner.before")) is not None:
        sentences.append(Sentence(what=open_due))
    if view.clock.how not in HOW_IT_BEGAN:
        sentences.append(Sentence(what=_began(view)))
    if _note(view):
        by = view.name(_note_author(view))
        sentences.append(
            Sentence(what=view.line("owner.text.note", by=by, note=Given(_note(view))), fact=True)
        )
    return sentences


def _began(view: LeadView) -> Line:
    """ "Your 30 minutes began 11:09 AM, when you claimed it."; for a deadline that stayed, how it came."""
    clock = view.clock
    target = view.target_of(clock)
    own_time = clock.due_at is not None and clock.due_at != view.lead.due_at
    if target is None or not own_time or not view.reader.is_short(target):
        if clock.how == "opened":
            return view.line("owner.text.opened", at=clock.started_at)
        how_it_was = how_it_came(view)
        return Line(upper_first(how_it_was.template), how_it_was.slots)
    how = clock.how if clock.how in HOWS_SAID else "other"
    words = view.line(f"owner.text.how.{how}", by=view.name(clock.by))
    return view.line("owner.text.began", minutes=view.reader.spelled(target), at=clock.started_at, how=words)
