"""`lead add` and `lead show`: files of every kind go in beside a running bot, and can be looked at."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot import clock
from bot.lead_commands import app
from bot.policies import PolicyBox
from bot.recorder import Recorder
from storage import leads
from storage.database import Database
from tests.sla.play import EXAMPLE

NORTHWIND = {"external_id": "1", "email": "dana@northwind.example", "company": "Northwind", "score": 88}
KESSEL = {"external_id": "2", "email": "jonas@kessel.example", "company": "Kessel", "country": "DE"}


class Terminal:
    """A folder with the settings of a bot, and somebody who types in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, content: str | bytes) -> Result:
        raw = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(raw)
        return self.types("add", name)

    def types(self, *words: str, given: bytes | None = None) -> Result:
        return CliRunner().invoke(app, words, input=given)

    def settings(self, **values: str) -> None:
        lines = [f"{name}={value}" for name, value in values.items()]
        (self.folder / ".env").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def terminal(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("LEAD_SLA_POLICY", "LEAD_SLA_DATABASE_URL", "LEAD_SLA_LOG", "LEAD_SLA_INTAKE_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    typing = Terminal(tmp_path)
    typing.settings(LEAD_SLA_POLICY=str(EXAMPLE), LEAD_SLA_DATABASE_URL=database_url)
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    yield typing
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.reset_defaults()


def lines(result: Result) -> list[list[str]]:
    """The first words of each line: place, outcome."""
    return [line.split()[:2] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("name", "content", "places"),
    [
        ("one.json", json.dumps(NORTHWIND, indent=2), ["one.json:1"]),
        ("list.json", json.dumps([NORTHWIND, KESSEL]), ["list.json:1", "list.json:1"]),
        ("list.json", json.dumps([NORTHWIND, KESSEL], indent=1), ["list.json:2", "list.json:8"]),
        ("two.jsonl", f"{json.dumps(NORTHWIND)}\n\n{json.dumps(KESSEL)}\n", ["two.jsonl:1", "two.jsonl:3"]),
        (
            "two.csv",
            "external_id,email,company\n1,d@n.example,N\n2,j@k.example,K\n",
            ["two.csv:2", "two.csv:3"],
        ),
        ("two.csv", "\ufeffexternal_id;email;company\r\n1;d@n.example;N\r\n", ["two.csv:2"]),
        ("tab.txt", "external_id\temail\tcompany\n1\td@n.example\tN\n", ["tab.txt:2"]),
        (
            "cell.csv",
            'external_id,email,company,message\n1,d@n.example,N,"a\nb"\n2,j@k.example,K,\n',
            ["cell.csv:2", "cell.csv:4"],
        ),
    ],
)
def test_every_kind_of_file_goes_in_with_a_line_for_each_lead(
    terminal: Terminal, name: str, content: str, places: list[str]
) -> None:
    result = terminal.add(name, content)

    assert result.exit_code == 0, result.output
    assert lines(result) == [[f"{place}:", "accepted"] for place in places]


def test_standard_input_is_a_file_too(terminal: Terminal) -> None:
    result = terminal.types("add", "-", given=json.dumps(NORTHWIND).encode())

    assert result.exit_code == 0, result.output
    assert "standard input:1: accepted L" in result.stdout


def test_a_table_may_spread_attributes_over_columns(terminal: Terminal, database_url: str) -> None:
    table = 'external_id,email,company,attributes.plan,score_breakdown.fit,activity\n1,d@n.example,N,trial,45,"[]"\n'
    result = terminal.add("wide.csv", table)

    assert result.exit_code == 0, result.output
    its = lead_of(database_url, "cli:1").details
    assert (its.attributes, its.score_breakdown) == ({"plan": "trial"}, {"fit": 45})


def lead_of(database_url: str, name: str) -> Any:
    database = Database(database_url)
    try:
        with database.read() as connection:
            lead_id = leads.resolve(connection, name)
            assert lead_id is not None
            return leads.load(connection, [lead_id])[lead_id]
    finally:
        database.close()


def test_a_lead_that_needs_details_says_which(terminal: Terminal) -> None:
    result = terminal.add("gap.json", json.dumps({"external_id": "1", "email": "d@n.example", "score": 300}))

    assert result.exit_code == 0
    assert "gap.json:1: needs attention L" in result.stdout
    assert "score is 300; it needs a number from 0 to 100; company is missing" in result.stdout


def test_the_same_lead_again_is_a_duplicate(terminal: Terminal) -> None:
    first = terminal.add("one.json", json.dumps(NORTHWIND))
    again = terminal.add("one.json", json.dumps(NORTHWIND))

    assert lines(again) == [["one.json:1:", "duplicate"]]
    assert first.stdout.split()[2] == again.stdout.split()[2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "bad.jsonl",
            f'{json.dumps(NORTHWIND)}\n{{"external_id":\n',
            "bad.jsonl:2: refused: this is no JSON",
        ),
        ("bad.jsonl", f"what\n{json.dumps(NORTHWIND)}\n", "bad.jsonl:1: refused: this is no JSON"),
        (
            "bad.jsonl",
            f'{json.dumps(NORTHWIND)}\n{{"email": "x"}}\n',
            "bad.jsonl:2: refused: external_id is missing",
        ),
        (
            "bad.jsonl",
            f'{json.dumps(NORTHWIND)}\n{{"external_id": 1, "emial": "x"}}\n',
            "bad.jsonl:2: refused: emial is no field of a lead; write email",
        ),
        (
            "bad.jsonl",
            f"{json.dumps(NORTHWIND)}\n17\n",
            "bad.jsonl:2: refused: this is 17; a lead is a JSON object",
        ),
        ("bad.json", f"[{json.dumps(NORTHWIND)},\n{{]", "bad.json:2: refused: this is no JSON"),
        (
            "bad.json",
            f"[{json.dumps(NORTHWIND)}\n{{}}]",
            'bad.json:2: refused: no "," or "]" follows this lead',
        ),
        (
            "bad.json",
            f"[{json.dumps(NORTHWIND)},\n{'[' * 100_000}",
            "bad.json:2: refused: this is no JSON: nested too deep",
        ),
        (
            "bad.csv",
            "external_id,email,company\n1,d@n.example,N\n2,j@k.example,K,x\n",
            "bad.csv:3: refused: this row has 4 cells, the header 3",
        ),
        (
            "bad.csv",
            f"external_id,company,email\n1,N,d@n.example\n2,{'x' * 300_000},e\n",
            "bad.csv:3: refused: this is no CSV",
        ),
    ],
)
def test_a_bad_lead_is_named_with_its_line_and_harms_no_other(
    terminal: Terminal, name: str, content: str, said: str
) -> None:
    result = terminal.add(name, content)

    assert result.exit_code == 1
    assert said in result.stderr
    assert "1 lead was not taken" in result.stderr
    assert [line[1] for line in lines(result)] == ["accepted"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.json", "", "holds no leads"),
        ("empty.json", "[]", "holds no leads"),
        ("empty.csv", "external_id,email\n", "holds no leads"),
        ("twice.csv", "email,external_id,email\nx,1,y\n", "the column email stands in the header twice"),
        ("latin.csv", b"external_id,company\n1,K\xf6ln\n", "this is not UTF-8 text"),
    ],
)
def test_a_file_without_leads_is_said_to_be_one(
    terminal: Terminal, name: str, content: str | bytes, said: str
) -> None:
    result = terminal.add(name, content)

    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_a_file_that_is_not_there_is_named(terminal: Terminal) -> None:
    result = terminal.types("add", "nothing.json")

    assert result.exit_code == 1
    assert "nothing.json: no such file or directory" in result.stderr


def test_a_running_bot_sees_what_is_put_in_beside_it(terminal: Terminal, database: Database) -> None:
    policies = PolicyBox.open(database, EXAMPLE, clock.now())
    bot = Recorder(database, policies, now=clock.now)
    bot.start()
    try:
        result = terminal.add("one.json", json.dumps(NORTHWIND))

        assert result.exit_code == 0, result.output
        with database.read() as connection:
            assert leads.resolve(connection, "cli:1") == result.stdout.split()[2].rstrip(":")
    finally:
        bot.stop(timedelta(seconds=10))


def test_a_lead_is_shown_with_its_clock_messages_and_timeline(terminal: Terminal) -> None:
    # Not a hot one: at night that would be with whoever is on call.
    trial = NORTHWIND | {"intent": "trial", "score": 68}
    lead_id = terminal.add("one.json", json.dumps(trial)).stdout.split()[2].rstrip(":")

    for name in (lead_id, "cli:1"):
        result = terminal.types("show", name)
        assert result.exit_code == 0, result.output
        for said in (lead_id, "with its owner", "Within SLA", "High", "owner card", "arrived", "runs"):
            assert said in result.stdout


def test_a_lead_is_shown_as_it_is_written_not_as_markup(terminal: Terminal) -> None:
    terminal.add("odd.json", json.dumps(NORTHWIND | {"company": "[red]N[/red] [/] \x1b[31m"}))

    assert "[red]N[/red] [/] [31m" in terminal.types("show", "cli:1").stdout


def test_a_lead_that_is_not_known_says_how_to_name_one(terminal: Terminal) -> None:
    result = terminal.types("show", "nothing")

    assert result.exit_code == 1
    assert "source:external_id" in result.stderr


def test_a_database_without_tables_names_the_command_that_makes_them(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.settings(LEAD_SLA_POLICY=str(EXAMPLE), LEAD_SLA_DATABASE_URL="sqlite:///new.db")
    result = terminal.add("one.json", json.dumps(NORTHWIND))

    assert result.exit_code == 1
    assert "lead-sla db upgrade" in result.stderr
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("command", ["add", "show"])
def test_settings_that_cannot_be_used_are_all_said(terminal: Terminal, command: str) -> None:
    terminal.settings(LEAD_SLA_LOG="xml", LEAD_SLA_HTTP="here")
    result = terminal.types(command, "x")

    assert result.exit_code == 1
    assert "LEAD_SLA_LOG" in result.stderr
    assert "LEAD_SLA_HTTP" in result.stderr


def test_a_policy_that_cannot_be_read_ends_it(terminal: Terminal, database_url: str) -> None:
    terminal.settings(LEAD_SLA_POLICY="none.yaml", LEAD_SLA_DATABASE_URL=database_url)
    result = terminal.add("one.json", json.dumps(NORTHWIND))

    assert result.exit_code == 1
    assert "none.yaml" in result.stderr


def test_a_database_that_cannot_save_says_from_which_lead_on(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.settings(
        LEAD_SLA_POLICY=str(EXAMPLE), LEAD_SLA_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"
    )
    result = terminal.add("one.json", json.dumps(NORTHWIND))

    assert result.exit_code == 1
    assert "Run it again in a minute" in result.stderr
