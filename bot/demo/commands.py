"""`lead-sla demo`: start the stage, say where to look, play the story, then leave it to the person who looks."""

import errno
import os
import signal
import sys
import threading
import webbrowser
from typing import Annotated

import typer
from rich.console import Console

from bot.demo.desk import routes
from bot.demo.desk.stage import curl
from bot.demo.screen import Screen
from bot.demo.stage import Stage, StageFailed
from bot.demo.story import Story
from bot.demo.telling import Telling

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def demo(
    story_only: Annotated[
        bool, typer.Option("--story-only", help="End after the story instead of waiting for leads of yours.")
    ] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the page's address.")] = False,
    week: Annotated[
        bool, typer.Option("--week", help="A working week by the full sample policy; you move the time.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65535)] = 0,
) -> None:
    """The product with nothing to configure: a pretend Slack in your browser, the real bot, sample leads."""
    if story_only and week:
        raise typer.BadParameter("the story has its own stage; leave --week or --story-only out")
    console = Console(highlight=False)
    stage = Stage("week" if week else "seconds", control_port=port)
    end = threading.Event()

    def asked_to_end(*_: object) -> None:
        end.set()
        stage.end_soon()

    for number in _ENDING:
        signal.signal(number, asked_to_end)
    try:
        _play(stage, console, end, story_only=story_only, opens=not (no_open or story_only))
    except StageFailed as problem:
        if not end.is_set():
            typer.echo(str(problem), err=True)
            raise typer.Exit(1) from problem
    except OSError as problem:
        reason = "it is in use" if problem.errno == errno.EADDRINUSE else problem.strerror or "not allowed"
        said = f"Cannot listen on port {port}: {reason}. Choose another with --port."
        typer.echo(said, err=True)
        raise typer.Exit(1) from problem
    finally:
        stage.close()


def _play(stage: Stage, console: Console, end: threading.Event, *, story_only: bool, opens: bool) -> None:
    screen = Screen(stage.slack.workspace, console)
    telling = Telling(stage, lambda telling: Story(stage, screen, telling).play())
    stage.slack.extra_routes += routes(stage, telling)
    stage.slack.start()
    stage.slack.workspace.stream.follow(screen.hear)
    console.print(
        f"Open {stage.page_url}    (a pretend Slack and the bot, on this machine only)", soft_wrap=True
    )
    if opens:
        threading.Thread(target=open_page, args=(stage.page_url,), name="browser", daemon=True).start()
    stage.start_bot()
    try:
        if stage.mode == "seconds":
            _tell_the_story(telling, screen, end, must_end_well=story_only)
        if not story_only:
            _leave_it_to(console, stage, end)
    finally:
        telling.stop()


def _tell_the_story(telling: Telling, screen: Screen, end: threading.Event, *, must_end_well: bool) -> None:
    telling.play()
    early = telling.wait(end)
    if end.is_set():
        return
    if early is not None and must_end_well:
        raise StageFailed(early)
    screen.tell(
        "That was the story." if early is None else f"{early} The story stops here; the stage is yours."
    )


def _leave_it_to(console: Console, stage: Stage, end: threading.Event) -> None:
    for line in (
        "",
        f"The page is yours: {stage.page_url}    Send a lead there, or from another terminal:",
        "",
        f"  {curl(stage)}",
        "",
        f"The bot's API: {stage.url}/docs    Ctrl-C ends it all.",
        "",
    ):
        console.print(line, soft_wrap=True, markup=False)
    is_told = False
    while not end.wait(0.5):
        if stage.bot_failed and not is_told:
            said = f"The bot ended by itself; the page can start it again. The end of its log:\n{stage.log_end()}"
            typer.echo(said, err=True)
        is_told = stage.bot_failed


def open_page(url: str) -> None:
    """In a window of its own; a browser that lives in the terminal would take the story's place there."""
    has_windows = sys.platform == "darwin" or any(
        map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )
    if has_windows:
        try:
            webbrowser.open(url)
        except webbrowser.Error:
            # The address is printed; whoever has another browser opens it there.
            return
