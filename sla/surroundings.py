"""What a decision may look at besides the lead and the fact: policies, turns, and absences of the system."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sla.availability import NOTHING_KNOWN, PersonNow
from sla.on_call import Cover
from sla.policy import Policy
from sla.shares import NO_LEADS_YET, TeamShares

InLine = tuple[int, str]
"""A lead that waits for room: the place of its tier, hottest first, and its id, by which the older go first."""
ABSENCE_MIN = timedelta(seconds=60)
"""Shorter silences are not an absence: nobody is excused for them."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A time in which the bot did not tick, or Slack took no message."""

    what: Literal["bot", "slack"]
    from_at: datetime
    until_at: datetime

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.from_at < end and self.until_at > start


@dataclass(frozen=True, kw_only=True)
class Kin:
    """An earlier lead of the same person, or an open one of the same company (`domain`), and whose it is."""

    owner: str
    team: str
    received_at: datetime
    domain: str | None = None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The world as a decision sees it.

    `policy` is the current file: people, channels, rights. `terms` is the one under which this lead's clocks
    run: targets, calendars, ladders. `turns` holds the number of each person's last turn (nobody's is 0),
    `shares` how each team's leads were shared out. `people` holds what is known of people besides the policy,
    `covers` who is on call instead of whom, by rotation.
    `waiting` are the leads that wait for somebody of their team, by team and in the order in which they are given;
    it is filled where somebody may have only so many.
    `passed_today` counts the leads that the person of the fact has passed since their midnight.
    `absences` are the recent ones, oldest first. `kin` is what speaks for a new lead's owner, if anything does.
    """

    policy: Policy
    version: str
    terms: Policy
    turns: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, TeamShares] = field(default_factory=dict)
    people: Mapping[str, PersonNow] = field(default_factory=dict)
    covers: Mapping[str, tuple[Cover, ...]] = field(default_factory=dict)
    waiting: Mapping[str, Sequence[InLine]] = field(default_factory=dict)
    passed_today: int = 0
    absences: tuple[Absence, ...] = ()
    kin: Kin | None = None

    def known_of(self, email: str) -> PersonNow:
        return self.people.get(email, NOTHING_KNOWN)

    def shares_of(self, team: str) -> TeamShares:
        return self.shares.get(team, NO_LEADS_YET)
