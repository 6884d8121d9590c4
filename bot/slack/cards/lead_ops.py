"""What lead ops are asked: a lead that lacks something, and a lead that its owner calls no real one."""

from collections.abc import Sequence

from bot.slack.cards.contacts import first_contact, who_did
from bot.slack.cards.facts import contact_line, contact_sentence, who_sentence
from bot.slack.cards.parts import (
    COMPLETE,
    CONFIRM,
    OPEN_CRM,
    RETURN,
    WHY,
    Block,
    Button,
    Payload,
    actions,
    buttons_in_text,
    header,
    payload,
    quote_block,
    rich_block,
    rich_lines,
    section,
)
from bot.slack.cards.rejections import said_reason
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker
from bot.slack.words import cut
from sla.completing import gaps_of
from sla.lead import ClockKind
from sla.showing import clocks_after
from sla.showing_teams import AttentionState, CheckState, attention, lead_ops_check

_OPEN = (COMPLETE, OPEN_CRM, WHY)
_CHECK = (CONFIRM, RETURN, OPEN_CRM, WHY)
_LOOK = (OPEN_CRM, WHY)
NEEDS_MAX = 300


def render_attention(view: LeadView) -> Payload:
    state = attention(view.lead)
    symbol = "📥" if state is AttentionState.OPEN else "➡️"
    if state is AttentionState.OPEN:
        says = view.line("attention.open", received=view.lead.received_at, source=view.name(view.lead.source))
        buttons = _OPEN if _is_to_fill_in(view) else _LOOK
        return _message(view, symbol, "attention.header.open", says, buttons, _needs(view))
    if state is AttentionState.STARTED:
        return _message(view, symbol, "attention.header.started", _started(view), _LOOK)
    closing = view.lead.closing
    assert closing is not None
    plain = "" if view.lead.owner is not None else ".plain"
    key = f"attention.merged{plain}" if state is AttentionState.MERGED else "attention.closed"
    owner = view.name(view.lead.owner)
    says = view.line(key, by=view.name(closing.by), at=closing.at, owner=owner)
    return _message(view, symbol, f"attention.header.{state}", says, _LOOK)


def _needs(view: LeadView) -> list[Line]:
    """What is missing may quote what the source sent, so it stands as literal text."""
    needs = cut("; ".join(view.lead.needs), NEEDS_MAX).rstrip(".")
    missing = view.line("attention.needs", needs=Given(needs))
    mend = view.line("attention.complete" if _is_to_fill_in(view) else "attention.mend")
    return [missing, mend] if needs else [mend]


def _is_to_fill_in(view: LeadView) -> bool:
    """Whether a person could mend it here: not where no field of the lead is to blame."""
    return bool(gaps_of(view.lead.details, view.policy.intake.required))


def _started(view: LeadView) -> Line:
    lead, completion = view.lead, view.lead.completion
    plain = "" if lead.owner is not None else ".plain"
    slots = {"at": lead.started_at, "owner": view.name(lead.owner)}
    if completion is None or view.policy.person(completion.by) is None:
        return view.line(f"attention.started{plain}", **slots)
    slots |= {"by": view.name(completion.by), "at": completion.at}
    return view.line(f"attention.completed{plain}", **slots)


def _message(
    view: LeadView, symbol: str, key: str, says: Line, buttons: Sequence[Button], lines: Sequence[Line] = ()
) -> Payload:
    title = view.line(key, lead=Given(view.label()))
    reach = [rich_lines(view, list(lines)), contact_line(view)] if lines else []
    blocks: list[Block] = [
        header(view, symbol, Speaker(view.reader).plain(title)),
        section(view, "clock", says),
        *rich_block(view, "lead", reach),
        *actions(view, buttons, in_channel=True),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        return [view.line(key, lead=Given(view.label(*size))), says]

    rest = [Sentence(what=one) for one in lines]
    rest += [Sentence(what=who_sentence(view), fact=True), contact_sentence(view)] if lines else []
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, buttons)), blocks)


# Not a real lead?


def render_check(view: LeadView) -> Payload:
    state = lead_ops_check(view.lead, view.clock.number)
    if state is CheckState.OPEN:
        return _open_check(view)
    symbol = "✅" if state is CheckState.CONTACTED else "➡️"
    return _message(view, symbol, f"check.header.{state}", _settled(view, state), _LOOK)


def _settled(view: LeadView, state: CheckState) -> Line:
    lead = view.lead
    if state is CheckState.CONFIRMED:
        closing = lead.closing
        assert closing is not None
        return view.line("check.confirmed", by=view.name(closing.by), at=closing.at)
    if state is CheckState.CONTACTED:
        contact = first_contact(view)
        done, comma = who_did(view, contact)
        return view.line(
            "check.contacted", who=view.name(contact.by), did=done, comma=comma, at=contact.occurred_at
        )
    later = clocks_after(lead, view.clock.number)
    if state is CheckState.REJECTED_AGAIN:
        again = [clock for clock in later if clock.kind is ClockKind.CHECK][-1]
        return view.line("check.rejected_again", by=view.name(again.by), at=again.started_at)
    following = later[0]
    if state is CheckState.MOVED:
        return view.line("check.moved", at=following.started_at)
    slots = {"by": view.name(following.by), "owner": view.name(following.person), "due": following.due_at}
    key = "check.sent_back" if following.is_running else "check.sent_back.moved"
    return view.line(key, at=following.started_at, **slots)


def _open_check(view: LeadView) -> Payload:
    rejection = view.lead.rejection
    assert rejection is not None
    reason, typed = said_reason(view)
    left = view.reader.duration(rejection.left)
    slots = {"by": view.name(rejection.by), "at": rejection.at, "left": left}
    says = view.line("check.open" if reason else "check.open.noted", reason=reason, **slots)
    then = view.line("check.then")
    title = view.line("check.header.open", lead=Given(view.label()))
    blocks = [
        header(view, "🧭", Speaker(view.reader).plain(title)),
        section(view, "clock", says),
        *quote_block(view, "reason", typed),
        section(view, "next", then),
        *rich_block(view, "lead", [contact_line(view)]),
        *actions(view, _CHECK, in_channel=True),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        return [view.line("check.header.open", lead=Given(view.label(*size))), says]

    rest = [Sentence(what=f'"{typed}".')] if typed else []
    rest += [
        Sentence(what=then),
        Sentence(what=who_sentence(view), fact=True),
        contact_sentence(view),
    ]
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, _CHECK)), blocks)
