"""The time on the demo's stage: its clock, who keeps it, and what of it is shown."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.demo.clock import DemoClock
from bot.demo.clock_keeper import Found, TimeKeeper
from bot.demo.clock_words import words_of
from sla.calendar import WorkingCalendar
from sla.policy import Policy
from storage.database import Connection, DatabaseAway
from storage.dues import Due

if TYPE_CHECKING:
    from bot.demo.stage import Stage

Json = dict[str, Any]


class StageTime:
    """From one setting of the stage to the next."""

    def __init__(self, stage: "Stage", file: Path, at: datetime, *, told: Callable[[], None]) -> None:
        self.file = file
        self.clock = DemoClock(file, at, told=told)
        self._stage = stage
        self.keeper = TimeKeeper(self.clock, _Life(stage), self._tell)

    @property
    def calendar(self) -> WorkingCalendar:
        """The first team's, by which opening, closing and the morning are named."""
        policy = self._policy
        return policy.calendars[next(iter(policy.teams.values())).calendar]

    def shown(self) -> Json:
        """What time it is, how fast it runs, and what comes next."""
        standing = self.keeper.standing()
        return {
            "at": standing.at.isoformat(),
            "epoch": standing.at.timestamp(),
            "rate": standing.rate,
            "is_jumping": standing.is_jumping,
            "next": None if standing.next is None else self._told(standing.next),
        }

    def close(self) -> None:
        self.keeper.close()

    @property
    def _policy(self) -> Policy:
        return self._stage.scene.policy

    def _told(self, due: Due) -> Json:
        def in_words(connection: Connection) -> str:
            return words_of(connection, due, self._policy)

        what = self._stage.look(in_words, "The next step")
        return {"at": due.at.isoformat(), "epoch": due.at.timestamp(), "what": what}

    def _tell(self) -> None:
        try:
            shown = self.shown()
        except DatabaseAway:
            return
        self._stage.slack.workspace.stream.tell("clock", shown)


class _Life:
    """The bot on the stage, as the keeper of the time needs to know it."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage

    def look(self, question: Callable[[Connection], Found], otherwise: Found) -> Found:
        return self._stage.look(question, otherwise)

    @property
    def bot_runs(self) -> bool:
        return self._stage.bot_state == "running" and not self._stage.bot_has_ended()

    @property
    def slack_is_well(self) -> bool:
        faults = self._stage.slack.workspace.faults
        return faults.outage is None and not faults.waiting()
