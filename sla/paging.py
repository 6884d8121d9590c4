"""Who is paged about a lead outside its team's hours, in which order, and until when each has for what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sla.availability import PersonNow, Spell
from sla.calendar import WorkingCalendar
from sla.lead import Clock, Lead, OnIt
from sla.on_call import in_line, shift_at
from sla.policy import Person, Policy
from sla.policy.on_call import Rotation
from sla.policy.targets import AfterHours, Tier
from sla.roster import managers_of
from sla.surroundings import Surroundings
from sla.tiers import tier_named

UNTIL_OPENING = "Until the opening: "
"""How the reason begins for which somebody has a lead only for the night."""
Standing = Literal["on_call", "next", "manager"]
SkippedBecause = Literal["away", "deactivated", "silent"]


@dataclass(frozen=True, kw_only=True)
class Pageable:
    """Somebody who can be paged; `until_at` is the end of the shift of whoever is on call."""

    person: Person
    standing: Standing
    until_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Somebody whose turn it would be, and why nobody pages them; `until_at` None: it cannot be said."""

    person: Person
    because: SkippedBecause
    until_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """Who is paged one after the other from now on, and who would be paged first but for a reason."""

    waiting: tuple[Pageable, ...]
    skipped: tuple[Skipped, ...]


def pages_by(tier: Tier) -> AfterHours | None:
    """What the tier says of the time outside the team's hours, where somebody is paged then."""
    after = tier.after_hours
    return after if after is not None and after.page is not None else None


def is_paged(clock: Clock | None) -> bool:
    return clock is not None and clock.how == "paged"


def pages_of_night(lead: Lead) -> tuple[Clock, ...]:
    """The pages since the lead was last with its team (or came in), oldest first."""
    pages: list[Clock] = []
    for clock in reversed(lead.clocks):
        if not is_paged(clock):
            break
        pages.insert(0, clock)
    return tuple(pages)


def rotation_of(lead: Lead, policy: Policy, terms: Policy) -> Rotation | None:
    """The rotation that is paged about this lead; its people are those of the current file."""
    after = pages_by(tier_named(terms, lead.tier))
    if after is None or after.page is None:
        return None
    return policy.on_call.get(after.page) or terms.on_call[after.page]


def day_calendar_name(lead: Lead, terms: Policy) -> str:
    """The calendar of the team's hours: that of the last clock, or where somebody was paged the tier's own."""
    latest = lead.clocks[-1]
    if not is_paged(latest):
        return latest.calendar
    return terms.calendar_name_for(
        terms.team_in_force(lead.team), tier_named(terms, lead.tier), lead.day_owner
    )


def day_calendar(lead: Lead, terms: Policy) -> WorkingCalendar:
    return terms.calendars[day_calendar_name(lead, terms)]


def on_it(lead: Lead, clock: Clock) -> OnIt | None:
    """The acknowledgement of whoever has this clock."""
    return lead.on_it if lead.on_it is not None and lead.on_it.clock == clock.number else None


def held_until(rotation: Rotation, clock: Clock, at: datetime) -> datetime:
    """How long an acknowledged page holds back the next: never past a deadline that is still ahead."""
    until_at = at + rotation.on_it_holds
    if clock.due_at is not None and at < clock.due_at:
        return min(until_at, clock.due_at)
    return until_at


def next_page_at(lead: Lead, clock: Clock, terms: Policy) -> datetime:
    """When the next in line is paged, unless there is contact before."""
    rotation = rotation_of(lead, terms, terms)
    assert rotation is not None
    pressed = on_it(lead, clock)
    if pressed is not None and pressed.until is not None:
        return pressed.until
    return clock.started_at + rotation.acknowledge_within


def opens_at(lead: Lead, clock: Clock, terms: Policy) -> datetime:
    """When the lead goes to its team: at the opening, or when the time is over that an acknowledgement holds."""
    opening_at = day_calendar(lead, terms).next_open(clock.started_at)
    pressed = on_it(lead, clock)
    return max(opening_at, pressed.until) if pressed is not None and pressed.until else opening_at


def line_at(lead: Lead, around: Surroundings, at: datetime) -> Line:
    """Who has not been paged this night: whoever is on call, then the rotation, then the team's managers."""
    paged = {clock.person for clock in pages_of_night(lead)}
    waiting: list[Pageable] = []
    skipped: list[Skipped] = []
    for one in _everybody(lead, around, at):
        if one.person.email in paged:
            continue
        paged.add(one.person.email)
        reason = _why_not(one.person, lead, around, at)
        if reason is None:
            waiting.append(one)
        elif not waiting:
            skipped.append(reason)
    return Line(waiting=tuple(waiting), skipped=tuple(skipped))


def _everybody(lead: Lead, around: Surroundings, at: datetime) -> Iterator[Pageable]:
    policy = around.policy
    after = pages_by(tier_named(around.terms, lead.tier))
    rotation = rotation_of(lead, policy, around.terms)
    if after is None or after.page is None or rotation is None:
        return
    covers = around.covers.get(after.page, ())
    shift = shift_at(rotation, at, covers)
    for key in in_line(rotation, at, covers):
        person = policy.person(key)
        if person is None:
            continue
        if shift is not None and key == shift.person:
            yield Pageable(person=person, standing="on_call", until_at=shift.until_at)
        else:
            yield Pageable(person=person, standing="next")
    for email in managers_of(policy, lead.team):
        manager = policy.person(email)
        if manager is not None:
            yield Pageable(person=manager, standing="manager")


def _why_not(person: Person, lead: Lead, around: Surroundings, at: datetime) -> Skipped | None:
    """On call means at any hour: only who is away by their own word, gone, or out of hearing is left out."""
    known = around.known_of(person.email)
    if not known.is_active:
        return Skipped(person=person, because="deactivated")
    spell = next((one for one in _spells(known) if one.holds(at)), None)
    if spell is not None:
        return Skipped(person=person, because="away", until_at=spell.until_at)
    heard = is_heard(person, rotation_of(lead, around.policy, around.terms))
    if known.silent_until is not None and known.silent_until > at and not heard:
        return Skipped(person=person, because="silent", until_at=known.silent_until)
    return None


def _spells(known: PersonNow) -> Iterator[Spell]:
    yield from known.out_of_office
    if known.switched_away is not None:
        yield known.switched_away


def is_heard(person: Person, rotation: Rotation | None) -> bool:
    """Whether a page makes a sound also while Slack keeps silent: by a text message."""
    return person.phone is not None and rotation is not None and "sms" in rotation.also_by
