"""`lead-sla`: the command line."""

import logging
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot import explain, lead_commands, logs, policy_commands
from bot.demo.commands import demo
from bot.doctor.commands import doctor
from bot.running import CannotRun, of_database, run_bot
from bot.sandbox.commands import sandbox
from bot.settings import SettingsProblems, read_settings
from storage import schema, tidying
from storage.backup import NoFileToCopy, back_up
from storage.database import Database, DatabaseAway
from storage.schema import SchemaTooNew

log = structlog.get_logger(__name__)

app = typer.Typer(
    name="lead-sla",
    help="Holds every new lead to the time that your teams agreed on, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(name="db", help="The database's tables.", no_args_is_help=True)

# The explanation hangs itself on the policy's commands when it is imported.
assert explain.explain is not None
app.add_typer(policy_commands.app)
app.add_typer(lead_commands.app)
app.add_typer(db)
app.command()(demo)
app.command()(doctor)
app.command()(sandbox)


@app.command()
def run(
    after_restore: Annotated[
        bool,
        typer.Option(
            "--after-restore",
            help="The database was restored from a back-up: look for each message in Slack before it is sent.",
        ),
    ] = False,
) -> None:
    """The bot for real: Slack, HTTP, clocks and deliveries in one process, until SIGTERM or Ctrl-C."""
    try:
        run_bot(after_restore=after_restore)
    except CannotRun as problem:
        raise _failed(str(problem)) from None


@db.callback()
def database() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date; `run` does it by itself on SQLite, and on PostgreSQL asks for this command."""
    try:
        settings = read_settings()
        logs.set_up(settings.log)
        with closing(Database(settings.database_url.get_secret_value())) as opened:
            before = schema.revision(opened)
            schema.upgrade(opened)
    except (SettingsProblems, SchemaTooNew, ValueError) as problem:
        raise _failed(str(problem)) from None
    except DatabaseAway as away:
        raise _failed(of_database(away)) from None
    after = schema.newest()
    typer.echo(
        f"The tables are up to date ({after})." if before == after else f"The tables are now at {after}."
    )


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to make; it must not exist yet.")],
) -> None:
    """Copy a SQLite database into one file, also beside a running bot; PostgreSQL has pg_dump."""
    try:
        settings = read_settings()
        logs.set_up(settings.log)
        with closing(Database(settings.database_url.get_secret_value())) as opened:
            if opened.path is not None and not opened.path.exists():
                raise _failed(f"{opened.path}: there is no such database. Check LEAD_SLA_DATABASE_URL.")
            size = back_up(opened, file)
    except (SettingsProblems, NoFileToCopy, ValueError) as problem:
        raise _failed(str(problem)) from None
    except FileExistsError:
        raise _failed(f"{file} is there already. Give the back-up another name.") from None
    except OSError as problem:
        raise _failed(f"{file}: {problem.strerror}. Give a file in a folder that can be written.") from None
    except DatabaseAway as away:
        raise _failed(of_database(away)) from None
    typer.echo(
        f"{file}: {size:,} bytes, readable by you alone. It holds leads: keep it as safe as the database."
    )


@db.command()
def compact() -> None:
    """Write a SQLite file anew without what lies between its rows; the bot waits meanwhile."""
    try:
        settings = read_settings()
        logs.set_up(settings.log)
        with closing(Database(settings.database_url.get_secret_value())) as opened:
            if opened.path is not None and not opened.path.exists():
                raise _failed(f"{opened.path}: there is no such database. Check LEAD_SLA_DATABASE_URL.")
            tidying.compact(opened)
    except (SettingsProblems, ValueError) as problem:
        raise _failed(str(problem)) from None
    except DatabaseAway as away:
        raise _failed(of_database(away)) from None
    done = (
        "The file is written anew."
        if opened.is_sqlite
        else "PostgreSQL looks after that itself (autovacuum)."
    )
    typer.echo(done)


def _failed(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


def main(
    arguments: Annotated[list[str] | None, "what stands behind the command; sys.argv if None"] = None,
) -> None:
    """The console script. Whatever goes wrong ends in a line or two, never in a traceback."""
    # Before anything is logged: structlog's own beginning prints tracebacks with their values, which hold leads.
    logs.set_up("text", level=logging.WARNING)
    try:
        app(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as problem:  # the last catcher: a person at a prompt reads this
        log.debug("command_failed", exc_info=problem)
        said = f"{type(problem).__name__}: {' '.join(str(problem).split())}"
        typer.echo(f"This went wrong: {said}. Run it again, or see --help.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
