"""What is looked after with each heartbeat besides the clocks: summaries after an absence, the morning's digests."""

from datetime import datetime

from bot.courier.downtime import DowntimeDesk
from bot.digest import DigestDesk
from bot.policies import PolicyBox
from storage.database import Connection


class Chores:
    """Called with each heartbeat and after steps; returns how much there was to do."""

    def __init__(self, policies: PolicyBox) -> None:
        self._downtime = DowntimeDesk(policies)
        self._digests = DigestDesk(policies)

    def __call__(self, connection: Connection, at: datetime) -> int:
        return self._downtime.gather(connection, at) + self._digests.send(connection, at)
