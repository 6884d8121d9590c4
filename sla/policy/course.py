"""A ladder on a window of working time: what is the same for every clock that gives so much time."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import zip_longest
from typing import NamedTuple

from sla.durations import Span
from sla.lead_parts import Status
from sla.policy.targets import Ladder, StepRule
from sla.rung import NEXT_IS_NEAR, TOO_LITTLE_TIME

LEFT_MIN = timedelta(minutes=1)
"""A reminder with less time left than this is not said: nobody can act on it."""
LEFT_MIN_SHARE = 0.15
"""In a short window the smallest time left that is worth a reminder, as a share of the window."""
_STATUSES = {status.value: status for status in Status}


class CourseStep(NamedTuple):
    """A step of the ladder on such a window.

    `worked` is the working time from the clock's start until the step; None where the calendar must say.
    `share` is the same where the file says it as a share of the window, `before` and `after` are how far it is from
    the deadline where the file says that; a step at the deadline has none of them. `fits` is whether its time lies
    after the start. `left_out` says why a reminder is left out, in a course that is settled.
    """

    rule: StepRule
    status: Status | None
    worked: timedelta | None
    share: timedelta | None
    before: timedelta | None
    after: Span | None
    hands_over: bool
    fits: bool
    left_out: str | None = None


class Course(NamedTuple):
    """The steps in the order of the file.

    `is_settled`: which reminders are left out is the same for every clock. `firsts` are those of which the earliest
    comes first on a clock whose hand-over was not moved: of the steps until the deadline one, and all after it.
    """

    steps: tuple[CourseStep, ...]
    is_settled: bool
    firsts: tuple[CourseStep, ...]


NO_COURSE = Course((), True, ())
"""That of a clock without a deadline."""


def left_min_of(window: timedelta) -> timedelta:
    """The least time before the deadline at which a reminder is still said."""
    return min(LEFT_MIN, window * LEFT_MIN_SHARE)


def course_of(ladder: Ladder, window: timedelta, apart: timedelta) -> Course:
    """Lay out a ladder; reminders that are no more than `apart` before the next one are left out."""
    steps = [_step(rule, window) for rule in ladder]
    reminders = [place for place, step in enumerate(steps) if step.fits and "remind_owner" in step.rule.do]
    worked = [steps[place].worked for place in reminders]
    known = [one for one in worked if one is not None]
    # A hand-over can be moved on a clock; of two reminders after the same working time a closing may lie between.
    is_settled = len(set(known)) == len(worked) and not any(steps[place].hands_over for place in reminders)
    if is_settled:
        reminders.sort(key=lambda place: steps[place].worked or timedelta(0))
        for place, reason in _left_out(reminders, steps, window, apart):
            steps[place] = steps[place]._replace(left_out=reason)
    return Course(tuple(steps), is_settled, _firsts(steps))


def _firsts(steps: Sequence[CourseStep]) -> tuple[CourseStep, ...]:
    """Until the deadline a step comes the earlier the less working time lies before it.

    Those after it are all reckoned, too: whether the calendar has so much time left is to be known when a lead comes
    in, and not when its hand-over is due.
    """
    known = [step.worked for step in steps if step.fits and step.worked is not None]
    least = min(known, default=None)
    return tuple(step for step in steps if step.fits and (step.worked is None or step.worked == least))


def _step(rule: StepRule, window: timedelta) -> CourseStep:
    time, share, before, after = rule.at, None, None, None
    worked: timedelta | None = None
    if time.kind == "due":
        worked = window
    elif time.kind == "percent":
        assert time.percent is not None
        worked = share = window * time.percent / 100
    elif time.kind == "after":
        after = time.span
    else:
        assert isinstance(time.span, timedelta)
        before = time.span
        worked = window - before if before <= window else None
    fits = before is None or before <= window
    return CourseStep(rule, _status_of(rule), worked, share, before, after, rule.hands_over, fits)


def _status_of(rule: StepRule) -> Status | None:
    """What the file says; a step at the deadline or after it means a breach whether it says so or not."""
    if rule.status is not None:
        return _STATUSES[rule.status]
    return None if rule.is_before_due else Status.BREACHED


def _left_out(
    reminders: Sequence[int], steps: Sequence[CourseStep], window: timedelta, apart: timedelta
) -> list[tuple[int, str]]:
    """The places of the reminders that are left out, with why; all of their times are known."""
    least = left_min_of(window)
    times = [steps[place].worked or timedelta(0) for place in reminders]
    found: list[tuple[int, str]] = []
    for place, worked, following in zip_longest(reminders, times, times[1:]):
        if window - worked < least:
            found.append((place, TOO_LITTLE_TIME))
        elif following is not None and following - worked <= apart:
            found.append((place, NEXT_IS_NEAR))
    return found
