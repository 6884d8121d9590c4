"""What the managers, the backup queue and lead ops are shown of a lead now: one row of each table."""

from enum import StrEnum

from sla.lead import Clock, ClockKind, Lead, Stage
from sla.paging import is_paged, on_it
from sla.showing import clock_of, clocks_after, is_past_due
from sla.showing_pages import is_late


class ManagersCardState(StrEnum):
    """The one card about a lead in its managers' channel."""

    BREACHED = "breached"
    NUDGED = "nudged"
    ON_IT = "on_it"
    MORE_TIME = "more_time"
    NOT_LATE = "not_late"
    REASSIGNED = "reassigned"
    NOBODY_ON_IT = "nobody_on_it"
    HELD = "held"
    IN_QUEUE = "in_queue"
    CLAIMED = "claimed"
    CONTACTED_LATE = "contacted_late"
    IN_TIME_AFTER_ALL = "in_time_after_all"
    REVIEW = "review"
    WITH_LEAD_OPS = "with_lead_ops"
    CLOSED = "closed"


class QueueCardState(StrEnum):
    """The card of one round in the backup channel."""

    FREE = "free"
    FREE_AGAIN = "free_again"
    CLAIMED = "claimed"
    CLAIM_RAN_OUT = "claim_ran_out"
    CONTACTED = "contacted"
    CONTACTED_BY_OTHER = "contacted_by_other"
    ASSIGNED = "assigned"
    WITH_MANAGERS = "with_managers"
    WITH_MANAGERS_AFTER_CLAIM = "with_managers_after_claim"
    WITH_LEAD_OPS = "with_lead_ops"
    CLOSED = "closed"


class AttentionState(StrEnum):
    """The message about a lead that lacks something."""

    OPEN = "open"
    STARTED = "started"
    MERGED = "merged"
    CLOSED = "closed"


class CheckState(StrEnum):
    """The question to lead ops whether a lead is a real one."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"
    REJECTED_AGAIN = "rejected_again"
    CONTACTED = "contacted"
    MOVED = "moved"


class UnownedState(StrEnum):
    """The message to lead ops about a lead that nobody could take."""

    OPEN = "open"
    TAKEN = "taken"
    MOVED = "moved"
    CONTACTED = "contacted"
    CLOSED = "closed"


def unowned(lead: Lead, number: int) -> UnownedState:
    """The row of that message; `number` is of the clock that ran while nobody had the lead."""
    if lead.stage is Stage.CLOSED:
        return UnownedState.CLOSED
    if lead.stage is Stage.CONTACTED:
        return UnownedState.CONTACTED
    if not clocks_after(lead, number) or lead.stage is Stage.HELD:
        return UnownedState.OPEN
    return UnownedState.TAKEN if lead.stage is Stage.WITH_OWNER else UnownedState.MOVED


def managers_card(lead: Lead, number: int | None = None) -> ManagersCardState:
    """The row of the managers' card; it is about the lead, whichever clock it was posted for."""
    if lead.stage is Stage.CLOSED:
        return ManagersCardState.CLOSED
    running = lead.clock
    if running is None:
        late = lead.outcome == "missed"
        return ManagersCardState.CONTACTED_LATE if late else ManagersCardState.IN_TIME_AFTER_ALL
    if running.kind is ClockKind.OWNER:
        return _managers_of(lead, running)
    return {
        ClockKind.HELD: ManagersCardState.HELD,
        ClockKind.QUEUE: ManagersCardState.IN_QUEUE,
        ClockKind.REVIEW: ManagersCardState.REVIEW,
        ClockKind.CHECK: ManagersCardState.WITH_LEAD_OPS,
    }[running.kind]


def became_late_with(lead: Lead, clock: Clock) -> bool:
    """Whether the lead's own deadline passed on this clock, which itself gives more time or has none."""
    if lead.due_at is None or not lead.is_late or is_paged(clock) or lead.due_at <= clock.started_at:
        return False
    return clock.due_at is None or lead.due_at < clock.due_at


def _managers_of(lead: Lead, running: Clock) -> ManagersCardState:
    past = is_past_due(lead, running) or became_late_with(lead, running)
    if not past or (is_paged(running) and not is_late(lead, running)):
        if is_paged(running) and running.note is not None and on_it(lead, running) is None:
            return ManagersCardState.NOBODY_ON_IT
        if running.how == "claimed":
            return ManagersCardState.CLAIMED
        only_one = running is lead.owner_clocks()[0]
        return ManagersCardState.NOT_LATE if only_one else ManagersCardState.REASSIGNED
    happened = [(running.started_at, 0, ManagersCardState.BREACHED)]
    if lead.nudge is not None and lead.nudge.at >= running.started_at:
        happened.append((lead.nudge.at, 1, ManagersCardState.NUDGED))
    if lead.on_it is not None and lead.on_it.clock == running.number:
        happened.append((lead.on_it.at, 2, ManagersCardState.ON_IT))
    given = [more.at for more in lead.extensions if more.clock == running.number]
    if given:
        happened.append((max(given), 3, ManagersCardState.MORE_TIME))
    return max(happened)[2]


def queue_card(lead: Lead, number: int) -> QueueCardState:
    """The row of the card of this round in the backup channel."""
    clock = clock_of(lead, number)
    later = clocks_after(lead, number)
    if lead.stage is Stage.CLOSED:
        return QueueCardState.CLOSED
    if lead.stage is Stage.CONTACTED:
        first = lead.first_contact
        claimed = later and later[0].how == "claimed" and first is not None and first.by == later[0].person
        return QueueCardState.CONTACTED if claimed else QueueCardState.CONTACTED_BY_OTHER
    if not later:
        return QueueCardState.FREE if clock.round <= 1 else QueueCardState.FREE_AGAIN
    latest = later[-1]
    if latest.kind is ClockKind.CHECK:
        return QueueCardState.WITH_LEAD_OPS
    if latest.kind is ClockKind.REVIEW:
        straight = later[0].kind is ClockKind.REVIEW
        return QueueCardState.WITH_MANAGERS if straight else QueueCardState.WITH_MANAGERS_AFTER_CLAIM
    if any(one.kind is ClockKind.QUEUE for one in later):
        return QueueCardState.CLAIM_RAN_OUT
    return QueueCardState.CLAIMED if latest.how == "claimed" else QueueCardState.ASSIGNED


def attention(lead: Lead) -> AttentionState:
    """The row of the message about what a lead lacks."""
    if lead.closing is not None:
        return AttentionState.CLOSED if lead.closing.into is None else AttentionState.MERGED
    return AttentionState.OPEN if lead.stage is Stage.NEEDS_ATTENTION else AttentionState.STARTED


def lead_ops_check(lead: Lead, number: int) -> CheckState:
    """The row of the question to lead ops."""
    if lead.stage is Stage.CLOSED:
        return CheckState.CONFIRMED
    if lead.stage is Stage.CONTACTED:
        return CheckState.CONTACTED
    later = clocks_after(lead, number)
    if not later:
        return CheckState.OPEN
    if any(clock.kind is ClockKind.CHECK for clock in later):
        return CheckState.REJECTED_AGAIN
    return CheckState.SENT_BACK if later[0].how == "sent_back" else CheckState.MOVED
