"""A flood: more leads than a team's people may have. Who waits for room then, and in which order they get it."""

from bisect import bisect_left
from collections.abc import Sequence

from sla.policy import Policy, Tier
from sla.policy.seats import Seat
from sla.surroundings import InLine, Surroundings


def place_of(policy: Policy, tier: str | None) -> int:
    """How hot a tier is by its place in the file, 0 for the hottest; one that left the policy comes last."""
    return next((place for place, one in enumerate(policy.tiers) if one.name == tier), len(policy.tiers))


def can_wait(policy: Policy, tier: Tier) -> bool:
    """Whether a lead of this tier waits where its team has enough: not those of which managers hear at once."""
    return tier.name not in policy.notices.managers.at_once


def room_of(free: Sequence[Seat], around: Surroundings) -> int | None:
    """How many more leads these people may be given in all; None where one of them has no limit."""
    room = 0
    for seat in free:
        if seat.open_leads_max is None:
            return None
        room += max(0, seat.open_leads_max - around.known_of(seat.email).open_leads)
    return room


def first_in_line(line: Sequence[InLine], free: Sequence[Seat], around: Surroundings) -> Sequence[InLine]:
    """Those who are given a lead's owner now: as many as these people have room for."""
    return line[: room_of(free, around)] if free else ()


def has_its_turn(team: str, lead: InLine, free: Sequence[Seat], around: Surroundings) -> bool:
    """Whether there is room for this lead after all that wait and go before it."""
    line = around.waiting.get(team)
    before = bisect_left(line, lead) if line else 0
    if not before:
        return bool(free)
    room = room_of(free, around)
    return room is None or before < room


def behind_its_equals(policy: Policy, tier: Tier) -> InLine:
    """Where a new lead stands: who is as hot and waits already goes first."""
    return place_of(policy, tier.name) + 1, ""
