"""Who can take a lead at a moment, and why the others cannot: in words that people read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sla.availability import Away, AwayBecause, PersonNow, away, back_at
from sla.calendar import WorkingCalendar
from sla.on_call import in_line
from sla.policy import Policy
from sla.policy.seats import Seat, language_code
from sla.surroundings import Surroundings

NOT_ASKED = "Not asked: "
SHOWN_MAX, SHOWN_OF_MANY = 10, 5
"""So many skipped people are named with their reasons; of more the first few are, and the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The reps of a team at a moment, in the order of the file.

    `free` can take a lead; of these `speaking` work in its language (all of them where nobody does).
    """

    at: datetime
    free: Sequence[Seat]
    speaking: Sequence[Seat]
    absent: Sequence[Seat]
    full: Sequence[Seat]


def standing(
    team: str, at: datetime, around: Surroundings, *, language: object = None, but: Collection[str] = ()
) -> Standing:
    """Everybody's place in the team but those of `but`, who are not asked at all.

    Of 200 reps most are simply there, so those who are not are looked for among the people of whom something is
    known.
    """
    policy, people = around.policy, around.people
    seats = policy.seats(team)
    closed = {name for name in policy.rep_calendars(team) if not policy.calendars[name].is_open(at)}
    away_now = {
        email
        for email, known in people.items()
        if (known.out_of_office or known.switched_away or not known.is_active) and _is_absent(known, at)
    }
    full_now = {
        email
        for email, most in policy.limits.items()
        if (known := people.get(email)) is not None and known.open_leads >= most
    }
    gone = away_now | full_now
    gone.update(but)
    free: Sequence[Seat] = seats
    others: list[Seat] = []
    if closed:
        free = [seat for seat in seats if seat.calendar not in closed and seat.email not in gone]
        others = [seat for seat in seats if seat.calendar in closed or seat.email in gone]
    elif gone:
        free = [seat for seat in seats if seat.email not in gone]
        others = [seat for seat in seats if seat.email in gone]
    if but:
        others = [seat for seat in others if seat.email not in but]
    absent = [seat for seat in others if seat.calendar in closed or seat.email in away_now]
    full = [seat for seat in others if seat.calendar not in closed and seat.email not in away_now]
    wanted = language_code(language) if isinstance(language, str) else ""
    speaking = [seat for seat in free if wanted in seat.languages] if wanted else []
    return Standing(at=at, free=free, speaking=speaking or free, absent=absent, full=full)


def is_full(open_leads_max: int | None, known: PersonNow) -> bool:
    return open_leads_max is not None and known.open_leads >= open_leads_max


def _is_absent(known: PersonNow, at: datetime) -> bool:
    """Apart from their hours: by their own word, or because their account is closed."""
    if not known.is_active:
        return True
    for spell in known.out_of_office:
        if spell.holds(at):
            return True
    return known.switched_away is not None and known.switched_away.holds(at)


def is_absent(email: str, at: datetime, around: Surroundings) -> bool:
    """Whether somebody cannot work at any hour: for those whose hours do not matter, as on call."""
    return _is_absent(around.known_of(email), at)


def stand_in(email: str, at: datetime, around: Surroundings) -> str | None:
    """Who works the leads of somebody who is away, if they named a colleague who is there."""
    spell = around.known_of(email).spell_at(at)
    person = around.policy.person(spell.cover) if spell is not None else None
    if person is None or person.email == email or is_absent(person.email, at, around):
        return None
    return person.email


def on_call_at(name: str, at: datetime, around: Surroundings) -> tuple[str, ...]:
    """Who of a rotation is to be asked first, second and so on, by e-mail address; the absent are left out."""
    policy = around.policy
    known = (policy.person(key) for key in in_line(policy.on_call[name], at, around.covers.get(name, ())))
    emails = dict.fromkeys(person.email for person in known if person is not None)
    return tuple(email for email in emails if not is_absent(email, at, around))


def away_now(email: str, team: str | None, at: datetime, around: Surroundings) -> Away | None:
    """Why somebody is not at work at that moment, by their own calendar, else their team's."""
    policy = around.policy
    calendar = policy.person_calendar(email, policy.team_in_force(team))
    return away(calendar, around.known_of(email), at)


def at_work(people: Iterable[str], team: str | None, at: datetime, around: Surroundings) -> tuple[str, ...]:
    """Those of these people who are at work and not full."""
    return tuple(
        email
        for email in people
        if away_now(email, team, at, around) is None and not _has_enough(around.policy, email, around)
    )


def first_back_at(
    people: Iterable[str], team: str | None, at: datetime, around: Surroundings
) -> datetime | None:
    """When the first of these people is back at work, full or not; None where that cannot be said of anybody."""
    policy = around.policy
    name = policy.team_in_force(team)
    moments = (back_at(policy.person_calendar(email, name), around.known_of(email), at) for email in people)
    return min((moment for moment in moments if moment is not None), default=None)


def _has_enough(policy: Policy, email: str, around: Surroundings) -> bool:
    person = policy.person(email)
    return person is not None and is_full(person.open_leads_max, around.known_of(email))


# In words


def skipped_words(found: Standing, around: Surroundings) -> str | None:
    """ "Not asked: Bob Brandt: away until Wed Nov 25; Carla Costa: 20 open leads, the limit."; None for nobody."""
    silent = len(found.free) - len(found.speaking)
    number = len(found.absent) + len(found.full) + silent
    if not number:
        return None
    room = number if number <= SHOWN_MAX else SHOWN_OF_MANY
    said = [f"{seat.name}: {_absent_words(seat, found.at, around)}" for seat in found.absent[:room]]
    said += [f"{seat.name}: {_full_words(seat, around)}" for seat in found.full[: room - len(said)]]
    if silent and len(said) < room:
        speaking = {seat.email for seat in found.speaking}
        others = [seat for seat in found.free if seat.email not in speaking]
        said += [f"{seat.name}: not in the lead's language" for seat in others[: room - len(said)]]
    if number > len(said):
        said.append(f"and {number - len(said)} more")
    return f"{NOT_ASKED}{'; '.join(said)}."


def _absent_words(seat: Seat, at: datetime, around: Surroundings) -> str:
    calendar, known = around.policy.calendars[seat.calendar], around.known_of(seat.email)
    # By the minute, so that the many leads of one minute are worded once: nothing is said more exactly.
    return (
        _worded(calendar, known, at.replace(second=0, microsecond=0))
        or _worded(calendar, known, at)
        or "away"
    )


@lru_cache(maxsize=4096)
def _worded(calendar: WorkingCalendar, known: PersonNow, at: datetime) -> str | None:
    found = away(calendar, known, at)
    return None if found is None else away_words(found, calendar, at)


def _full_words(seat: Seat, around: Surroundings) -> str:
    number = around.known_of(seat.email).open_leads
    leads = "1 open lead" if number == 1 else f"{number} open leads"
    return (
        f"{leads}, the limit"
        if number == seat.open_leads_max
        else f"{leads}, the limit is {seat.open_leads_max}"
    )


_SAID: dict[AwayBecause, str] = {
    "holiday": "off",
    "out_of_office": "away",
    "switched_away": "away",
    "outside_hours": "off",
    "deactivated": "no longer active in Slack",
}


def away_words(found: Away, calendar: WorkingCalendar, at: datetime) -> str:
    """ "away until Wed Nov 25", "off until 13:00 (Thanksgiving Day)"; times in the calendar's zone."""
    words = _SAID[found.because]
    if found.until_at is not None:
        until, now = found.until_at.astimezone(calendar.zone), at.astimezone(calendar.zone)
        same_day = until.date() == now.date()
        words += f" until {until:%H:%M}" if same_day else f" until {until:%a %b} {until.day}"
    return f"{words} ({found.holiday})" if found.holiday not in (None, "closed") else words


def named(seats: Sequence[Seat]) -> str:
    """ "Alice Anders, Bob Brandt" """
    return ", ".join(seat.name for seat in seats)
