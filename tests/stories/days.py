"""Days of a whole team: leads come in, most are answered in time, some late, some never; the same each time."""

import gc
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, NamedTuple

from sla.facts import LeadClaimed
from sla.lead import LeadId, Stage
from tests.sla.play import NEW_YORK, moment
from tests.stories.front_door import ADMIN_KEY, WEBSITE_KEY
from tests.stories.limits import LIMIT
from tests.stories.office import Office
from tests.stories.staff import email_of


class Kind(NamedTuple):
    """A share of a realistic day's leads, and within how many minutes who answers in time does so."""

    intent: str
    score: int
    share: float
    first: float
    last: float


MIX = (
    Kind("demo_request", 88, 0.1, 1, 4),
    Kind("trial", 68, 0.2, 5, 25),
    Kind("webinar", 35, 0.5, 10, 220),
    Kind("other", 5, 0.2, 30, 600),
)
OVERNIGHT = 0.12
IN_TIME, LATE = 0.85, 0.1
"""The others are never contacted by their owner."""
LATE_FACTOR = 1.5
CLAIMED = 0.6
"""Of what stands in the backup queue so much is claimed, soon after it came there."""
CLAIMER = "alice"
HANDED_OVER_AFTER = timedelta(hours=1)
WORKING = timedelta(hours=7)
"""In the last hour of a day nothing comes in but what comes overnight."""


@dataclass
class Days:
    """So many reps, leads for each of them in a day, and working days.

    What falls into one step of `grid` happens at one moment: a month of seconds would take half a day.
    """

    office: Office
    reps: int
    each: int
    days: int
    grid: timedelta
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    leads: list[LeadId] = field(default_factory=list)
    _events: list[tuple[datetime, int, Any]] = field(default_factory=list)
    _number: int = 0
    _freezes_after: date = date.min

    def go_by(self) -> None:
        for day in range(self.days):
            week, weekday = divmod(day, 5)
            if (week, weekday) == (0, 3):
                # Thanksgiving.
                continue
            midnight = moment("Mon 0:00") + timedelta(days=7 * week + weekday)
            for _ in range(self.reps * self.each):
                self._then(midnight + self._time_of_day(), self._arrives)
        while self._events:
            at, _, what = heappop(self._events)
            if at > self.office.now:
                self.office.it_is(f"{at.astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}")
                if at.date() > self._freezes_after:
                    # Everything that Slack was ever told is kept; to look through it for garbage takes ever longer.
                    self._freezes_after = at.date()
                    gc.freeze()
            what()
        self.office.it_is(f"{(self.office.now + timedelta(hours=12)).astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}")

    def _then(self, at: datetime, what: Any) -> None:
        self._number += 1
        heappush(self._events, (at + (moment("Mon 0:00") - at) % self.grid, self._number, what))

    def _time_of_day(self) -> timedelta:
        if self.chance.random() < OVERNIGHT:
            return timedelta(minutes=self.chance.choice((*range(540), *range(1020, 1440))))
        return timedelta(hours=9, seconds=self.chance.randrange(int(WORKING.total_seconds())))

    def _arrives(self) -> None:
        [kind] = self.chance.choices(MIX, [one.share for one in MIX])
        self._number += 1
        lead = {
            "external_id": f"M-{self._number}",
            "first_name": "Kim",
            "last_name": f"Number {self._number}",
            "company": f"Company {self._number}",
            "email": f"kim@company{self._number}.example",
            "country": "US",
            "employees": 100,
            "intent": kind.intent,
            "score": kind.score,
        }
        sent = self.office.http("POST", "/v1/leads", key=WEBSITE_KEY, json=lead, settles=False)
        lead_id = LeadId(sent["lead_id"])
        self.leads.append(lead_id)
        self._is_answered(lead_id, kind)

    def _is_answered(self, lead_id: LeadId, kind: Kind) -> None:
        luck, minutes = self.chance.random(), self.chance.uniform(kind.first, kind.last)
        at = self.office.lead(lead_id).started_at or self.office.now
        if luck >= IN_TIME + LATE:
            due_at = self.office.lead(lead_id).due_at
            if due_at is not None and self.chance.random() < CLAIMED:
                minutes = self.chance.uniform(1, 40)
                self._then(
                    due_at + HANDED_OVER_AFTER + timedelta(minutes=minutes), lambda: self._claims(lead_id)
                )
            return
        if luck >= IN_TIME:
            minutes += LATE_FACTOR * kind.last
        self._then(at + timedelta(minutes=minutes), lambda: self._contacts(lead_id))

    def _contacts(self, lead_id: LeadId) -> None:
        owner = self.office.lead(lead_id).owner
        if owner is None:
            return
        mail = {"external_id": "m", "type": "email", "outcome": "sent", "by": owner}
        mail["occurred_at"] = self.office.now.isoformat()
        path = f"/v1/leads/{lead_id}/activities"
        self.office.http("POST", path, key=ADMIN_KEY, json=mail, settles=False)

    def _claims(self, lead_id: LeadId) -> None:
        lead = self.office.lead(lead_id)
        if lead.stage is not Stage.IN_QUEUE:
            return
        claimed = LeadClaimed(
            lead_id=lead_id, at=self.office.now, by=email_of(CLAIMER), generation=lead.generation
        )
        assert self.office.bot.recorder.record(claimed, LIMIT).refusal is None
        self._then(self.office.now + timedelta(minutes=10), lambda: self._contacts(lead_id))
