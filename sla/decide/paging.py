"""Outside the team's hours: whoever is on call is paged, then the next, until the team opens again."""

from dataclasses import dataclass
from datetime import datetime

from sla.calendar import WorkingCalendar
from sla.decide.draft import Draft
from sla.effects import Decision, Place, Post, Role, ToMail, ToPerson, ToPhone, Urgency
from sla.facts import MessageRefused, PageDeclined
from sla.lead import Clock, ClockKind, Lead, OnIt
from sla.paging import (
    UNTIL_OPENING,
    Line,
    Pageable,
    held_until,
    is_paged,
    line_at,
    next_page_at,
    on_it,
    pages_by,
    pages_of_night,
    rotation_of,
)
from sla.policy.targets import AfterHours
from sla.refusals import ChangedMeanwhile
from sla.rights import may_own_press, where_it_is
from sla.surroundings import Surroundings
from sla.tiers import tier_named

SILENT = "do_not_disturb"
"""Why a page is not posted to somebody whom Slack would not wake."""
OVER, DECLINED = "over", "declined"
"""Notes on the last page of a night: nobody is left to be paged, and whoever has it cannot take it."""


@dataclass(frozen=True, kw_only=True)
class FirstPage:
    """The clock of the one who is paged first, and who else stands in line."""

    clock: Clock
    line: Line


def first_page(draft: Draft, day: Clock) -> FirstPage | None:
    """For a lead that comes in while its team is closed; None where its owner's clock of the `day` is started.

    Due is the earlier of the target after hours and of the first response counted from the opening.
    """
    after = pages_by(tier_named(draft.around.terms, draft.lead.tier))
    calendar = draft.around.terms.calendars[day.calendar]
    if after is None or calendar.is_open(draft.at):
        return None
    line = line_at(draft.lead, draft.around, draft.at)
    if not line.waiting:
        return None
    name, after_calendar = _after_hours_calendar(draft, after, day.calendar)
    started_at = after_calendar.next_open(draft.at)
    due_at = _due_after_hours(draft, after, after_calendar, draft.at)
    due_at = min(due_at, day.due_at) if day.due_at is not None else due_at
    clock = _page_clock(draft, line.waiting[0], calendar=name, started_at=draft.at, due_at=due_at)
    said = f"{UNTIL_OPENING}{draft.name(clock.person)}, who was paged because the team is closed."
    draft.change(
        owner=clock.person,
        day_owner=_whose(day),
        started_at=min(started_at, due_at),
        due_at=due_at,
        why=(*draft.lead.why, said),
    )
    return FirstPage(clock=clock, line=line)


def say_nobody_is_paged(draft: Draft, day: Clock) -> None:
    """Somebody would have been paged, and everybody in line is away or out of hearing: the managers hear of it."""
    after = pages_by(tier_named(draft.around.terms, draft.lead.tier))
    if after is not None and not draft.around.terms.calendars[day.calendar].is_open(draft.at):
        _note_skipped(draft, line_at(draft.lead, draft.around, draft.at))
        _nobody_is_left(draft, day, OVER)


def say_page(draft: Draft, clock: Clock, line: Line) -> None:
    """What a page owes: a direct message and whatever other ways the rotation names, once each."""
    rotation = rotation_of(draft.lead, draft.around.policy, draft.around.terms)
    first, *others = line.waiting
    assert rotation is not None
    _note_skipped(draft, line)
    draft.note(
        "paged",
        first.person.email,
        clock.started_at,
        page=clock.round,
        press_by=next_page_at(draft.lead, clock, draft.around.terms).isoformat(),
        due_at=iso(clock.due_at),
    )
    data = {
        "standing": first.standing,
        "until": iso(first.until_at),
        "next": others[0].person.email if others else None,
        "skipped": [
            {"person": one.person.email, "because": one.because, "until": iso(one.until_at)}
            for one in line.skipped
        ],
    }
    places: list[tuple[str, Place]] = [("", ToPerson(email=first.person.email))]
    if "sms" in rotation.also_by and first.person.phone is not None:
        places.append((":sms", ToPhone(number=first.person.phone)))
    if "email" in rotation.also_by:
        places.append((":email", ToMail(address=first.person.email)))
    for way, place in places:
        key = f"page:{clock.number}{way}"
        post = Post(role=Role.PAGE, to=place, key=key, urgency=Urgency.PAGE, clock=clock.number, data=data)
        draft.owe(post)


def page_next(draft: Draft, clock: Clock, *, at: datetime, why: str) -> None:
    """Whoever was paged did not act, cannot, or does not hear it: the next, each once a night."""
    line = line_at(draft.lead, draft.around, draft.at)
    if not line.waiting:
        _nobody_is_left(draft, clock, why)
        return
    draft.stop_clock(why, at=at)
    fresh = _page_clock(
        draft, line.waiting[0], calendar=clock.calendar, started_at=at, due_at=clock.due_at, by=clock.person
    )
    _start(draft, fresh, line)


def page_at_closing(draft: Draft, clock: Clock, *, at: datetime) -> None:
    """The team closes, and nobody contacted the lead: it goes to whoever is on call, and back at the opening."""
    lead, terms = draft.lead, draft.around.terms
    after = pages_by(tier_named(terms, lead.tier))
    if after is None or terms.calendars[clock.calendar].is_open(draft.at):
        # Heard of only after the team had opened again.
        return
    line = line_at(lead, draft.around, draft.at)
    if not line.waiting:
        _nobody_is_left(draft, clock, "closing")
        return
    name, calendar = _after_hours_calendar(draft, after, clock.calendar)
    # A deadline that is ahead stays, as with any new owner: nobody is promised a time that nothing looks at.
    due_at = lead.due_at
    if due_at is None or due_at <= at:
        due_at = _due_after_hours(draft, after, calendar, at)
    draft.stop_clock("closing", at=at)
    draft.change(day_owner=_whose(clock))
    fresh = _page_clock(draft, line.waiting[0], calendar=name, started_at=at, due_at=due_at, by=clock.person)
    _start(draft, fresh, line)


def acknowledge(draft: Draft, clock: Clock, by: str) -> None:
    """Whoever was paged acts: nobody else is paged for a while."""
    rotation = rotation_of(draft.lead, draft.around.terms, draft.around.terms)
    assert rotation is not None
    until = held_until(rotation, clock, draft.at)
    draft.change(on_it=OnIt(by=by, at=draft.at, until=until, clock=clock.number))


def decline(lead: Lead, fact: PageDeclined, around: Surroundings) -> Decision:
    """Can't take it: the next is paged at once."""
    refusal = may_own_press(around.policy, lead, fact.by)
    if refusal is not None:
        raise refusal
    clock = lead.clock
    if clock is None or not is_paged(clock):
        raise where_it_is(around.policy, lead)
    if fact.generation != lead.generation:
        raise ChangedMeanwhile()
    return hand_on_the_page(lead, fact.by, fact.at, around)


def hand_on_the_page(lead: Lead, by: str, at: datetime, around: Surroundings) -> Decision:
    """However somebody says that they cannot: the lead stays with those on call until its team opens."""
    draft = Draft(lead, around, at)
    clock = lead.clock
    assert clock is not None
    draft.note("page_declined", by)
    page_next(draft, clock, at=at, why=DECLINED)
    return draft.decision()


def page_refused(draft: Draft, clock: Clock, fact: MessageRefused) -> None:
    """Slack would keep the page silent, or cannot deliver it at all: the next at once."""
    reached = on_it(draft.lead, clock) is not None or clock.told_at is not None
    if not is_paged(clock) or clock.number != fact.clock or reached:
        return
    why = "silent" if fact.error == SILENT else "unreachable"
    draft.note("page_skipped", clock.person, because=why)
    page_next(draft, clock, at=draft.at, why=why)


def _whose(clock: Clock) -> str | None:
    """Whose the lead is by day: who covers for somebody has it on their behalf."""
    return clock.by if clock.how == "covering" else clock.person


def _nobody_is_left(draft: Draft, clock: Clock, why: str) -> None:
    """Everybody in line was paged: the managers hear of it in their channel, once a night."""
    known = any(one.note is not None for one in pages_of_night(draft.lead))
    if is_paged(clock) and (why == DECLINED or not known):
        clock = draft.change_clock(clock, note=DECLINED if why == DECLINED else OVER)
        draft.touch()
    if why == DECLINED:
        draft.change(on_it=None)
    if known:
        return
    draft.note("nobody_left_to_page", clock.person)
    draft.owe_managers_card(f"pages:{clock.number}")


def _note_skipped(draft: Draft, line: Line) -> None:
    for one in line.skipped:
        draft.note("page_skipped", one.person.email, because=one.because, until=iso(one.until_at))


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _start(draft: Draft, clock: Clock, line: Line) -> None:
    draft.start_clock(clock)
    draft.change(owner=clock.person, on_it=None)
    draft.supersede()
    say_page(draft, clock, line)


def _page_clock(
    draft: Draft,
    paged: Pageable,
    *,
    calendar: str,
    started_at: datetime,
    due_at: datetime | None,
    by: str | None = None,
) -> Clock:
    return Clock(
        lead_id=draft.lead.id,
        number=draft.new_number(),
        kind=ClockKind.OWNER,
        person=paged.person.email,
        how="paged",
        by=by,
        round=len(pages_of_night(draft.lead)) + 1,
        calendar=calendar,
        started_at=started_at,
        due_at=due_at,
    )


def _after_hours_calendar(draft: Draft, after: AfterHours, day: str) -> tuple[str, WorkingCalendar]:
    name = after.calendar or day
    return name, draft.around.terms.calendars[name]


def _due_after_hours(draft: Draft, after: AfterHours, calendar: WorkingCalendar, at: datetime) -> datetime:
    target = after.first_response or tier_named(draft.around.terms, draft.lead.tier).first_response
    return calendar.add_span(calendar.next_open(at), target)
