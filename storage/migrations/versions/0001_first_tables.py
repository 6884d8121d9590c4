"""The first tables: leads with their clocks, contacts and timeline; deliveries, cards; people, turns, policies."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers its rows itself only where the type is exactly INTEGER.
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", SEQUENCE, sa.Identity(always=False), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger()),
        sa.Column("announced_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_from_at", "absences", ["from_at"])
    op.create_table(
        "beats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_beats")),
    )
    op.create_table(
        "leads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("tier", sa.Text()),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("status", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("first_contact_at", sa.BigInteger()),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_leads_source_external_id")),
    )
    op.create_index(
        "ix_leads_open_by_owner",
        "leads",
        ["owner"],
        **only("stage in ('with_owner', 'in_queue', 'in_review', 'with_lead_ops')"),
    )
    op.create_table(
        "people",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("slack_id", sa.Text()),
        sa.Column("dm_channel", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("tz", sa.Text()),
        sa.Column("locale", sa.Text()),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.Text()),
        sa.Column("fetched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_people")),
    )
    op.create_index("ix_people_slack_id", "people", ["slack_id"])
    op.create_table(
        "policies",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_table(
        "turns",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("assigned_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_turns")),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("clock", sa.Integer()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("wanted_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("shown_hash", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger()),
        sa.Column("retry_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_cards_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    op.create_index("ix_cards_channel_ts", "cards", ["channel", "ts"])
    op.create_index(
        "ix_cards_dirty", "cards", ["id"], **only("shown_revision < wanted_revision and gone_at is null")
    )
    op.create_index("ix_cards_lead_id", "cards", ["lead_id"])
    op.create_table(
        "clocks",
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("hand_over_at", sa.BigInteger()),
        sa.Column("fired_through", sa.BigInteger()),
        sa.Column("next_step_at", sa.BigInteger()),
        sa.Column("stopped_at", sa.BigInteger()),
        sa.Column("stopped_by", sa.Text()),
        sa.Column("told_at", sa.BigInteger()),
        sa.Column("unreachable_at", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("set_aside_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_clocks_lead_id_leads")),
        sa.PrimaryKeyConstraint("lead_id", "number", name=op.f("pk_clocks")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_clocks_next_step_at", "clocks", ["next_step_at"], **only("next_step_at is not null"))
    op.create_table(
        "contacts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("corrected_at", sa.BigInteger()),
        sa.Column("external_id", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_contacts_lead_id_leads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index("ix_contacts_lead_id", "contacts", ["lead_id"])
    op.create_index(
        "uq_contacts_external_id",
        "contacts",
        ["lead_id", "external_id"],
        unique=True,
        **only("external_id is not null"),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", SEQUENCE, sa.Identity(always=False), nullable=False),
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
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("retry_at", sa.BigInteger()),
        sa.Column("uncertain_since", sa.BigInteger()),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("look_at", sa.BigInteger()),
        sa.Column("channel", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("send_started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_outbox")),
        sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
        sa.UniqueConstraint("lead_id", "generation", "key", name=op.f("uq_outbox_lead_id_generation_key")),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_outbox_lead_id_leads")),
    )
    op.create_index("ix_outbox_pending", "outbox", ["urgency", "seq"], **only("state = 'pending'"))
    op.create_index(
        "ix_outbox_unsettled",
        "outbox",
        ["state", "seq"],
        **only("state in ('gathering', 'sending', 'uncertain')"),
    )
    op.create_index(
        "uq_outbox_key_without_lead", "outbox", ["generation", "key"], unique=True, **only("lead_id is null")
    )
    op.create_table(
        "timeline",
        sa.Column("seq", SEQUENCE, sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("logged_at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text()),
        sa.Column("policy_version", sa.Text()),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_timeline_lead_id_leads")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_timeline")),
    )
    op.create_index("ix_timeline_lead_id", "timeline", ["lead_id"])
    op.create_index("ix_timeline_passes", "timeline", ["who", "occurred_at"], **only("kind = 'passed'"))


def downgrade() -> None:
    for table in (
        "timeline",
        "outbox",
        "contacts",
        "clocks",
        "cards",
        "turns",
        "policies",
        "people",
        "leads",
        "beats",
        "absences",
    ):
        op.drop_table(table)
