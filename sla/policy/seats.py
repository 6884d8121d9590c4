"""A rep's seat in a team: everything that routing asks of the file about them, looked up once."""

from collections.abc import Mapping
from typing import NamedTuple

from sla.policy.people import Person, Team


class Seat(NamedTuple):
    """Of 200 reps each is asked for every lead, so these are plain values.

    `languages` are lower-case codes without a region. `open_leads_max` None is no limit.
    """

    email: str
    name: str
    calendar: str
    weight: int
    open_leads_max: int | None
    languages: frozenset[str]


def seat_of(person: Person, team: Team) -> Seat:
    return Seat(
        email=person.email,
        name=person.name,
        calendar=person.calendar or team.calendar,
        weight=person.weight,
        open_leads_max=person.open_leads_max,
        languages=frozenset(map(language_code, person.languages)),
    )


def language_code(said: str) -> str:
    """ "de" of "de", "DE" and "de-AT": who works in a language works in each country's."""
    return said.replace("_", "-").partition("-")[0].strip().casefold()


Seats = Mapping[str, tuple[Seat, ...]]
"""By the team's name, in the order of the file."""
