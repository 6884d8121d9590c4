"""The section and buttons of an owner's card for each state that it can be in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.cards import owner_contacted as contacted
from bot.slack.cards.parts import (
    CORRECT,
    HAD_CONTACTED,
    ON_IT,
    OPEN_CRM,
    PASS,
    PRESS_LOG,
    WHY,
    Button,
)
from bot.slack.cards.rejections import rejected_row
from bot.slack.cards.said import Said
from bot.slack.cards.view import LABEL_MAX, LeadView
from bot.slack.lines import Line
from bot.slack.words import cut, lower_first
from sla.lead import HOW_IT_BEGAN, ClockKind, Extension
from sla.paging import is_paged
from sla.showing import OwnerCardState as State
from sla.showing import is_on_it_late

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]*")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table: symbol, header, section, buttons; `is_theirs` keeps the lead's facts on the card."""

    symbol: str
    header: str
    says: Callable[[LeadView], Said]
    buttons: Sequence[Button] = ()
    is_theirs: bool = False


def _arrived(view: LeadView) -> Said:
    if view.clock.how in HOW_IT_BEGAN:
        return Said(section=view.line("owner.new", due=view.clock.due_at, received=view.lead.received_at))
    return Said(section=view.line("owner.now_yours", due=view.clock.due_at, how=how_it_came(view)))


HOWS_SAID = ("claimed", "reassigned", "passed", "sent_back", "opened", "covering", "returned")
"""How a lead came to its owner, where the card says so."""


def how_it_came(view: LeadView) -> Line:
    clock = view.clock
    how = clock.how if clock.how in HOWS_SAID else "other"
    return view.line(f"owner.how.{how}", by=view.name(clock.by), at=clock.started_at)


def _at_risk(view: LeadView) -> Said:
    return Said(section=view.line("owner.at_risk", due=view.clock.due_at))


def _on_it(view: LeadView) -> Said:
    since = view.lead.on_it.at if view.lead.on_it else None
    return Said(section=view.line("owner.on_it", due=view.clock.due_at, since=since))


def _asked_again(view: LeadView) -> Said:
    asked = view.lead.asked_again
    assert asked is not None
    which = f"owner.asked_again.{asked.number}"
    known = which in view.reader.words
    wish = _wish(asked.intent)
    section = view.line(
        "owner.asked_again",
        due=view.clock.due_at,
        which=view.line(which) if known else view.line("owner.asked_again.more", n=str(asked.number)),
        at=asked.at,
        wish=view.line("owner.asked_again.wish", wish=wish) if wish else None,
    )
    return Said(section=section)


def _wish(intent: str | None) -> str:
    """What was asked for, where it is plain words: a section is no place for whatever a source may send."""
    said = cut((intent or "").replace("_", " "), LABEL_MAX)
    return lower_first(said) if _PLAIN.fullmatch(said) else ""


def _late_on_it(view: LeadView) -> Line | None:
    on_it = view.lead.on_it
    if on_it is None or not is_on_it_late(view.lead, view.clock):
        return None
    return view.line("owner.deadline_passed.on_it", since=on_it.at)


def _deadline_passed(view: LeadView) -> Said:
    step = view.moves_on
    following = view.line(f"owner.next.{step.what}", at=step.at) if step else None
    return Said(
        section=view.line(
            "owner.deadline_passed", due=view.clock.due_at, on_it=_late_on_it(view), next=following
        )
    )


def latest_extension(view: LeadView) -> Extension:
    return [more for more in view.lead.extensions if more.clock == view.clock.number][-1]


def _more_time(view: LeadView) -> Said:
    more = latest_extension(view)
    slots = {"by": view.name(more.by), "until": more.until, "due": view.clock.due_at}
    section = view.line("owner.more_time", on_it=_late_on_it(view), **slots)
    return Said(section=section, note=view.typed(more.reason))


def _handed_over(view: LeadView) -> Said:
    return Said(section=view.line("owner.handed_over", until=view.clock.stopped_at))


def _claimed(view: LeadView) -> Said:
    return Said(section=view.line("owner.claimed", at=view.lead.owner_clocks()[-1].started_at))


def _reassigned(view: LeadView) -> Said:
    clock = view.lead.owner_clocks()[-1]
    slots = {"by": view.name(clock.by), "at": clock.started_at}
    if not clock.note:
        return Said(section=view.line("owner.reassigned", **slots))
    return Said(
        section=view.line("owner.reassigned.because", **slots),
        note=view.typed(clock.note),
        after=view.line("owner.nothing_to_do"),
    )


def _passed(view: LeadView) -> Said:
    clock = view.clock
    late = clock.due_at is not None and clock.stopped_at is not None and clock.stopped_at >= clock.due_at
    return Said(section=view.line("owner.passed.late" if late else "owner.passed", at=clock.stopped_at))


def _moved_on(view: LeadView) -> Said:
    latest = view.lead.owner_clocks()[-1]
    if latest.number == view.clock.number:
        return Said(section=view.line("owner.moved_on.contacted"))
    if latest.how == "covering" and latest.by == view.clock.person:
        return Said(section=view.line("owner.covered", cover=view.name(latest.person), at=latest.started_at))
    if is_paged(latest) and view.lead.day_owner == view.clock.person:
        return Said(section=view.line("owner.moved_on.night", at=latest.started_at))
    return Said(section=view.line("owner.moved_on", at=latest.started_at))


def _with_managers(view: LeadView) -> Said:
    clock = view.clock
    early = clock.due_at is not None and clock.stopped_at is not None and clock.stopped_at < clock.due_at
    key = "owner.with_managers.early" if early else "owner.with_managers"
    return Said(section=view.line(key, until=clock.stopped_at))


def _held(view: LeadView) -> Said:
    return Said(section=view.line("owner.held", at=view.lead.clocks[-1].started_at))


def _with_lead_ops(view: LeadView) -> Said:
    return Said(section=view.line("owner.with_lead_ops", at=view.lead.clocks[-1].started_at))


def _not_real(view: LeadView) -> Said:
    section, note, after = rejected_row(view, "owner.not_real")
    return Said(section=section, note=note, after=after)


def _found_not_real(view: LeadView) -> Said:
    section, note, after = rejected_row(view, "owner.found_not_real")
    return Said(section=section, note=note, after=after)


def _closed(view: LeadView) -> Said:
    closing = view.lead.closing
    assert closing is not None
    section = view.line("owner.closed", by=view.name(closing.by), at=closing.at)
    return Said(section=section, note=view.typed(closing.reason))


def _closed_elsewhere(view: LeadView) -> Said:
    said = _closed(view)
    return Said(section=said.section, note=said.note, after=view.line("owner.nothing_to_do"))


def _yours_again(view: LeadView) -> Said:
    return Said(section=view.line("owner.yours_again"))


_NEW = (PRESS_LOG, ON_IT, PASS, OPEN_CRM, WHY)
_LATE = (PRESS_LOG, ON_IT, OPEN_CRM, WHY)
_DONE = (CORRECT, OPEN_CRM, WHY)
_HAD = (HAD_CONTACTED,)

ROWS: Mapping[State, Row] = {
    State.NEW: Row(symbol="📥", header="new", says=_arrived, buttons=_NEW, is_theirs=True),
    State.AT_RISK: Row(symbol="📥", header="new", says=_at_risk, buttons=_NEW, is_theirs=True),
    State.ON_IT: Row(
        symbol="📥", header="new", says=_on_it, buttons=(PRESS_LOG, PASS, OPEN_CRM, WHY), is_theirs=True
    ),
    State.ASKED_AGAIN: Row(
        symbol="📥", header="asked_again", says=_asked_again, buttons=_NEW, is_theirs=True
    ),
    State.DEADLINE_PASSED: Row(
        symbol="⚠️", header="deadline_passed", says=_deadline_passed, buttons=_LATE, is_theirs=True
    ),
    State.LATE_ON_IT: Row(
        symbol="⚠️",
        header="deadline_passed",
        says=_deadline_passed,
        buttons=(PRESS_LOG, OPEN_CRM, WHY),
        is_theirs=True,
    ),
    State.MORE_TIME: Row(
        symbol="⚠️", header="deadline_passed", says=_more_time, buttons=_LATE, is_theirs=True
    ),
    State.CONTACTED_IN_TIME: Row(
        symbol="✅", header="contacted", says=contacted.in_time, buttons=_DONE, is_theirs=True
    ),
    State.BREACH_WITHDRAWN: Row(
        symbol="✅", header="contacted", says=contacted.withdrawn, buttons=_DONE, is_theirs=True
    ),
    State.CONTACTED_LATE: Row(
        symbol="✅", header="contacted", says=contacted.late, buttons=_DONE, is_theirs=True
    ),
    State.CONTACTED_BY_OTHER: Row(
        symbol="✅", header="contacted", says=contacted.by_other, buttons=_DONE, is_theirs=True
    ),
    State.CLOSED: Row(symbol="➡️", header="closed", says=_closed, buttons=(OPEN_CRM, WHY), is_theirs=True),
    State.NOT_REAL: Row(symbol="➡️", header="with_lead_ops", says=_not_real),
    State.FOUND_NOT_REAL: Row(symbol="➡️", header="closed_elsewhere", says=_found_not_real),
    State.HANDED_OVER: Row(symbol="➡️", header="handed_over", says=_handed_over, buttons=_HAD),
    State.CLAIMED: Row(symbol="➡️", header="now_with", says=_claimed, buttons=_HAD),
    State.REASSIGNED: Row(symbol="➡️", header="now_with", says=_reassigned),
    State.PASSED: Row(symbol="➡️", header="passed", says=_passed),
    State.PASSED_TO_QUEUE: Row(symbol="➡️", header="passed_to_queue", says=_passed),
    State.MOVED_ON: Row(symbol="➡️", header="now_with", says=_moved_on),
    State.WITH_MANAGERS: Row(symbol="➡️", header="with_managers", says=_with_managers, buttons=_HAD),
    State.WITH_LEAD_OPS: Row(symbol="➡️", header="with_lead_ops", says=_with_lead_ops),
    State.HELD: Row(symbol="➡️", header="held", says=_held, buttons=_HAD),
    State.CONTACTED_ELSEWHERE: Row(
        symbol="✅", header="contacted_elsewhere", says=contacted.elsewhere, buttons=_HAD
    ),
    State.CLOSED_ELSEWHERE: Row(symbol="➡️", header="closed_elsewhere", says=_closed_elsewhere),
    State.YOURS_AGAIN: Row(symbol="➡️", header="yours_again", says=_yours_again),
}


def owner_said(view: LeadView) -> str | None:
    """Who has the lead, for a header: for a passed one who it was passed to."""
    later = [c for c in view.lead.clocks if c.number > view.clock.number and c.kind is ClockKind.OWNER]
    if view.clock.stopped_by == "passed" and later:
        return later[0].person
    if view.lead.owner is not None and not later:
        return view.lead.owner
    return later[-1].person if later else None
