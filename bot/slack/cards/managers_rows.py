"""The managers' card once the lead left the one who was late, or was contacted, for each state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.cards.contacts import briefly, first_contact
from bot.slack.cards.parts import LOG, REASSIGN, WHY, Button
from bot.slack.cards.rejections import said_reason
from bot.slack.cards.said import Said
from bot.slack.cards.view import LeadView
from bot.slack.lines import Line, joined
from bot.slack.words import upper_first
from sla.lead import Clock
from sla.paging import pages_of_night
from sla.showing_teams import ManagersCardState as State
from sla.showing_teams import became_late_with


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table: symbol, header, section, buttons."""

    symbol: str
    header: str
    says: Callable[[LeadView], Said]
    buttons: Sequence[Button]


def _running(view: LeadView) -> Clock:
    clock = view.lead.clock
    assert clock is not None
    return clock


def _not_late(view: LeadView) -> Said:
    return Said(section=view.line("managers.contact_by", due=_running(view).due_at))


def _reassigned(view: LeadView) -> Said:
    clock = _running(view)
    contact_by = view.line("managers.contact_by", due=clock.due_at)
    before = view.line("managers.was_due.with", due=view.lead.due_at, owner=view.name(view.late_owner))
    late = view.lead.due_at is not None and view.lead.due_at < clock.started_at
    return Said(section=joined([contact_by, before if late else None], " · "))


def _claimed(view: LeadView) -> Said:
    contact_by = view.line("managers.contact_by", due=_running(view).due_at)
    was_due = view.line("managers.was_due", due=view.lead.due_at)
    late = view.lead.due_at is not None and view.lead.due_at < _running(view).started_at
    return Said(section=joined([contact_by, was_due if late else None], " · "))


def _nobody_on_it(view: LeadView) -> Said:
    people = view.names([one.person for one in pages_of_night(view.lead) if one.person is not None])
    slots = {"people": people, "due": _running(view).due_at}
    return Said(section=view.line("managers.nobody_on_it", **slots))


def _held(view: LeadView) -> Said:
    slots = {"since": _running(view).started_at, "team": view.team, "due": view.lead.due_at}
    return Said(section=view.line("managers.held", **slots))


def _in_queue(view: LeadView) -> Said:
    clock = _running(view)
    before = view.before(clock)
    owner = view.name(before.person if before is not None else None)
    section = view.line("managers.in_queue", since=clock.started_at, owner=owner)
    if became_late_with(view.lead, clock):
        section = joined([section, view.line("managers.due", due=view.lead.due_at)], " · ")
    return Said(section=section)


def after_claim(view: LeadView, key: str) -> Line | None:
    """ ", 11 min after claiming", where whoever made the contact had claimed the lead."""
    contact = first_contact(view)
    claims = [
        c
        for c in view.lead.owner_clocks(contact.by)
        if c.how == "claimed" and c.started_at <= contact.occurred_at
    ]
    took = view.meanwhile(claims[-1].started_at, contact.occurred_at) if claims else None
    return view.line(key, duration=view.reader.duration(took)) if took is not None else None


def _contacted_late(view: LeadView) -> Said:
    contact, due_at = first_contact(view), view.lead.due_at
    late = view.meanwhile(due_at, contact.occurred_at) if due_at is not None else None
    slots = {
        "who": view.name(contact.by),
        "did": briefly(view, contact),
        "at": contact.occurred_at,
        "after": after_claim(view, "managers.after_claim"),
    }
    if late is None:
        return Said(section=view.line("managers.contacted.very_late", **slots))
    return Said(
        section=view.line("managers.contacted", late=upper_first(view.reader.duration(late)), **slots)
    )


def _in_time(view: LeadView) -> Said:
    contact = first_contact(view)
    slots = {"who": view.name(contact.by), "did": briefly(view, contact), "at": contact.occurred_at}
    if contact.logged_at == contact.occurred_at:
        return Said(section=view.line("managers.in_time.plain", **slots))
    return Said(section=view.line("managers.in_time", logged=contact.logged_at, **slots))


def _with_lead_ops(view: LeadView) -> Said:
    reason, typed = said_reason(view)
    rejection = view.lead.rejection
    by, since = view.name(rejection.by if rejection is not None else None), _running(view).started_at
    if reason is not None:
        return Said(section=view.line("managers.with_lead_ops", by=by, reason=reason, since=since))
    section = view.line("managers.with_lead_ops.noted", by=by)
    return Said(section=section, note=typed, after=view.line("managers.with_lead_ops.rest", since=since))


def _closed(view: LeadView) -> Said:
    closing = view.lead.closing
    assert closing is not None
    section = view.line("managers.closed", by=view.name(closing.by), at=closing.at)
    return Said(section=section, note=view.typed(closing.reason))


_MOVED = (REASSIGN, WHY)

ROWS: Mapping[State, Row] = {
    State.NOT_LATE: Row(symbol="➡️", header="now_with", says=_not_late, buttons=_MOVED),
    State.REASSIGNED: Row(symbol="➡️", header="now_with", says=_reassigned, buttons=_MOVED),
    State.NOBODY_ON_IT: Row(
        symbol="📟", header="nobody_on_it", says=_nobody_on_it, buttons=(REASSIGN, LOG, WHY)
    ),
    State.HELD: Row(symbol="⚠️", header="held", says=_held, buttons=_MOVED),
    State.IN_QUEUE: Row(symbol="➡️", header="in_queue", says=_in_queue, buttons=_MOVED),
    State.CLAIMED: Row(symbol="➡️", header="claimed", says=_claimed, buttons=_MOVED),
    State.CONTACTED_LATE: Row(symbol="✅", header="contacted", says=_contacted_late, buttons=(WHY,)),
    State.IN_TIME_AFTER_ALL: Row(symbol="✅", header="in_time", says=_in_time, buttons=(WHY,)),
    State.WITH_LEAD_OPS: Row(symbol="➡️", header="with_lead_ops", says=_with_lead_ops, buttons=(WHY,)),
    State.CLOSED: Row(symbol="➡️", header="closed", says=_closed, buttons=(WHY,)),
}
