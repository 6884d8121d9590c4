"""A thousand leads at once, whatever number of processes take them in, are shared out evenly."""

import json
from collections import Counter
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import pytest

from bot.batch import Batch
from bot.policies import PolicyBox
from bot.recorder import Recorded, Recorder
from sla.details import LeadDetails
from sla.facts import LeadArrived
from storage import accounts, leads, spells
from storage.database import Database
from storage.ids import new_lead_id
from tests.databases import Open
from tests.sla.desk import ANN, BEN, CAT, OPS, team_data
from tests.sla.play import moment

LIMIT = timedelta(seconds=60)
AT = moment("Mon 10:00")
MANY = 1_000


def a_lead(number: int, **fields: object) -> LeadArrived:
    said = {"external_id": f"X-{number}", "email": f"dana@northwind-{number}.example", "company": "Northwind"}
    details = LeadDetails.model_validate(said | fields)
    return LeadArrived(lead_id=new_lead_id(AT), at=AT, source="website", details=details)


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(json.dumps(team_data(people={CAT: {"open_leads_max": 5}})), encoding="utf-8")
    return path


@pytest.fixture
def even_file(tmp_path: Path) -> Path:
    path = tmp_path / "even.yaml"
    path.write_text(json.dumps(team_data()), encoding="utf-8")
    return path


def a_recorder(database: Database, file: Path) -> Recorder:
    return Recorder(database, PolicyBox.open(database, file, AT), now=lambda: AT)


def owners(recorders: list[Recorder], facts: list[LeadArrived]) -> list[str | None]:
    """Each recorder takes the next lead; all of them wait before the first is taken."""
    futures: list[Future[Recorded | BaseException]] = []
    for number, fact in enumerate(facts):
        future: Future[Recorded | BaseException] = Future()
        recorders[number % len(recorders)].submit(fact, future.set_result)
        futures.append(future)
    for recorder in recorders:
        recorder.start()
    answers = [future.result(LIMIT.total_seconds()) for future in futures]
    for recorder in recorders:
        recorder.stop(LIMIT)
    return [one.lead.owner for one in answers if isinstance(one, Recorded) and one.lead is not None]


@pytest.fixture
def recorders(database_url: str, opened: Open, even_file: Path) -> list[Recorder]:
    """Two processes on PostgreSQL; on SQLite there is only ever one."""
    number = 1 if database_url.startswith("sqlite") else 2
    return [a_recorder(opened(database_url), even_file) for _ in range(number)]


def test_a_thousand_leads_at_once_spread_evenly(recorders: list[Recorder]) -> None:
    got = Counter(owners(recorders, [a_lead(number) for number in range(MANY)]))
    assert {ANN, BEN, CAT} == set(got)
    assert max(got.values()) - min(got.values()) <= 1


def test_the_limit_holds_within_one_commit_and_for_those_after_it(
    database: Database, policy_file: Path
) -> None:
    first = owners([a_recorder(database, policy_file)], [a_lead(number) for number in range(60)])
    assert Counter(first)[CAT] == 5
    later = owners([a_recorder(database, policy_file)], [a_lead(number) for number in range(60, 70)])
    assert CAT not in later


def test_who_is_away_or_deactivated_is_known_to_the_recorder(database: Database, even_file: Path) -> None:
    with database.begin() as connection:
        spells.add(connection, ANN, "away", from_at=AT, until_at=None, cover=None, by=ANN, at=AT)
        accounts.said(connection, BEN, at=AT, is_active=False)
    assert owners([a_recorder(database, even_file)], [a_lead(1)]) == [CAT]
    with database.read() as connection:
        found = leads.find_ids(connection, {("website", "X-1")})
        [lead] = leads.load(connection, list(found.values())).values()
    assert lead.why[-1] == "Not asked: Ann Adler: away; Ben Bauer: no longer active in Slack."


def test_shares_are_remembered_from_one_process_to_the_next(database: Database, even_file: Path) -> None:
    got = [owners([a_recorder(database, even_file)], [a_lead(number)])[0] for number in range(6)]
    assert got == [ANN, BEN, CAT] * 2


def test_a_held_lead_gets_its_owner_once_somebody_is_back(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "hold.yaml"
    path.write_text(json.dumps(team_data((ANN,), nobody_available="hold")), encoding="utf-8")
    with database.begin() as connection:
        away = spells.add(connection, ANN, "away", from_at=AT, until_at=None, cover=None, by=OPS, at=AT)
    assert owners([a_recorder(database, path)], [a_lead(1)]) == [None]
    policies = PolicyBox.open(database, path, AT)
    with database.read() as connection:
        look_at = leads.next_step_at(connection)
    assert look_at is not None
    assert look_at == AT + timedelta(minutes=5)
    with database.begin() as connection:
        spells.end(connection, away.id, AT)
        due = leads.due_clocks(connection, look_at, 10, lock=True)
        steps = Batch(connection, policies, look_at)
        steps.decide_steps(due)
        steps.write()
    with database.read() as connection:
        [lead] = leads.load(connection, [lead_id for lead_id, _ in due]).values()
    assert lead.owner == ANN
