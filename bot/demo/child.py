"""The demo's bot: `lead-sla run` with the demo's clock, as `python -m bot.demo.child --clock FILE`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.app import Bot
from bot.demo.clock import FollowedClock
from bot.running import CannotRun, run_bot


def run(clock: Annotated[Path, typer.Option(help="The file in which the demo's clock stands.")]) -> None:
    """Run the bot by the time that the demo says."""
    followed = FollowedClock(clock)

    def follow(bot: Bot) -> None:
        followed.follow(bot.ticker.look)

    try:
        run_bot(followed, started=follow)
    except CannotRun as problem:
        typer.echo(str(problem), err=True)
        sys.exit(1)


if __name__ == "__main__":
    typer.run(run)
