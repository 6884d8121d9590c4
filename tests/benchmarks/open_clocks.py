"""A database full of open clocks, some of them due: decided by the core, written by the storage, told by nobody."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path

from sqlalchemy import text

from bot.policies import PolicyBox
from sla import facts
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision, Entry, Post
from sla.lead import Lead, LeadId, changed
from sla.surroundings import Surroundings
from storage import leads, schema
from storage.database import Database
from storage.ids import new_lead_id
from storage.leads import Change
from tests.sla.play import EXAMPLE, moment

NOW = moment("Mon 15:00")
"""When the due ones are due, in the middle of their team's day."""
ARRIVED_BEFORE = (timedelta(hours=2), timedelta(hours=4), timedelta(hours=5))
"""With a target of four hours the next step is, in turn: the reminder, the deadline, the hand-over."""
WRITTEN_AT_ONCE = 1_000
WRITTEN_APART = timedelta(seconds=60)
"""Between two writings, so that the ids of what is owed come from as many moments as they would in life."""
SPREAD = 10
"""The due ones came due during so many seconds."""
EARLIER_BY = timedelta(seconds=40)
"""How long before the others those came due that a bot is to have fired already."""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A database file with its policy, to be copied for each round."""

    file: Path
    policies: PolicyBox

    def copied(self, folder: Path, name: str) -> Path:
        target = folder / f"{name}.db"
        shutil.copy(self.file, target)
        # Else the first checkpoint of whoever is measured waits until the whole copy is on the disk.
        with target.open("rb+") as copy:
            os.fsync(copy.fileno())
        return target


def office(
    folder: Path,
    *,
    clocks: int,
    due: int,
    earlier: int = 0,
    policy: Path = EXAMPLE,
    now: datetime = NOW,
) -> Office:
    """So many open clocks, so many of which are due `now`, and so many a little earlier; every owner has their card."""
    file = folder / f"office-{clocks}.db"
    database = Database(f"sqlite:///{file}")
    try:
        schema.upgrade(database)
        policies = PolicyBox.open(database, policy, now)
        waiting = _all(policies, clocks, due, earlier, now)
        at = now - WRITTEN_APART * (1 + clocks // WRITTEN_AT_ONCE)
        while some := list(islice(waiting, WRITTEN_AT_ONCE)):
            with database.begin() as connection:
                leads.write(connection, some, at)
            at += WRITTEN_APART
        with database.begin() as connection:
            connection.execute(
                text("update outbox set state = 'sent', channel = 'D0', ts = id, sent_at = created_at")
            )
            connection.execute(
                text(
                    "insert into cards (id, lead_id, role, place, clock, channel, ts, wanted_revision, "
                    "shown_revision, shown_hash, posted_at) select outbox.id, lead_id, role, place, clock, "
                    "channel, ts, revision, revision, 'as it is', created_at from outbox "
                    "join leads on leads.id = outbox.lead_id where role != 'managers_line'"
                )
            )
        with database.read() as connection:
            connection.execute(text("pragma wal_checkpoint(truncate)"))
    finally:
        database.close()
    return Office(file=file, policies=policies)


def _all(policies: PolicyBox, clocks: int, due: int, earlier: int, now: datetime) -> Iterator[Change]:
    agos = [ago + timedelta(seconds=later) for later in range(SPREAD) for ago in ARRIVED_BEFORE]
    numbers = count()
    for many, by in ((due, timedelta(0)), (earlier, EARLIER_BY)):
        falls_due = [_played(policies, number, now - by - ago, now) for number, ago in enumerate(agos)]
        for number in islice(numbers, many):
            yield _copy(falls_due[number % len(falls_due)], number)
    like = _played(policies, due, now - timedelta(minutes=10), now)
    for number in islice(numbers, clocks - due - earlier):
        yield _copy(like, number, later=timedelta(seconds=number % 3600))


def typical(name: str) -> LeadDetails:
    """A lead as most are: of the middle, with what its form had."""
    return LeadDetails(
        external_id=f"web-{name}",
        email=f"dana.{name}@northwind.example",
        first_name="Dana",
        last_name="Reyes",
        company="Northwind Freight",
        country="US",
        score=50,
        intent="webinar",
        message="We are looking at tools for our dispatch team and would like to see yours.",
    )


def _played(policies: PolicyBox, number: int, arrived_at: datetime, now: datetime) -> Change:
    """A lead and all that was decided about it until just before `now`."""
    current = policies.current
    around = Surroundings(policy=current.policy, version=current.version, terms=current.policy)
    lead_id = new_lead_id(arrived_at)
    details = typical(str(number))
    arrived = facts.LeadArrived(lead_id=lead_id, at=arrived_at, source="website", details=details)
    decision = decide(None, arrived, around)
    entries: list[Entry] = [*decision.entries]
    posts: list[Post] = [*decision.posts]
    delivered = facts.CardDelivered(lead_id=lead_id, at=arrived_at + timedelta(seconds=2), clock=1)
    lead = decide(decision.lead, delivered, around).lead
    while (at := _next_step(lead)) < now - timedelta(minutes=1):
        decision = decide(lead, facts.StepReached(lead_id=lead_id, at=at, clock=1), around)
        lead = decision.lead
        entries += decision.entries
        posts += decision.posts
    whole = Decision(lead=lead, entries=tuple(entries), posts=tuple(posts))
    return Change(before=None, decision=whole, policy_version=current.version)


def _next_step(lead: Lead) -> datetime:
    assert lead.clock is not None
    assert lead.clock.next_step_at is not None
    return lead.clock.next_step_at


def _copy(change: Change, number: int, *, later: timedelta = timedelta(0)) -> Change:
    """The same lead again under another name, its next step so much later."""
    lead = change.decision.lead
    lead_id = LeadId(f"{lead.id[:-6]}{number:06}")
    [clock] = lead.clocks
    moved = changed(clock, lead_id=lead_id, next_step_at=_next_step(lead) + later)
    its_own = {"external_id": f"web-{number}", "email": f"dana.{number}@northwind.example"}
    copied = changed(lead, id=lead_id, details=lead.details.model_copy(update=its_own), clocks=(moved,))
    return change._replace(decision=change.decision._replace(lead=copied))
