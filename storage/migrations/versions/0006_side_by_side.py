"""What the tables say to an older version of the program; nothing of before changes.

Each migration from here on may name in `works_from` the oldest revision whose program can work with the tables as it
leaves them: where it only adds what that program need not know. Left out, it is for its own version alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "works_with",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("works_from", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_works_with")),
    )


def downgrade() -> None:
    op.drop_table("works_with")
