"""`lead-sla lead`: put leads in from a file, look at one; both work beside a running bot."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bot import clock, logs
from bot.erasing import Eraser
from bot.lead_file import LeadInFile, UnreadableFile, leads_in
from bot.lead_page import page_of, standing_line, zone_of
from bot.policies import PolicyBox
from bot.policy_file import PolicyErrors
from bot.recorder import Recorded, Recorder
from bot.settings import Settings, SettingsProblems, read_settings
from sla.facts import LeadArrived
from sla.intake import UnreadableLead, read_lead
from sla.lead import LeadId
from storage import leads, outbox, schema, timeline
from storage.database import Database, DatabaseAway, SchemaTooOld
from storage.erase import of_person
from storage.ids import new_lead_id
from storage.schema import SchemaTooNew

SOURCE: Final = "cli"
STOPPED_WITHIN: Final = timedelta(seconds=30)
ELSEWHERE: Final = (
    "The running bot edits its messages in Slack. E-mails that left, back-ups and logs of others stay."
)
BETWEEN_ROWS: Final = (
    "When it is quiet, run lead-sla db compact: it also clears what lies between the file's rows."
)
WIDTH_OF_FILES: Final = 140
"""How wide a page is where no terminal says it."""

app = typer.Typer(name="lead", help="Put leads in, see how one stands, erase one.", no_args_is_help=True)

FilePath = Annotated[
    str, typer.Argument(metavar="FILE", help="JSON, JSON lines or CSV; - is standard input.")
]
Name = Annotated[str, typer.Argument(metavar="ID", help="The lead's id, or source:external_id.")]


@app.callback()
def lead() -> None:
    """Put leads in, see how one stands, erase one."""


@app.command()
def add(file: FilePath) -> None:
    """Put in the leads of a file. The same external_id again is the same lead."""
    with _settled() as settings, _database(settings) as database:
        try:
            policies = PolicyBox.open(database, settings.policy, clock.now())
            found = leads_in(_text_of(file), "standard input" if file == "-" else file)
        except (PolicyErrors, UnreadableFile) as problem:
            raise _failure(str(problem)) from None
        recorder = Recorder(database, policies, now=clock.now)
        recorder.start()
        try:
            refused = sum([not _put_in(one, recorder, policies) for one in found])
        finally:
            recorder.stop(STOPPED_WITHIN)
    if refused:
        raise _failure(
            f"{_leads(refused)} not taken. Correct what is said above and run it again; no lead is taken twice."
        )


@app.command()
def show(name: Name) -> None:
    """Show a lead: its state, its clocks, what it was told about, and its timeline."""
    with _settled() as settings, _database(settings) as database:
        with database.read() as connection:
            lead_id = leads.resolve(connection, name)
            if lead_id is None:
                raise _failure(
                    f"There is no lead {name}. Write its id, or source:external_id such as website:00Q-1001."
                )
            its = leads.load(connection, [lead_id])[lead_id]
            owed = outbox.of_lead(connection, lead_id)
            entries = timeline.of(connection, lead_id)
            zone = zone_of(connection, its)
        console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_FILES, highlight=False)
        console.print(page_of(its, owed, entries, zone))


@app.command()
def erase(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="The lead's id, or source:external_id.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="Every lead of the person with this address.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept on the timeline.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erase a lead's data for good, here and in Slack; tier, times, team and owner are kept for the counts."""
    if (name is None) == (email is None):
        raise typer.BadParameter("Give either the lead's ID or --email ADDRESS.")
    with _settled() as settings, _database(settings) as database:
        found = _found(database, name, email)
        if not yes:
            typer.confirm(f"Erase {len(found)} lead{'' if len(found) == 1 else 's'} for good?", abort=True)
        try:
            policies = PolicyBox.open(database, settings.policy, clock.now())
        except PolicyErrors as problem:
            raise _failure(str(problem)) from None
        recorder = Recorder(database, policies, now=clock.now)
        recorder.start()
        eraser = Eraser(recorder, database)
        try:
            for lead_id in found:
                eraser.erase(lead_id, by=SOURCE, at=clock.now(), reason=reason)
                typer.echo(f"erased {lead_id}")
            eraser.leave_no_trace()
        finally:
            recorder.stop(STOPPED_WITHIN)
        typer.echo(ELSEWHERE)
        if database.is_sqlite:
            typer.echo(BETWEEN_ROWS)


def _found(database: Database, name: str | None, email: str | None) -> list[LeadId]:
    with database.read() as connection:
        if email is not None:
            found = of_person(connection, email)
        else:
            one = leads.resolve(connection, name or "")
            found = [] if one is None else [one]
    if not found:
        raise _failure(
            f"No lead has the address {email}. It counts as its source wrote it, whatever the case."
            if email is not None
            else f"There is no lead {name}. Write its id, or source:external_id such as website:00Q-1001."
        )
    return found


@contextmanager
def _settled() -> Iterator[Settings]:
    """The settings; what goes wrong with them or the database ends the command in a line or two."""
    try:
        settings = read_settings()
        logs.set_up(settings.log)
        yield settings
    except (SettingsProblems, SchemaTooOld, SchemaTooNew) as problem:
        raise _failure(str(problem)) from None
    except DatabaseAway as away:
        raise _failure(f"{away}. Run it again in a minute.") from None


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    try:
        database = Database(settings.database_url.get_secret_value())
    except ValueError as problem:
        raise _failure(f"LEAD_SLA_DATABASE_URL: {problem}") from None
    try:
        if database.path is not None and not database.path.exists():
            # Opening it would leave an empty file behind.
            raise SchemaTooOld(None, schema.newest())
        schema.require_current(database)
        yield database
    finally:
        database.close()


def _text_of(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as problem:
        reason = (problem.strerror or "it cannot be read").lower()
        raise UnreadableFile(
            f"{file}: {reason}. Give the path of a file with leads, or - for standard input."
        ) from None
    except UnicodeDecodeError:
        raise UnreadableFile(f"{file}: this is not UTF-8 text. Save the file as UTF-8.") from None


def _put_in(one: LeadInFile, recorder: Recorder, policies: PolicyBox) -> bool:
    """Record one lead and print what became of it; False where it was refused."""
    intake = policies.current.policy.intake
    mapped = intake.sources.get(SOURCE)
    fields = None if mapped is None else mapped.fields
    try:
        if one.problem is not None:
            raise UnreadableLead([one.problem])
        details, needs = read_lead(one.raw, fields=fields, required=intake.required)
    except UnreadableLead as problem:
        said = "; ".join(f"{error.field} {error.message}".strip() for error in problem.errors)
        typer.echo(f"{one.place}: refused: {said}", err=True)
        return False
    at = clock.now()
    fact = LeadArrived(lead_id=new_lead_id(at), at=at, source=SOURCE, details=details, needs=needs)
    try:
        recorded = recorder.record(fact)
    except DatabaseAway as away:
        message = f"{one.place}: this lead and those after it were not taken. {away}."
        raise _failure(f"{message} Run it again in a minute; no lead is taken twice.") from None
    typer.echo(_line(one, recorded, policies))
    return True


def _line(one: LeadInFile, recorded: Recorded, policies: PolicyBox) -> str:
    its = recorded.lead
    assert its is not None
    return f"{one.place}: {standing_line(its, policies.at(its.policy_version), duplicate=recorded.duplicate)}"


def _leads(number: int) -> str:
    return "1 lead was" if number == 1 else f"{number} leads were"


def _failure(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
