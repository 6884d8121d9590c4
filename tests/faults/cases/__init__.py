"""What can go wrong, each case with the tests that stand for it; `tests/faults/test_table.py` looks that they exist."""

from tests.faults.cases import at_once, crash, databases, inbound, ladder, scale, slack, time

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
