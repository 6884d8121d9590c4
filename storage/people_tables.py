"""The tables about people: who they are in Slack, when they are away, whose turn it is, who covers."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Table, Text, text

from storage.columns import SEQUENCE, UtcMicros, metadata, only

IS_IN_FORCE = text("ended_at is null")

people = Table(
    "people",
    metadata,
    Column("email", Text, primary_key=True),
    Column("slack_id", Text),
    Column("dm_channel", Text),
    Column("name", Text),
    Column("tz", Text),
    Column("locale", Text),
    Column("is_member", Boolean, nullable=False),
    Column("refusal", Text),
    Column("fetched_at", UtcMicros, nullable=False),
    Index("ix_people_slack_id", "slack_id"),
)

turns = Table(
    "turns",
    metadata,
    Column("email", Text, primary_key=True),
    Column("turn", BigInteger, nullable=False),
    Column("assigned_at", UtcMicros, nullable=False),
)

spells = Table(
    "spells",
    metadata,
    Column("id", SEQUENCE, Identity(), primary_key=True),
    Column("email", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros),
    Column("cover", Text),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcMicros, nullable=False),
    Column("ended_at", UtcMicros),
    Index("ix_spells_email", "email", **only(IS_IN_FORCE)),
)

covers = Table(
    "covers",
    metadata,
    Column("id", SEQUENCE, Identity(), primary_key=True),
    Column("rotation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcMicros, nullable=False),
    Column("ended_at", UtcMicros),
    Index("ix_covers_rotation", "rotation", **only(IS_IN_FORCE)),
)

accounts = Table(
    "accounts",
    metadata,
    Column("email", Text, primary_key=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    Column("silent_until", UtcMicros),
    Column("said_at", UtcMicros, nullable=False),
)

shares = Table(
    "shares",
    metadata,
    Column("team", Text, primary_key=True),
    Column("email", Text, primary_key=True),
    Column("share", BigInteger, nullable=False),
)
