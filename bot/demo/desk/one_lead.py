"""Everything about one lead for the page: its clocks with their sums, its ladder as a line, its timeline."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.desk.answers import Json
from bot.demo.desk.ladder import ladder_of
from bot.demo.desk.rows import iso, summary
from bot.slack.words import city_of
from sla.calendar import WorkingCalendar
from sla.durations import minutes
from sla.explain import Happening, explain
from sla.lead import Clock, ClockKind, Lead
from sla.names import name_of
from sla.paging import is_paged
from sla.policy import Policy
from sla.sums import Say, night_sum, sum_of, target_words
from sla.tiers import tier_named

_REASONS = ("why", "reason", "note", "excused")
_HOME = ZoneInfo("America/New_York")
"""Where the demo's people live; a calendar around the clock lives nowhere."""


def whole_lead(lead: Lead, happened: Sequence[Happening], policy: Policy, *, in_seconds: bool) -> Json:
    """The lead as the page shows it; times inside of sentences are those of its clock's calendar."""
    say = _say(_zone_of(lead, policy), in_seconds=in_seconds)
    return summary(lead) | {
        "received_at": iso(lead.received_at),
        "why": list(lead.why or lead.needs),
        "clocks": [_clock(clock, lead, policy, in_seconds=in_seconds) for clock in lead.clocks],
        "ladder": [step.to_json() for step in ladder_of(lead, happened, policy)],
        "timeline": list(_lines(lead, happened, policy, say)),
    }


def _clock(clock: Clock, lead: Lead, policy: Policy, *, in_seconds: bool) -> Json:
    calendar = policy.calendars[clock.calendar]
    return {
        "kind": clock.kind.value,
        "number": clock.number,
        "who": None if clock.person is None else name_of(policy, clock.person),
        "calendar": clock.calendar,
        "started_at": iso(clock.started_at),
        "due_at": iso(clock.due_at),
        "stopped_at": iso(clock.stopped_at),
        "outcome": None if clock.stopped_by is None else clock.stopped_by.replace("_", " "),
        "sum": _sum(clock, lead, policy, calendar, _say(_zone(calendar), in_seconds=in_seconds)),
    }


def _sum(clock: Clock, lead: Lead, policy: Policy, calendar: WorkingCalendar, say: Say) -> str:
    """The arithmetic of a clock; of one without a deadline, what ends it."""
    match clock.kind:
        case ClockKind.QUEUE:
            rounds = f"Round {clock.round} of {policy.backup.rounds_max}."
            return f"No deadline of its own: the first who claims it gets it. {rounds}"
        case ClockKind.HELD:
            return "No deadline of its own: the lead goes to the first who can take it."
        case ClockKind.REVIEW:
            return "No deadline of its own: it ends with a contact, a new owner or closing."
        case ClockKind.CHECK:
            left = "" if lead.rejection is None else f" {minutes(lead.rejection.left)} of it are left."
            return f"The owner's clock stands still while lead ops look.{left}"
    if clock.due_at is None:
        return "No deadline."
    zone_said = f"Times in {city_of(_zone(calendar))}."
    is_first = clock.number == 1
    came_in = lead.received_at if is_first else clock.started_at
    if is_first:
        target = target_words(tier_named(policy, lead.tier).first_response)
    else:
        target = minutes(calendar.between(clock.started_at, clock.due_at))
        target += "" if calendar.next_close(clock.started_at) is None else " of working time"
    if is_first and is_paged(clock):
        return f"{_capital(night_sum(lead, policy, say).removeprefix('Clock: '))} {zone_said}"
    sum_said = sum_of(came_in, clock.started_at, clock.due_at, calendar, say)
    return f"{_capital(target)}. {sum_said} {zone_said}"


def _lines(lead: Lead, happened: Sequence[Happening], policy: Policy, say: Say) -> Iterator[Json]:
    """The timeline in words; what only programs need is left out."""
    for line in happened:
        said = explain(lead, [line], policy, policy, say).so_far
        if not said:
            continue
        who = None if line.who is None else name_of(policy, line.who)
        words = said[0].removeprefix(f"{say.time(line.occurred_at)} ")
        yield {
            "at": iso(line.occurred_at),
            "logged_at": iso(line.logged_at),
            "who": who,
            "what": _capital(words.removeprefix(f"{who} ")),
            "why": next((_words(line.data[name]) for name in _REASONS if line.data.get(name)), None),
        }


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _zone_of(lead: Lead, policy: Policy) -> ZoneInfo:
    return _zone(policy.calendars[lead.clocks[-1].calendar]) if lead.clocks else _HOME


def _zone(calendar: WorkingCalendar) -> ZoneInfo:
    return _HOME if str(calendar.zone) == "UTC" else calendar.zone


def _say(zone: ZoneInfo, *, in_seconds: bool) -> Say:
    """Times as people there write them, with seconds where the clocks run in them."""
    seconds = ":%S" if in_seconds else ""
    form = f"%-I:%M{seconds} %p" if str(zone).startswith("America/") else f"%H:%M{seconds}"

    def time(at: datetime) -> str:
        return at.astimezone(zone).strftime(form)

    def day_time(at: datetime) -> str:
        return at.astimezone(zone).strftime(f"%a {form}")

    return Say(time=time, day_time=day_time)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
