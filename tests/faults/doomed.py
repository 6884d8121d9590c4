"""The bot with its end built in: `python -m tests.faults.doomed MOMENT` runs it and kills it at that very moment.

The moments are put around functions of the bot from here, so that nothing in the bot itself can be told to die.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bot.__main__ import main
from bot.courier.jobs import Sending
from bot.recorder import Recorder
from storage import outbox

CLAIMED = "claimed, before the call"
PAUSE_HEARD = "asked for a pause, before a word of it is written"
PAUSE_WRITTEN = "asked for a pause, written down, before the commit"
HEARD = "a fact is heard from Slack, before it is recorded"
RECORDED = "a fact from Slack is on disk, before the acknowledgement"


def before(owner: Any, name: str) -> Callable[[], None]:
    """As the function is called: nothing of what it does has happened."""

    def prepare() -> None:
        setattr(owner, name, lambda *_args, **_named: _die())

    return prepare


def after(owner: Any, name: str) -> Callable[[], None]:
    """As the function is about to return: whoever called it never hears of it."""

    def prepare() -> None:
        real = getattr(owner, name)

        def dies(*args: Any, **named: Any) -> None:
            real(*args, **named)
            _die()

        setattr(owner, name, dies)

    return prepare


MOMENTS: Mapping[str, Callable[[], None]] = {
    CLAIMED: before(Sending, "do"),
    PAUSE_HEARD: before(outbox, "not_sent"),
    PAUSE_WRITTEN: after(outbox, "not_sent"),
    HEARD: before(Recorder, "record"),
    RECORDED: after(Recorder, "record"),
}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    MOMENTS[sys.argv[1]]()
    main(["run"])
