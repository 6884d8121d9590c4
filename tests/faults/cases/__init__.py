"""What can go wrong, each case with the tests that stand for it; `tests/faults/test_table.py` looks that they exist.

There are 73 kinds of failure that are known to break such systems, each with its number, which stays. A part's `KINDS`
says which of its cases stand for which of them; what is beyond the known kinds is in `BESIDES`.
"""

from types import ModuleType

from tests.faults.cases import at_once, crash, databases, inbound, ladder, scale, slack, time

PARTS: tuple[ModuleType, ...] = (crash, at_once, databases, slack, inbound, time, ladder, scale)
KINDS_KNOWN = 73
BESIDES = (
    "The bot is killed while it pages somebody at night",
    "Anything goes wrong at any time",
    "Several bots pace, edit and send from one database",
    "The database is away when Slack has answered",
    "Nobody is left to be told",
    "Anything at all is sent to a door",
    "More comes in than there is room for, or it never ends",
)

CASES: dict[str, tuple[str, ...]] = {
    **crash.CASES,
    **at_once.CASES,
    **databases.CASES,
    **slack.CASES,
    **inbound.CASES,
    **time.CASES,
    **ladder.CASES,
    **scale.CASES,
}
KINDS: tuple[tuple[int, tuple[str, ...]], ...] = tuple(
    (number, cases) for part in PARTS for number, cases in part.KINDS.items()
)
"""Every number with the cases that stand for it; a number that two parts claim is here twice."""
