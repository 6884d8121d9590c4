"""The bot with its end built in: `python -m tests.faults.doomed MOMENT` runs it and kills it at that very moment.

The moments are put around functions of the bot from here, so that nothing in the bot itself can be told to die.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from alembic import command, op

from bot.__main__ import main
from bot.auditor import auditor
from bot.batch import Batch
from bot.chores import Chores
from bot.courier.jobs import Editing, Sending
from bot.courier.looking import Looked, Looking
from bot.courier.lookups import LookUps
from bot.policies import PolicyBox
from bot.recorder import Recorder
from bot.ticker import Ticker
from storage import archive, outbox

CLAIMED = "claimed, before the call"
PAUSE_HEARD = "asked for a pause, before a word of it is written"
PAUSE_WRITTEN = "asked for a pause, written down, before the commit"
HEARD = "a fact is heard from Slack, before it is recorded"
RECORDED = "a fact from Slack is on disk, before the acknowledgement"
TAKEN = "a lead is received, before it is recorded"
WRITTEN = "facts are written, before the commit"
COMMITTED = "facts are on disk, before anybody is answered"
STEP_WRITTEN = "steps are written, before the commit"
STEP_COMMITTED = "steps are on disk, before anything else"
ARCHIVED = "what ended is moved to the archive, before the commit"
AUDITED = "the auditor has looked, and what it found is written, before the commit"
GATHERED = "the chores are done, before the commit"
ANSWERED = "Slack took a message, before a word of it is written"
SENT_WRITTEN = "a message is written down as sent, before the commit"
EDITED = "Slack took an edit, before a word of it is written"
LOOKED = "history was read, before a word of it is written"
FOUND_WRITTEN = "a lost message is written down as found, before the commit"
NOT_FOUND_WRITTEN = "a lost message is written down as not found, before the commit"
SENT_AGAIN = "a lost message is to be sent again, before the commit"
LEASE_OVER = "calls of the dead are taken over, before the commit"
POLICY_OPENED = "at the start, with the policy opened"
TAKEN_UP = "at the start, with the copies to look for taken up"
MIGRATING = "in the middle of a migration"
MIGRATED = "a migration is done, before the commit"

Comes = Callable[[], None]
"""Called whenever the moment has come; it returns unless this is the time that was meant."""


def before(owner: Any, name: str) -> Callable[[Comes], None]:
    """As the function is called: nothing of what it does has happened."""

    def prepare(comes: Comes) -> None:
        real = getattr(owner, name)

        def dies(*args: Any, **named: Any) -> Any:
            comes()
            return real(*args, **named)

        setattr(owner, name, dies)

    return prepare


def after(owner: Any, name: str, when: Callable[[Any], bool] = lambda _: True) -> Callable[[Comes], None]:
    """As the function is about to return: whoever called it never hears of it. `when` looks at what it returns."""

    def prepare(comes: Comes) -> None:
        real = getattr(owner, name)

        def dies(*args: Any, **named: Any) -> Any:
            result = real(*args, **named)
            if when(result):
                comes()
            return result

        setattr(owner, name, dies)

    return prepare


def either(*moments: Callable[[Comes], None]) -> Callable[[Comes], None]:
    """Whichever of them comes first."""

    def prepare(comes: Comes) -> None:
        for moment in moments:
            moment(comes)

    return prepare


def _was_read(looked: Looked) -> bool:
    return looked.found is not None


MOMENTS: Mapping[str, Callable[[Comes], None]] = {
    CLAIMED: before(Sending, "do"),
    PAUSE_HEARD: before(outbox, "not_sent"),
    PAUSE_WRITTEN: after(outbox, "not_sent"),
    HEARD: either(before(Recorder, "record"), before(Recorder, "pressed")),
    RECORDED: after(Recorder, "record"),
    TAKEN: before(Recorder, "recorded"),
    WRITTEN: after(Batch, "write"),
    COMMITTED: after(Recorder, "_commit"),
    STEP_WRITTEN: after(Ticker, "_fire_these", bool),
    STEP_COMMITTED: after(Ticker, "_fire", bool),
    ARCHIVED: after(archive, "move", lambda moved: moved.number > 0),
    AUDITED: after(auditor, "write_down"),
    GATHERED: after(Chores, "__call__"),
    ANSWERED: after(Sending, "do"),
    SENT_WRITTEN: after(outbox, "sent"),
    EDITED: after(Editing, "do"),
    LOOKED: after(Looking, "do", _was_read),
    FOUND_WRITTEN: after(outbox, "found"),
    NOT_FOUND_WRITTEN: after(outbox, "not_found"),
    SENT_AGAIN: after(outbox, "again"),
    LEASE_OVER: either(after(outbox, "expire_leases", bool), after(outbox, "take_over", bool)),
    POLICY_OPENED: after(PolicyBox, "open"),
    TAKEN_UP: after(LookUps, "_take_up"),
    MIGRATING: after(op, "create_index"),
    MIGRATED: after(command, "upgrade"),
}


def arm(moment: str, nth: int = 1) -> None:
    """End this process when the moment has come so many times."""
    times = count(1)

    def comes() -> None:
        if next(times) >= nth:
            os.kill(os.getpid(), signal.SIGKILL)

    MOMENTS[moment](comes)


if __name__ == "__main__":
    arm(sys.argv[1])
    main(["run"])
