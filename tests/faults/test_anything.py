"""Anything may go wrong at any time: whatever it was, in the end everything owed was said once."""

import random
from datetime import timedelta

import pytest

from bot.sandbox.faults import Faults
from sla.facts import ContactLogged, LeadClaimed
from sla.lead import ContactId, Lead, LeadId, Stage
from storage.database import Database
from tests.bot.courier.office import EMAILS, LIMIT
from tests.faults.rig import Rig, open_rig

SEEDS = range(40)
TURNS = 40
METHODS = (
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.replies",
    "users.info",
    "*",
)


def something_goes_wrong(chance: random.Random, faults: Faults) -> None:
    method, accept, times = chance.choice(METHODS), chance.random() < 0.5, chance.randint(1, 3)
    match chance.randrange(8):
        case 0:
            faults.ratelimit(method, retry_after=chance.choice([0, 1, 30, 120, None, "soon"]), times=times)
        case 1:
            faults.fail("status", method, accept=accept, status=chance.choice([500, 503]), times=times)
        case 2:
            faults.fail(
                "error", method, accept=accept, error=chance.choice(["internal_error", "fatal_error"])
            )
        case 3:
            faults.fail("drop", method, accept=accept, times=times)
        case 4:
            faults.fail("reset", method, accept=accept, times=times)
        case 5:
            faults.fail("truncate", method, accept=accept, times=times)
        case 6:
            faults.fail("garbage", method, accept=accept, times=times)
        case 7:
            faults.late_history(chance.choice([5, 15, 45]))


def somebody_acts(chance: random.Random, rig: Rig, lead: Lead) -> None:
    if lead.stage is Stage.IN_QUEUE:
        who = EMAILS[chance.choice(["carla", "bob"])]
        fact = LeadClaimed(lead_id=lead.id, at=rig.now, by=who, generation=lead.generation)
        rig.office.recorder.record(fact, LIMIT)
    elif lead.owner is not None and chance.random() < 0.3:
        rig.office.recorder.record(
            ContactLogged(
                lead_id=lead.id,
                at=rig.now,
                contact_id=ContactId(f"K{lead.id}{rig.now.timestamp()}"),
                by=lead.owner,
                logged_by=lead.owner,
                channel="call",
                outcome="connected",
            ),
            LIMIT,
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_goes_wrong_everything_owed_is_said_once_in_the_end(
    sqlite_database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    leads: list[LeadId] = []
    with open_rig(sqlite_database) as rig:
        for _ in range(TURNS):
            match chance.randrange(10):
                case 0 | 1:
                    owner = EMAILS[chance.choice(["alice", "bob"])]
                    leads.append(rig.office.a_lead_arrives(owner=owner, score=chance.choice([88, 68, 40])))
                case 2 | 3:
                    something_goes_wrong(chance, rig.workspace.faults)
                case 4 if leads:
                    somebody_acts(chance, rig, rig.office.lead(chance.choice(leads)))
                case 5:
                    rig.office.courier.round()
                    rig.office.courier.stop(LIMIT)
                    rig.starts()
                case 6 if chance.random() < 0.3:
                    rig.slack_is_away_until(rig.now + timedelta(minutes=chance.choice([1, 5, 30])), "reset")
                case _:
                    rig.passes(seconds=chance.choice([1, 10, 60, 300, 900]))
        rig.workspace.faults.clear()
        rig.rests()
        rig.passes(minutes=11)
        assert not [one for one in rig.deliveries() if one.ended_at is None]
