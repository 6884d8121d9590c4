"""The story's place on the stage: it plays in a thread of its own, can be ended, and gives way to people who act."""

import threading
from collections.abc import Callable
from typing import Any, Final, Literal

import structlog

from bot.demo.stage import Stage

log = structlog.get_logger(__name__)

State = Literal["idle", "playing", "over"]
STOPPED_WITHIN_SECONDS: Final = 15.0


class StoryEnds(Exception):
    """The story cannot or should not go on; the text says why."""


class Telling:
    """One story at a time. `play` begins it, `stop` ends it, `wait` says how it ended."""

    def __init__(self, stage: Stage, story: Callable[["Telling"], None]) -> None:
        self._stage = stage
        self._story = story
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.ended_early: str | None = None
        self.state: State = "idle"
        self.says = ""

    def to_json(self) -> dict[str, Any]:
        return {"state": self.state, "says": self.says}

    @property
    def is_to_end(self) -> bool:
        return self._ending.is_set()

    def play(self) -> bool:
        """Begin; False where it plays already."""
        with self._lock:
            if self.state == "playing":
                return False
            self._ending.clear()
            self.ended_early = None
            self.state = "playing"
            self._thread = threading.Thread(target=self._run, name="story", daemon=True)
            self._thread.start()
            return True

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._ending.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(STOPPED_WITHIN_SECONDS)

    def wait(self, ended: threading.Event) -> str | None:
        """Until the story is over or `ended` is set; why it ended before its end, None where it did not."""
        while self.state == "playing" and not ended.wait(0.1):
            pass
        return self.ended_early

    def say(self, sentence: str) -> None:
        """A sentence of the narrator, for everybody who looks."""
        self.says = sentence
        self._stage.slack.workspace.stream.tell("story", self.to_json())

    def pause(self, seconds: float) -> None:
        """Time to read; raises StoryEnds where the story is to end."""
        if self._ending.wait(seconds):
            raise StoryEnds("It was stopped.")

    def _run(self) -> None:
        try:
            self._story(self)
        except StoryEnds as end:
            self.ended_early = str(end)
        except Exception as problem:  # somebody acted in a way that no story foresees
            log.debug("story_ended", exc_info=problem)
            self.ended_early = f"Something else happened meanwhile ({type(problem).__name__})."
        self.state = "over"
        self.say(
            "That was the story. Send a lead of your own with New lead."
            if self.ended_early is None
            else "The story stops here; the stage is yours."
        )
