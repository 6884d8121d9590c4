"""Whether a ladder makes sense: the order of its steps, what may be done when, what status that means."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from sla.policy.problem import Loc, Problem
from sla.policy.targets import Ladder, StepRule, StepStatus


def meant_status(step: StepRule) -> StepStatus:
    """The status that a step's time and actions mean, whatever the file says."""
    if step.hands_over:
        return "Escalated"
    return "At Risk" if step.is_before_due else "Breached"


def ladder_problems(loc: Loc, ladder: Ladder) -> Iterator[Problem]:
    """Everything that is wrong with one ladder that stands at `loc`."""
    yield from _order_problems(loc, ladder)
    for index, step in enumerate(ladder):
        here = (*loc, index)
        meant = meant_status(step)
        if step.status is not None and step.status != meant:
            message = f"a step {_meaning(step)} means {meant}, not {step.status}"
            yield Problem(loc=(*here, "status"), message=message, mend=f"Write {meant}, or leave status out")
        if step.hands_over and index + 1 < len(ladder):
            message = "nothing follows on a ladder after hand_to_backup"
            yield Problem(loc=(*here, "do"), message=message, mend="Make this the last step")
        yield from _action_problems((*here, "do"), step)


def _meaning(step: StepRule) -> str:
    if step.hands_over:
        return "with hand_to_backup"
    return "before due" if step.is_before_due else "at due or later"


def _action_problems(loc: Loc, step: StepRule) -> Iterator[Problem]:
    for index, action in enumerate(step.do):
        here = (*loc, index)
        if action == "remind_owner" and not step.is_before_due:
            message = "a reminder is not said once the deadline has passed"
            yield Problem(loc=here, message=message, mend="Write notify_owner")
        elif action != "remind_owner" and step.is_before_due:
            message = f"{action} belongs to a step at due or later"
            yield Problem(loc=here, message=message, mend="Write remind_owner, or move it to such a step")


def _order_problems(loc: Loc, ladder: Ladder) -> Iterator[Problem]:
    """Neighbours out of order or at the same time.

    A share of the target and a time before due compare differently for each tier, so they are not compared.
    """
    for index, (earlier, later) in enumerate(pairwise(ladder), start=1):
        here = (*loc, index, "at")
        before, after = _moment(earlier), _moment(later)
        if before is None or after is None or before[0] != after[0]:
            if _phase(earlier) > _phase(later):
                yield _out_of_order(here, earlier, later)
        elif before == after:
            message = f"two steps stand at {later.at}"
            yield Problem(loc=here, message=message, mend="Write one step that does both")
        elif before > after:
            yield _out_of_order(here, earlier, later)


def _out_of_order(loc: Loc, earlier: StepRule, later: StepRule) -> Problem:
    message = f"{later.at} comes earlier than {earlier.at}, which stands before it"
    return Problem(loc=loc, message=message, mend="Write the steps in order of time")


def _phase(step: StepRule) -> int:
    return {"percent": 0, "before": 0, "due": 1, "after": 2}[step.at.kind]


def _moment(step: StepRule) -> tuple[str, float] | None:
    """The step's time among those of its kind and unit, later is larger; None where nothing compares."""
    at = step.at
    if at.kind == "due":
        return "due", 0.0
    if at.percent is not None:
        return "percent", float(at.percent)
    if at.span is None:
        return None
    sign = -1.0 if at.kind == "before" else 1.0
    if isinstance(at.span, timedelta):
        return f"{at.kind} in time", sign * at.span.total_seconds()
    return f"{at.kind} in days", sign * at.span.days
