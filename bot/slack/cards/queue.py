"""The card of one round in the backup channel, and the one line that says it is still free."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.slack.cards.contacts import briefly, first_contact, reached
from bot.slack.cards.facts import channel_facts, channel_sentence
from bot.slack.cards.managers_rows import after_claim
from bot.slack.cards.parts import (
    CLAIM,
    WHY,
    Payload,
    actions,
    buttons_in_text,
    context,
    header,
    payload,
    rich_block,
    rich_lines,
    section,
)
from bot.slack.cards.sentences import Sentence, text_of
from bot.slack.cards.view import LeadView
from bot.slack.lines import Given, Line, Speaker, joined
from sla.eligible import at_work, first_back_at
from sla.lead import Clock
from sla.showing import clocks_after
from sla.showing_next import waiting_backups
from sla.showing_teams import QueueCardState as State
from sla.showing_teams import queue_card
from sla.surroundings import Surroundings

_BUTTONS = (CLAIM, WHY)


def render(view: LeadView) -> Payload:
    state = queue_card(view.lead, view.clock.number)
    if state in (State.FREE, State.FREE_AGAIN):
        return _free(view, again=state is State.FREE_AGAIN)
    row = ROWS[state]
    said = row.says(view)

    def head(size: tuple[int, int]) -> Line:
        owner = _claimer(view) if row.header == "claimed" else view.lead.owner
        company = Given(view.company(size[1]))
        return view.line(f"queue.header.{row.header}", company=company, owner=view.name(owner))

    blocks = [
        header(view, row.symbol, Speaker(view.reader).plain(head((40, 40)))),
        section(view, "clock", said),
    ]
    return payload(text_of(view.reader, lambda size: [head(size), said], ()), blocks)


# Free


def _free(view: LeadView, *, again: bool) -> Payload:
    company = Given(view.company())
    title = view.line(f"queue.header.{'again' if again else 'free'}", company=company, tier=view.tier)
    facts = channel_facts(view, whole=True)
    blocks = [
        header(view, "📥", Speaker(view.reader).plain(title)),
        section(view, "clock", _call(view, again=again)),
        *rich_block(view, "lead", [rich_lines(view, [facts])] if facts else []),
        *actions(view, _BUTTONS, in_channel=True),
        context(view, "small", _small(view, again=again)),
    ]

    nobody = None
    if not _there(view):
        words, until = _nobody(view)
        nobody = view.line(f"queue.text.{words}", **until)

    def opening(size: tuple[int, int]) -> list[Line]:
        slots = {
            "company": Given(view.company(size[1])),
            "tier": view.tier,
            "received": view.lead.received_at,
        }
        first = [
            view.line(f"queue.text.{'again' if again else 'free'}", **slots),
            view.line("queue.text.first"),
        ]
        return first if nobody is None else [*first, nobody]

    text = text_of(view.reader, opening, _sentences(view), buttons=buttons_in_text(view, _BUTTONS))
    return payload(text, blocks)


def _round(view: LeadView) -> dict[str, str]:
    rounds = max(view.terms.backup.rounds_max, view.clock.round)
    return {"round": str(view.clock.round), "rounds": str(rounds)}


def _time(view: LeadView) -> str:
    return view.span(view.terms.backup.claim_response)


def _call(view: LeadView, *, again: bool) -> Line:
    key = "queue.again" if again else "queue.free"
    there = _there(view)
    if there:
        return view.line(key, backups=view.mentions(there), time=_time(view), **_round(view))
    nobody, until = _nobody(view)
    return view.line(f"{key}.{nobody}", time=_time(view), **until, **_round(view))


def _around(view: LeadView) -> Surroundings:
    return Surroundings(policy=view.policy, version="", terms=view.terms, people=view.view.people)


def _there(view: LeadView) -> tuple[str, ...]:
    """Those who may claim it and can: at work, and not full."""
    waiting = waiting_backups(view.lead, view.policy)
    return at_work(waiting, view.lead.team, view.reader.now, _around(view))


def _nobody(view: LeadView) -> tuple[str, dict[str, datetime]]:
    """Which words say that nobody is there, and until when, where that can be said."""
    waiting = waiting_backups(view.lead, view.policy)
    back_at = first_back_at(waiting, view.lead.team, view.reader.now, _around(view))
    is_known = back_at is not None and back_at > view.reader.now
    return ("nobody", {"until": back_at}) if back_at is not None and is_known else ("nobody.open", {})


def _is_late(view: LeadView) -> bool:
    return view.lead.due_at is not None and view.lead.due_at <= view.clock.started_at


def _small(view: LeadView, *, again: bool) -> Line:
    late = _is_late(view)
    key = "queue.small.due" if late else "queue.small.due_alone"
    parts = [
        view.line(key, due=view.lead.due_at, owner=view.name(view.late_owner)),
        view.line("queue.small.claim"),
        None if again else view.line("queue.small.round", **_round(view)),
        Line("{id}", {"id": Given(view.external_id)}),
    ]
    return joined(parts, " · ")


def _sentences(view: LeadView) -> list[Sentence]:
    key = "queue.text.due" if _is_late(view) else "queue.text.due_alone"
    due = view.line(key, due=view.lead.due_at, owner=view.name(view.late_owner))
    again = [view.line("queue.text.round", **_round(view))] if view.clock.round > 1 else []
    return [
        Sentence(what=view.line("queue.text.time", time=_time(view))),
        Sentence(what=due),
        *(Sentence(what=one) for one in again),
        Sentence(what=channel_sentence(view, whole=True), fact=True),
        Sentence(what=view.line("queue.text.claim")),
    ]


# Afterwards


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table: symbol, header, section; no buttons any more."""

    symbol: str
    header: str
    says: Callable[[LeadView], Line]


def _following(view: LeadView) -> Clock:
    return clocks_after(view.lead, view.clock.number)[0]


def _claimer(view: LeadView) -> str | None:
    return _following(view).person


def _claimed(view: LeadView) -> Line:
    claim = _following(view)
    return view.line("queue.claimed", at=claim.started_at, due=claim.due_at)


def _contacted(view: LeadView) -> Line:
    contact = first_contact(view)
    slots = {"who": view.name(contact.by), "did": briefly(view, contact), "at": contact.occurred_at}
    return view.line("queue.contacted", after=after_claim(view, "managers.after_claim"), **slots)


def _contacted_by_other(view: LeadView) -> Line:
    contact = first_contact(view)
    slots = {"who": view.name(contact.by), "did": reached(view, contact), "at": contact.occurred_at}
    return view.line("queue.contacted_by_other", **slots)


def _assigned(view: LeadView) -> Line:
    clock = view.lead.owner_clocks()[-1]
    key = "queue.assigned" if clock.how == "reassigned" and clock.by else "queue.assigned.plain"
    return view.line(key, by=view.name(clock.by), at=clock.started_at)


def _ran_out(view: LeadView) -> Line:
    after = _following(view)
    if after.person is None:
        return view.line("queue.ran_out.plain")
    return view.line("queue.ran_out", owner=view.name(after.person), at=after.started_at)


def _with_managers(view: LeadView) -> Line:
    return view.line("queue.with_managers", at=view.clock.stopped_at)


def _with_managers_after_claim(view: LeadView) -> Line:
    had = _following(view)
    slots = {"owner": view.name(had.person), "at": had.started_at, "until": had.stopped_at}
    return view.line("queue.with_managers.after_claim", **slots)


def _with_lead_ops(view: LeadView) -> Line:
    return view.line("queue.with_lead_ops")


def _closed(view: LeadView) -> Line:
    closing = view.lead.closing
    assert closing is not None
    return view.line("queue.closed", by=view.name(closing.by), at=closing.at)


ROWS: Mapping[State, Row] = {
    State.CLAIMED: Row(symbol="➡️", header="claimed", says=_claimed),
    State.CLAIM_RAN_OUT: Row(symbol="➡️", header="ran_out", says=_ran_out),
    State.CONTACTED: Row(symbol="✅", header="contacted", says=_contacted),
    State.CONTACTED_BY_OTHER: Row(symbol="✅", header="contacted", says=_contacted_by_other),
    State.ASSIGNED: Row(symbol="➡️", header="now_with", says=_assigned),
    State.WITH_MANAGERS: Row(symbol="🧭", header="with_managers", says=_with_managers),
    State.WITH_MANAGERS_AFTER_CLAIM: Row(
        symbol="🧭", header="with_managers", says=_with_managers_after_claim
    ),
    State.WITH_LEAD_OPS: Row(symbol="➡️", header="with_lead_ops", says=_with_lead_ops),
    State.CLOSED: Row(symbol="➡️", header="closed", says=_closed),
}


# Still free


def render_still_free(view: LeadView) -> Payload:
    """One line in the round's thread, also sent to the channel; the company stands in rich text."""
    said = view.line(
        "still_free",
        time=view.span(view.terms.backup.unclaimed.remind_after),
        company=Given(view.company()),
        tier=view.tier,
    )
    step = next((one for one in view.ahead if one.what == "review"), None)
    parts = [said, view.line("still_free.then", at=step.at) if step is not None else None]
    one = joined(parts, "")
    there = _there(view)
    backups = Line("{backups} ", {"backups": view.mentions(there)}) if there else None
    called = joined([backups, one], "")
    text = text_of(view.reader, lambda size: [one], ())
    return payload(text, rich_block(view, "line", [rich_lines(view, [called])]))
