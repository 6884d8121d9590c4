"""A seed from the command line's words: in a process of its own, with its own database and folder."""

import argparse
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot import logs
from tests.databases import PostgresqlServer
from tests.faults.matrix.nurse import Nurse
from tests.faults.matrix.outcome import Outcome, Setting
from tests.faults.matrix.places import database_of
from tests.faults.matrix.seed import Play

MANY_LEADS = 50
"""From so many on the windows are longer and Slack's pace is not the measure: a thousand posts would take hours."""
LONG_WINDOW, POSTS_PER_SECOND = 20, 50.0


def play(seed: int, asked: argparse.Namespace, server_url: str | None) -> Outcome:
    """Of a seed without findings nothing is left on the disk."""
    logs.set_up("text")
    server = None if server_url is None else PostgresqlServer(server_url, is_new=False)
    is_migrated = seed % 4 != 0
    folder = Path(tempfile.mkdtemp(prefix=f"matrix-{seed}-"))
    with database_of(server, folder, f"seed_{seed}", is_migrated=is_migrated) as url:
        many = asked.leads >= MANY_LEADS
        setting = Setting(
            database_url=url,
            is_migrated=is_migrated,
            replicas=asked.replicas,
            leads=asked.leads,
            kills=asked.kills,
            skew=asked.skew,
            window=LONG_WINDOW if many else Setting.window,
            posts_per_second=POSTS_PER_SECOND if many else None,
        )
        outcome = Play(seed, setting, _nurse(), folder).run()
    if outcome.problems:
        outcome.logs = str(folder)
    else:
        shutil.rmtree(folder)
    return outcome


@cache
def _nurse() -> Nurse:
    """One for the process; it ends with it, as its orders do."""
    return Nurse().__enter__()
