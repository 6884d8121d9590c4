"""The demo's bot: `lead-sla run` with the demo's clock, as `python -m bot.demo.child --clock FILE`."""

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Bot
from bot.demo.clock import FollowedClock
from bot.running import CannotRun, run_bot


def run(clock: Annotated[Path, typer.Option(help="The file in which the demo's clock stands.")]) -> None:
    """Run the bot by the time that the demo says."""
    followed = FollowedClock(clock)
    wakes: list[Callable[[], None]] = []
    threading.Thread(target=_hear_the_demo, args=(followed, wakes), name="demo-line", daemon=True).start()

    def started(bot: Bot) -> None:
        wakes.append(bot.ticker.look)
        # Time may have been moved between the first look at the clock and now.
        bot.ticker.look()

    try:
        run_bot(followed, started=started)
    except CannotRun as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


def _hear_the_demo(followed: FollowedClock, wakes: Sequence[Callable[[], None]]) -> None:
    """The demo holds the other end of standard input: it says so when it touched the clock, and hangs up at its end."""

    def wake() -> None:
        for one in wakes:
            one()

    followed.follow(sys.stdin.fileno(), wake)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    typer.run(run)
