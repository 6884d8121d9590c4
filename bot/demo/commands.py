"""`lead-sla demo`: start the stage, play the story, then leave it to the person at the keyboard."""

import signal
import threading
from typing import Annotated

import typer
from rich.console import Console

from bot.demo.screen import Screen
from bot.demo.stage import INTAKE_KEY, Stage, StageFailed
from bot.demo.story import Story, StoryStuck


def demo(
    story_only: Annotated[
        bool, typer.Option("--story-only", help="End after the story instead of waiting for leads of yours.")
    ] = False,
) -> None:
    """The main job with nothing to configure: a pretend Slack, the real bot, sample leads, times in seconds."""
    console = Console(highlight=False)
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    console.print("Starting a pretend Slack and the bot, both on this machine only …")
    try:
        with Stage() as stage:
            screen = Screen(stage.slack.workspace, console)
            stop = stage.slack.workspace.stream.follow(screen.hear)
            try:
                Story(stage, screen).play()
                screen.tell("That was the story.")
                if not story_only:
                    _leave_it_to(console, stage, end)
            finally:
                stop()
    except (StageFailed, StoryStuck) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _leave_it_to(console: Console, stage: Stage, end: threading.Event) -> None:
    lead = '{"external_id": "MINE-1", "email": "you@example.com", "company": "My company", "score": 80}'
    for line in (
        "",
        "Send a lead of your own and see here what people see (a score below 75 has a minute instead of 12 s):",
        "",
        f"  curl -s {stage.url}/v1/leads -H 'Authorization: Bearer {INTAKE_KEY}' -d '{lead}'",
        "",
        f"The bot's API: {stage.url}/docs    The pretend Slack: {stage.slack.control_url}state    Ctrl-C ends it all.",
        "",
    ):
        console.print(line, soft_wrap=True, markup=False)
    while not end.wait(1.0):
        if stage.bot_has_ended():
            raise StageFailed(f"The bot ended by itself. The end of its log:\n{stage.log_end()}")
