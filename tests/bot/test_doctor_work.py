"""What the doctor says of a database in use: what waits, what was found, who works there, what room is left."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.doctor import work
from sla.lead import LeadId
from storage import audit_findings, audit_health, outbox
from storage.audit_findings import Found
from storage.audit_kinds import Kind
from storage.database import Database
from tests.bot.patient import Patient, a_patient
from tests.databases import Open
from tests.storage.samples import a_lead, a_post, keep

MINUTE = timedelta(minutes=1)


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    with a_patient(tmp_path, monkeypatch) as patient:
        yield patient


@pytest.fixture
def in_use(patient: Patient, migrated_sqlite_file: Path, opened: Open) -> Database:
    path = patient.folder / "lead-sla.db"
    shutil.copy(migrated_sqlite_file, path)
    return opened(f"sqlite:///{path}")


def test_a_database_that_is_not_there_yet_has_only_its_own_line(patient: Patient) -> None:
    lines = [*patient.on("backlog"), *patient.on("audit"), *patient.on("process"), *patient.on("disk")]
    assert lines == []


def test_a_bot_that_works_well_has_nothing_to_tell(patient: Patient, in_use: Database) -> None:
    with in_use.begin() as connection:
        audit_health.lives(connection, "host:7", patient.now)
    assert patient.on("process", "ok") == ["1 process works here: host:7"]
    assert patient.on("backlog") == ["every due step is taken", "no message waits for longer than it may"]
    assert patient.on("audit", "ok") == ["the auditor has nothing to tell"]


def test_steps_and_messages_that_wait_are_counted(patient: Patient, in_use: Database) -> None:
    keep(in_use, a_lead(1, next_step_at=patient.now - 3 * MINUTE))
    with in_use.begin() as connection:
        outbox.add(connection, [(None, 0, a_post())], patient.now - 40 * MINUTE)
    steps, messages = patient.on("backlog", "care")
    assert steps == "1 step was due 2 min ago and is not taken. See that `lead-sla run` works"
    assert messages.startswith("1 message waits, the first for 40 min.")


def test_a_process_that_did_not_say_goodbye_is_worth_a_look(patient: Patient, in_use: Database) -> None:
    with in_use.begin() as connection:
        audit_health.lives(connection, "host:7", patient.now - 9 * MINUTE)
    [said] = patient.on("process", "care")
    assert said.startswith("host:7 last said so at 2026-11-23 14:51 UTC and did not say goodbye.")


def test_what_the_auditor_found_is_listed_with_what_to_do(patient: Patient, in_use: Database) -> None:
    leads = [LeadId("L1"), LeadId("L2")]
    with in_use.begin() as connection:
        found = [
            Found(kind=Kind.SET_ASIDE, number=2, leads=leads),
            Found(kind=Kind.TICKER_STANDS, name="host:7"),
            Found(kind=Kind.STEP_TWICE, name="L3", leads=leads),
        ]
        audit_findings.put(connection, found[:2], patient.now - 9 * MINUTE)
        audit_findings.put(connection, found[2:], patient.now - timedelta(days=2))
    assert patient.on("audit", "care") == [
        "2 clocks were set aside after 5 tries, since 2026-11-23 14:51 UTC. Nothing follows there by itself. "
        "The log has the reason; reassign or close them. Leads: L1, L2",
        "The clocks stand still in host:7, since 2026-11-23 14:51 UTC. Restart that process; nothing is lost.",
    ]


@pytest.mark.parametrize(
    ("free", "level"), [(400 * 1024 * 1024, "no"), (4 * work.GIB, "care"), (6 * work.GIB, "ok")]
)
def test_the_room_that_is_left_is_said(
    patient: Patient, in_use: Database, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr(audit_health, "free_bytes", lambda database: free)
    assert len(patient.on("disk", level)) == 1


def test_a_database_of_another_version_is_left_to_its_own_line(patient: Patient, in_use: Database) -> None:
    with in_use.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    assert (patient.on("backlog"), patient.on("audit")) == ([], [])
