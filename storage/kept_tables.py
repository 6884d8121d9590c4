"""The tables of what is kept for later: deliveries that ended long ago, and when a back-up was restored."""

from sqlalchemy import BigInteger, Boolean, Column, Identity, Index, Integer, Table, Text, text

from storage.columns import SEQUENCE, UtcMicros, metadata, only

WAS_REFUSED = text("state = 'refused'")
WAS_IN_A_LIST = text("list_id is not null")

outbox_archive = Table(
    "outbox_archive",
    metadata,
    # The columns of the outbox in its order, so that a row is moved as it is.
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("lead_id", Text),
    Column("generation", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("clock", Integer),
    Column("fenced", Boolean, nullable=False),
    Column("gathered", Boolean, nullable=False),
    Column("not_before", UtcMicros),
    Column("expires_at", UtcMicros),
    Column("data", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("leased_until", UtcMicros),
    Column("retry_at", UtcMicros),
    Column("uncertain_since", UtcMicros),
    Column("looks", Integer, nullable=False),
    Column("look_at", UtcMicros),
    Column("channel", Text),
    Column("ts", Text),
    Column("thread_ts", Text),
    Column("error", Text),
    Column("created_at", UtcMicros, nullable=False),
    Column("sent_at", UtcMicros),
    Column("send_started_at", UtcMicros),
    Column("ended_at", UtcMicros),
    Column("list_id", Text),
    Column("is_held", Boolean, nullable=False),
    Index("uq_outbox_archive_id", "id", unique=True),
    Index("ix_outbox_archive_lead_id", "lead_id", "generation"),
    Index("ix_outbox_archive_refused", "place", **only(WAS_REFUSED)),
    Index("ix_outbox_archive_list_id", "list_id", **only(WAS_IN_A_LIST)),
)

restores = Table(
    "restores",
    metadata,
    Column("id", SEQUENCE, Identity(), primary_key=True),
    # The last sign of life in the back-up, and when the bot was first started on it again.
    Column("from_at", UtcMicros, nullable=False),
    Column("at", UtcMicros, nullable=False),
)
