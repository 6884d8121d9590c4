"""How often people are disturbed in a whole month of a whole team, counted from what Slack accepted."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import pytest

from sla.effects import Role
from sla.lead import Lead, LeadId
from storage import leads as stored
from storage import outbox
from tests.sla.play import NEW_YORK, moment
from tests.stories.conftest import open_office
from tests.stories.front_door import FrontDoor
from tests.stories.office import Office

MIX = (("demo_request", 88, 0.1), ("trial", 68, 0.2), ("webinar", 35, 0.5), ("other", 5, 0.2))
"""Intent, score and share of the hot, high, standard and low leads of a realistic day."""
OVERNIGHT = 0.12
IN_TIME, LATE = 0.85, 0.1
"""The others are never contacted by their owner."""
HOT_FIRST = {"demo_request": (1, 4), "trial": (5, 25), "webinar": (10, 220), "other": (30, 600)}
"""After how many minutes somebody who answers in time does so."""
IN_TIME_MAX, BREACHED_MAX = 3, 5
ALWAYS = (Role.PAGE, Role.SHIFT, Role.SHIFT_OVER)
"""What comes at any hour."""


@dataclass
class Days:
    """So many reps, leads and working days, the same each time."""

    office: Office
    reps: int
    each: int
    days: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    leads: list[LeadId] = field(default_factory=list)

    def go_by(self) -> None:
        events: list[tuple[datetime, int, Any]] = []
        number = 0
        for day in range(self.days):
            week, weekday = divmod(day, 5)
            if (week, weekday) == (0, 3):
                continue
            midnight = moment("Mon 0:00") + timedelta(days=7 * week + weekday)
            for _ in range(self.reps * self.each):
                number += 1
                heappush(events, (midnight + self._time_of_day(), number, None))
        while events:
            at, one, known = heappop(events)
            self._it_is(at)
            if known is not None:
                self._contact(known, at)
                continue
            intent, score = self._kind()
            lead = self._arrives(one, intent, score)
            after = self._answer_after(intent)
            if after is not None:
                number += 1
                heappush(events, (at + after, number, lead))
        self._it_is(self.office.now + timedelta(hours=12))

    def _it_is(self, at: datetime) -> None:
        if at > self.office.now:
            self.office.it_is(f"{at.astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}")

    def _time_of_day(self) -> timedelta:
        if self.chance.random() < OVERNIGHT:
            return timedelta(minutes=self.chance.choice((*range(540), *range(1020, 1440))))
        return timedelta(hours=9, seconds=self.chance.randrange(0, 7 * 3600))

    def _kind(self) -> tuple[str, int]:
        [kind] = self.chance.choices(MIX, [share for _, _, share in MIX])
        return kind[0], kind[1]

    def _answer_after(self, intent: str) -> timedelta | None:
        luck = self.chance.random()
        first, last = HOT_FIRST[intent]
        minutes = self.chance.uniform(first, last)
        if luck < IN_TIME:
            return timedelta(minutes=minutes)
        return timedelta(minutes=minutes + 1.5 * last) if luck < IN_TIME + LATE else None

    def _arrives(self, number: int, intent: str, score: int) -> LeadId:
        lead = {
            "external_id": f"M-{number}",
            "first_name": "Kim",
            "last_name": f"Number {number}",
            "company": f"Company {number}",
            "email": f"kim@company{number}.example",
            "country": "US",
            "employees": 100,
            "intent": intent,
            "score": score,
        }
        lead_id = LeadId(self.office.sends(lead)["lead_id"])
        self.leads.append(lead_id)
        return lead_id

    def _contact(self, lead_id: LeadId, at: datetime) -> None:
        owner = self.office.lead(lead_id).owner
        if owner is None:
            return
        mail = {"external_id": "m", "type": "email", "outcome": "sent", "by": owner}
        mail["occurred_at"] = at.isoformat()
        self.office.http("POST", f"/v1/leads/{lead_id}/activities", json=mail)


@pytest.fixture
def days(
    request: pytest.FixtureRequest, front_door: FrontDoor, tmp_path: Path, sqlite_url: str
) -> Iterator[Days]:
    reps, each, number = request.param
    with open_office(front_door, tmp_path, sqlite_url) as office:
        names = [f"rep{one:02d}" for one in range(reps)]
        for name in names:
            office.workspace.add_user(
                f"U0{name.upper()}", name=name, real_name=f"Rep {name[3:]}", email=f"{name}@acme.example"
            )

        def larger(policy: Any) -> None:
            people = [{"email": f"{name}@acme.example", "name": f"Rep {name[3:]}"} for name in names]
            policy["people"] += people
            policy["teams"]["inside-sales"]["reps"] = [person["email"] for person in people]

        office.it_begins("2026-11-23 00:00")
        office.the_policy_changes(larger)
        yield Days(office, reps, each, number)


SIZES = [
    pytest.param((4, 6, 5), id="a short week"),
    pytest.param((25, 40, 20), id="a month", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("days", SIZES, indirect=True)
def test_nobody_is_told_more_often_than_was_promised(days: Days) -> None:
    days.go_by()
    told = _told(days)
    with days.office.bot.database.read() as connection:
        known = stored.load(connection, days.leads)
    for (lead_id, place), roles in told.items():
        most = _most(known[lead_id], place)
        assert len(roles) <= most, (lead_id, place, roles, known[lead_id].outcome)
    assert _at_night(days) == []
    _say(days, told)


def _at_night(days: Days) -> list[str]:
    """What people were told outside their hours that was no page."""
    office = days.office
    posts = [post for post in office.workspace.ledger.posts() if str(post.channel).startswith("D")]
    with office.bot.database.read() as connection:
        owed = outbox.get(connection, [post.delivery_id for post in posts if post.delivery_id is not None])
    calendar = office.bot.policies.current.policy.calendars["us-east"]
    return [
        f"{owed[post.delivery_id].role} to {owed[post.delivery_id].place} at {_time_of(post.ts)}"
        for post in posts
        if post.delivery_id in owed and owed[post.delivery_id].role not in ALWAYS
        if not calendar.is_open(_time_of(post.ts))
    ]


def _time_of(ts: str | None) -> datetime:
    return datetime.fromtimestamp(float(ts or 0), tz=UTC)


def _told(days: Days) -> dict[tuple[LeadId, str], list[str]]:
    """What was posted about each lead in each place, outside threads; a list counts for each of its rows."""
    ledger = days.office.workspace.ledger
    posted = {post.delivery_id for post in ledger.posts() if "thread_ts" not in post.payload}
    told: dict[tuple[LeadId, str], list[str]] = defaultdict(list)
    with days.office.bot.database.read() as connection:
        for lead_id in days.leads:
            seen: set[tuple[str, str]] = set()
            for delivery in outbox.of_lead(connection, lead_id):
                stands_as = delivery.id if delivery.id in posted else delivery.list_id
                if stands_as in posted and (delivery.place, str(stands_as)) not in seen:
                    seen.add((delivery.place, str(stands_as)))
                    told[lead_id, delivery.place].append(delivery.role)
    return told


def _most(lead: Lead, place: str) -> int:
    if place.startswith("@"):
        return BREACHED_MAX if lead.breach is not None else IN_TIME_MAX
    # One card for the managers; a decision calls them once more. In the queue one for each of its rounds.
    return 2


def _say(days: Days, told: dict[tuple[LeadId, str], list[str]]) -> None:
    """For the notes: how many messages a lead makes, how many pages a night has."""
    posts = days.office.workspace.ledger.posts()
    to_people = [post for post in posts if str(post.channel).startswith("D")]
    pages = Counter(role for roles in told.values() for role in roles)["page"]
    print(
        f"{len(days.leads)} leads, {len(posts)} posts ({len(posts) / len(days.leads):.2f} a lead), "
        f"{len(to_people) / len(days.leads):.2f} to people, {pages / days.days:.1f} pages a night"
    )
