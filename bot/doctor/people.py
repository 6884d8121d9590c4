"""The people of the policy: whether Slack knows each as a full member, and whether their zones fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.doctor.finding import Finding, care, counted, no, ok
from bot.doctor.questions import Answer, OutOfPatience, Questions
from bot.doctor.silence import look_at_silence
from bot.slack.directory import State, state_of
from sla.calendar import WorkingCalendar
from sla.policy import Person, Policy

ZONES_APART_MAX = timedelta(hours=2)
"""Neighbouring zones share most of a working day; what is further apart is a slip, or needs a calendar."""

_STATES: Mapping[State, str] = {
    "deactivated": "is deactivated in Slack. Name somebody else, or let an admin reactivate the account",
    "guest": "is a guest in this workspace, and guests may not press. Make them a full member, or name another",
    "foreign": "belongs to another workspace and may not press. Give them an account here, or name another",
    "bot": "is a bot in Slack. Name a person",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody of the policy as Slack knows them; `place` is where they stand in the policy."""

    person: Person
    user: Mapping[str, Any]
    place: str


def look_at_people(questions: Questions, policy: Policy, team_id: str, at: datetime) -> Iterator[Finding]:
    """Asks about one after the other: a list of the whole workspace would be many more than these."""
    members: list[Found] = []
    unasked: dict[str, int] = {}
    for index, person in enumerate(policy.people):
        try:
            said = _ask(questions, person)
        except OutOfPatience as out:
            unasked[f"{out}. Run doctor again in a minute"] = len(policy.people) - index
            break
        place = f"people[{index}]"
        if said.error in ("user_not_found", "users_not_found"):
            yield _nobody(person, place)
        elif said.error is not None:
            needed = said.body.get("needed")
            why = f"{needed} is missing" if needed else f"Slack answers {said.error}"
            unasked[why] = unasked.get(why, 0) + 1
        else:
            found = Found(person=person, user=dict(said.body["user"]), place=place)
            state = state_of(dict(found.user), team_id)
            if state == "member":
                members.append(found)
                yield from _same_person(found)
            else:
                yield no("person", f"{person.email} {_STATES[state]} ({place})")
    for why, number in unasked.items():
        yield care("person", f"{counted(number, 'person was', 'people were')} not looked up: {why}")
    if members:
        everybody = counted(len(policy.people), "person", "people")
        yield ok("person", f"{len(members)} of {everybody} found in Slack as full members")
        for found in members:
            yield from look_at_silence(questions, found.person, found.user, found.place, policy)
        yield from _zones(members, policy, at)


def _ask(questions: Questions, person: Person) -> Answer:
    if person.slack is not None:
        slack_id = person.slack
        return questions.ask(lambda web: web.users_info(user=slack_id, include_locale=True))
    return questions.ask(lambda web: web.users_lookupByEmail(email=person.email))


def _nobody(person: Person, place: str) -> Finding:
    if person.slack is None:
        mend = "Correct the address or set slack:"
        return no("person", f"{person.email} is not in this workspace. {mend} ({place})")
    mend = "Correct slack:, or leave it out and be found by the address"
    return no("person", f"{person.email}: {person.slack} is not in this workspace. {mend} ({place}.slack)")


def _same_person(found: Found) -> Iterator[Finding]:
    """An id that was copied from the wrong profile sends somebody else's leads there."""
    person, email = found.person, (found.user.get("profile") or {}).get("email")
    if person.slack is not None and email and email.casefold() != person.email:
        mend = "Check slack:, and the address"
        yield care("person", f"{person.email}: {person.slack} is {email} in Slack. {mend} ({found.place})")


def _zones(members: list[Found], policy: Policy, at: datetime) -> Iterator[Finding]:
    looked_at = 0
    for found in members:
        zone = _zone(found.user.get("tz"))
        calendars = {name: policy.calendars[name] for name in _calendars_of(found.person, policy)}
        fixed = {name: one for name, one in calendars.items() if not one.always}
        if zone is None or not fixed or len(fixed) < len(calendars):
            continue
        looked_at += 1
        apart = {name: _apart(zone, one, at) for name, one in fixed.items()}
        nearest = min(apart, key=lambda name: apart[name])
        if apart[nearest] > ZONES_APART_MAX:
            hours = f"{apart[nearest] / timedelta(hours=1):g} h"
            there = f"the calendar {nearest} ({fixed[nearest].timezone})"
            mend = "Give them a calendar: of their own, or let them set their zone in Slack"
            what = f"{found.person.email} is in {zone.key} in Slack, {hours} from {there}. {mend} ({found.place})"
            yield care("zone", what)
    if looked_at:
        yield ok("zone", f"{counted(looked_at, 'person', 'people')} compared with their calendars")


def _calendars_of(person: Person, policy: Policy) -> list[str]:
    """The calendars on which the person's clocks run: as a rep, or else as a backup."""
    if person.calendar is not None:
        return [person.calendar]
    as_rep = policy.teams_of_rep(person.email)
    as_backup = [name for name in policy.teams if person in policy.backups(name)]
    return list(dict.fromkeys(policy.teams[name].calendar for name in as_rep or as_backup))


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError):  # one that this machine does not know
        return None


def _apart(zone: ZoneInfo, calendar: WorkingCalendar, at: datetime) -> timedelta:
    """By how much the clocks on the two walls differ."""
    on_the_walls = [at.astimezone(one).replace(tzinfo=None) for one in (zone, ZoneInfo(calendar.timezone))]
    return abs(on_the_walls[0] - on_the_walls[1])
