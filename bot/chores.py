"""What is looked after with each heartbeat besides the clocks: summaries, digests, shifts, who is back, what is old."""

from datetime import datetime

from bot.courier.downtime import DowntimeDesk
from bot.cover_desk import CoverDesk
from bot.digest import DigestDesk
from bot.keeping import Keeping
from bot.policies import PolicyBox
from bot.shift_desk import ShiftDesk
from bot.surge import SurgeDesk
from storage.database import Connection


class Chores:
    """Called with each heartbeat and after steps; returns how much there was to do."""

    def __init__(self, policies: PolicyBox, keeping: Keeping) -> None:
        self._downtime = DowntimeDesk(policies)
        self._digests = DigestDesk(policies)
        self._surges = SurgeDesk(policies)
        self._shifts = ShiftDesk(policies)
        self._covers = CoverDesk(policies)
        self._keeping = keeping

    def __call__(self, connection: Connection, at: datetime) -> int:
        # What waited is given before it is told of.
        done = self._downtime.gather(connection, at) + self._surges.give(connection, at)
        done += self._digests.send(connection, at) + self._surges.tell(connection, at)
        done += self._shifts.tell(connection, at) + self._covers.give_back(connection, at)
        return done + self._keeping(connection, at)
