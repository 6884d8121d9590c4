"""A flood in the database: who waits is given in order, once, whatever number of processes look; one notice."""

import json
import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.batch import Batch
from bot.policies import PolicyBox
from bot.surge import SurgeDesk
from sla.details import LeadDetails
from sla.facts import Fact, LeadArrived, LeadClosed
from sla.lead import Lead, LeadId
from storage import leads, outbox
from storage.database import Database
from storage.ids import new_lead_id
from tests.databases import Open
from tests.sla.desk import ANN, BEN, MIA, team_data
from tests.sla.play import moment

AT = moment("Mon 10:00")
SECOND = timedelta(seconds=1)
HOT, LOW = 90, 10
LIMITS: dict[str, dict[str, Any]] = {ANN: {"open_leads_max": 5}, BEN: {"open_leads_max": 5}}


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(json.dumps(team_data((ANN, BEN), LIMITS, nobody_available="hold")), encoding="utf-8")
    return path


@pytest.fixture
def policies(database: Database, policy_file: Path) -> PolicyBox:
    return PolicyBox.open(database, policy_file, AT)


def record(database: Database, policies: PolicyBox, facts: list[Fact], at: datetime) -> None:
    with database.begin() as connection:
        batch = Batch(connection, policies, at)
        batch.decide(facts)
        batch.write()


def arrive(database: Database, policies: PolicyBox, scores: list[int], first: int = 0) -> list[LeadId]:
    """One in each second, all in one commit."""
    facts: list[Fact] = []
    for number, score in enumerate(scores, start=first):
        at = AT + number * SECOND
        said = {
            "external_id": f"X-{number}",
            "email": f"dana@n{number}.example",
            "company": "N",
            "score": score,
        }
        details = LeadDetails.model_validate(said)
        facts.append(LeadArrived(lead_id=new_lead_id(at), at=at, source="website", details=details))
    record(database, policies, facts, AT)
    return [fact.lead_id for fact in facts]


def close(database: Database, policies: PolicyBox, ids: list[LeadId], at: datetime = AT) -> None:
    """Their owners have room again."""
    record(
        database,
        policies,
        [LeadClosed(lead_id=one, at=at, by=MIA, reason="spam", via="http") for one in ids],
        at,
    )


def known(database: Database, ids: list[LeadId]) -> list[Lead]:
    with database.read() as connection:
        found = leads.load(connection, ids)
    return [found[one] for one in ids]


def waiting(database: Database) -> list[str]:
    with database.read() as connection:
        ids = [lead_id for _, _, lead_id in leads.held(connection)]
        return sorted(
            (one.external_id for one in leads.load(connection, ids).values()), key=lambda id: int(id[2:])
        )


def give(database: Database, policies: PolicyBox, at: datetime = AT) -> int:
    with database.begin() as connection:
        return SurgeDesk(policies).give(connection, at)


def test_the_limit_holds_and_the_rest_waits_in_line(database: Database, policies: PolicyBox) -> None:
    ids = arrive(database, policies, [LOW] * 30)
    assert Counter(one.owner for one in known(database, ids)) == {ANN: 5, BEN: 5, None: 20}
    assert give(database, policies) == 0


def test_who_has_room_again_is_given_the_hottest_and_of_a_tier_the_oldest(
    database: Database, policies: PolicyBox
) -> None:
    ids = arrive(database, policies, [LOW] * 14 + [HOT] * 3)
    assert waiting(database) == [f"X-{number}" for number in range(10, 17)]
    close(database, policies, ids[:5])
    assert give(database, policies) == 5
    assert waiting(database) == ["X-12", "X-13"]
    close(database, policies, ids[5:7])
    late = arrive(database, policies, [LOW, HOT], first=20)
    assert [one.owner is None for one in known(database, late)] == [True, False]
    assert give(database, policies) == 1
    assert waiting(database) == ["X-13", "X-20"]


def test_a_step_of_a_lead_that_waits_overtakes_nobody(database: Database, policies: PolicyBox) -> None:
    ids = arrive(database, policies, [LOW] * 12 + [HOT])
    close(database, policies, ids[:1])
    later = AT + timedelta(minutes=6)
    with database.begin() as connection:
        due = leads.due_clocks(connection, later, 50, lock=True)
        batch = Batch(connection, policies, later)
        batch.decide_steps(due)
        batch.write()
    assert waiting(database) == ["X-10", "X-11"]


def test_two_processes_that_look_at_once_give_each_lead_once(
    database_url: str, opened: Open, policy_file: Path
) -> None:
    """On SQLite one waits for the other; there only one process runs anyway."""
    databases = [opened(database_url), opened(database_url)] if "postgresql" in database_url else []
    databases = databases or [opened(database_url)]
    boxes = [PolicyBox.open(one, policy_file, AT) for one in databases]
    ids = arrive(databases[0], boxes[0], [LOW] * 40)
    close(databases[0], boxes[0], ids[:10])
    problems: list[Exception] = []

    def look(database: Database, policies: PolicyBox) -> None:
        try:
            give(database, policies)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=look, args=pair) for pair in zip(databases, boxes, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Counter(one.owner for one in known(databases[0], ids[10:])) == {ANN: 5, BEN: 5, None: 20}
    with databases[0].read() as connection:
        cards = [one for id in ids[10:] for one in outbox.of_lead(connection, id) if one.role == "owner_card"]
    assert len(cards) == 10


def notices(database: Database) -> int:
    with database.read() as connection:
        return sum(one.role == "surge" for one in outbox.claimable(connection, AT + timedelta(days=1), 500))


def test_a_flood_is_told_once_by_whatever_number_of_processes(
    database: Database, policies: PolicyBox
) -> None:
    desks = [SurgeDesk(policies), SurgeDesk(policies)]
    ids = arrive(database, policies, [LOW] * 15)
    with database.begin() as connection:
        assert [desk.tell(connection, AT) for desk in desks] == [0, 0]
    arrive(database, policies, [LOW], first=15)
    with database.begin() as connection:
        for desk in desks:
            desk.tell(connection, AT)
            desk.tell(connection, AT + timedelta(minutes=50))
    assert notices(database) == 1
    close(database, policies, ids)
    give(database, policies)
    with database.begin() as connection:
        for desk in desks:
            desk.tell(connection, AT + timedelta(minutes=55))
    arrive(database, policies, [LOW] * 20, first=20)
    with database.begin() as connection:
        for desk in desks:
            desk.tell(connection, AT + timedelta(minutes=70))
    assert notices(database) == 2


def test_nobody_is_told_of_a_flood_while_the_team_is_closed(database: Database, policies: PolicyBox) -> None:
    arrive(database, policies, [LOW] * 30)
    desk = SurgeDesk(policies)
    with database.begin() as connection:
        assert desk.tell(connection, moment("Mon 17:00")) == 0
        assert desk.give(connection, moment("Mon 17:00")) == 0
        assert desk.tell(connection, moment("Tue 9:00")) == 1
