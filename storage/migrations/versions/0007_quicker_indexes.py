"""Indexes of some rows alone whose conditions SQLite works out faster; they hold what they held.

Its older way was to make a table of a list of three or more, for each row that was written.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
works_from = "0006"

OPEN = ("stage", "with_owner", "in_queue", "in_review", "with_lead_ops")
UNSETTLED = ("state", "gathering", "sending", "uncertain")
COMPANY = "domain_key is not null and owner is not null and "


def _listed(column: str, *values: str) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


def _one_by_one(column: str, *values: str) -> str:
    return f"({' or '.join(f'{column} = {value!r}' for value in values)})"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _make_anew(is_open: str, is_unsettled: str) -> None:
    for name, table, columns, condition in (
        ("ix_leads_open_by_owner", "leads", ["owner"], is_open),
        ("ix_leads_open_by_domain", "leads", ["domain_key", "received_at"], COMPANY + is_open),
        ("ix_outbox_unsettled", "outbox", ["state", "seq"], is_unsettled),
    ):
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, **_only(condition))


def upgrade() -> None:
    _make_anew(_one_by_one(*OPEN), _one_by_one(*UNSETTLED))


def downgrade() -> None:
    _make_anew(_listed(*OPEN), _listed(*UNSETTLED))
