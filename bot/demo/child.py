"""The demo's bot: `lead-sla run` with the demo's clock, as `python -m bot.demo.child --clock FILE`."""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Bot
from bot.demo.clock import FollowedClock
from bot.running import CannotRun, run_bot


def run(clock: Annotated[Path, typer.Option(help="The file in which the demo's clock stands.")]) -> None:
    """Run the bot by the time that the demo says."""
    followed = FollowedClock(clock)

    threading.Thread(target=_end_with_the_demo, name="demo-watch", daemon=True).start()

    def follow(bot: Bot) -> None:
        followed.follow(bot.ticker.look)

    try:
        run_bot(followed, started=follow)
    except CannotRun as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


def _end_with_the_demo() -> None:
    """The demo holds the other end of standard input: it closes when the demo ends, however that happens."""
    os.read(sys.stdin.fileno(), 1)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    typer.run(run)
