"""What the auditor can find: one word for each thing that ought not to be, and whose word it is."""

from dataclasses import dataclass
from enum import StrEnum

from sla.lead import LeadId


class Kind(StrEnum):
    """What is not as it must be."""

    IDLE_CLOCK = "idle_clock"
    SET_ASIDE = "set_aside"
    NO_CLOCK = "no_clock"
    TWO_CLOCKS = "two_clocks"
    TWO_CLAIMS = "two_claims"
    STEP_TWICE = "step_twice"
    AFTER_ITS_CLOCK = "after_its_clock"
    CLOCKS_BEHIND = "clocks_behind"
    LEASE_OVER = "lease_over"
    NEVER_LOOKED_FOR = "never_looked_for"
    SENT_NOWHERE = "sent_nowhere"
    LEFT_GATHERED = "left_gathered"
    OUT_OF_TIME = "out_of_time"
    NOT_LEAVING = "not_leaving"
    NOT_SETTLED = "not_settled"
    STALE_CARD = "stale_card"
    TICKER_STANDS = "ticker_stands"
    COURIER_STANDS = "courier_stands"
    DEAD_REPLICA = "dead_replica"
    LONG_SNAPSHOT = "long_snapshot"
    LOG_GROWS = "log_grows"
    DISK_FULL = "disk_full"


MUST_NOT_BE = frozenset({Kind.TWO_CLAIMS, Kind.STEP_TWICE, Kind.AFTER_ITS_CLOCK})
"""A promise that was broken, whatever follows."""
ONCE = MUST_NOT_BE | {Kind.DEAD_REPLICA}
"""What happened stays so: it is told once, and there is no end of it to tell."""
MENDED = frozenset(
    {Kind.IDLE_CLOCK, Kind.LEASE_OVER, Kind.NEVER_LOOKED_FOR, Kind.LEFT_GATHERED, Kind.OUT_OF_TIME}
)
"""What the auditor mends itself; only what it cannot mend after all is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """Something that cannot be right. `name` says which: a clock's number, a delivery, a moment, a process."""

    kind: Kind
    lead_id: LeadId | None = None
    name: str = ""
