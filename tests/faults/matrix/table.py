"""What a whole run of the matrix amounts to: progress line by line, and the table at its end."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.faults.matrix.outcome import Outcome

COUNTED = (
    ("leads taken", "leads"),
    ("leads sent again by their senders", "sent_again"),
    ("posts that Slack took", "posts"),
    ("edits that Slack took", "edits"),
    ("presses", "presses"),
    ("presses on Claim", "claims"),
    ("lost answers looked up", "looked_up"),
    ("copies taken back", "repaired"),
    ("deliveries archived", "archived"),
)
MUST_BE_NONE = (
    ("leads lost", "lost"),
    ("seen twice", "doubled"),
    ("claims won twice", "claimed_twice"),
    ("invariants broken", "broken"),
)


def line_of(outcome: Outcome) -> str:
    """One seed, as it ends."""
    kills = sum(outcome.kills.values())
    said = f"seed {outcome.seed}: {kills} kills, {outcome.leads} leads, {outcome.posts} posts, {outcome.seconds:.0f} s"
    return "\n  ".join([f"{said}: {'PROBLEMS' if outcome.problems else 'good'}", *outcome.problems])


def table_of(outcomes: Sequence[Outcome]) -> str:
    """Everything counted together, as Markdown."""
    kills: Counter[str] = Counter()
    for one in outcomes:
        kills += one.kills
    rows = [("seeds", len(outcomes)), ("kills", kills.total())]
    rows += [(name, sum(getattr(one, field) for one in outcomes)) for name, field in COUNTED]
    rows += [(name, sum(len(getattr(one, field)) for one in outcomes)) for name, field in MUST_BE_NONE]
    return "\n".join([*_table("counted", rows), "", *_table("killed", sorted(kills.items()))])


def _table(title: str, rows: Iterable[tuple[str, int]]) -> list[str]:
    return [f"| {title} | times |", "| --- | ---: |", *(f"| {name} | {number:,} |" for name, number in rows)]
