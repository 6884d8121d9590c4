"""New messages to an owner about a lead they have: reminder, passed deadline, nudge; later one quiet line."""

from datetime import datetime

from bot.slack.cards.contacts import first_contact
from bot.slack.cards.facts import (
    contact_line,
    in_text,
    phone_link,
    score,
    short_contact_sentence,
    title,
    who_sentence,
)
from bot.slack.cards.owner_rows import owner_said
from bot.slack.cards.parts import (
    ON_IT,
    PRESS_LOG,
    WHY,
    Block,
    Button,
    Payload,
    actions,
    block_id,
    buttons_in_text,
    header,
    payload,
    rich_block,
    rich_lines,
    section,
)
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LABEL_MAX, LeadView
from bot.slack.lines import Given, Line, Speaker, mrkdwn, rich_words
from bot.slack.words import cut
from sla.ladder import time_of
from sla.lead import ClockKind
from sla.showing import ReminderState as State
from sla.showing import clocks_after, is_past_due, notice, reminder
from sla.telling import managers_told_by


def render_reminder(view: LeadView) -> Payload:
    state = reminder(view.lead, view.clock.number)
    if state not in (State.ASKING, State.ON_IT):
        return _one_line(view, state)
    words = _expires(view)
    buttons = _buttons(state)
    blocks = [
        header(view, "⏳", words),
        *rich_block(view, "lead", [rich_lines(view, [_who(view)])]),
        _due_section(view, state),
        *rich_block(view, "reach", [contact_line(view)]),
        *actions(view, buttons),
    ]
    percent = _percent(view)

    def opening(size: tuple[int, int]) -> list[Line]:
        lead = Given(view.label(*size))
        named = view.line("reminder.text.lead", header=Given(words), lead=lead)
        return [named, view.line("owner.text.contact_by", due=view.clock.due_at)]

    if state is State.ON_IT:
        rest = [Sentence(what=_since(view, "reminder.text.on_it")), short_contact_sentence(view)]
    elif percent is not None:
        key = "reminder.text.half" if percent == 50 else "reminder.text.percent"
        rest = [Sentence(what=view.line(key, percent=str(percent))), short_contact_sentence(view)]
    else:
        facts = in_text([view.reader.say("reminder.facts", tier=view.tier.name), view.intent(), score(view)])
        rest = [
            Sentence(what=view.line("reminder.text.no_contact")),
            Sentence(what=facts, fact=True),
            Sentence(what=who_sentence(view), fact=True),
            short_contact_sentence(view),
        ]
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, buttons)), blocks)


def _expires(view: LeadView) -> str:
    """ "Lead SLA expires in 10 minutes": what was left when the message left, rounded down."""
    due_at = view.clock.due_at
    assert due_at is not None
    left = view.meanwhile(view.said_at, due_at)
    if left is None:
        return view.reader.say("reminder.header.dated", due=view.reader.time(due_at))
    return view.reader.say("reminder.header", left=view.reader.spelled(left))


def _percent(view: LeadView) -> int | None:
    """The share of the time that a reminder announces; None for one that counts from the deadline."""
    clock, tier = view.clock, view.terms.tier(view.lead.tier)
    calendar = view.calendar_of(clock)
    if tier is None or calendar is None or clock.due_at is None:
        return None
    latest: tuple[datetime, int | None] | None = None
    for step in view.terms.ladder_of(tier):
        at = time_of(step.at, clock.started_at, clock.due_at, calendar)
        reached = at is not None and "remind_owner" in step.do and at <= view.said_at
        if at is not None and reached and (latest is None or at >= latest[0]):
            latest = (at, step.at.percent)
    return latest[1] if latest is not None else None


def _who(view: LeadView) -> Line:
    """ "Jonas Kessel, Head of Operations, Kessel & Söhne"."""
    details = view.details
    parts = [cut(details.person or "", LABEL_MAX), title(view), cut(details.company or "", LABEL_MAX)]
    said = ", ".join(part for part in parts if part) or view.label()
    return Line("{who}", {"who": Given(said)})


def _due_section(view: LeadView, state: State) -> Block:
    line = view.line("reminder.section", due=view.clock.due_at)
    text = mrkdwn(line, view.reader)
    if state is State.ON_IT:
        text += " · " + mrkdwn(_since(view, "reminder.on_it"), view.reader)
    if view.view.card_url:
        text += f" · <{view.view.card_url}|{view.reader.words['reminder.card']}>"
    block = section(view, "clock", line)
    block["text"]["text"] = text
    return block


def _since(view: LeadView, key: str) -> Line:
    on_it = view.lead.on_it
    return view.line(key, since=on_it.at if on_it is not None else None)


def _buttons(state: State) -> tuple[Button, ...]:
    return (PRESS_LOG, WHY) if state is State.ON_IT else (PRESS_LOG, ON_IT, WHY)


def render_deadline_passed(view: LeadView) -> Payload:
    state = notice(view.lead, view.clock.number)
    if state not in (State.ASKING, State.ON_IT):
        return _one_line(view, state)
    step, due_at, buttons = view.moves_on, view.clock.due_at, _buttons(state)
    on_it = _since(view, "deadline.section.on_it") if state is State.ON_IT else None
    then = view.line(f"deadline.next.{step.what}", at=step.at) if step else None
    speaker = Speaker(view.reader)
    blocks = [
        header(view, "⚠️", speaker.plain(view.line("deadline.header", lead=Given(view.label())))),
        section(view, "clock", view.line("deadline.section", due=due_at, on_it=on_it, next=then)),
        section(view, "already", view.line("deadline.already", due=due_at)),
        *rich_block(view, "reach", [contact_line(view)]),
        *actions(view, buttons),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        first = view.line("deadline.header", lead=Given(view.label(*size)))
        if step is None:
            return [first, view.line("deadline.text.due_alone", due=due_at)]
        return [first, view.line("deadline.text.due", due=due_at, at=step.at)]

    rest = [Sentence(what=view.line("deadline.text.no_contact"))]
    if state is State.ON_IT:
        rest.append(Sentence(what=_since(view, "reminder.text.on_it")))
    if step is not None:
        rest.append(Sentence(what=view.line(f"deadline.text.{step.what}", at=step.at)))
    if view.lead.managers_told_at is not None:
        rest.append(Sentence(what=_managers(view, view.lead.managers_told_at)))
    rest += [
        Sentence(what=view.line("deadline.text.already", due=due_at)),
        short_contact_sentence(view),
    ]
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, buttons)), blocks)


def render_nudge(view: LeadView) -> Payload:
    state = notice(view.lead, view.clock.number)
    if state not in (State.ASKING, State.ON_IT):
        return _one_line(view, state)
    step, due_at, buttons = view.moves_on, view.clock.due_at, _buttons(state)
    late = is_past_due(view.lead, view.clock)
    by = view.name(view.data.get("by"))
    on_it = _since(view, "deadline.section.on_it") if state is State.ON_IT else None
    following = (
        view.line(f"nudge.next.{step.what}", at=step.at) if step and late else view.line("nudge.next.none")
    )
    due = view.line("nudge.section.due" if late else "nudge.section.by", due=due_at)
    asked = view.line("nudge.section", by=by, due=due, next=following, on_it=on_it)
    phone = phone_link(view) or rich_words(view.reader.words["fact.no_phone"])
    who = {
        "type": "rich_text_section",
        "elements": _after_label(view, phone),
    }
    blocks = [section(view, "clock", asked), *rich_block(view, "lead", [who]), *actions(view, buttons)]

    def opening(size: tuple[int, int]) -> list[Line]:
        first = view.line("nudge.text", by=by, lead=Given(view.label(*size)))
        if not late:
            return [first, view.line("nudge.text.by", due=due_at)]
        if step is None:
            return [first, view.line("deadline.text.due_alone", due=due_at)]
        return [first, view.line("nudge.text.due", due=due_at, at=step.at)]

    rest = [Sentence(what=view.line("deadline.text.no_contact"))]
    if state is State.ON_IT:
        rest.append(Sentence(what=_since(view, "reminder.text.on_it")))
    return payload(text_of(view.reader, opening, rest, buttons=buttons_in_text(view, buttons)), blocks)


def _after_label(view: LeadView, phone: Block) -> list[Block]:
    before = f"{view.label()} · "
    if phone["type"] == "text":
        return [rich_words(before + phone["text"])]
    return [rich_words(before), phone]


def _one_line(view: LeadView, state: State) -> Payload:
    """What a message becomes once it asks for nothing any more."""
    line = _quiet(view, state)
    block = section(view, "clock", line)
    block["block_id"] = block_id("quiet", view.lead.revision)
    return payload(text_of(view.reader, lambda size: [line], ()), [block])


def _quiet(view: LeadView, state: State) -> Line:
    if state is State.CONTACTED:
        contact = first_contact(view)
        mine = contact.by == view.clock.person
        key = "notice.contacted.by_you" if mine else "notice.contacted"
        return view.line(key, at=contact.occurred_at, who=view.name(contact.by))
    if state is State.CLOSED:
        closing = view.lead.closing
        assert closing is not None
        return view.line("notice.closed", at=closing.at, who=view.name(closing.by))
    person = owner_said(view)
    following = clocks_after(view.lead, view.clock.number)
    if state is State.PASSED and following[0].kind is ClockKind.QUEUE:
        return view.line("notice.passed_to_queue")
    key = f"notice.{state}"
    if state is State.DEADLINE_PASSED and not _owner_hears_of_the_deadline(view):
        key = f"{key}.alone"
    return view.line(key, due=view.clock.due_at, owner=view.name(person))


def _owner_hears_of_the_deadline(view: LeadView) -> bool:
    """Whether the ladder sends the message that the reminder would point at."""
    tier = view.terms.tier(view.lead.tier)
    return tier is not None and any("notify_owner" in step.do for step in view.terms.ladder_of(tier))


def _managers(view: LeadView, owed_at: datetime) -> Line:
    """That the managers know, or by when they will: what is not told at once is gathered first."""
    by = managers_told_by(view.lead, view.policy, owed_at)
    if by > view.said_at:
        return view.line("deadline.text.told.later", team=view.team, at=by)
    return view.line("deadline.text.told", team=view.team)
