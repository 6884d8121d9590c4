"""The table by which all processes together keep Slack's pace: one row for each thing that has one."""

from sqlalchemy import Column, Table, Text

from storage.columns import UtcMicros, metadata

pace = Table(
    "pace",
    metadata,
    Column("name", Text, primary_key=True),
    # Up to when what was taken fills the pace; before now: nothing is left of it.
    Column("used_until", UtcMicros, nullable=False),
    Column("paused_until", UtcMicros, nullable=False),
)
