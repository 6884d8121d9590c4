"""The bot as a process: from its settings to its last line, for the command line and for whoever sets its clock."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from bot import logs
from bot.app import Bot
from bot.clock import WALL, Clock
from bot.policy_file import PolicyErrors
from bot.settings import SettingsProblems, read_settings
from storage.database import DatabaseAway, SchemaTooOld
from storage.lock import AlreadyRunning
from storage.schema import SchemaTooNew


class CannotRun(Exception):
    """The bot did not start; the message says why and what to do."""


def run_bot(
    clock: Clock = WALL, *, started: Callable[[Bot], None] | None = None, after_restore: bool = False
) -> NoReturn:
    """Run until SIGTERM or Ctrl-C, on the main thread; `started` is called once it works. Raises CannotRun."""
    try:
        settings = read_settings(to_run=True)
        logs.set_up(settings.log)
        bot = Bot(settings, clock=clock, after_restore=after_restore)
        bot.listen_to_signals()
        bot.start()
    except (
        SettingsProblems,
        PolicyErrors,
        SchemaTooOld,
        SchemaTooNew,
        AlreadyRunning,
        ValueError,
    ) as problem:
        raise CannotRun(str(problem)) from None
    except DatabaseAway as away:
        raise CannotRun(of_database(away)) from None
    except OSError as problem:
        raise CannotRun(_of_system(problem)) from None
    if started is not None:
        started(bot)
    bot.wait()
    bot.stop()
    sys.stderr.flush()
    # A call to Slack that hangs holds a thread that Python would wait for; everything is on disk already.
    os._exit(0)


def of_database(away: DatabaseAway) -> str:
    """What to tell a person at a prompt when the database is away."""
    said = " ".join(str(away).split()).rstrip(".")
    return f"{said}.\nCheck LEAD_SLA_DATABASE_URL; `lead-sla doctor` says more."


def _of_system(problem: OSError) -> str:
    """Files have a name in their errors, addresses have none."""
    reason = problem.strerror or str(problem)
    if problem.filename is not None:
        mend = "Make the folder and let the bot write there, or set LEAD_SLA_DATABASE_URL to another file."
        return f"{problem.filename}: {reason}.\n{mend}"
    return f"{reason}: the HTTP door cannot listen.\nSet LEAD_SLA_HTTP to a free host:port."
