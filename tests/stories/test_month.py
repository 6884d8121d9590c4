"""How often people are disturbed in a whole month of a whole team, counted from what Slack accepted."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from sla.effects import Role
from sla.lead import ClockKind, Lead, LeadId
from storage import leads as stored
from storage import outbox
from storage.outbox import Delivery
from tests.stories.conftest import open_office
from tests.stories.days import Days
from tests.stories.front_door import FrontDoor

pytestmark = pytest.mark.thorough

IN_TIME_MAX, BREACHED_MAX = 3, 5
MANAGERS_MAX = 1
ALWAYS = (Role.PAGE, Role.SHIFT, Role.SHIFT_OVER)
"""What comes at any hour, and at once."""
TOGETHER = timedelta(minutes=1)
MINUTES_ONLY = timedelta(minutes=10)
"""Who has no longer than this for a lead is told at once, whatever they were told just before."""
A_MONTH_TAKES = 3 * 60 * 60
"""Seconds, at most: an hour on a machine that has other work."""


@dataclass
class Record:
    """What Slack accepted in these days, each post with what was owed; lines of threads are left out."""

    days: Days
    posts: list[tuple[datetime, str, Delivery]]
    rows: Mapping[str, list[Delivery]]
    leads: Mapping[LeadId, Lead]

    def about(self) -> dict[tuple[LeadId, str], list[Role]]:
        """The posts about each lead in each place; a list counts once for each lead that has a row in it."""
        told: dict[tuple[LeadId, str], list[Role]] = defaultdict(list)
        for _, place, delivery in self.posts:
            for lead_id in {one.lead_id for one in self.what(delivery)} - {None}:
                told[lead_id or LeadId(""), place].append(delivery.role)
        return told

    def what(self, delivery: Delivery) -> list[Delivery]:
        return self.rows[delivery.id] if delivery.role is Role.LEAD_LIST else [delivery]

    def to_people(self) -> dict[str, list[tuple[datetime, Delivery]]]:
        told: dict[str, list[tuple[datetime, Delivery]]] = defaultdict(list)
        for at, place, delivery in self.posts:
            if place.startswith("@"):
                told[place].append((at, delivery))
        return told

    def is_urgent(self, delivery: Delivery) -> bool:
        """Whether one of its leads leaves its owner only minutes."""
        clocks = [
            clock
            for one in self.what(delivery)
            if one.lead_id is not None
            for clock in self.leads[one.lead_id].clocks
            if clock.number == one.clock and clock.due_at is not None
        ]
        return any((clock.due_at or clock.started_at) - clock.started_at <= MINUTES_ONLY for clock in clocks)


@pytest.fixture
def days(
    request: pytest.FixtureRequest, front_door: FrontDoor, tmp_path: Path, sqlite_url: str
) -> Iterator[Days]:
    reps, each, number, grid_s = request.param
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
            # Nobody sends e-mails and text messages here; what is never sent would be looked through ever again.
            policy["on_call"]["hot-leads"]["also_by"] = []
            for tier in policy["tiers"]:
                tier.get("after_hours", {}).pop("acknowledge", None)

        office.it_begins("2026-11-23 00:00")
        office.the_policy_changes(larger)
        yield Days(office, reps, each, number, timedelta(seconds=grid_s))
    gc.unfreeze()


SIZES = [
    pytest.param((4, 6, 5, 15), id="a short week"),
    # Twenty-one weekdays, of which one is Thanksgiving: 20,000 leads.
    pytest.param(
        (25, 40, 21, 60), id="a month", marks=[pytest.mark.slow, pytest.mark.timeout(A_MONTH_TAKES)]
    ),
]


@pytest.mark.parametrize("days", SIZES, indirect=True)
def test_nobody_is_told_more_often_than_was_promised(days: Days) -> None:
    began = process_time()
    days.go_by()
    record = _record(days)
    _say(record, process_time() - began)
    assert [*_over_the_budget(record), *_within_a_minute(record), *_at_night(record)] == []


def _record(days: Days) -> Record:
    ledger = days.office.workspace.ledger
    accepted = {post.delivery_id: post for post in ledger.posts() if "thread_ts" not in post.payload}
    with days.office.bot.database.read() as connection:
        known = stored.load(connection, days.leads)
        rows: dict[str, list[Delivery]] = defaultdict(list)
        owed: dict[str, Delivery] = {}
        for lead_id in days.leads:
            for delivery in outbox.of_lead(connection, lead_id):
                owed[delivery.id] = delivery
                if delivery.list_id is not None:
                    rows[delivery.list_id].append(delivery)
        owed |= outbox.get(connection, [id for id in accepted if id is not None and id not in owed])
    # When the bot sent it: time goes by in leaps here, and a call may be on its way while it does.
    posts = [(owed[id].send_started_at, owed[id].place, owed[id]) for id in accepted if id is not None]
    sent = [(at, place, delivery) for at, place, delivery in posts if at is not None]
    assert len(sent) == len(posts)
    return Record(days, sorted(sent, key=lambda post: (post[0], post[2].seq)), rows, known)


def _over_the_budget(record: Record) -> list[str]:
    return [
        f"{lead_id} in {place}: {', '.join(roles)}"
        for (lead_id, place), roles in record.about().items()
        if len(roles) > _most(record.leads[lead_id], place)
    ]


def _most(lead: Lead, place: str) -> int:
    if place.startswith("@"):
        return BREACHED_MAX if lead.breach is not None else IN_TIME_MAX
    if place == "C0BACKUP":
        # One for each time that it came there: a round, or the morning after a night with whoever was on call.
        return sum(1 for clock in lead.clocks if clock.kind is ClockKind.QUEUE)
    return MANAGERS_MAX


def _within_a_minute(record: Record) -> list[str]:
    """Whoever was told twice in a minute, of leads that could have waited for it to be over."""
    return [
        f"{place} at {before:%a %H:%M:%S} and {at:%H:%M:%S}: {delivery.role}"
        for place, told in record.to_people().items()
        for (before, _), (at, delivery) in pairwise(told)
        if at - before < TOGETHER and delivery.role not in ALWAYS and not record.is_urgent(delivery)
    ]


def _at_night(record: Record) -> list[str]:
    """What people were told outside their hours that was no page."""
    calendar = record.days.office.bot.policies.current.policy.calendars["us-east"]
    return [
        f"{delivery.role} to {place} at {at}"
        for place, told in record.to_people().items()
        for at, delivery in told
        if delivery.role not in ALWAYS and not calendar.is_open(at) and not _was_claimed(record, delivery)
    ]


def _was_claimed(record: Record, delivery: Delivery) -> bool:
    """Whoever claims a lead is there for it at that moment."""
    clocks = record.leads[delivery.lead_id].clocks if delivery.lead_id is not None else ()
    return any(clock.number == delivery.clock and clock.how == "claimed" for clock in clocks)


def _say(record: Record, seconds: float) -> None:
    """For the notes: how many messages a lead makes, how often people are disturbed, how many pages a night has."""
    number, people = len(record.days.leads), record.to_people()
    to_people = sum(len(told) for told in people.values())
    reps = {place: told for place, told in people.items() if place.startswith("@rep")}
    hours = Counter((place, f"{at:%m%d%H}") for place, told in reps.items() for at, _ in told)
    channels = Counter(place for _, place, _ in record.posts if not place.startswith("@"))
    pages = sum(1 for _, _, delivery in record.posts if delivery.role is Role.PAGE)
    breached = sum(1 for lead in record.leads.values() if lead.breach is not None)
    print(
        f"\n{number} leads in {record.days.days} days, {breached} breached; "
        f"{len(record.posts) / number:.2f} posts a lead, {to_people / number:.2f} to people;\n"
        f"a rep is told {sum(hours.values()) / max(len(hours), 1):.1f} times in an hour with anything in it, "
        f"{max(hours.values(), default=0)} at most; "
        f"{pages / record.days.days:.1f} pages a night;\n"
        + ", ".join(
            f"{many / record.days.days:.1f} posts a day in {place}" for place, many in channels.items()
        )
        + f"; {seconds:.0f} s of work"
    )
