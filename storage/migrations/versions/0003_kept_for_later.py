"""An archive for deliveries that ended long ago, and when a back-up was restored; nothing of before changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite numbers its rows itself only where the type is exactly INTEGER.
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
QUEUES = ("outbox", "clocks", "cards")
"""Tables of which a few rows change all the time, and which are asked every second."""
# PostgreSQL tidies a table up once a fifth of it has changed: in one that keeps months, that is after days, and
# until then each look at the queue passes over what has long left it.
TIDY = "autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000"


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "restores",
        sa.Column("id", SEQUENCE, sa.Identity(always=False), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restores")),
    )
    op.create_table(
        "outbox_archive",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text()),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Integer()),
        sa.Column("fenced", sa.Boolean(), nullable=False),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("retry_at", sa.BigInteger()),
        sa.Column("uncertain_since", sa.BigInteger()),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.BigInteger()),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("send_started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("list_id", sa.Text()),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox_archive")),
    )
    op.create_index("uq_outbox_archive_id", "outbox_archive", ["id"], unique=True)
    op.create_index("ix_outbox_archive_lead_id", "outbox_archive", ["lead_id", "generation"])
    op.create_index("ix_outbox_archive_refused", "outbox_archive", ["place"], **only("state = 'refused'"))
    op.create_index("ix_outbox_archive_list_id", "outbox_archive", ["list_id"], **only("list_id is not null"))
    op.create_index("ix_outbox_ended", "outbox", ["ended_at", "seq"], **only("ended_at is not null"))
    op.create_index(
        "ix_leads_over_and_named",
        "leads",
        ["stopped_at"],
        **only("stage in ('contacted', 'closed') and substr(external_id, 1, 7) <> 'erased-'"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in QUEUES:
            op.execute(f"alter table {table} set ({TIDY})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in QUEUES:
            op.execute(
                f"alter table {table} reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"
            )
    op.drop_index("ix_leads_over_and_named", table_name="leads")
    op.drop_index("ix_outbox_ended", table_name="outbox")
    # What was archived is part of the leads' history.
    op.execute("insert into outbox select * from outbox_archive")
    op.drop_table("outbox_archive")
    op.drop_table("restores")
