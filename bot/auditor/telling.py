"""Tells lead ops what the auditor found: once, again after a day, and when it is over; calmly, in one message."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.slack.cards.audit import ROWS_MAX
from sla.effects import Post, Role, Urgency
from sla.policy import Policy
from sla.roster import operators
from storage import audit_findings, audit_health, outbox
from storage.audit_findings import Finding, Found
from storage.audit_kinds import MUST_NOT_BE, ONCE, Kind
from storage.database import Connection

CONFIRMED_AFTER = timedelta(minutes=2)
"""What is over before that was a moment's work in progress, and nobody need hear of it."""
AGAIN_AFTER = timedelta(days=1)
KEPT_FOR = timedelta(days=1)
"""What could not be said for so long is not said any more: by then it is said anew, or over."""


def write_down(
    connection: Connection, policy: Policy, name: str, found: Collection[Found], at: datetime
) -> int:
    """Keep what was found, and owe what is to be told of it; returns how many messages that are."""
    audit_findings.take_turn(connection, at)
    audit_health.lives(connection, name, at)
    audit_findings.put(connection, found, at)
    audit_findings.end(connection, at)
    known = audit_findings.known(connection)
    due = [one for one in known if is_due(one, at)]
    posts = _posts(policy, Role.AUDIT, due, at) if due else []
    audit_findings.told(connection, due, at)
    for one in due:
        if one.kind is Kind.DEAD_REPLICA:
            audit_health.goes(connection, one.name)
    over = [one for one in known if one.ended_at is not None]
    still = any(one.told_at is not None and one.ended_at is None and one.kind not in ONCE for one in known)
    if over and not still and not due:
        posts += _posts(policy, Role.AUDIT_OVER, over, at)
        audit_findings.forget(connection, over)
    outbox.add(connection, [(None, 0, post) for post in posts], at)
    return len(posts)


def is_due(one: Finding, at: datetime) -> bool:
    """Whether it is to be told now."""
    if one.ended_at is not None:
        return False
    if one.kind in ONCE:
        return one.told_at is None
    if one.told_at is not None:
        return at - one.told_at >= AGAIN_AFTER
    return one.seen_at - one.since_at >= CONFIRMED_AFTER


def _posts(policy: Policy, role: Role, these: Sequence[Finding], at: datetime) -> list[Post]:
    rows = [_row(one) for one in these[:ROWS_MAX]]
    data = {"rows": rows, "more": len(these) - len(rows)}
    return [
        Post(
            role=role,
            to=place,
            key=f"{role}:{at.isoformat()}:{place}",
            urgency=Urgency.BREACH,
            fenced=False,
            expires_at=at + KEPT_FOR,
            data=data,
        )
        for place in operators(policy)
    ]


def _row(one: Finding) -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "name": one.name if one.kind not in MUST_NOT_BE else "",
        "since": one.since_at.isoformat(),
        "until": one.ended_at.isoformat() if one.ended_at is not None else None,
        "once": one.kind in ONCE,
        "number": one.number,
        "leads": [str(lead_id) for lead_id in one.leads],
    }
