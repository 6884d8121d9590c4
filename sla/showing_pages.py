"""What a page shows now: one row of its table, derived from the lead alone."""

from datetime import datetime
from enum import StrEnum

from sla.lead import Clock, ClockKind, Lead, Stage
from sla.paging import is_paged, on_it
from sla.showing import clock_of, clocks_after, is_past_due


class PageState(StrEnum):
    """The page of one person about one lead, first while they have it, then once somebody else does."""

    PAGED = "paged"
    ON_IT = "on_it"
    DEADLINE_PASSED = "deadline_passed"
    CANNOT_AND_NOBODY_ELSE = "cannot_and_nobody_else"
    CONTACTED_IN_TIME = "contacted_in_time"
    CONTACTED_LATE = "contacted_late"
    CONTACTED_BY_OTHER = "contacted_by_other"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    DECLINED = "declined"
    OPENED = "opened"
    MOVED_ON = "moved_on"
    HELD = "held"
    IN_QUEUE = "in_queue"
    WITH_MANAGERS = "with_managers"
    CLOSED = "closed"


_BY_END = {
    "not_acknowledged": PageState.NOT_ACKNOWLEDGED,
    "no_contact": PageState.NOT_ACKNOWLEDGED,
    "silent": PageState.NOT_ACKNOWLEDGED,
    "unreachable": PageState.NOT_ACKNOWLEDGED,
    "deactivated": PageState.NOT_ACKNOWLEDGED,
    "declined": PageState.DECLINED,
}
_PLACES = {
    ClockKind.QUEUE: PageState.IN_QUEUE,
    ClockKind.OWNER: PageState.MOVED_ON,
    ClockKind.HELD: PageState.HELD,
}


def page_card(lead: Lead, number: int) -> PageState:
    """The row of the page that started this clock."""
    clock = clock_of(lead, number)
    first = lead.first_contact
    if lead.stage is Stage.CLOSED:
        return PageState.CLOSED
    if lead.stage is Stage.CONTACTED and first is not None:
        if first.by != clock.person:
            return PageState.CONTACTED_BY_OTHER
        late = lead.outcome == "missed"
        return PageState.CONTACTED_LATE if late else PageState.CONTACTED_IN_TIME
    later = clocks_after(lead, number)
    return _after(clock, later) if later else _with_whom_it_is(lead, clock)


def _with_whom_it_is(lead: Lead, clock: Clock) -> PageState:
    if is_late(lead, clock):
        return PageState.DEADLINE_PASSED
    if on_it(lead, clock) is not None:
        return PageState.ON_IT
    return PageState.CANNOT_AND_NOBODY_ELSE if clock.note == "declined" else PageState.PAGED


def _after(clock: Clock, later: tuple[Clock, ...]) -> PageState:
    """Of what followed the next page is told, and after the night whoever has the lead then."""
    before, latest = (clock, *later)[-2:]
    if before.stopped_by == "opened" and latest.kind is ClockKind.OWNER:
        return PageState.OPENED
    ended = _BY_END.get(clock.stopped_by or "")
    if ended is not None and is_paged(later[-1]):
        return ended
    return _PLACES.get(later[-1].kind, PageState.WITH_MANAGERS)


def opened_at(lead: Lead) -> datetime | None:
    """When the latest night ended in which somebody was paged."""
    return next((one.stopped_at for one in reversed(lead.clocks) if one.stopped_by == "opened"), None)


def is_late(lead: Lead, clock: Clock) -> bool:
    """Whether the page's deadline passed while this person had the lead."""
    return clock.due_at is not None and clock.started_at < clock.due_at and is_past_due(lead, clock)
