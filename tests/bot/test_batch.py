"""A batch: whose passes count for today, and for which facts the turns are held."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import batch
from bot.batch import passed_today
from bot.policies import PolicyBox
from bot.policy_file import read_policy
from sla.calendar import WorkingCalendar
from sla.effects import Entry
from sla.facts import Fact, LeadClaimed, LeadPassed, LeadReassigned, OwnerNudged
from sla.lead import LeadId
from sla.policy import Policy
from storage import leads, timeline, turns
from storage.database import Database
from tests.sla.play import EXAMPLE, Play, hot, moment

ALICE, BOB, MIA = "alice@acme.example", "bob@acme.example", "mia@acme.example"


def in_havana(policy: Policy) -> Policy:
    """Where clocks go back from one o'clock to midnight, so that the first of November has two midnights."""
    havana = WorkingCalendar.model_validate({"timezone": "America/Havana", "always": True})
    return policy.model_copy(update={"calendars": dict.fromkeys(policy.calendars, havana)})


def test_a_day_with_two_midnights_begins_with_the_first(database: Database) -> None:
    play = Play()
    arrived = play.arrives("Mon 10:00", **hot())
    at = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    passed = Entry(kind="passed", occurred_at=at, logged_at=at, who=ALICE)
    with database.begin() as connection:
        leads.write(connection, [leads.Change(None, arrived, "v1")], at)
        timeline.append(connection, play.it.id, [passed])
    again = LeadPassed(
        lead_id=play.it.id,
        at=datetime(2026, 11, 1, 5, 45, tzinfo=UTC),
        by=ALICE,
        reason="other",
        generation=1,
    )
    with database.read() as connection:
        assert passed_today(connection, in_havana(play.policy), play.it, again) == 1


def test_passes_are_counted_also_for_a_lead_whose_team_has_gone(database: Database) -> None:
    play = Play()
    play.arrives("Mon 10:00", **hot())
    play.lead = play.it.__class__(**(play.it.__dict__ | {"team": "gone"}))
    fact = LeadPassed(lead_id=play.it.id, at=play.now, by=ALICE, reason="other", generation=1)
    with database.read() as connection:
        assert passed_today(connection, play.policy, play.it, fact) == 0


@pytest.mark.parametrize(
    ("fact", "held"),
    [
        (LeadClaimed(lead_id=LeadId("L1"), at=moment("Mon 10:00"), by=BOB, generation=1), True),
        (LeadReassigned(lead_id=LeadId("L1"), at=moment("Mon 10:00"), to=BOB, by=MIA), True),
        (OwnerNudged(lead_id=LeadId("L1"), at=moment("Mon 10:00"), by=MIA), False),
    ],
)
def test_turns_are_held_for_whatever_may_give_one(
    fact: Fact, held: bool, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def load(connection: Any, lock: bool) -> turns.Turns:
        asked.append(lock)
        return turns.Turns()

    monkeypatch.setattr(turns, "load", load)
    with database.begin() as connection:
        batch.Batch(connection, PolicyBox(database, read_policy(EXAMPLE)), moment("Mon 10:00")).decide([fact])
    assert asked == ([True] if held else [])
