"""Fair turns: how much of a team's leads each of its reps has had, and whose share is the least."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

LEAD = 720_720_000
"""What one lead adds to the share of somebody of weight 1; weights up to 16 divide it without a rest."""


@dataclass(frozen=True, kw_only=True)
class TeamShares:
    """The shares of one team; each lead adds less to the share of who has more weight.

    `floor` is the least share among those who could take leads when one was last given out. Whoever missed
    turns since begins again from there, unless the policy says that missed turns are owed.
    """

    of: Mapping[str, int] = field(default_factory=dict)
    floor: int = 0

    def standing(self, people: Sequence[str], reps: Iterable[str], *, owed: bool) -> list[int]:
        """The share of each of these people as it counts now; who is new to the team has the median of its reps."""
        of = self.of
        try:
            found = list(map(of.__getitem__, people))
        except KeyError:
            first = self._median(reps, owed=owed)
            found = [of.get(email, first) for email in people]
        if owed or not found or min(found) >= self.floor:
            return found
        return [max(share, self.floor) for share in found]

    def with_lead(
        self, person: str, weight: int, reps: Sequence[str], *, floor: int | None, owed: bool
    ) -> "TeamShares":
        """After this person, one of the reps, got a lead. From now on whoever was new has a share of their own."""
        shares = dict(self.of)
        new = [email for email in reps if email not in shares]
        if new:
            shares.update(dict.fromkeys(new, self._median(reps, owed=owed)))
        counted = shares[person] if owed else max(shares[person], self.floor)
        shares[person] = counted + LEAD // weight
        return TeamShares(of=shares, floor=self.floor if floor is None else max(floor, self.floor))

    def _median(self, reps: Iterable[str], *, owed: bool) -> int:
        known = [self.of[email] for email in reps if email in self.of]
        middle = median_low(known) if known else 0
        return middle if owed else max(middle, self.floor)


NO_LEADS_YET = TeamShares()
