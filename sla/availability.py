"""Whether somebody can be given work at a moment, and if not why and until when: one answer for everybody who asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sla.calendar import WorkingCalendar
from sla.opening_hours import WEEKDAYS

AwayBecause = Literal["holiday", "out_of_office", "switched_away", "outside_hours", "deactivated"]
"""In the order in which they are looked at; the first that applies is the reason that people read."""
LOOKED_AHEAD = timedelta(days=366)
"""Nobody needs to know who is back in more than a year."""


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A time in which somebody is away: out of office with both ends known, or switched away until they are back.

    `cover` is the e-mail address of whoever is given their work meanwhile.
    """

    from_at: datetime
    until_at: datetime | None = None
    cover: str | None = None

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, kw_only=True)
class PersonNow:
    """What is known about a person besides the policy: from Slack, from themselves, and from their open leads.

    `is_active` is false once Slack says that the account is deactivated. `silent_until` is the end of their
    do-not-disturb time in Slack, None when there is none (or it is not known). `open_leads` counts those
    without a contact.
    """

    out_of_office: tuple[Spell, ...] = ()
    switched_away: Spell | None = None
    is_active: bool = True
    silent_until: datetime | None = None
    open_leads: int = 0

    def spell_at(self, at: datetime) -> Spell | None:
        """The absence in force at that moment, out of office before the switch."""
        switched = () if self.switched_away is None else (self.switched_away,)
        return next((spell for spell in (*self.out_of_office, *switched) if spell.holds(at)), None)


NOTHING_KNOWN = PersonNow()


@dataclass(frozen=True, kw_only=True)
class Away:
    """Why somebody cannot be given work; `until_at` None means that it cannot be said.

    `holiday` is the holiday's name, where it is one.
    """

    because: AwayBecause
    until_at: datetime | None
    cover: str | None = None
    holiday: str | None = None


def away(calendar: WorkingCalendar, person: PersonNow, at: datetime) -> Away | None:
    """None for somebody at work. `until_at` is when the person is back, with every reason over."""
    first = next(_reasons(calendar, person, at), None)
    if first is None:
        return None
    return Away(
        because=first.because,
        until_at=back_at(calendar, person, at),
        cover=first.cover,
        holiday=first.holiday,
    )


def back_at(calendar: WorkingCalendar, person: PersonNow, at: datetime) -> datetime | None:
    """The first moment from `at` on at which nothing keeps the person away; None if that cannot be said."""
    moment = at
    while moment - at <= LOOKED_AHEAD:
        reason = next(_reasons(calendar, person, moment), None)
        if reason is None:
            return moment
        if reason.until_at is None or reason.until_at <= moment:
            return None
        moment = reason.until_at
    return None


def works_until(calendar: WorkingCalendar, person: PersonNow, at: datetime) -> datetime | None:
    """When somebody who is at work leaves: at closing, or as the next absence begins; None for who works on."""
    ends = [spell.from_at for spell in person.out_of_office if spell.from_at > at]
    closes_at = calendar.next_close(at)
    return min([*ends, closes_at] if closes_at is not None else ends, default=None)


def _reasons(calendar: WorkingCalendar, person: PersonNow, at: datetime) -> Iterator[Away]:
    """Every reason that applies at this moment, each with its own end, in their order of precedence."""
    is_open = calendar.is_open(at)
    opens_at = at if is_open else calendar.next_open(at)
    holiday = None if is_open else _holiday(calendar, at)
    if holiday is not None:
        yield Away(because="holiday", until_at=opens_at, holiday=holiday)
    for spell in person.out_of_office:
        if spell.holds(at):
            yield Away(because="out_of_office", until_at=spell.until_at, cover=spell.cover)
    if person.switched_away is not None and person.switched_away.holds(at):
        spell = person.switched_away
        yield Away(because="switched_away", until_at=spell.until_at, cover=spell.cover)
    if not is_open:
        yield Away(because="outside_hours", until_at=opens_at)
    if not person.is_active:
        yield Away(because="deactivated", until_at=None)


def _holiday(calendar: WorkingCalendar, at: datetime) -> str | None:
    """The name of what closes a day on which people work otherwise: a public holiday, or "closed"."""
    day = at.astimezone(calendar.zone).date()
    is_workday = bool(calendar.hours.get(WEEKDAYS[day.weekday()]))
    return calendar.closed_reason(day) if is_workday else None
