"""The command line as such: help everywhere, exit codes, and failures in a line or two that say what to do."""

import logging
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from bot.__main__ import app
from storage import schema
from storage.database import Database
from tests.bot.bot_process import bare, types
from tests.databases import PostgresqlServer
from tests.sla.play import EXAMPLE

TO_RUN = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_API_URL": "http://127.0.0.1:1/api/",
}
PROMISED = (
    "demo",
    "run",
    "sandbox",
    "doctor",
    "policy check",
    "policy explain",
    "policy schema",
    "db upgrade",
    "lead add",
    "lead show",
)


def paths_below(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Each command's words, those of groups too."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from paths_below(below, (*path, name))


COMMANDS = [" ".join(path) for path in paths_below(typer.main.get_command(app))]


@pytest.fixture(autouse=True)
def typing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, no settings, and the logging as it was before."""
    for name in ("LEAD_SLA_POLICY", "LEAD_SLA_DATABASE_URL", "LEAD_SLA_LOG", *TO_RUN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    handlers, level = logging.getLogger().handlers, logging.getLogger().level
    yield
    logging.getLogger().handlers, logging.getLogger().level = handlers, level
    structlog.reset_defaults()


def test_every_command_that_is_promised_is_there() -> None:
    assert set(PROMISED) <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])

    assert (result.exit_code, result.stderr) == (0, "")
    says = [line.strip() for line in result.stdout.splitlines() if line.strip()]
    assert says[0].startswith("Usage: ")
    assert len(says[1].split()) >= 3


@pytest.mark.parametrize(
    "typed",
    [
        "nonsense",
        "policy nonsense",
        "lead show",
        "lead add",
        "policy check",
        "run --fast",
        "doctor now",
        "db up",
    ],
)
def test_wrong_usage_ends_with_2_and_says_where_the_help_is(typed: str) -> None:
    result = CliRunner().invoke(app, typed.split())

    assert (result.exit_code, result.stdout) == (2, "")
    assert "--help' for help" in result.stderr


def test_what_was_asked_for_and_failed_ends_with_1_and_what_worked_with_0() -> None:
    assert CliRunner().invoke(app, ["policy", "check", "none.yaml"]).exit_code == 1
    assert CliRunner().invoke(app, ["policy", "check", str(EXAMPLE)]).exit_code == 0


@pytest.mark.process
def test_the_exit_codes_are_those_of_the_process_too(tmp_path: Path) -> None:
    assert types(tmp_path, "policy", "schema").returncode == 0
    assert types(tmp_path, "nonsense").returncode == 2


@pytest.mark.process
def test_a_run_without_settings_names_all_that_are_missing_or_wrong(tmp_path: Path) -> None:
    done = types(tmp_path, "run", LEAD_SLA_HTTP="here", LEAD_SLA_LOG="xml")

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "LEAD_SLA_HTTP",
        "LEAD_SLA_LOG",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ]


@pytest.mark.process
def test_a_run_with_a_bad_policy_names_every_problem_with_its_line(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    bad = text.replace("first_response: 5m", "first_response: 5x").replace("reps:", "rep:")
    (tmp_path / "policy.yaml").write_text(bad, encoding="utf-8")
    done = types(tmp_path, "run", **TO_RUN)

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 4
    assert all(line.startswith("policy.yaml:") for line in done.stderr.splitlines())


@pytest.mark.process
def test_a_run_on_postgresql_without_tables_names_the_command_that_makes_them(
    tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    with postgresql_server.fresh("template0") as url:
        done = types(tmp_path, "run", LEAD_SLA_DATABASE_URL=url, **TO_RUN)

    assert (done.returncode, done.stdout) == (1, "")
    assert "Run `lead-sla db upgrade`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.process
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://bot:pa55word@127.0.0.1:1/leads", "Check LEAD_SLA_DATABASE_URL; `lead-sla doctor`"),
        ("sqlite:///diary.db", "Check LEAD_SLA_DATABASE_URL; `lead-sla doctor`"),
        ("sqlite:///none/lead-sla.db", "Make the folder and let the bot write there"),
    ],
)
def test_a_run_without_a_usable_database_says_what_to_look_at(tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "diary.db").write_text("Dear diary, " * 1_000)
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    done = types(tmp_path, "run", LEAD_SLA_DATABASE_URL=url, **TO_RUN)

    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert "pa55word" not in done.stderr


@pytest.mark.process
def test_a_run_whose_door_is_taken_says_which_setting_moves_it(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = types(tmp_path, "run", LEAD_SLA_HTTP=f"127.0.0.1:{taken.getsockname()[1]}", **TO_RUN)

    assert (done.returncode, done.stdout) == (1, "")
    assert "Set LEAD_SLA_HTTP to a free host:port." in done.stderr
    assert len(done.stderr.splitlines()) == 2


def upgraded(url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("LEAD_SLA_DATABASE_URL", url)
    results = [CliRunner().invoke(app, ["db", "upgrade"]) for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0]
    return [result.stdout.strip() for result in results]


def test_an_upgrade_makes_the_tables_once_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = schema.newest()

    assert upgraded(f"sqlite:///{tmp_path}/new.db", monkeypatch) == [
        f"The tables are now at {newest}.",
        f"The tables are up to date ({newest}).",
    ]


def test_an_upgrade_makes_the_tables_once_on_postgresql(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = schema.newest()
    with postgresql_server.fresh("template0") as url:
        said = upgraded(url, monkeypatch)

    assert said == [f"The tables are now at {newest}.", f"The tables are up to date ({newest})."]


@pytest.mark.process
@pytest.mark.parametrize("typed", ["run", "db upgrade", "lead add leads.jsonl", "lead show L1"])
def test_every_command_says_of_tables_of_a_newer_version_what_to_install(tmp_path: Path, typed: str) -> None:
    (tmp_path / "policy.yaml").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "leads.jsonl").write_text('{"external_id": "1"}', encoding="utf-8")
    with closing(Database("sqlite:///lead-sla.db")) as database:
        schema.upgrade(database)
        with database.begin() as connection:
            connection.execute(text("update alembic_version set version_num = '9999'"))
    done = types(tmp_path, *typed.split(), **TO_RUN)

    assert (done.returncode, done.stdout) == (1, "")
    assert "at revision 9999, which this version does not know" in done.stderr
    assert "Install that version, or set LEAD_SLA_DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("url", ["postgresql://bot:pa55word@127.0.0.1:1/leads", "sqlite:///none/lead-sla.db"])
def test_an_upgrade_of_a_database_that_is_away_says_what_to_look_at(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAD_SLA_DATABASE_URL", url)
    result = CliRunner().invoke(app, ["db", "upgrade"])

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Check LEAD_SLA_DATABASE_URL" in result.stderr
    assert "pa55word" not in result.stderr


@pytest.mark.process
def test_a_failure_that_nobody_foresaw_is_a_line_without_the_values_it_was_about() -> None:
    """A traceback with its variables would show leads to whoever looks over a shoulder."""
    fails = (
        "from bot.__main__ import app, main\n"
        "@app.command()\n"
        "def boom() -> None:\n"
        "    phone = '+1 212 555 0142'\n"
        "    raise RuntimeError('the disk is gone')\n"
        "main(['boom'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", fails], env=bare(), capture_output=True, text=True, timeout=40, check=False
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "This went wrong: RuntimeError: the disk is gone. Run it again, or see --help.\n"
