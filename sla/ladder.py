"""The rungs ahead of a clock: which step is reached when, and which reminders are worth saying."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from operator import attrgetter, itemgetter

from sla.calendar import WorkingCalendar
from sla.durations import StepTime
from sla.lead import Clock, ClockKind, Lead, Status
from sla.paging import is_paged, next_page_at, on_it, opens_at, pages_by
from sla.policy import Policy
from sla.policy.targets import StepRule
from sla.rung import NEXT_IS_NEAR, REMINDED_BEFORE, TOO_LITTLE_TIME, Rung, ahead_on, is_done
from sla.tiers import tier_named

LEFT_MIN = timedelta(minutes=1)
"""A reminder with less time left than this is not said: nobody can act on it."""
LEFT_MIN_SHARE = 0.15
"""In a short window the smallest time left that is worth a reminder, as a share of the window."""
TOLD_MAX = 2
"""Whoever had a lead before is not reminded of it once they were reminded of it, or told it was late, this often."""
CLOSINGS_AHEAD = 2
"""So many closings of its team a lead is looked after that nobody contacts and nobody hands on."""
_Timed = tuple[datetime, StepRule, timedelta | None]
"""When a step is reached, which one it is, and the working time from the clock's start until then, where known."""
_STATUSES = {status.value: status for status in Status}
_time_of_rung = attrgetter("at")
_time_of_step = itemgetter(0)


def left_min(calendar: WorkingCalendar, clock: Clock) -> timedelta:
    """The least time before the deadline at which a reminder is still said."""
    if clock.due_at is None:
        return LEFT_MIN
    return _left_min_of(calendar.between(clock.started_at, clock.due_at))


def _left_min_of(window: timedelta) -> timedelta:
    return min(LEFT_MIN, window * LEFT_MIN_SHARE)


def rungs_of(lead: Lead, clock: Clock, terms: Policy) -> tuple[Rung, ...]:
    """Every step of this clock in order of time, done ones included."""
    return with_lead_deadline(lead, clock, own_rungs(lead, clock, terms))


def own_rungs(lead: Lead, clock: Clock, terms: Policy) -> tuple[Rung, ...]:
    """The steps of the clock's own ladder; they stay as they are until its hand-over is moved."""
    calendar = terms.calendars[clock.calendar]
    rungs: list[Rung] = []
    if is_paged(clock):
        rungs = _page_rungs(lead, clock, terms)
    elif clock.kind is ClockKind.OWNER:
        rungs = [*_closing(lead, clock, terms), *_owner_rungs(lead, clock, calendar, terms)]
    elif clock.kind is ClockKind.QUEUE:
        rungs = [*_closing(lead, clock, terms), *_queue_rungs(clock, calendar, terms)]
    elif clock.kind is ClockKind.HELD and clock.hand_over_at is not None:
        rungs = [*_closing(lead, clock, terms), Rung(at=clock.hand_over_at, do=("look_again",))]
    rungs.sort(key=_time_of_rung)
    return tuple(rungs)


def with_lead_deadline(lead: Lead, clock: Clock, own: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """The clock's own steps and the lead clock's deadline, where none of them stands for it.

    So it is when an owner's clock was started anew, when a lead stands in the queue or in review before its
    deadline, and when the ladder has no word for the deadline. While lead ops look, the lead clock is stopped.
    """
    if lead.due_at is None or not _is_lead_deadline_ahead(lead, clock):
        return own
    for rung in own:
        if rung.at == lead.due_at and rung.is_told:
            return own
    deadline = Rung(at=lead.due_at, do=("lead_deadline",), status=Status.BREACHED)
    # In front: at the same moment the deadline has passed before the lead is handed over.
    return tuple(sorted([deadline, *own], key=_time_of_rung))


def hand_over_at(lead: Lead, clock: Clock, terms: Policy) -> datetime | None:
    """When this clock's lead goes to the backup queue, None where no such step is ahead."""
    if clock.kind is not ClockKind.OWNER or not clock.is_running:
        return None
    return next((rung.at for rung in ahead_on(clock, rungs_of(lead, clock, terms)) if rung.hands_over), None)


def next_step_at(lead: Lead, clock: Clock, terms: Policy) -> datetime | None:
    """When the first of `rungs_of` that is not done is reached, without working out what each of them says."""
    if clock.kind is ClockKind.OWNER and not is_paged(clock):
        window = _window(clock, terms)
        times = [rung.at for rung in _closing(lead, clock, terms)]
        times += [at for at, _, _ in _timed_steps(lead, clock, window, terms)]
    else:
        times = [rung.at for rung in own_rungs(lead, clock, terms)]
    if _is_lead_deadline_ahead(lead, clock) and lead.due_at is not None:
        times.append(lead.due_at)
    done = clock.fired_through
    return min(times if done is None else [at for at in times if at > done], default=None)


def _window(clock: Clock, terms: Policy) -> timedelta:
    """The working time that the clock gives; none where it has no deadline."""
    if clock.due_at is None:
        return timedelta(0)
    return terms.calendars[clock.calendar].between(clock.started_at, clock.due_at)


def _timed_steps(lead: Lead, clock: Clock, window: timedelta, terms: Policy) -> list[_Timed]:
    """The steps of the tier's ladder on an owner's clock, in order of time."""
    if clock.due_at is None:
        return []
    calendar = terms.calendars[clock.calendar]
    timed: list[_Timed] = []
    for step in terms.ladders[tier_named(terms, lead.tier).ladder]:
        at, worked = _reached(step.at, clock.started_at, clock.due_at, window, calendar)
        if clock.hand_over_at is not None and step.hands_over:
            at, worked = clock.hand_over_at, None
        if at is not None:
            timed.append((at, step, worked))
    timed.sort(key=_time_of_step)
    return timed


def _owner_rungs(lead: Lead, clock: Clock, calendar: WorkingCalendar, terms: Policy) -> list[Rung]:
    if clock.due_at is None:
        return []
    window = _window(clock, terms)
    timed = _timed_steps(lead, clock, window, terms)
    idle = _idle_reminders(timed, clock.due_at, window, calendar, terms)
    rungs = [
        Rung(at, step.do, _status_of(step), idle.get(place)) for place, (at, step, _) in enumerate(timed)
    ]
    return _reminded_before(rungs, lead, clock, terms) if clock.number > 1 else rungs


def _reminded_before(rungs: list[Rung], lead: Lead, clock: Clock, terms: Policy) -> list[Rung]:
    """Whoever has a lead again, after a night with on-call or by hand, hears no more of it than others.

    Of what is left to say the last is said: it is the one that still helps.
    """
    earlier = [c for c in lead.owner_clocks(clock.person) if c.number < clock.number and not is_paged(c)]
    if not earlier:
        return rungs
    done = [rung for c in earlier for rung in own_rungs(lead, c, terms) if is_done(rung, c)]
    told = sum(1 for rung in done if _reminds(rung) or "notify_owner" in rung.do)
    ahead = [place for place, rung in enumerate(rungs) if _reminds(rung)]
    for place in ahead[: max(0, len(ahead) - max(0, TOLD_MAX - told))]:
        rungs[place] = rungs[place]._replace(left_out=REMINDED_BEFORE)
    return rungs


def _reminds(rung: Rung) -> bool:
    return rung.said and "remind_owner" in rung.do


def _status_of(step: StepRule) -> Status | None:
    """What the file says; a step at the deadline or after it means a breach whether it says so or not."""
    if step.status is not None:
        return _STATUSES[step.status]
    return None if step.is_before_due else Status.BREACHED


def _idle_reminders(
    timed: Sequence[_Timed], due_at: datetime, window: timedelta, calendar: WorkingCalendar, terms: Policy
) -> dict[int, str]:
    """The places of the reminders that are left out, with why: the next comes soon, or it is too late to act."""
    reminders = [place for place, (_, step, _) in enumerate(timed) if "remind_owner" in step.do]
    least, apart = _left_min_of(window), terms.reminders.apart
    idle: dict[int, str] = {}
    for place, following in zip_longest(reminders, reminders[1:]):
        at, _, worked = timed[place]
        left = calendar.between(at, due_at) if worked is None else window - worked
        if left < least:
            idle[place] = TOO_LITTLE_TIME
        elif (
            following is not None and _working_time_between(timed[place], timed[following], calendar) <= apart
        ):
            idle[place] = NEXT_IS_NEAR
    return idle


def _working_time_between(one: _Timed, other: _Timed, calendar: WorkingCalendar) -> timedelta:
    (at, _, worked), (other_at, _, other_worked) = one, other
    if worked is None or other_worked is None:
        return calendar.between(at, other_at)
    return other_worked - worked


def time_of(
    step: StepTime, started_at: datetime, due_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """When a step is reached on a clock; None when its time lies before the start."""
    at, _ = _reached(step, started_at, due_at, calendar.between(started_at, due_at), calendar)
    return at


def _reached(
    step: StepTime, started_at: datetime, due_at: datetime, window: timedelta, calendar: WorkingCalendar
) -> tuple[datetime | None, timedelta | None]:
    """`time_of` and how much of the clock's window has passed by then; None where the calendar must say."""
    if step.kind == "due":
        return due_at, window
    if step.kind == "percent":
        assert step.percent is not None
        worked = window * step.percent / 100
        return calendar.add(started_at, worked), worked
    assert step.span is not None
    if step.kind == "after":
        return calendar.add_span(due_at, step.span), None
    assert isinstance(step.span, timedelta)
    return (None, None) if window < step.span else (calendar.subtract(due_at, step.span), window - step.span)


def _queue_rungs(clock: Clock, calendar: WorkingCalendar, terms: Policy) -> list[Rung]:
    unclaimed = terms.backup.unclaimed
    return [
        Rung(at=calendar.add_span(clock.started_at, unclaimed.remind_after), do=("still_free",)),
        Rung(at=calendar.add_span(clock.started_at, unclaimed.review_after), do=("review",)),
    ]


def _closing(lead: Lead, clock: Clock, terms: Policy) -> list[Rung]:
    """The team's closings, where a lead that nobody contacted goes to whoever is on call.

    In front of the other steps: what would fall on the same moment belongs to the next day. Who has just said
    that they are on it keeps the lead for as long as that holds. After a closing at which nobody could be
    paged the next one counts; after one night nobody is woken again: by then its managers know of the lead.
    A further request, which may have made the lead hot, counts like a new beginning.
    """
    if pages_by(tier_named(terms, lead.tier)) is None or any(map(is_paged, lead.clocks)):
        return []
    calendar, pressed = terms.calendars[clock.calendar], on_it(lead, clock)
    rungs: list[Rung] = []
    asked = lead.asked_again
    is_asked_again = asked is not None and asked.at > clock.started_at
    since = asked.at if asked is not None and is_asked_again else clock.started_at
    closes_at = calendar.next_close(since)
    if (is_asked_again or clock.kind is ClockKind.QUEUE) and not calendar.is_open(since):
        # Nobody is there to answer, or to claim it.
        closes_at = since
    while closes_at is not None and len(rungs) < CLOSINGS_AHEAD:
        holds = pressed is not None and pressed.until is not None and pressed.at < closes_at
        at = max(closes_at, pressed.until) if holds and pressed and pressed.until else closes_at
        rungs.append(Rung(at=at, do=("page_on_call",)))
        closes_at = calendar.next_close(closes_at)
    return rungs


def _page_rungs(lead: Lead, clock: Clock, terms: Policy) -> list[Rung]:
    """Paging goes on until somebody acts, the deadline is told, and the opening ends it."""
    opening_at = opens_at(lead, clock, terms)
    page_at = next_page_at(lead, clock, terms)
    rungs = [Rung(at=opening_at, do=("open",))]
    if page_at < opening_at:
        rungs.insert(0, Rung(at=page_at, do=("page_next",)))
    if clock.due_at is not None:
        rungs.insert(0, Rung(at=clock.due_at, do=("notify_managers",), status=Status.BREACHED))
    return rungs


def _is_lead_deadline_ahead(lead: Lead, clock: Clock) -> bool:
    """Whether the lead's own deadline is still to be noticed while this clock runs."""
    return lead.due_at is not None and lead.breach is None and clock.kind is not ClockKind.CHECK
