"""The section and buttons of a page for each state that it can be in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.slack.cards.contacts import did, first_contact, who_did
from bot.slack.cards.parts import (
    CANT_TAKE_IT,
    CORRECT,
    LOG,
    PRESS_LOG,
    PRESS_ON_IT,
    WHY,
    Button,
)
from bot.slack.cards.said import Said
from bot.slack.cards.view import LeadView
from bot.slack.lines import Line, Name
from bot.slack.words import upper_first
from sla.lead import ClockKind
from sla.paging import day_calendar, is_paged, next_page_at, on_it, opens_at
from sla.showing_pages import PageState as State
from sla.showing_pages import opened_at

LATE_BY = timedelta(minutes=1)
"""A page that went on later than this after its time was held up by the bot's own absence."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table: symbol, header, section, buttons; `is_theirs` keeps the lead's facts on the card."""

    symbol: str
    header: str
    says: Callable[[LeadView], Said]
    buttons: Sequence[Button] = ()
    is_theirs: bool = False


def press_by(view: LeadView) -> datetime:
    """When paging goes on, or the lead goes to its team, unless somebody acts."""
    page_at = next_page_at(view.lead, view.clock, view.terms)
    return min(page_at, opens_at(view.lead, view.clock, view.terms))


def otherwise(view: LeadView) -> tuple[str, Name | None]:
    """What happens then: the next is paged, the managers are told, or the team has opened."""
    following = view.data.get("next")
    if next_page_at(view.lead, view.clock, view.terms) >= opens_at(view.lead, view.clock, view.terms):
        owner = view.lead.day_owner
        return ("day", view.name(owner)) if owner is not None else ("queue", None)
    return ("next", view.name(following)) if following is not None else ("managers", None)


def _otherwise(view: LeadView) -> Line:
    key, person = otherwise(view)
    return view.line(f"page.otherwise.{key}", person=person)


def whys(view: LeadView) -> list[Line]:
    """Why this person is paged, where it is not simply their turn: who was before them, and who was left out."""
    said: list[Line] = []
    before = view.lead.clocks[view.clock.number - 2] if view.clock.number > 1 else None
    if before is not None and before.stopped_by is not None:
        key, at = before.stopped_by, before.stopped_at
        if key == "closing" and before.person is None:
            key = "closing.held" if before.kind is ClockKind.HELD else "closing.queue"
        elif key == "not_acknowledged" and at is not None:
            planned_at = next_page_at(view.lead, before, view.terms)
            if at - planned_at > LATE_BY:
                key, at = "not_known", before.started_at
        if f"page.why.{key}" in view.reader.words:
            said.append(view.line(f"page.why.{key}", person=view.name(before.person), at=at))
    for one in view.data.get("skipped", ())[:2]:
        key, until = f"page.why.{one['because']}", one.get("until")
        if until is not None:
            key, until = f"{key}.until", datetime.fromisoformat(until)
        said.append(view.line(key, person=view.name(one["person"]), until=until))
    return said


def _paged(view: LeadView) -> Said:
    clock = view.clock
    late = clock.due_at is not None and clock.due_at <= clock.started_at
    email = view.line("page.email_counts") if view.policy.contact.counts == "attempt" else None
    if clock.note is not None:
        return Said(section=view.line("page.over", due=clock.due_at, email=email))
    key = "page.paged.late" if late else "page.paged"
    slots = {"press_by": press_by(view), "otherwise": _otherwise(view), "due": clock.due_at, "email": email}
    return Said(section=view.line(key, **slots))


def _on_it(view: LeadView) -> Said:
    pressed, clock = on_it(view.lead, view.clock), view.clock
    since = pressed.at if pressed is not None else clock.started_at
    late = clock.due_at is not None and clock.due_at <= since
    key = "page.on_it.late" if late else "page.on_it"
    until = pressed.until if pressed is not None else None
    slots = {"since": since, "until": until, "otherwise": _otherwise(view), "due": clock.due_at}
    return Said(section=view.line(key, **slots))


def _deadline_passed(view: LeadView) -> Said:
    return Said(section=view.line("page.deadline_passed", due=view.clock.due_at))


def _cannot(view: LeadView) -> Said:
    return Said(section=view.line("page.cannot", due=view.clock.due_at))


def _in_time(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = did(view, contact)
    took = view.meanwhile(view.clock.started_at, contact.occurred_at)
    after = (
        view.line("page.contacted.after", duration=view.reader.duration(took)) if took is not None else None
    )
    slots = {"did": done, "comma": comma, "at": contact.occurred_at, "after": after}
    return Said(section=view.line("page.contacted.in_time", belongs=_belongs(view), **slots))


def _late(view: LeadView) -> Said:
    contact, due_at = first_contact(view), view.lead.due_at
    done, comma = did(view, contact)
    slots = {"did": done, "comma": comma, "at": contact.occurred_at, "due": due_at}
    late = view.meanwhile(due_at, contact.occurred_at) if due_at is not None else None
    if late is None:
        return Said(section=view.line("page.contacted.very_late", belongs=_belongs(view), **slots))
    said = upper_first(view.reader.duration(late))
    return Said(section=view.line("page.contacted.late", late=said, belongs=_belongs(view), **slots))


def _belongs(view: LeadView) -> Line | None:
    """Whose the lead is after the night."""
    lead, clock = view.lead, view.clock
    later = [one for one in lead.owner_clocks() if one.number > clock.number and not is_paged(one)]
    if later:
        owner = view.name(later[0].person)
        return view.line("page.belongs.since", at=later[0].started_at, owner=owner)
    if lead.owner != clock.person or lead.clocks[-1].number != clock.number:
        return None
    if lead.day_owner is None:
        return view.line("page.belongs.yours")
    at = day_calendar(lead, view.terms).next_open(clock.stopped_at or clock.started_at)
    return view.line("page.belongs.from", at=at, owner=view.name(lead.day_owner))


def _by_other(view: LeadView) -> Said:
    contact = first_contact(view)
    done, comma = who_did(view, contact)
    result = view.line("page.in_time" if view.lead.outcome == "met" else "page.late")
    slots = {"who": view.name(contact.by), "did": done, "comma": comma, "at": contact.occurred_at}
    return Said(section=view.line("page.contacted.by_other", result=result, **slots))


def _now_paged(view: LeadView) -> Said:
    latest = view.lead.owner_clocks()[-1]
    if not is_paged(latest):
        return _moved_on(view)
    return Said(section=view.line("page.now_paged", person=view.name(latest.person), at=latest.started_at))


def _declined(view: LeadView) -> Said:
    following = view.lead.clocks[view.clock.number]
    slots = {"at": view.clock.stopped_at, "person": view.name(following.person)}
    return Said(section=view.line("page.declined", **slots))


def _opened(view: LeadView) -> Said:
    return Said(section=view.line("page.opened", at=opened_at(view.lead)))


def _held(view: LeadView) -> Said:
    return Said(section=view.line("page.held", at=opened_at(view.lead)))


def _moved_on(view: LeadView) -> Said:
    return Said(section=view.line("page.moved_on", at=view.lead.clocks[-1].started_at))


def _closed(view: LeadView) -> Said:
    closing = view.lead.closing
    assert closing is not None
    section = view.line("page.closed", by=view.name(closing.by), at=closing.at)
    return Said(section=section, note=view.typed(closing.reason), after=view.line("page.nothing_more"))


_DONE = (CORRECT, WHY)

ROWS: Mapping[State, Row] = {
    State.PAGED: Row(
        symbol="📟",
        header="paged",
        says=_paged,
        buttons=(PRESS_ON_IT, LOG, CANT_TAKE_IT, WHY),
        is_theirs=True,
    ),
    State.ON_IT: Row(
        symbol="📟", header="on_it", says=_on_it, buttons=(PRESS_LOG, CANT_TAKE_IT, WHY), is_theirs=True
    ),
    State.DEADLINE_PASSED: Row(
        symbol="⚠️",
        header="deadline_passed",
        says=_deadline_passed,
        buttons=(PRESS_LOG, WHY),
        is_theirs=True,
    ),
    State.CANNOT_AND_NOBODY_ELSE: Row(
        symbol="➡️", header="with_managers", says=_cannot, buttons=(PRESS_LOG, WHY), is_theirs=True
    ),
    State.CONTACTED_IN_TIME: Row(
        symbol="✅", header="contacted", says=_in_time, buttons=_DONE, is_theirs=True
    ),
    State.CONTACTED_LATE: Row(symbol="✅", header="contacted", says=_late, buttons=_DONE, is_theirs=True),
    State.CONTACTED_BY_OTHER: Row(symbol="✅", header="contacted", says=_by_other),
    State.NOT_ACKNOWLEDGED: Row(symbol="➡️", header="now_with", says=_now_paged),
    State.DECLINED: Row(symbol="➡️", header="now_with", says=_declined),
    State.OPENED: Row(symbol="➡️", header="now_with", says=_opened),
    State.MOVED_ON: Row(symbol="➡️", header="now_with", says=_moved_on),
    State.HELD: Row(symbol="➡️", header="held", says=_held),
    State.IN_QUEUE: Row(symbol="➡️", header="in_queue", says=_moved_on),
    State.WITH_MANAGERS: Row(symbol="➡️", header="with_managers", says=_moved_on),
    State.CLOSED: Row(symbol="➡️", header="closed", says=_closed),
}
