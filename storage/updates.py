"""What an update of a lead or of a clock names: as few columns as change together, in a handful of statements."""

from dataclasses import fields
from operator import itemgetter

from sla.lead import Clock, Lead
from storage.micros import micros_or_none
from storage.prepared import Row
from storage.rows import CHANGING_COLUMNS, lead_values
from storage.states import is_same_state, state_text

_ALL_BUT_STATE = tuple(CHANGING_COLUMNS[:-1])
_OF_A_MOVE = ("owner", "stage", "status", "outcome", "generation", "revision")
_OF_A_STEP = ("status", "generation", "revision")
# Where none of these changed the outcome can only have come, or gone, with the stage.
_rare = itemgetter(
    "team", "tier", "started_at", "due_at", "stopped_at", "policy_version", "contacts", "closing", "rejection"
)
CHANGING_TOGETHER = [
    (*names, *state) for names in (_ALL_BUT_STATE, _OF_A_MOVE, _OF_A_STEP) for state in ((), ("state",))
]
"""What an update of a lead names: the narrowest of these that holds what changed.

Indexes of open leads hang on owner and stage: SQLite writes them again for each update that names those. The state
is long, and most decisions leave it as it is.
"""

GONE_COLUMNS = ["fired_through", "next_step_at", "stopped_at", "stopped_by", "failures", "set_aside_at"]
"""How far a clock has gone: mostly all that changes of it once it runs."""
_gone = itemgetter(*GONE_COLUMNS[:4])
_else = itemgetter(*sorted({field.name for field in fields(Clock)} - set(GONE_COLUMNS)))


def changed_columns(before: Lead, lead: Lead) -> tuple[tuple[str, ...], Row]:
    """One of CHANGING_TOGETHER, and the lead's values in that order."""
    names, values = _narrowest(before, lead)
    if is_same_state(before, lead):
        return names, values
    return (*names, "state"), (*values, state_text(lead))


def _narrowest(before: Lead, lead: Lead) -> tuple[tuple[str, ...], Row]:
    if _rare(vars(before)) != _rare(vars(lead)):
        return _ALL_BUT_STATE, lead_values(lead)
    stage, status = lead.stage, None if lead.status is None else str(lead.status)
    if lead.owner == before.owner and stage is before.stage:
        return _OF_A_STEP, (status, lead.generation, lead.revision)
    return _OF_A_MOVE, (lead.owner, str(stage), status, lead.outcome, lead.generation, lead.revision)


def has_gone_on(before: Clock, clock: Clock) -> bool:
    return bool(_gone(vars(before)) != _gone(vars(clock)))


def has_changed_else(before: Clock, clock: Clock) -> bool:
    """Whether anything changed of it but how far it has gone."""
    return bool(_else(vars(before)) != _else(vars(clock)))


def gone_values(clock: Clock) -> Row:
    """How far it has gone, in the order of GONE_COLUMNS; decided anew it gets its chances anew."""
    fired, next_step = micros_or_none(clock.fired_through), micros_or_none(clock.next_step_at)
    return (fired, next_step, micros_or_none(clock.stopped_at), clock.stopped_by, 0, None)
