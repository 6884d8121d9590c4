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
from sla.policy.course import LEFT_MIN, NO_COURSE, Course, CourseStep, left_min_of
from sla.rung import NEXT_IS_NEAR, REMINDED_BEFORE, TOO_LITTLE_TIME, Rung, ahead_on, is_done
from sla.tiers import tier_named

TOLD_MAX = 2
"""Whoever had a lead before is not reminded of it once they were reminded of it, or told it was late, this often."""
CLOSINGS_AHEAD = 2
"""So many closings of its team a lead is looked after that nobody contacts and nobody hands on."""
_Timed = tuple[datetime, CourseStep]
"""When a step is reached, and which one it is."""
_time_of_rung = attrgetter("at")
_time_of_step = itemgetter(0)


def left_min(calendar: WorkingCalendar, clock: Clock) -> timedelta:
    """The least time before the deadline at which a reminder is still said."""
    if clock.due_at is None:
        return LEFT_MIN
    return left_min_of(calendar.between(clock.started_at, clock.due_at))


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
        rungs, closings = _owner_rungs(lead, clock, terms), _closing(lead, clock, terms)
        if not closings:
            return tuple(rungs)
        rungs = [*closings, *rungs]
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
        times = [rung.at for rung in _closing(lead, clock, terms)]
        course = _course(lead, clock, terms)
        if clock.fired_through is None and clock.hand_over_at is None:
            calendar = terms.calendars[clock.calendar]
            times += [_time_on(clock, step, calendar) for step in course.firsts]
        else:
            times += [at for at, _ in _timed_steps(clock, course, terms)]
    else:
        times = [rung.at for rung in own_rungs(lead, clock, terms)]
    if _is_lead_deadline_ahead(lead, clock) and lead.due_at is not None:
        times.append(lead.due_at)
    done = clock.fired_through
    return min(times if done is None else [at for at in times if at > done], default=None)


def _course(lead: Lead, clock: Clock, terms: Policy) -> Course:
    """The tier's ladder on the working time that the clock gives; without steps where it has no deadline."""
    if clock.due_at is None:
        return NO_COURSE
    window = terms.calendars[clock.calendar].between(clock.started_at, clock.due_at)
    return terms.course(tier_named(terms, lead.tier).ladder, window)


def _timed_steps(clock: Clock, course: Course, terms: Policy) -> list[_Timed]:
    """The steps of the tier's ladder on an owner's clock, in order of time."""
    calendar, moved_to = terms.calendars[clock.calendar], clock.hand_over_at
    timed: list[_Timed] = []
    for step in course.steps:
        if step.hands_over and moved_to is not None:
            timed.append((moved_to, step))
        elif step.fits:
            timed.append((_time_on(clock, step, calendar), step))
    timed.sort(key=_time_of_step)
    return timed


def _time_on(clock: Clock, step: CourseStep, calendar: WorkingCalendar) -> datetime:
    """When a step that fits is reached on a clock."""
    if step.share is not None:
        return calendar.add(clock.started_at, step.share)
    assert clock.due_at is not None
    if step.before is not None:
        return calendar.subtract(clock.due_at, step.before)
    return clock.due_at if step.after is None else calendar.add_span(clock.due_at, step.after)


def _owner_rungs(lead: Lead, clock: Clock, terms: Policy) -> list[Rung]:
    course = _course(lead, clock, terms)
    timed = _timed_steps(clock, course, terms)
    if course.is_settled:
        rungs = [Rung(at, step.rule.do, step.status, step.left_out) for at, step in timed]
    else:
        idle = _idle_reminders(timed, clock, terms)
        rungs = [
            Rung(at, step.rule.do, step.status, idle.get(place)) for place, (at, step) in enumerate(timed)
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


def _idle_reminders(timed: Sequence[_Timed], clock: Clock, terms: Policy) -> dict[int, str]:
    """The places of the reminders that are left out, with why, where the calendar must say how far they are apart."""
    calendar = terms.calendars[clock.calendar]
    assert clock.due_at is not None
    reminders = [place for place, (_, step) in enumerate(timed) if "remind_owner" in step.rule.do]
    least = left_min(calendar, clock)
    idle: dict[int, str] = {}
    for place, following in zip_longest(reminders, reminders[1:]):
        at = timed[place][0]
        if calendar.between(at, clock.due_at) < least:
            idle[place] = TOO_LITTLE_TIME
        elif following is not None and calendar.between(at, timed[following][0]) <= terms.reminders.apart:
            idle[place] = NEXT_IS_NEAR
    return idle


def time_of(
    step: StepTime, started_at: datetime, due_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """When a step is reached on a clock; None when its time lies before the start."""
    if step.kind == "due":
        return due_at
    if step.kind == "percent":
        assert step.percent is not None
        return calendar.add(started_at, calendar.between(started_at, due_at) * step.percent / 100)
    assert step.span is not None
    if step.kind == "after":
        return calendar.add_span(due_at, step.span)
    assert isinstance(step.span, timedelta)
    fits = step.span <= calendar.between(started_at, due_at)
    return calendar.subtract(due_at, step.span) if fits else None


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
