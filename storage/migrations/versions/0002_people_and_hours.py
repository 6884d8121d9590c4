"""When people are away, who covers a part of an on-call shift, and how much of a team's leads each has had."""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

from sla.details import LeadDetails
from sla.lead_values import Unusable
from sla.reach import email_address_of, phone_number_of
from sla.same_person import company_domain, email_key, phone_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEYS = ("email_key", "phone_key", "domain_key")
# SQLite numbers its rows itself only where the type is exactly INTEGER.
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


AT_ONCE = 1_000


def _know_the_people_of_before() -> None:
    """Who asked before the upgrade is known by the same keys as who asks after it; their details stay as they are."""
    leads = sa.table("leads", *(sa.column(name) for name in ("id", "details", *KEYS)))
    following = sa.select(leads.c.id, leads.c.details).order_by(leads.c.id).limit(AT_ONCE)
    keep = sa.update(leads).where(leads.c.id == sa.bindparam("its_id"))
    keep = keep.values({name: sa.bindparam(f"its_{name}") for name in KEYS})
    connection, last = op.get_bind(), ""
    while rows := connection.execute(following.where(leads.c.id > last)).all():
        connection.execute(
            keep,
            [
                {"its_id": id} | dict(zip((f"its_{name}" for name in KEYS), _keys(details), strict=True))
                for id, details in rows
            ],
        )
        last = rows[-1].id


def _keys(details: str) -> tuple[str | None, ...]:
    """Addresses and numbers were not written in one form then."""
    said = from_json(details)
    email, phone = None, None
    with suppress(Unusable):
        email = email_address_of(said.get("email") or "") or None
    with suppress(Unusable):
        phone = phone_number_of(said.get("phone") or "", said.get("country")) or None
    read = LeadDetails(external_id=said["external_id"], email=email, phone=phone)
    return email_key(read), phone_key(read), company_domain(read)


def upgrade() -> None:
    op.create_table(
        "spells",
        sa.Column("id", SEQUENCE, sa.Identity(always=False), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger()),
        sa.Column("cover", sa.Text()),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spells")),
    )
    op.create_index("ix_spells_email", "spells", ["email"], **only("ended_at is null"))
    op.create_table(
        "covers",
        sa.Column("id", SEQUENCE, sa.Identity(always=False), nullable=False),
        sa.Column("rotation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("from_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_covers")),
    )
    op.create_index("ix_covers_rotation", "covers", ["rotation"], **only("ended_at is null"))
    op.create_index("ix_outbox_refused", "outbox", ["place"], **only("state = 'refused'"))
    op.create_index(
        "ix_outbox_outside",
        "outbox",
        ["urgency", "seq"],
        **only("state = 'pending' and substr(place, 1, 4) in ('mail', 'sms:')"),
    )
    op.create_table(
        "accounts",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("silent_until", sa.BigInteger()),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_accounts")),
    )
    op.create_table(
        "shares",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", "email", name=op.f("pk_shares")),
    )

    op.add_column("outbox", sa.Column("list_id", sa.Text()))
    op.add_column(
        "outbox", sa.Column("is_held", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index("ix_outbox_list_id", "outbox", ["list_id"], **only("list_id is not null"))
    op.add_column("cards", sa.Column("list_id", sa.Text()))
    op.create_index("ix_cards_list_id", "cards", ["list_id"], **only("list_id is not null"))
    for name in KEYS:
        op.add_column("leads", sa.Column(name, sa.Text()))
    _know_the_people_of_before()
    op.create_table(
        "requests",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("email_key", sa.Text()),
        sa.Column("phone_key", sa.Text()),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=op.f("fk_requests_lead_id_leads")),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_lead_id", "requests", ["lead_id"])
    for table in ("leads", "requests"):
        op.create_index(f"ix_{table}_email_key", table, ["email_key"], **only("email_key is not null"))
        op.create_index(f"ix_{table}_phone_key", table, ["phone_key"], **only("phone_key is not null"))
    op.create_index(
        "ix_leads_open_by_domain",
        "leads",
        ["domain_key", "received_at"],
        **only(
            "domain_key is not null and owner is not null "
            "and stage in ('with_owner', 'in_queue', 'in_review', 'with_lead_ops')"
        ),
    )
    op.create_index("ix_clocks_covering", "clocks", ["lead_id"], **only("how = 'covering'"))
    op.create_index("ix_leads_held", "leads", ["team"], **only("stage = 'held'"))


def downgrade() -> None:
    op.drop_index("ix_leads_held", table_name="leads")
    op.drop_index("ix_clocks_covering", table_name="clocks")
    op.drop_index("ix_leads_open_by_domain", table_name="leads")
    op.drop_table("requests")
    for name in ("email_key", "phone_key"):
        op.drop_index(f"ix_leads_{name}", table_name="leads")
    for name in KEYS:
        op.drop_column("leads", name)
    op.drop_index("ix_cards_list_id", table_name="cards")
    op.drop_column("cards", "list_id")
    op.drop_index("ix_outbox_list_id", table_name="outbox")
    op.drop_column("outbox", "is_held")
    op.drop_column("outbox", "list_id")
    op.drop_table("shares")
    op.drop_table("accounts")
    op.drop_index("ix_outbox_outside", table_name="outbox")
    op.drop_index("ix_outbox_refused", table_name="outbox")
    op.drop_table("covers")
    op.drop_table("spells")
