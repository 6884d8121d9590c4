"""/lead-sla who: who is on call now and next, and who of the caller's teams is away."""

from collections.abc import Iterator
from dataclasses import replace

from bot.slack.commands.answers import Json, answer, until
from bot.slack.commands.asking import Asking
from bot.slack.lines import Line, Name, line
from sla.availability import NOTHING_KNOWN, Away, away
from sla.names import name_of, rotation_name
from sla.on_call import Shift, shift_at
from sla.policy import Person

AWAY_MAX = 20


def who(asking: Asking) -> Json:
    lines = [*_on_call(asking), *_away(asking)]
    return answer(asking.reader, *lines)


def _on_call(asking: Asking) -> Iterator[Line]:
    reader, policy = asking.reader, asking.policy
    for name, rotation in policy.on_call.items():
        covers = asking.covers.get(name, ())
        shift = shift_at(rotation, asking.at, covers)
        if shift is None:
            yield line(reader, "who.nobody", rotation=rotation_name(name))
            continue
        following = shift_at(rotation, shift.until_at, covers)
        yield line(
            reader,
            "who.on_call",
            rotation=rotation_name(name),
            person=_name(asking, shift),
            instead=_instead(asking, shift),
            until=shift.until_at,
            next=line(reader, "who.next", person=_name(asking, following)) if following is not None else None,
        )
    if not policy.on_call:
        yield line(reader, "who.no_rotation")


def _name(asking: Asking, shift: Shift) -> Name:
    return Name(name_of(asking.policy, shift.person))


def _instead(asking: Asking, shift: Shift) -> Line | None:
    if shift.instead_of is None:
        return None
    return line(asking.reader, "who.instead", person=Name(name_of(asking.policy, shift.instead_of)))


def _away(asking: Asking) -> Iterator[Line]:
    gone = [(person, found) for person in _colleagues(asking) if (found := _is_away(asking, person))]
    if not gone:
        yield line(asking.reader, "who.nobody_away")
    for person, found in gone[:AWAY_MAX]:
        cover = line(asking.reader, "who.cover", person=Name(name_of(asking.policy, found.cover)))
        yield line(
            asking.reader,
            "who.away" if found.until_at is not None else "who.away.open",
            person=Name(person.name),
            until=until(asking.reader, found.until_at) if found.until_at is not None else None,
            cover=cover if found.cover is not None else None,
        )
    if len(gone) > AWAY_MAX:
        yield line(asking.reader, "away.leads.more", n=asking.reader.number(len(gone) - AWAY_MAX))


def _colleagues(asking: Asking) -> list[Person]:
    """Everybody of the teams in which the caller is; of all teams for who is in none."""
    policy = asking.policy
    theirs: list[Person] = []
    for name in policy.teams:
        members = (*policy.reps(name), *policy.backups(name), *policy.managers(name))
        theirs += members if asking.person in members else ()
    return [person for person in policy.people if person in theirs or not theirs]


def _is_away(asking: Asking, person: Person) -> Away | None:
    """Why somebody is away besides their hours and holidays."""
    policy = asking.policy
    known = asking.people.get(person.email, NOTHING_KNOWN)
    spell = known.spell_at(asking.at)
    if spell is None and known.is_active:
        return None
    team = policy.team_of_rep(person.email) or policy.routing.fallback.team
    found = away(policy.person_calendar(person.email, team), known, asking.at)
    return replace(found, cover=spell.cover) if found is not None and spell is not None else found
