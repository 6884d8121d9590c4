"""What comes back from a person's act: was it acknowledged, and what does the person see because of it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.deliveries import Delivery
from bot.sandbox.model import Ephemeral, Json, View
from bot.sandbox.stream import Happening
from bot.sandbox.workspace import Workspace

LOOK_EVERY = 0.05


@dataclass(kw_only=True)
class PressResult:
    """A press, a choice or a command. What is shown because of it is looked up when it is asked for."""

    workspace: Workspace
    delivery: Delivery
    user: str
    trigger_id: str
    after: int

    @property
    def acked(self) -> bool:
        """Acknowledged in time at the first attempt; otherwise the person saw a warning sign."""
        return self.delivery.attempts[0].acked

    @property
    def status(self) -> int | None:
        return self.delivery.attempts[0].status

    @property
    def seconds(self) -> float:
        return self.delivery.attempts[0].seconds

    @property
    def body(self) -> Json:
        return self.delivery.attempts[0].body

    @property
    def ephemerals(self) -> list[Ephemeral]:
        return [one for one in self.workspace.ephemerals_for(self.user) if one.seq > self.after]

    @property
    def view(self) -> View | None:
        """The modal that was opened or pushed with this press."""
        views = list(self.workspace.surfaces.views.values())
        return next((one for one in views if one.trigger == self.trigger_id), None)

    def wait_for_ephemeral(self, *, within: float = 5.0) -> Ephemeral:
        """The first thing said to the person alone since the press."""
        if not wait_until(self.workspace, lambda: bool(self.ephemerals), within=within):
            raise TimeoutError("nothing was said to the person who pressed")
        return self.ephemerals[0]

    def wait_for_view(self, *, within: float = 5.0) -> View:
        if not wait_until(self.workspace, lambda: self.view is not None, within=within) or self.view is None:
            raise TimeoutError("no modal was opened for this press")
        return self.view

    def to_json(self) -> Json:
        view = self.view
        return {
            "acked": self.acked,
            "status": self.status,
            "seconds": self.seconds,
            "delivery": self.delivery.to_json(),
            "ephemerals": [one.to_slack() for one in self.ephemerals],
            "view": None if view is None else {"id": view.id, **view.payload},
        }


@dataclass(kw_only=True)
class SubmitResult:
    """A submitted modal. With `errors` it stays open and says them beside the fields."""

    acked: bool
    errors: dict[str, str] = field(default_factory=dict)
    response_action: str | None = None
    view: View | None = None
    delivery: Delivery | None = None

    def to_json(self) -> Json:
        return {
            "acked": self.acked,
            "errors": self.errors,
            "response_action": self.response_action,
            "view": None if self.view is None else {"id": self.view.id, **self.view.payload},
        }


@dataclass(kw_only=True)
class StepRun:
    """One run of a workflow step, and how it ended once it has."""

    workspace: Workspace
    delivery: Delivery
    execution_id: str

    @property
    def state(self) -> str:
        return str(self.workspace.executions[self.execution_id]["state"])

    @property
    def outputs(self) -> Json | None:
        found: Json | None = self.workspace.executions[self.execution_id].get("outputs")
        return found

    @property
    def error(self) -> str | None:
        found: str | None = self.workspace.executions[self.execution_id].get("error")
        return found

    def wait(self, *, within: float = 5.0) -> "StepRun":
        if not wait_until(self.workspace, lambda: self.state != "running", within=within):
            raise TimeoutError("the workflow step did not end")
        return self

    def to_json(self) -> Json:
        return {
            "execution_id": self.execution_id,
            "state": self.state,
            "outputs": self.outputs,
            "error": self.error,
            "delivery": self.delivery.to_json(),
        }


def wait_until(workspace: Workspace, holds: Callable[[], bool], *, within: float) -> bool:
    """Wait for something to become true; looks again at each happening, and a few times a second besides."""
    happened = threading.Event()

    def wake(_: Happening) -> None:
        happened.set()

    stop = workspace.stream.follow(wake)
    try:
        until = time.monotonic() + within
        while not holds():
            left = until - time.monotonic()
            if left <= 0:
                return holds()
            # What a happening announces may come true a moment after it was told.
            happened.wait(min(left, LOOK_EVERY))
            happened.clear()
        return True
    finally:
        stop()
