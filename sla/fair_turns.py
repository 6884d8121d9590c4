"""Whose turn it is in a team: who has had the least share of its leads, then who was assigned longest ago."""

from collections.abc import Sequence
from operator import itemgetter

from sla.eligible import named
from sla.policy import Policy
from sla.policy.seats import Seat
from sla.surroundings import Surroundings

CONSIDERED_MAX = 5
"""Of more people only the number is said."""
_EMAIL = itemgetter(Seat._fields.index("email"))


def choose(seats: Sequence[Seat], team: str, around: Surroundings) -> tuple[Seat, str, int]:
    """Whose turn it is, with the reason, and their share: the least one, then who was assigned longest ago.

    Where all that is equal the order of the file decides.
    """
    shares = shares_of(seats, team, around)
    least = min(shares)
    turns = around.turns
    even = [seat for seat, share in zip(seats, shares, strict=True) if share == least]
    chosen = min(even, key=lambda seat: turns.get(seat.email, 0)) if len(even) > 1 else even[0]
    return chosen, _turn_words(chosen, seats, len(even), team, around.policy), least


def shares_of(seats: Sequence[Seat], team: str, around: Surroundings) -> list[int]:
    policy = around.policy
    owed = policy.routing.missed_turns == "owed"
    people = list(map(_EMAIL, seats))
    return around.shares_of(team).standing(people, policy.rep_emails(team), owed=owed)


def _turn_words(chosen: Seat, seats: Sequence[Seat], even: int, team: str, policy: Policy) -> str:
    number = len(seats)
    if number == 1:
        return "Nobody else is in the team." if len(policy.seats(team)) == 1 else "Nobody else can take it."
    others = f" ({named(seats)})" if number <= CONSIDERED_MAX else ""
    if even == number:
        return f"{chosen.name} was assigned longest ago of {number}{others}."
    by_weight = ", counted by weight" if policy.has_weights(team) else ""
    if even == 1:
        return f"{chosen.name} has had the fewest leads of {number}{others}{by_weight}."
    return (
        f"{chosen.name} was assigned longest ago of the {even} with the fewest leads of {number}"
        f"{others}{by_weight}."
    )
