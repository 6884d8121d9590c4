"""Slack's pace where several bots work on one database: what the own pacer allows is taken there, too."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.courier import pacer
from bot.courier.pacer import EDIT, POST, Pacer
from storage import pacing
from storage.database import Database
from storage.pacing import Wanted

WORKSPACE = "workspace"


class SharedPace:
    """Asked once more for what the process itself would send; on SQLite, where it is alone, it agrees to everything.

    `now` is the clock it goes by where that is not the database's own.
    """

    def __init__(self, database: Database, pacer: Pacer, now: Callable[[], datetime] | None = None) -> None:
        self._database = database
        self._pacer = pacer
        self._now = now

    def posts(self, chosen: dict[str, str]) -> float | None:
        """Leave of these deliveries (by id, with their channels) those that may leave, in their order.

        Returns the seconds until there is room again, None where all of them may.
        """
        wanted = _posts(chosen.values())
        if self._database.is_sqlite or not wanted:
            return None
        with self._database.begin() as connection:
            granted = pacing.take(connection, wanted, self._at())
        room = Counter({name: one.number for name, one in granted.items()})
        for name, one in granted.items():
            if one.wait > timedelta(0):
                self._pacer.block(POST, None if name == WORKSPACE else name, one.wait)
        for id, channel in list(chosen.items()):
            if not channel:
                continue
            if room[channel] > 0 and room[WORKSPACE] > 0:
                room.subtract([channel, WORKSPACE])
                continue
            del chosen[id]
            self._pacer.give_back_post(channel)
        self._give_back(wanted, room)
        waits = [one.wait.total_seconds() for one in granted.values() if one.wait > timedelta(0)]
        return min(waits, default=None)

    def posts_unused(self, channels: Iterable[str]) -> None:
        """What was taken for posts that are not made after all."""
        unused = _posts(channels)
        if unused and not self._database.is_sqlite:
            self._give_back(unused, Counter({name: one.number for name, one in unused.items()}))

    def edits(self, number: int) -> int:
        """How many of so many edits may leave now."""
        if self._database.is_sqlite or number == 0:
            return number
        wanted = Wanted(number=number, per_second=pacer.EDITS_PER_SECOND, burst=pacer.EDITS_BURST)
        with self._database.begin() as connection:
            granted = pacing.take(connection, {EDIT: wanted}, self._at())[EDIT]
        if granted.wait > timedelta(0):
            self._pacer.block(EDIT, None, granted.wait)
        return granted.number

    def pause(self, method: str, channel: str | None, span: timedelta) -> None:
        """Slack asked for a pause: of posts in this channel, or of this method."""
        self._pacer.block(method, channel, span)
        if not self._database.is_sqlite:
            with self._database.begin() as connection:
                pacing.pause(connection, channel or method, span, self._at())

    def _give_back(self, of: Mapping[str, Wanted], numbers: Counter[str]) -> None:
        unused = {
            name: Wanted(number=numbers[name], per_second=one.per_second, burst=one.burst)
            for name, one in of.items()
            if numbers[name] > 0
        }
        if unused:
            with self._database.begin() as connection:
                pacing.give_back(connection, unused)

    def _at(self) -> datetime | None:
        return self._now() if self._now is not None else None


def _posts(channels: Iterable[str]) -> dict[str, Wanted]:
    """So many posts to each of these channels, and of all of them to the workspace."""
    counted = Counter(channel for channel in channels if channel)
    if not counted:
        return {}
    wanted = {
        channel: Wanted(number=number, per_second=pacer.POSTS_PER_SECOND, burst=pacer.POSTS_BURST)
        for channel, number in counted.items()
    }
    of_all = Wanted(
        number=counted.total(), per_second=pacer.WORKSPACE_PER_SECOND, burst=pacer.WORKSPACE_BURST
    )
    return {**wanted, WORKSPACE: of_all}
