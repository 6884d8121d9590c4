"""What lies on this machine: the settings, the policy file and the database."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.doctor.finding import Finding, care, no, ok
from bot.policy_commands import sizes
from bot.policy_file import PolicyErrors, PolicyFile, read_policy
from bot.restoring import went_back
from bot.settings import ENV_FILE, Settings, SettingsProblems, read_settings
from sla.policy import not_in_force
from storage import schema
from storage.database import Database, DatabaseAway
from storage.life_sign import LifeSign


@dataclass(frozen=True, kw_only=True)
class Usable:
    """The settings as far as they can be used; defaults stand in for the unusable ones, named here."""

    settings: Settings
    without: frozenset[str] = frozenset()


def look_at_settings() -> tuple[Usable | None, list[Finding]]:
    """All problems at once, and what is left to look further with; None where nothing is."""
    try:
        settings = read_settings(to_run=True)
    except SettingsProblems as problems:
        names = frozenset(problem.name for problem in problems.problems)
        return _usable(names), [no("setting", str(problem)) for problem in problems.problems]
    return Usable(settings=settings), [_how_slack_comes(settings), *_how_leads_come(settings)]


def _usable(without: frozenset[str]) -> Usable | None:
    stand_ins = {
        str(field.validation_alias): field.default
        for field in Settings.model_fields.values()
        if field.validation_alias in without
    }
    try:
        file = None if ENV_FILE in without else ENV_FILE
        settings = Settings(_env_file=file, _env_file_encoding="utf-8", **stand_ins)  # type: ignore[call-arg]
    except (ValidationError, OSError, UnicodeDecodeError):
        # A file that cannot be read hid what else is wrong.
        return None
    return Usable(settings=settings, without=without)


def _how_slack_comes(settings: Settings) -> Finding:
    if settings.slack_mode == "socket":
        return ok("setting", f"Slack by Socket Mode, HTTP door {settings.http}")
    said = f"Slack by HTTP: POST /slack/events on {settings.http} (whether the signing secret is right shows only"
    return ok("setting", f"{said} when Slack calls)")


def _how_leads_come(settings: Settings) -> Iterator[Finding]:
    if not settings.intake_keys and not settings.webhook_secrets and not settings.admin_keys:
        said = "LEAD_SLA_INTAKE_KEYS: no keys, so that leads sent over HTTP are answered 401."
        yield care("setting", f"{said} Set source=key, such as website=KEY, unless leads come another way")


def look_at_policy(path: Path) -> tuple[PolicyFile | None, list[Finding]]:
    try:
        file = read_policy(path)
    except PolicyErrors as errors:
        return None, [no("policy", str(problem)) for problem in errors.problems]
    later = [care("policy", f"not in force yet: {sentence}") for sentence in not_in_force(file.policy)]
    return file, [ok("policy", f"{path}: {sizes(file.policy)}"), *later]


def look_at_database(url: str) -> Finding:
    """Only looked at: not made where it is missing, not upgraded where it is old."""
    try:
        database = Database(url)
    except ValueError as problem:
        return no("database", f"LEAD_SLA_DATABASE_URL: {problem}")
    try:
        return _of_server(database) if database.path is None else _of_file(database, database.path)
    finally:
        database.close()


def _of_file(database: Database, path: Path) -> Finding:
    folder, mend = path.parent, "or set LEAD_SLA_DATABASE_URL to a file elsewhere"
    # Not Path's own questions, which raise where a folder above may not be entered.
    if not os.path.isdir(folder):
        return no("database", f"{path}: there is no folder {folder}. Make it, {mend}")
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        # Beside the database SQLite keeps its log, so that the file's own rights are not enough.
        return no("database", f"{path}: the folder may not be written. Let the bot's user write it, {mend}")
    if not os.path.exists(path):
        return ok("database", f"{path}: not there yet, will be made")
    if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
        return no("database", f"{path}: it may not be written. Let the bot's user write it, {mend}")
    if path.stat().st_size == 0:
        return ok("database", f"{path}: empty, the tables will be made")
    try:
        current = schema.revision(database)
    except DatabaseAway as away:
        return no("database", f"{path}: {away.reason}. Make room or mend the file, {mend}")
    if current is not None and not schema.is_known(current):
        return _of_newer(database, str(path), current)
    if current != schema.newest():
        at = "has no tables of ours" if current is None else f"is at revision {current}"
        return care("database", f"{path} {at}: `lead-sla run` brings it to {schema.newest()} by itself")
    if went_back(database, LifeSign(path)):
        said = f"{path}: it is older than what the bot did last, as after a restore"
        return care("database", f"{said}. `lead-sla run` minds that; let senders send again what came since")
    return ok("database", f"{path}: up to date ({current})")


def _of_server(database: Database) -> Finding:
    where = f"PostgreSQL at {database.url.host or 'this machine'}"
    try:
        current = schema.revision(database)
    except DatabaseAway as away:
        mend = "Check LEAD_SLA_DATABASE_URL, and that the server runs and lets the bot in"
        return no("database", f"{where} cannot be used: {away.reason}. {mend}")
    if current is not None and not schema.is_known(current):
        return _of_newer(database, where, current)
    if current != schema.newest():
        at = "it has no tables yet" if current is None else f"its tables are at revision {current}"
        return no(
            "database", f"{where}: {at}, this version needs {schema.newest()}. Run `lead-sla db upgrade`"
        )
    return ok("database", f"{where}: up to date ({current})")


def _of_newer(database: Database, where: str, current: str) -> Finding:
    if schema.works_beside_newer(database):
        mend = "Replace this version by the newer one soon"
        return care(
            "database", f"{where}: a newer version made revision {current}; this one works on. {mend}"
        )
    said = f"{where} is at revision {current}, which this version does not know."
    return no("database", f"{said} A newer version made it: install that one, or set LEAD_SLA_DATABASE_URL")
