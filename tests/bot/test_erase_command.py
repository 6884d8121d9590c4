"""`lead erase`: one lead, or all of a person, beside a running bot; asked for first, and said what is left to do."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.lead_commands import app
from storage import leads
from storage.database import Database
from tests.sla.play import EXAMPLE

DANA = {"external_id": "1", "email": "Dana@northwind.example", "company": "Northwind", "score": 88}
ALSO_DANA = DANA | {"external_id": "2", "email": "dana@northwind.example"}
JONAS = {"external_id": "3", "email": "jonas@kessel.example", "company": "Kessel", "country": "DE"}


@pytest.fixture(autouse=True)
def three_leads(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LEAD_SLA_POLICY", "LEAD_SLA_DATABASE_URL", "LEAD_SLA_LOG", "LEAD_SLA_INTAKE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    settings = f"LEAD_SLA_POLICY={EXAMPLE}\nLEAD_SLA_DATABASE_URL={database_url}\n"
    (tmp_path / ".env").write_text(settings, encoding="utf-8")
    (tmp_path / "leads.json").write_text(json.dumps([DANA, ALSO_DANA, JONAS]), encoding="utf-8")
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    assert types("add", "leads.json").exit_code == 0
    yield
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.reset_defaults()


def types(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=given)


def names(database: Database) -> list[str]:
    with database.read() as connection:
        found = leads.load(connection, leads.open_ids(connection, 10))
    return sorted({lead.details.company or "" for lead in found.values()})


def test_a_lead_is_erased_by_the_name_that_its_source_gave_it(database: Database) -> None:
    result = types("erase", "cli:3", "--yes", "--reason", "asked by letter")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("erased L")
    assert names(database) == ["Northwind"]
    assert "There is no lead cli:3" in types("show", "cli:3").stderr


def test_all_leads_of_a_person_are_erased_by_their_address(database: Database) -> None:
    result = types("erase", "--email", "DANA@northwind.example", "--yes")

    assert result.exit_code == 0, result.output
    assert names(database) == ["Kessel"]


def test_nothing_is_erased_before_somebody_says_yes(database: Database) -> None:
    assert types("erase", "cli:3", given="n\n").exit_code == 1
    assert names(database) == ["Kessel", "Northwind"]


@pytest.mark.parametrize("typed", ["erase", "erase cli:3 --email a@b.example"])
def test_either_a_lead_or_an_address_is_given(typed: str) -> None:
    assert types(*typed.split()).exit_code == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [("cli:9", "source:external_id"), ("--email no@body.example", "No lead has the address")],
)
def test_whom_nobody_knows_is_said(typed: str, said: str) -> None:
    result = types("erase", *typed.split(), "--yes")
    assert result.exit_code == 1
    assert said in result.stderr


def test_an_erased_lead_can_still_be_looked_at_by_its_id() -> None:
    lead_id = types("erase", "cli:3", "--yes").stdout.split()[1]

    shown = types("show", lead_id)

    assert shown.exit_code == 0, shown.output
    assert ("erased" in shown.stdout, "Kessel" in shown.stdout, "jonas" in shown.stdout) == (
        True,
        False,
        False,
    )
