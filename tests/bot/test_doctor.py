"""The doctor on this machine: settings, policy and database, and what the command as such promises."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.__main__ import app
from bot.doctor.machine import look_at_database
from storage import schema
from storage.database import Database
from tests.bot.patient import SECRETS, Patient, a_patient
from tests.databases import Open, PostgresqlServer


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    with a_patient(tmp_path, monkeypatch) as patient:
        yield patient


def test_a_healthy_installation_has_a_line_for_everything_and_no_trouble(patient: Patient) -> None:
    said = [line for line in patient.says() if "not in force yet" not in line]

    assert said == [
        "ok    setting     Slack by Socket Mode, HTTP door 127.0.0.1:8080",
        "ok    policy      policy.yaml: 4 tiers, 3 teams, 7 people",
        f"ok    database    {patient.folder}/lead-sla.db: not there yet, will be made",
        f"ok    mail        e-mail leaves as sales@acme.example by {patient.mail_server} (insecure)",
        "ok    sms         text messages leave from +15550109999 "
        "(whether Twilio takes them shows only when one is sent)",
        "ok    token       the bot token works: lead-sla in sandbox (T0SANDBOX)",
        "ok    token       the app token opens Socket Mode",
        "ok    scope       all 12 of the manifest are granted",
        "ok    clock       this machine's clock agrees with Slack's",
        "ok    channel     C0MANAGERS (#sales-managers): private, and the bot is in it",
        "ok    channel     C0BACKUP (#lead-backup): private, and the bot is in it",
        "ok    channel     C0LEADOPS (#lead-ops): private, and the bot is in it",
        "ok    person      7 of 7 people found in Slack as full members",
        "ok    zone        4 people compared with their calendars",
    ]


def test_the_command_ends_well_when_nothing_must_be_mended(patient: Patient) -> None:
    patient.now = datetime.now(UTC)  # the command reads the machine's own clock
    result = CliRunner().invoke(app, ["doctor"])

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == len(patient.says())


def test_one_no_is_enough_to_end_with_an_error(patient: Patient) -> None:
    patient.workspace.archive("C0BACKUP")
    patient.now = datetime.now(UTC)
    result = CliRunner().invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert [line.split()[1] for line in result.stdout.splitlines() if line.startswith("no")] == ["channel"]


def test_looking_leaves_no_trace_in_the_folder(patient: Patient) -> None:
    before = sorted(path.name for path in patient.folder.iterdir())
    patient.says()

    assert sorted(path.name for path in patient.folder.iterdir()) == before


def test_every_setting_that_is_wrong_or_missing_has_its_line(patient: Patient) -> None:
    patient.settings(SLACK_BOT_TOKEN="token", SLACK_APP_TOKEN=None, LEAD_SLA_HTTP="here")

    assert [line.partition(":")[0] for line in patient.on("setting", "no")] == [
        "SLACK_BOT_TOKEN",
        "LEAD_SLA_HTTP",
        "SLACK_APP_TOKEN",
    ]


def test_a_setting_that_is_wrong_hides_nothing_else(patient: Patient) -> None:
    patient.settings(LEAD_SLA_LOG="xml")

    topics = [line.split()[1] for line in patient.says() if line.startswith("ok")]
    assert topics[:2] == ["policy", "database"]
    assert topics[-2:] == ["person", "zone"]


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_API_URL"])
def test_slack_is_not_asked_with_a_wrong_token_or_address(patient: Patient, name: str) -> None:
    patient.settings(**{name: "wrong"})

    assert {line.split()[1] for line in patient.says()} == {"setting", "policy", "database", "mail", "sms"}
    assert patient.asked("auth.test") == 0


def test_a_database_that_cannot_be_read_as_one_is_not_mistaken_for_the_default(patient: Patient) -> None:
    patient.settings(LEAD_SLA_DATABASE_URL="mysql://root:pa55word@host/leads")

    assert patient.on("setting", "no")[0].startswith("LEAD_SLA_DATABASE_URL: ")
    assert patient.on("database", "ok", "care", "no") == []


def test_settings_that_are_no_text_end_the_examination(patient: Patient) -> None:
    (patient.folder / ".env").write_bytes(b"LEAD_SLA_LOG=\xff\n")

    assert patient.says()[0] == "no    setting     .env: this cannot be read; save it as UTF-8 text"


def test_slack_by_http_is_said_to_be_so(patient: Patient) -> None:
    patient.settings(SLACK_APP_TOKEN=None, SLACK_SIGNING_SECRET="sandbox-signing-secret")

    assert "POST /slack/events on 127.0.0.1:8080" in patient.on("setting", "ok")[0]
    assert patient.asked("apps.connections.open") == 0


def test_an_intake_without_keys_is_worth_a_look(patient: Patient) -> None:
    patient.settings(LEAD_SLA_INTAKE_KEYS=None)

    assert "leads sent over HTTP are answered 401" in patient.on("setting", "care")[0]


def test_every_problem_of_the_policy_has_its_line(patient: Patient) -> None:
    patient.policy(
        ("first_response: 5m", "first_response: 5x"), ("fallback: {team: ", "fallback: {team: no-")
    )

    lines = patient.on("policy", "no")
    assert len(lines) == 2
    assert all(line.startswith("policy.yaml:") for line in lines)


def test_a_bad_policy_does_not_hide_what_is_wrong_with_the_tokens(patient: Patient) -> None:
    (patient.folder / "policy.yaml").unlink()
    patient.workspace.tokens.bot_error = "token_revoked"

    assert "there is no such file" in patient.on("policy", "no")[0]
    assert "token_revoked" in patient.on("token", "no")[0]


def test_what_is_not_in_force_yet_is_worth_a_look(patient: Patient) -> None:
    assert any(
        "not in force yet: tiers.follow_up: further attempts" in line for line in patient.on("policy", "care")
    )


def test_a_database_that_is_up_to_date_is_good_and_stays_as_it_is(
    patient: Patient, migrated_sqlite_file: Path
) -> None:
    path = patient.folder / "lead-sla.db"
    shutil.copy(migrated_sqlite_file, path)
    before = path.read_bytes()

    assert patient.on("database", "ok") == [f"{path}: up to date ({schema.newest()})"]
    assert path.read_bytes() == before


def test_a_database_beside_a_writing_bot_can_be_looked_at(
    patient: Patient, sqlite_url: str, opened: Open
) -> None:
    with opened(sqlite_url).begin():
        assert "up to date" in patient.on("database", "ok")[0]


def test_an_old_database_file_is_brought_up_to_date_by_the_bot_and_not_by_the_doctor(
    patient: Patient,
) -> None:
    path = patient.folder / "lead-sla.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table something (id integer)")
    connection.close()
    before = path.read_bytes()

    assert f"`lead-sla run` brings it to {schema.newest()} by itself" in patient.on("database", "care")[0]
    assert path.read_bytes() == before


def test_an_empty_file_is_as_good_as_none(patient: Patient) -> None:
    (patient.folder / "lead-sla.db").touch()

    assert "empty, the tables will be made" in patient.on("database", "ok")[0]


def test_a_file_that_is_no_database_is_named(patient: Patient) -> None:
    (patient.folder / "lead-sla.db").write_text("Dear diary, " * 1_000)

    assert "file is not a database" in patient.on("database", "no")[0]


def test_a_folder_that_is_missing_is_to_be_made(patient: Patient) -> None:
    patient.settings(LEAD_SLA_DATABASE_URL="sqlite:///data/lead-sla.db")

    assert f"there is no folder {patient.folder}/data. Make it" in patient.on("database", "no")[0]


NOBODY = 65_534


@contextmanager
def without_privileges() -> Iterator[None]:
    """Nothing is closed to root: for the block, the tests run as somebody else then."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


def test_a_database_that_may_not_be_written_says_who_is_to_be_let(migrated_sqlite_file: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="rights"))
    try:
        shutil.copy(migrated_sqlite_file, folder / "closed.db")
        (folder / "closed.db").chmod(0o444)
        said = []
        for rights in (0o555, 0o777):
            folder.chmod(rights)
            with without_privileges():
                said.append(str(look_at_database(f"sqlite:///{folder}/closed.db")))
    finally:
        folder.chmod(0o777)
        shutil.rmtree(folder)

    assert "closed.db: the folder may not be written. Let the bot's user write it" in said[0]
    assert "closed.db: it may not be written. Let the bot's user write it" in said[1]
    assert all(line.startswith("no    database") for line in said)


def test_a_database_in_memory_is_refused_in_the_words_of_the_storage(patient: Patient) -> None:
    patient.settings(LEAD_SLA_DATABASE_URL="sqlite:///:memory:")

    assert "SQLite needs a file" in patient.on("database", "no")[0]


def test_a_postgresql_that_is_up_to_date_is_good(patient: Patient, postgresql_url: str) -> None:
    patient.settings(LEAD_SLA_DATABASE_URL=postgresql_url)

    assert f"up to date ({schema.newest()})" in patient.on("database", "ok")[0]


def test_a_postgresql_without_tables_names_the_command_that_makes_them(
    patient: Patient, postgresql_server: PostgresqlServer
) -> None:
    with postgresql_server.fresh("template0") as url:
        patient.settings(LEAD_SLA_DATABASE_URL=url)
        (said,) = patient.on("database", "no")

    assert "it has no tables yet" in said
    assert "Run `lead-sla db upgrade`" in said


def test_tables_of_a_newer_version_are_not_called_old(patient: Patient, database: Database) -> None:
    with database.begin() as connection:
        before = connection.execute(text("select version_num from alembic_version")).scalar()
        connection.execute(text("update alembic_version set version_num = '9999'"))
    patient.settings(LEAD_SLA_DATABASE_URL=database.url.render_as_string(hide_password=False))
    try:
        said = patient.on("database", "no")[0]
    finally:
        with database.begin() as connection:
            connection.execute(text("update alembic_version set version_num = :v"), {"v": before})

    assert "is at revision 9999, which this version does not know" in said


def test_a_newer_version_that_lets_this_one_work_on_is_said_without_alarm(
    patient: Patient, postgresql_server: PostgresqlServer, opened: Open
) -> None:
    with postgresql_server.fresh("migrated") as url:
        with opened(url).begin() as connection:
            before = connection.execute(text("select version_num from alembic_version")).scalar()
            connection.execute(text("update alembic_version set version_num = '9999'"))
            connection.execute(text("delete from works_with"))
            connection.execute(text("insert into works_with values ('9999', :before)"), {"before": before})
        patient.settings(LEAD_SLA_DATABASE_URL=url)
        (said,) = patient.on("database", "care")

    assert "this one works on" in said


def test_a_postgresql_that_does_not_answer_is_said_without_its_password(patient: Patient) -> None:
    patient.settings(LEAD_SLA_DATABASE_URL="postgresql+psycopg://bot:pa55word@127.0.0.1:1/leads")

    assert "PostgreSQL at 127.0.0.1 cannot be used" in patient.on("database", "no")[0]


def test_no_secret_is_printed_by_the_command_whatever_goes_wrong(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.settings(
        SLACK_BOT_TOKEN="xoxb-else", LEAD_SLA_DATABASE_URL="postgresql://bot:pa55word@127.0.0.1:1/leads"
    )
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-else")
    result = CliRunner().invoke(app, ["doctor"])

    assert result.exit_code == 1
    assert "invalid_auth" in result.stdout
    assert [secret for secret in SECRETS if secret in result.output] == []
