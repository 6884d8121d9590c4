"""A lead's ladder as a line: what was done, what is next, what is to come, and what is left out and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from bot.demo.desk.answers import Json
from bot.demo.desk.rows import iso
from bot.demo.last_page import nobody_is_left_to_page
from sla.durations import minutes
from sla.explain import Happening
from sla.ladder import left_min, rungs_of
from sla.lead import Clock, ClockKind, Lead
from sla.names import name_of
from sla.policy import Policy
from sla.routing import free_backups
from sla.rung import TOO_LITTLE_TIME, Deed, Rung, is_done, until_it_leaves

State = Literal["done", "next", "to_come", "left_out"]

DEEDS: Final[Mapping[Deed, str]] = {
    "remind_owner": "reminder to the owner",
    "notify_owner": "the owner is told that the deadline passed",
    "notify_managers": "the managers are told",
    "hand_to_backup": "to the backup queue",
    "lead_deadline": "the lead's own deadline, the managers are told",
    "still_free": "still free: the backups are reminded",
    "review": "still free: the managers decide",
    "page_next": "the next on call is paged",
    "open": "the team opens and has the lead",
    "page_on_call": "the team closes: whoever is on call is paged",
    "look_again": "somebody may be there to take it",
}
NOBODY_LEFT: Final = "nobody is left to page, the managers' channel is told"
_STOPPED: Final = {
    "contact": "contact was made first",
    "passed": "the owner passed it on first",
    "reassigned": "it was reassigned first",
    "claimed": "it was claimed first",
    "rejected": "the owner said that it is not a real lead",
    "closed": "it was closed first",
    "closing": "the team closed first",
    "opened": "the team opened first",
    "not_acknowledged": "the next was paged first",
    "no_contact": "the next was paged first",
    "declined": "it was handed on first",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    at: datetime
    what: str
    state: State
    status: str | None = None
    why: str | None = None

    def to_json(self) -> Json:
        return {
            "at": iso(self.at),
            "what": self.what[:1].upper() + self.what[1:],
            "status": self.status,
            "state": self.state,
            "why": self.why,
        }


def ladder_of(lead: Lead, happened: Sequence[Happening], policy: Policy) -> list[Step]:
    """From the arrival through the steps of each clock to the first contact, in order of time."""
    if not lead.clocks:
        return []
    steps = [Step(at=lead.received_at, what=_arrival(lead, policy), state="done")]
    left_out = {
        line.occurred_at: str(line.data.get("why") or "a later step was reached")
        for line in happened
        if line.kind in ("reminder_left_out", "still_free_left_out")
    }
    for clock in lead.clocks:
        steps += _of_clock(clock, lead, policy, left_out)
    if lead.first_contact is not None:
        by = name_of(policy, lead.first_contact.by)
        steps.append(Step(at=lead.first_contact.occurred_at, what=f"contact by {by}", state="done"))
    # Sorting keeps the order of what happens at the same moment.
    return sorted(steps, key=lambda step: step.at)


def _arrival(lead: Lead, policy: Policy) -> str:
    first = lead.clocks[0]
    return "came in" if first.person is None else f"came in, to {name_of(policy, first.person)}"


def _of_clock(clock: Clock, lead: Lead, policy: Policy, left_out: Mapping[datetime, str]) -> Iterator[Step]:
    rungs = rungs_of(lead, clock, policy)
    ahead = until_it_leaves([rung for rung in rungs if not is_done(rung, clock)])
    rungs = (*(rung for rung in rungs if is_done(rung, clock)), *ahead)
    last_page = clock is lead.clocks[-1] and nobody_is_left_to_page(lead, policy)
    following = next((rung for rung in ahead if rung.said), None)
    for rung in rungs:
        if is_done(rung, clock):
            why = left_out.get(rung.at) if not rung.is_told else None
            yield _step(rung, "done" if why is None else "left_out", why, last_page=last_page)
        elif not clock.is_running:
            # What an earlier clock did not come to is taken over by the next one.
            if clock is lead.clocks[-1]:
                why = _STOPPED.get(clock.stopped_by or "", "the clock was stopped first")
                yield replace(_step(rung, "left_out", why, last_page=last_page), status=None)
        elif not rung.said:
            yield _step(rung, "left_out", _idle(rung, clock, policy))
        else:
            yield _step(rung, "next" if rung is following else "to_come", None, last_page=last_page)
    if clock.is_running:
        yield from _afterwards(ahead, clock, lead, policy)


def _step(rung: Rung, state: State, why: str | None, *, last_page: bool = False) -> Step:
    deeds = [NOBODY_LEFT if deed == "page_next" and last_page else DEEDS[deed] for deed in rung.do]
    return Step(
        at=rung.at,
        what=", ".join(deeds),
        state=state,
        status=None if rung.status is None else rung.status.value,
        why=why,
    )


def _idle(rung: Rung, clock: Clock, policy: Policy) -> str | None:
    """Why a reminder that lies ahead will not be said."""
    if rung.left_out == TOO_LITTLE_TIME:
        return f"less than {minutes(left_min(policy.calendars[clock.calendar], clock))} would be left"
    return rung.left_out


def _afterwards(ahead: Sequence[Rung], clock: Clock, lead: Lead, policy: Policy) -> Iterator[Step]:
    """What the backup queue would bring after the hand-over that lies ahead."""
    handed = next((rung.at for rung in ahead if rung.hands_over), None)
    before = {one.person for one in lead.owner_clocks() if one.person is not None}
    if handed is None or lead.rounds_used >= policy.backup.rounds_max:
        return
    if not free_backups(policy, lead.team or "", before):
        return
    queue = Clock(
        lead_id=lead.id,
        number=clock.number + 1,
        kind=ClockKind.QUEUE,
        round=lead.rounds_used + 1,
        calendar=clock.calendar,
        started_at=handed,
    )
    for rung in rungs_of(lead, queue, policy):
        if "still_free" in rung.do or "review" in rung.do:
            yield _step(rung, "to_come", None)
