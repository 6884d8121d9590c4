"""The courier's named waits; tests shorten them."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Timings:
    """`settle`: before an uncertain send is first looked for, because history lags. `apart`: between looks.

    `lease`: after which a claimed delivery whose sender did not come back counts as uncertain; far more than
    one call takes. `edit_lease`: how long a card is left to the process that edits it. `recheck`: when a delivery
    that was sent again is looked at once more for a late copy. `lane_waits`: how long what is not urgent lets
    everything else go before it; from then on one of each lane goes first every `lane_every`.
    """

    settle: timedelta = timedelta(seconds=10)
    apart: timedelta = timedelta(seconds=20)
    lease: timedelta = timedelta(seconds=90)
    edit_lease: timedelta = timedelta(seconds=30)
    leases_every: timedelta = timedelta(seconds=2)
    retry_first: timedelta = timedelta(seconds=1)
    retry_max: timedelta = timedelta(seconds=30)
    recheck: tuple[timedelta, ...] = (timedelta(seconds=60), timedelta(minutes=10))
    looks_needed: int = 2
    lane_waits: timedelta = timedelta(minutes=2)
    lane_every: timedelta = timedelta(seconds=2.5)
