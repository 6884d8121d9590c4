"""What an owner's messages about a lead show now: one row of their table, derived from the lead alone."""

from enum import StrEnum

from sla.lead import HOW_IT_BEGAN, Clock, ClockKind, Lead, Stage, Status


class OwnerCardState(StrEnum):
    """The card in an owner's direct messages: first of the one who has the lead, then of one who had it."""

    NEW = "new"
    AT_RISK = "at_risk"
    ON_IT = "on_it"
    ASKED_AGAIN = "asked_again"
    DEADLINE_PASSED = "deadline_passed"
    LATE_ON_IT = "late_on_it"
    MORE_TIME = "more_time"
    CONTACTED_IN_TIME = "contacted_in_time"
    BREACH_WITHDRAWN = "breach_withdrawn"
    CONTACTED_LATE = "contacted_late"
    CONTACTED_BY_OTHER = "contacted_by_other"
    CLOSED = "closed"
    NOT_REAL = "not_real"
    FOUND_NOT_REAL = "found_not_real"
    HANDED_OVER = "handed_over"
    CLAIMED = "claimed"
    REASSIGNED = "reassigned"
    PASSED = "passed"
    PASSED_TO_QUEUE = "passed_to_queue"
    MOVED_ON = "moved_on"
    WITH_MANAGERS = "with_managers"
    WITH_LEAD_OPS = "with_lead_ops"
    CONTACTED_ELSEWHERE = "contacted_elsewhere"
    CLOSED_ELSEWHERE = "closed_elsewhere"
    HELD = "held"
    YOURS_AGAIN = "yours_again"


class ReminderState(StrEnum):
    """A reminder, a passed deadline or a nudge: asking, or one line that says why nothing is asked any more."""

    ASKING = "asking"
    ON_IT = "on_it"
    DEADLINE_PASSED = "deadline_passed"
    CONTACTED = "contacted"
    NOW_WITH = "now_with"
    PASSED = "passed"
    IN_QUEUE = "in_queue"
    WITH_MANAGERS = "with_managers"
    WITH_LEAD_OPS = "with_lead_ops"
    HELD = "held"
    CLOSED = "closed"
    YOURS_AGAIN = "yours_again"


def clock_of(lead: Lead, number: int) -> Clock:
    """The clock that a message speaks about."""
    return next(clock for clock in lead.clocks if clock.number == number)


def clocks_after(lead: Lead, number: int) -> tuple[Clock, ...]:
    return tuple(clock for clock in lead.clocks if clock.number > number)


def is_past_due(lead: Lead, clock: Clock) -> bool:
    """Whether this clock's deadline has been recorded as passed (not whether it should have been by now)."""
    if clock.due_at is None:
        return False
    if clock.fired_through is not None and clock.fired_through >= clock.due_at:
        return True
    return lead.breach is not None and lead.is_late and lead.breach.due_at >= clock.due_at


def owner_card(lead: Lead, number: int) -> OwnerCardState:
    """The row of the card that the owner of this clock got."""
    clock = clock_of(lead, number)
    later = clocks_after(lead, number)
    if any(one.kind is ClockKind.OWNER and one.person == clock.person for one in later):
        return OwnerCardState.YOURS_AGAIN
    first = lead.first_contact
    if lead.stage is Stage.CONTACTED and first is not None:
        if first.by == clock.person or lead.owner == clock.person:
            return _contacted(lead, clock)
        if not later:
            # The CRM gave the contacted lead to somebody else: no clock runs, so none was added.
            return OwnerCardState.MOVED_ON
    if later:
        return _after_leaving(lead, clock, later)
    return OwnerCardState.CLOSED if lead.stage is Stage.CLOSED else _with_its_owner(lead, clock)


def _with_its_owner(lead: Lead, clock: Clock) -> OwnerCardState:
    on_it = lead.on_it is not None and lead.on_it.clock == clock.number
    if is_past_due(lead, clock):
        if any(more.clock == clock.number for more in lead.extensions):
            return OwnerCardState.MORE_TIME
        return OwnerCardState.LATE_ON_IT if is_on_it_late(lead, clock) else OwnerCardState.DEADLINE_PASSED
    if _asked_again_last(lead, clock):
        return OwnerCardState.ASKED_AGAIN
    if on_it:
        return OwnerCardState.ON_IT
    # What an earlier owner's clock had come to says nothing of this one, which has its own time.
    at_risk = lead.status is Status.AT_RISK and clock.fired_through is not None
    return OwnerCardState.AT_RISK if at_risk else OwnerCardState.NEW


def _asked_again_last(lead: Lead, clock: Clock) -> bool:
    """Whether a further request is the latest that this owner is to know, of all that happened on their clock."""
    asked, on_it = lead.asked_again, lead.on_it
    if asked is None or (clock.how not in HOW_IT_BEGAN and asked.at < clock.started_at):
        return False
    since = [on_it.at] if on_it is not None and on_it.clock == clock.number else []
    since += [clock.fired_through] if clock.fired_through is not None else []
    return all(asked.at >= at for at in since)


def is_on_it_late(lead: Lead, clock: Clock) -> bool:
    """Whether the owner said "I'm on it" after the deadline; before it, it may be said once more."""
    on_it = lead.on_it
    return (
        on_it is not None
        and on_it.clock == clock.number
        and (clock.due_at is None or on_it.at >= clock.due_at)
    )


def _contacted(lead: Lead, clock: Clock) -> OwnerCardState:
    first = lead.first_contact
    assert first is not None
    if first.by != clock.person:
        return OwnerCardState.CONTACTED_BY_OTHER
    if clock.due_at is not None and first.occurred_at > clock.due_at:
        return OwnerCardState.CONTACTED_LATE
    withdrawn = lead.breach is not None and lead.breach.withdrawn_at is not None
    late_logged = clock.due_at is not None and first.logged_at > clock.due_at
    if withdrawn and late_logged:
        return OwnerCardState.BREACH_WITHDRAWN
    return OwnerCardState.CONTACTED_IN_TIME


_PLACES: dict[ClockKind, OwnerCardState] = {
    ClockKind.QUEUE: OwnerCardState.HANDED_OVER,
    ClockKind.REVIEW: OwnerCardState.WITH_MANAGERS,
    ClockKind.CHECK: OwnerCardState.WITH_LEAD_OPS,
    ClockKind.HELD: OwnerCardState.HELD,
}


def _after_leaving(lead: Lead, clock: Clock, later: tuple[Clock, ...]) -> OwnerCardState:
    following, latest = later[0], later[-1]
    if following.kind is ClockKind.CHECK and latest is following and lead.stage is not Stage.CONTACTED:
        return OwnerCardState.NOT_REAL if lead.is_open else OwnerCardState.FOUND_NOT_REAL
    if clock.stopped_by == "passed":
        in_queue = following.kind is ClockKind.QUEUE
        return OwnerCardState.PASSED_TO_QUEUE if in_queue else OwnerCardState.PASSED
    if lead.stage is Stage.CLOSED:
        return OwnerCardState.CLOSED_ELSEWHERE
    if latest.kind is not ClockKind.OWNER:
        contacted = lead.stage is Stage.CONTACTED
        return OwnerCardState.CONTACTED_ELSEWHERE if contacted else _PLACES[latest.kind]
    if latest.how == "claimed":
        return OwnerCardState.CLAIMED
    return OwnerCardState.REASSIGNED if latest.how == "reassigned" else OwnerCardState.MOVED_ON


def reminder(lead: Lead, number: int) -> ReminderState:
    """The row of a reminder: it asks until contact, change of hands or the deadline."""
    state = notice(lead, number)
    asks = state in (ReminderState.ASKING, ReminderState.ON_IT)
    return ReminderState.DEADLINE_PASSED if asks and is_past_due(lead, clock_of(lead, number)) else state


_REMINDERS: dict[OwnerCardState, ReminderState] = {
    OwnerCardState.NEW: ReminderState.ASKING,
    OwnerCardState.AT_RISK: ReminderState.ASKING,
    OwnerCardState.ON_IT: ReminderState.ON_IT,
    OwnerCardState.ASKED_AGAIN: ReminderState.ASKING,
    OwnerCardState.DEADLINE_PASSED: ReminderState.ASKING,
    OwnerCardState.LATE_ON_IT: ReminderState.ON_IT,
    OwnerCardState.MORE_TIME: ReminderState.ASKING,
    OwnerCardState.CONTACTED_IN_TIME: ReminderState.CONTACTED,
    OwnerCardState.BREACH_WITHDRAWN: ReminderState.CONTACTED,
    OwnerCardState.CONTACTED_LATE: ReminderState.CONTACTED,
    OwnerCardState.CONTACTED_BY_OTHER: ReminderState.CONTACTED,
    OwnerCardState.CONTACTED_ELSEWHERE: ReminderState.CONTACTED,
    OwnerCardState.CLOSED: ReminderState.CLOSED,
    OwnerCardState.CLOSED_ELSEWHERE: ReminderState.CLOSED,
    OwnerCardState.FOUND_NOT_REAL: ReminderState.CLOSED,
    OwnerCardState.NOT_REAL: ReminderState.WITH_LEAD_OPS,
    OwnerCardState.WITH_LEAD_OPS: ReminderState.WITH_LEAD_OPS,
    OwnerCardState.HANDED_OVER: ReminderState.IN_QUEUE,
    OwnerCardState.PASSED_TO_QUEUE: ReminderState.PASSED,
    OwnerCardState.PASSED: ReminderState.PASSED,
    OwnerCardState.CLAIMED: ReminderState.NOW_WITH,
    OwnerCardState.REASSIGNED: ReminderState.NOW_WITH,
    OwnerCardState.MOVED_ON: ReminderState.NOW_WITH,
    OwnerCardState.WITH_MANAGERS: ReminderState.WITH_MANAGERS,
    OwnerCardState.HELD: ReminderState.HELD,
    OwnerCardState.YOURS_AGAIN: ReminderState.YOURS_AGAIN,
}


def notice(lead: Lead, number: int) -> ReminderState:
    """The row of a passed deadline or a nudge: it asks until contact or change of hands."""
    state = _REMINDERS[owner_card(lead, number)]
    late_again = state is ReminderState.ASKING and is_on_it_late(lead, clock_of(lead, number))
    return ReminderState.ON_IT if late_again else state
