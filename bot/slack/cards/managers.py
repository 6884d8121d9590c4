"""The one card about a lead in its managers' channel, and the lines in that card's thread."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.slack.cards import managers_late
from bot.slack.cards.managers_rows import ROWS
from bot.slack.cards.parts import (
    CLOSE_LEAD,
    PRESS_REASSIGN,
    WHY,
    Payload,
    actions,
    buttons_in_text,
    header,
    payload,
    quote_block,
    section,
)
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker
from sla.lead import ClockKind
from sla.roster import managers_of
from sla.showing_teams import ManagersCardState as State
from sla.showing_teams import managers_card

_REVIEW = (PRESS_REASSIGN, CLOSE_LEAD, WHY)


def render(view: LeadView) -> Payload:
    state = managers_card(view.lead)
    if state in (State.BREACHED, State.NUDGED, State.ON_IT, State.MORE_TIME):
        return managers_late.render(view)
    return _review(view) if state is State.REVIEW else _afterwards(view, state)


def _afterwards(view: LeadView, state: State) -> Payload:
    row = ROWS[state]
    said = row.says(view)
    owner = view.name(view.lead.owner)

    def head(size: tuple[int, int]) -> Line:
        company = Given(view.company(size[1]))
        return view.line(f"managers.header.{row.header}", company=company, owner=owner)

    blocks = [
        header(view, row.symbol, Speaker(view.reader).plain(head((40, 40)))),
        section(view, "clock", said.section),
        *quote_block(view, "reason", said.note),
    ]
    if said.after is not None:
        blocks.append(section(view, "after", said.after))
    blocks += actions(view, row.buttons, in_channel=True)
    rest = [Sentence(what=f'"{said.note}".')] if said.note else []
    rest += [Sentence(what=said.after)] if said.after is not None else []
    buttons = buttons_in_text(view, row.buttons)
    text = text_of(view.reader, lambda size: [head(size), said.section], rest, buttons=buttons)
    return payload(text, blocks)


# Needs a decision


def _review(view: LeadView) -> Payload:
    lead = view.lead
    slots = {
        "managers": view.mentions(managers_of(view.policy, lead.team)),
        "where": _where(view),
        "due": lead.due_at,
    }
    company = Given(view.company())
    title = view.line("managers.header.review", company=company, tier=view.tier)
    blocks = [
        header(view, "🧭", Speaker(view.reader).plain(title)),
        section(view, "clock", view.line("managers.review", **slots)),
        *actions(view, _REVIEW, in_channel=True),
    ]

    def opening(size: tuple[int, int]) -> list[Line]:
        name = Given(view.company(size[1]))
        return [
            view.line("managers.text.review", company=name, tier=view.tier),
            view.line("managers.text.review.due", due=lead.due_at),
        ]

    rest = [Sentence(what=view.line("managers.text.review.do")), Sentence(what=_history(view))]
    text = text_of(view.reader, opening, rest, buttons=buttons_in_text(view, _REVIEW))
    return payload(text, blocks)


def _where(view: LeadView) -> Line:
    """Where the lead was before nobody had it: in the queue, or with its last owner."""
    clocks = [clock for clock in view.lead.clocks if clock.kind is not ClockKind.REVIEW]
    if not clocks:
        return view.line("managers.review.unowned", since=view.lead.clocks[-1].started_at)
    before = clocks[-1]
    if before.kind is ClockKind.QUEUE:
        return view.line("managers.review.queue", since=before.started_at)
    return view.line("managers.review.owner", owner=view.name(before.person), until=before.stopped_at)


def _history(view: LeadView) -> Line:
    """When it came in, who had it last and until when, and whether it stood in the queue since."""
    lead = view.lead
    if not lead.owner_clocks():
        return view.line("managers.text.review.unowned", received=lead.received_at)
    last = lead.owner_clocks()[-1]
    queues = [c for c in lead.clocks if c.kind is ClockKind.QUEUE and c.number > last.number]
    queue = None
    if queues:
        same = queues[0].started_at == last.stopped_at
        key = "managers.text.review.queue" if same else "managers.text.review.queue_at"
        queue = view.line(key, since=queues[0].started_at)
    return view.line(
        "managers.text.review.history",
        received=lead.received_at,
        owner=view.name(last.person),
        until=last.stopped_at,
        queue=queue,
    )


# Lines in the thread


def render_line(view: LeadView) -> Payload:
    """What just happened, as one line; its text and its block say the same."""
    what = str(view.data.get("what", "other"))
    say = _LINES.get(what, _other)
    one = say(view, datetime.fromisoformat(view.data["at"]) if "at" in view.data else view.said_at)
    text = text_of(view.reader, lambda size: [_aloud(view, one, what)], (), city=False).rstrip(".")
    return payload(text, [section(view, "line", one)])


def _aloud(view: LeadView, one: Line, what: str) -> Line:
    """Mentions are for eyes: what is said aloud names nobody who is mentioned anyhow."""
    if what == "review":
        return view.line("line.review.text", at=one.slots["at"])
    if what == "queue_empty":
        return _queue_empty_line(view, one.slots["at"], aloud=True)
    return one


def _more_time(view: LeadView, at: datetime) -> Line:
    more = timedelta(seconds=float(view.data.get("more_s", 0)))
    return view.line("line.more_time", at=at, by=view.name(view.data.get("by")), more=view.exactly(more))


def _by(key: str) -> Callable[[LeadView, datetime], Line]:
    def say(view: LeadView, at: datetime) -> Line:
        return view.line(key, at=at, by=view.name(view.data.get("by")))

    return say


def _reassigned(view: LeadView, at: datetime) -> Line:
    by, to = view.name(view.data.get("by")), view.name(view.data.get("to"))
    return view.line("line.reassigned", at=at, by=by, to=to)


def _needs_decision(view: LeadView, at: datetime) -> Line:
    return view.line("line.review", at=at, managers=view.mentions(managers_of(view.policy, view.lead.team)))


def _assigned(view: LeadView, at: datetime) -> Line:
    return view.line("line.assigned", at=at, to=view.name(view.data.get("to")))


def _queue_empty(view: LeadView, at: datetime) -> Line:
    return _queue_empty_line(view, at, aloud=False)


def _queue_empty_line(view: LeadView, at: datetime, *, aloud: bool) -> Line:
    until = view.data.get("until")
    key = "line.queue_empty" if until is not None else "line.queue_empty.open"
    slots = {"until": datetime.fromisoformat(str(until))} if until is not None else {}
    if aloud:
        return view.line(f"{key}.text", at=at, **slots)
    managers = view.mentions(managers_of(view.policy, view.lead.team))
    return view.line(key, at=at, managers=managers, **slots)


def _deadline_passed(view: LeadView, at: datetime) -> Line:
    due_at = datetime.fromisoformat(view.data["due_at"]) if "due_at" in view.data else at
    return view.line("line.deadline_passed", at=due_at, owner=view.name(view.data.get("owner")))


def _contacted(view: LeadView, at: datetime) -> Line:
    first = view.lead.first_contact
    return view.line("line.contacted", at=first.occurred_at if first is not None else at)


def _other(view: LeadView, at: datetime) -> Line:
    return view.line("line.other", at=at)


_LINES: dict[str, Callable[[LeadView, datetime], Line]] = {
    "more_time": _more_time,
    "reassigned": _reassigned,
    "assigned": _assigned,
    "queue_empty": _queue_empty,
    "handed_over": _by("line.handed_over"),
    "claimed": _by("line.claimed"),
    "contacted": _contacted,
    "breach_withdrawn": _by("line.breach_withdrawn"),
    "review": _needs_decision,
    "deadline_passed": _deadline_passed,
    "closed": _by("line.closed"),
}
