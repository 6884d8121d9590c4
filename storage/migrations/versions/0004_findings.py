"""What the auditor found, and indexes by which it finds what ought not to be; nothing of before changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


IS_IDLE = (
    "stopped_at is null and next_step_at is null and set_aside_at is null "
    "and kind <> 'review' and kind <> 'check' "
    "and (due_at is null or fired_through < due_at or (fired_through is null and started_at < due_at))"
)
IS_SET_ASIDE = "set_aside_at is not null and stopped_at is null"
IS_SENT_NOWHERE = "state = 'sent' and ts is null and substr(place, 1, 4) <> 'mail' and substr(place, 1, 4) <> 'sms:'"


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leads", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_findings")),
    )
    op.create_index("ix_clocks_idle", "clocks", ["started_at"], **only(IS_IDLE))
    op.create_index("ix_clocks_set_aside", "clocks", ["set_aside_at"], **only(IS_SET_ASIDE))
    op.create_index("ix_outbox_sent_nowhere", "outbox", ["sent_at"], **only(IS_SENT_NOWHERE))


def downgrade() -> None:
    op.drop_index("ix_outbox_sent_nowhere", table_name="outbox")
    op.drop_index("ix_clocks_set_aside", table_name="clocks")
    op.drop_index("ix_clocks_idle", table_name="clocks")
    op.drop_table("findings")
