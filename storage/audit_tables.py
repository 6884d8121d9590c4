"""What the auditor writes down, and which rows it looks for: mostly there are none, so its indexes are empty."""

from sqlalchemy import Column, Integer, Table, Text, text

from storage.columns import UtcMicros, metadata

IS_IDLE = text(
    "stopped_at is null and next_step_at is null and set_aside_at is null "
    "and kind <> 'review' and kind <> 'check' "
    "and (due_at is null or fired_through < due_at or (fired_through is null and started_at < due_at))"
)
"""A clock that runs, with nothing planned on it and no reason why: people end a review, a climbed ladder is over."""
IS_SET_ASIDE = text("set_aside_at is not null and stopped_at is null")
IS_SENT_NOWHERE = text(
    "state = 'sent' and ts is null and substr(place, 1, 4) <> 'mail' and substr(place, 1, 4) <> 'sms:'"
)
"""Slack said where a message stands when it took it, and that is not written down."""

findings = Table(
    "findings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("since_at", UtcMicros, nullable=False),
    Column("seen_at", UtcMicros, nullable=False),
    Column("told_at", UtcMicros),
    Column("ended_at", UtcMicros),
    Column("number", Integer, nullable=False),
    Column("leads", Text, nullable=False),
)
