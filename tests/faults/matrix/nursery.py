"""Bots by the dozen: a warm process that has loaded everything forks one whenever it is asked to.

`python -m tests.faults.matrix.nursery` reads one order a line and writes what became of them. A fork is a process of
its own and dies as one; what it is spared is the second and a half that Python takes to load the bot.
"""

import ctypes
import json
import os
import random
import select
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import keeping
from bot.__main__ import main
from bot.app import Bot
from bot.auditor import auditor
from bot.clock import OneClock, now
from bot.courier import pacer
from bot.courier.timings import Timings
from bot.running import run_bot
from storage import archive
from storage.database import Connection
from tests.faults.doomed import arm

assert Bot is not None, "loaded before the first fork"
LOOK_EVERY_SECONDS = 0.02
SET_SIGNAL_OF_PARENTS_DEATH = 1
"""Linux's number for it, among the things that a process may ask about itself."""
BROKE = 70
"""How a bot ends that did not end in words of its own."""
QUICK = {
    "settle": timedelta(seconds=0.5),
    "apart": timedelta(seconds=1),
    "lease": timedelta(seconds=5),
    "edit_lease": timedelta(seconds=4),
    "leases_every": timedelta(seconds=0.5),
    "retry_first": timedelta(seconds=0.3),
    "retry_max": timedelta(seconds=2),
    "recheck": (timedelta(seconds=2), timedelta(seconds=5)),
}
"""The courier's waits in the matrix; as they are, most of a seed would be waiting."""

EDITS_PER_SECOND = 20.0
"""At fifty a minute the edits of a story of seconds would take most of an hour."""

ARCHIVED_AFTER = timedelta(seconds=8)
"""After the last look for a copy, as the shortest that a policy may say is."""
LOOKED_FOR_OLD_EVERY = timedelta(seconds=0.5)
AUDITED_EVERY = timedelta(seconds=1)


def serve() -> None:
    """Until the orders end; then whoever still lives is killed."""
    living: set[int] = set()
    orders = b""
    while True:
        ready, _, _ = select.select([0], [], [], LOOK_EVERY_SECONDS)
        if ready:
            said = os.read(0, 65536)
            if not said:
                break
            orders += said
            *whole, orders = orders.split(b"\n")
            for order in whole:
                living.add(_born(json.loads(order)))
        living -= _buried(living)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def _born(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        code = BROKE
        try:
            _live(order)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else BROKE
        finally:
            os._exit(code)
    _tell({"number": order["number"], "pid": pid})
    return pid


def _buried(living: set[int]) -> set[int]:
    ended = set()
    for pid in living:
        gone, status = os.waitpid(pid, os.WNOHANG)
        if gone:
            ended.add(pid)
            _tell({"pid": pid, "ended": os.waitstatus_to_exitcode(status)})
    return ended


def _tell(what: dict[str, Any]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _live(order: dict[str, Any]) -> None:
    # However the nursery ends, none of its bots outlives it.
    ctypes.CDLL(None).prctl(SET_SIGNAL_OF_PARENTS_DEATH, signal.SIGKILL)
    folder = Path(order["folder"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(folder / order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for source, to in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, to)
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith(("SLACK_", "LEAD_SLA_"))]:
        del os.environ[name]
    os.environ.update(order["environment"])
    # Its parent's chance is that of all its brothers.
    random.seed()
    assert Timings.__init__.__kwdefaults__ is not None
    Timings.__init__.__kwdefaults__.update(QUICK)
    pacer.EDITS_PER_SECOND = EDITS_PER_SECOND
    keeping.EVERY, auditor.EVERY = LOOKED_FOR_OLD_EVERY, AUDITED_EVERY
    _archive_at_once()
    if order["posts_per_second"] is not None:
        pacer.POSTS_PER_SECOND = order["posts_per_second"]
        pacer.WORKSPACE_PER_SECOND = 4 * order["posts_per_second"]
    if order["until"] is not None:
        arm(order["until"], order["nth"])
    if order["skew"]:
        skew = timedelta(seconds=order["skew"])
        run_bot(OneClock(lambda: now() + skew))
    main(order["arguments"])


def _archive_at_once() -> None:
    """What ended is archived after seconds, where a policy says days."""
    move = archive.move

    def moved(connection: Connection, before: datetime, **more: Any) -> archive.Moved:
        return move(connection, now() - ARCHIVED_AFTER, **more)

    archive.move = moved


if __name__ == "__main__":
    serve()
