"""How long what is over is kept at hand, and how long it says who it was about."""

from datetime import timedelta

from pydantic import Field

from sla.durations import DaysWindow
from sla.policy.section import Section


class Keep(Section):
    """What becomes of what is over."""

    finished: DaysWindow = Field(
        default=timedelta(days=30),
        description="After this time messages that ended, about leads that are over, move into the archive.",
    )
    personal_data: DaysWindow | None = Field(
        default=None,
        description="After this time the data of leads that were contacted or closed is erased; "
        "left out: never by itself.",
    )
