"""The sum of a clock in sentences: each open stretch with its length, each closing with its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.calendar import WorkingCalendar
from sla.durations import BusinessDays, Span, minutes
from sla.lead import Lead
from sla.paging import is_paged, pages_by
from sla.policy import Policy
from sla.tiers import tier_named

STRETCHES_MAX = 6
"""Open stretches that a sum spells out; longer targets name the first and the last and count the rest."""

REASONS_MAX = 3
"""Holidays named in one closed stretch."""


@dataclass(frozen=True, kw_only=True)
class Say:
    """How times are said: `time` "13:15", `day_time` "Mon 11:45"; both in the calendar's zone."""

    time: Callable[[datetime], str]
    day_time: Callable[[datetime], str]


def city(calendar: WorkingCalendar) -> str:
    """The calendar's zone by the name of its city."""
    return str(calendar.zone).rpartition("/")[2].replace("_", " ")


def target_words(span: Span) -> str:
    """ "30 working minutes", "24 working hours", "2 working days" """
    if isinstance(span, BusinessDays):
        return "1 working day" if span.days == 1 else f"{span.days} working days"
    seconds = int(span.total_seconds())
    for size, name in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0 and seconds >= size:
            number = seconds // size
            return f"{number} working {name}" + ("" if number == 1 else "s")
    return f"{seconds} working seconds"


def sum_of(
    received_at: datetime,
    started_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar,
    say: Say,
    *,
    first: str = "In",
) -> str:
    """The arithmetic from receipt to deadline: each open stretch with its length, each closing with its end."""
    said = [f"{first} {say.day_time(received_at)}."]
    if started_at > received_at:
        said.append(f"Closed{_because(calendar, received_at, started_at)} until {say.day_time(started_at)}.")
    stretches = calendar.intervals(started_at, due_at)
    for index, (start, end) in enumerate(stretches):
        is_last = index == len(stretches) - 1
        if index >= STRETCHES_MAX - 1 and not is_last:
            if index == STRETCHES_MAX - 1:
                left = stretches[index:-1]
                total = sum((b - a for a, b in left), timedelta())
                said.append(f"{minutes(total)} in {len(left)} more open times.")
            continue
        more = " more" if index else ""
        if is_last:
            said.append(f"{minutes(end - start)}{more}.")
        else:
            opens = stretches[index + 1][0]
            day = say.time if opens - end < timedelta(hours=12) else say.day_time
            said.append(f"{minutes(end - start)}{more} until closing at {say.time(end)}.")
            said.append(f"Closed{_because(calendar, end, opens)} until {day(opens)}.")
    far = due_at - received_at >= timedelta(hours=12)
    said.append(f"Due {(say.day_time if far else say.time)(due_at)}.")
    said.append("Paused 0 min.")
    return " ".join(said)


def _because(calendar: WorkingCalendar, closed_at: datetime, opens_at: datetime) -> str:
    """The holidays and closed days between a closing and the next opening, as " (Thanksgiving Day)"."""
    day, last = closed_at.astimezone(calendar.zone).date(), opens_at.astimezone(calendar.zone).date()
    reasons: dict[str | None, None] = {}
    while day < last and len(reasons) < REASONS_MAX:
        if (reason := calendar.closed_reason(day)) not in (None, "closed"):
            reasons[reason] = None
        day += timedelta(days=1)
    return f" ({', '.join(map(str, reasons))})" if reasons else ""


def sum_of_lead(lead: Lead, calendar: WorkingCalendar, say: Say) -> str:
    """The sum of the lead's own clock; of one that had lacked something the wait for that is said apart."""
    assert lead.started_at is not None
    assert lead.due_at is not None
    if lead.completion is None:
        return sum_of(lead.received_at, lead.started_at, lead.due_at, calendar, say)
    return f"{lacked(lead, say)} " + sum_of(
        lead.complete_at, lead.started_at, lead.due_at, calendar, say, first="Complete"
    )


def lacked(lead: Lead, say: Say) -> str:
    """ "Came in Mon 10:00 and lacked something for 20 min, which is counted apart." """
    waited = minutes(lead.complete_at - lead.received_at)
    return (
        f"Came in {say.day_time(lead.received_at)} and lacked something for {waited}, which is counted apart."
    )


def raised_sum(lead: Lead, at: datetime, terms: Policy, say: Say) -> str:
    """The sum of a lead that a further request made hotter: the earlier of two deadlines."""
    assert lead.due_at is not None
    tier = tier_named(terms, lead.tier)
    after, target = pages_by(tier), target_words(tier.first_response)
    was_paged = any(is_paged(clock) and clock.started_at == at for clock in lead.clocks)
    if was_paged and after is not None and isinstance(after.first_response, timedelta):
        target = f"{minutes(after.first_response)} after hours"
    return (
        f"Clock: the earlier of its own deadline and {target} from the request of {say.day_time(at)}, which made "
        f"it {tier.name}. In {say.day_time(lead.received_at)}. Due {say.day_time(lead.due_at)}. Paused 0 min."
    )


def night_sum(lead: Lead, terms: Policy, say: Say) -> str:
    """The sum of a lead that came in outside its team's hours: the earlier of two deadlines, both spelled out."""
    assert lead.due_at is not None
    first, tier = lead.clocks[0], tier_named(terms, lead.tier)
    after = tier.after_hours
    target = (after.first_response if after is not None else None) or tier.first_response
    night = terms.calendars[first.calendar]
    by_night = night.add_span(night.next_open(lead.complete_at), target)
    day = terms.calendars[terms.calendar_name_for(terms.team_in_force(lead.team), tier, lead.day_owner)]
    opens = day.next_open(lead.complete_at)
    by_day = day.add_span(opens, tier.first_response)
    words = minutes(target) if isinstance(target, timedelta) else target_words(target)
    came = f"In {say.day_time(lead.received_at)}"
    if lead.completion is not None:
        came = f"{lacked(lead, say)} Complete {say.day_time(lead.complete_at)}"
    return (
        f"Clock: the earlier of {words} after hours and {target_words(tier.first_response)} from the opening. "
        f"{came}, the team opens {say.day_time(opens)}. "
        f"After hours due {say.day_time(by_night)}, from the opening due {say.day_time(by_day)}. "
        f"Due {say.day_time(lead.due_at)}. Paused 0 min."
    )
