"""The tables, as the code sees them; a change here and its migration go into one commit."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from storage.micros import micros, moment


class UtcMicros(TypeDecorator[datetime]):
    """A moment as microseconds in a BIGINT, so that SQLite and PostgreSQL compare alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else moment(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers its rows itself only where the type is exactly INTEGER.
_Sequence = BigInteger().with_variant(Integer(), "sqlite")

IS_OPEN = text("stage in ('with_owner', 'in_queue', 'in_review', 'with_lead_ops')")
IS_HELD = text("stage = 'held'")
IS_PENDING = text("state = 'pending'")
GOES = {
    "slack": text("substr(place, 1, 4) not in ('mail', 'sms:')"),
    "outside": text("substr(place, 1, 4) in ('mail', 'sms:')"),
}
"""Which rows of the outbox go by Slack, and which by e-mail or text message."""
IS_PENDING_OUTSIDE = text("state = 'pending' and substr(place, 1, 4) in ('mail', 'sms:')")
IS_REFUSED = text("state = 'refused'")
IS_UNSETTLED = text("state in ('gathering', 'sending', 'uncertain')")
IS_DIRTY = text("shown_revision < wanted_revision and gone_at is null")
HAS_NEXT_STEP = text("next_step_at is not null")
IS_COVERING = text("how = 'covering'")
IS_A_PASS = text("kind = 'passed'")
IS_IN_FORCE = text("ended_at is null")
HAS_EMAIL_KEY = text("email_key is not null")
HAS_PHONE_KEY = text("phone_key is not null")
IS_OPEN_WITH_A_COMPANY = text(
    "domain_key is not null and owner is not null "
    "and stage in ('with_owner', 'in_queue', 'in_review', 'with_lead_ops')"
)
IS_IN_A_LIST = text("list_id is not null")

leads = Table(
    "leads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("received_at", UtcMicros, nullable=False),
    Column("details", Text, nullable=False),
    # What a decision can change starts here.
    Column("owner", Text),
    Column("team", Text),
    Column("tier", Text),
    Column("stage", Text, nullable=False),
    Column("status", Text),
    Column("outcome", Text),
    Column("generation", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("started_at", UtcMicros),
    Column("due_at", UtcMicros),
    Column("stopped_at", UtcMicros),
    Column("first_contact_at", UtcMicros),
    Column("policy_version", Text, nullable=False),
    Column("state", Text, nullable=False),
    # By what its person and its company are known, as its own source said it.
    Column("email_key", Text),
    Column("phone_key", Text),
    Column("domain_key", Text),
    UniqueConstraint("source", "external_id"),
    Index("ix_leads_open_by_owner", "owner", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    Index("ix_leads_held", "team", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
    Index("ix_leads_email_key", "email_key", sqlite_where=HAS_EMAIL_KEY, postgresql_where=HAS_EMAIL_KEY),
    Index("ix_leads_phone_key", "phone_key", sqlite_where=HAS_PHONE_KEY, postgresql_where=HAS_PHONE_KEY),
    Index(
        "ix_leads_open_by_domain",
        "domain_key",
        "received_at",
        sqlite_where=IS_OPEN_WITH_A_COMPANY,
        postgresql_where=IS_OPEN_WITH_A_COMPANY,
    ),
)

requests = Table(
    "requests",
    metadata,
    Column("source", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("received_at", UtcMicros, nullable=False),
    Column("email_key", Text),
    Column("phone_key", Text),
    Index("ix_requests_lead_id", "lead_id"),
    Index("ix_requests_email_key", "email_key", sqlite_where=HAS_EMAIL_KEY, postgresql_where=HAS_EMAIL_KEY),
    Index("ix_requests_phone_key", "phone_key", sqlite_where=HAS_PHONE_KEY, postgresql_where=HAS_PHONE_KEY),
)

clocks = Table(
    "clocks",
    metadata,
    Column("lead_id", Text, ForeignKey("leads.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("person", Text),
    Column("round", Integer, nullable=False),
    Column("how", Text, nullable=False),
    Column("by", Text),
    Column("note", Text),
    Column("calendar", Text, nullable=False),
    Column("started_at", UtcMicros, nullable=False),
    Column("due_at", UtcMicros),
    Column("hand_over_at", UtcMicros),
    Column("fired_through", UtcMicros),
    Column("next_step_at", UtcMicros),
    Column("stopped_at", UtcMicros),
    Column("stopped_by", Text),
    Column("told_at", UtcMicros),
    Column("unreachable_at", UtcMicros),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("set_aside_at", UtcMicros),
    Index("ix_clocks_covering", "lead_id", sqlite_where=IS_COVERING, postgresql_where=IS_COVERING),
    Index(
        "ix_clocks_next_step_at", "next_step_at", sqlite_where=HAS_NEXT_STEP, postgresql_where=HAS_NEXT_STEP
    ),
    # A lead's clocks lie side by side, and there is one tree to write instead of two.
    sqlite_with_rowid=False,
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("by", Text, nullable=False),
    Column("logged_by", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("occurred_at", UtcMicros, nullable=False),
    Column("logged_at", UtcMicros, nullable=False),
    Column("note", Text),
    Column("counts", Boolean, nullable=False),
    Column("withdrawn_at", UtcMicros),
    Column("corrected_at", UtcMicros),
    Column("external_id", Text),
    Column("position", Integer, nullable=False),
    Index("ix_contacts_lead_id", "lead_id"),
    Index(
        "uq_contacts_external_id",
        "lead_id",
        "external_id",
        unique=True,
        sqlite_where=text("external_id is not null"),
        postgresql_where=text("external_id is not null"),
    ),
)

timeline = Table(
    "timeline",
    metadata,
    Column("seq", _Sequence, Identity(), primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_at", UtcMicros, nullable=False),
    Column("logged_at", UtcMicros, nullable=False),
    Column("who", Text),
    Column("policy_version", Text),
    Column("data", Text, nullable=False),
    Index("ix_timeline_lead_id", "lead_id"),
    Index("ix_timeline_passes", "who", "occurred_at", sqlite_where=IS_A_PASS, postgresql_where=IS_A_PASS),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Sequence, Identity(), primary_key=True),
    Column("id", Text, nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id")),
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
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("leased_until", UtcMicros),
    Column("retry_at", UtcMicros),
    Column("uncertain_since", UtcMicros),
    Column("looks", Integer, nullable=False, server_default=text("0")),
    Column("look_at", UtcMicros),
    Column("channel", Text),
    Column("ts", Text),
    Column("thread_ts", Text),
    Column("error", Text),
    Column("created_at", UtcMicros, nullable=False),
    Column("sent_at", UtcMicros),
    Column("send_started_at", UtcMicros),
    Column("ended_at", UtcMicros),
    # The message in which this one is a row, if it left as one.
    Column("list_id", Text),
    # Whether it waits for its reader: for their working hours, or for what else comes within the minute.
    Column("is_held", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("id"),
    # Starts with lead_id, so that it also finds a lead's deliveries.
    UniqueConstraint("lead_id", "generation", "key"),
    Index(
        "uq_outbox_key_without_lead",
        "generation",
        "key",
        unique=True,
        sqlite_where=text("lead_id is null"),
        postgresql_where=text("lead_id is null"),
    ),
    Index("ix_outbox_pending", "urgency", "seq", sqlite_where=IS_PENDING, postgresql_where=IS_PENDING),
    Index(
        "ix_outbox_outside",
        "urgency",
        "seq",
        sqlite_where=IS_PENDING_OUTSIDE,
        postgresql_where=IS_PENDING_OUTSIDE,
    ),
    Index("ix_outbox_refused", "place", sqlite_where=IS_REFUSED, postgresql_where=IS_REFUSED),
    Index("ix_outbox_unsettled", "state", "seq", sqlite_where=IS_UNSETTLED, postgresql_where=IS_UNSETTLED),
    Index("ix_outbox_list_id", "list_id", sqlite_where=IS_IN_A_LIST, postgresql_where=IS_IN_A_LIST),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("clock", Integer),
    Column("channel", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("wanted_revision", Integer, nullable=False),
    Column("shown_revision", Integer, nullable=False),
    Column("shown_hash", Text, nullable=False),
    Column("posted_at", UtcMicros, nullable=False),
    Column("gone_at", UtcMicros),
    Column("retry_at", UtcMicros),
    # The message that the card is a row of; its own columns for channel and message are then that message's.
    Column("list_id", Text),
    Index("ix_cards_dirty", "id", sqlite_where=IS_DIRTY, postgresql_where=IS_DIRTY),
    Index("ix_cards_lead_id", "lead_id"),
    Index("ix_cards_channel_ts", "channel", "ts"),
    Index("ix_cards_list_id", "list_id", sqlite_where=IS_IN_A_LIST, postgresql_where=IS_IN_A_LIST),
)

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

policies = Table(
    "policies",
    metadata,
    Column("version", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("stored_at", UtcMicros, nullable=False),
)

beats = Table(
    "beats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", UtcMicros, nullable=False),
)

absences = Table(
    "absences",
    metadata,
    Column("id", _Sequence, Identity(), primary_key=True),
    Column("what", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros),
    Column("announced_at", UtcMicros),
    Index("ix_absences_from_at", "from_at"),
)

spells = Table(
    "spells",
    metadata,
    Column("id", _Sequence, Identity(), primary_key=True),
    Column("email", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros),
    Column("cover", Text),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcMicros, nullable=False),
    Column("ended_at", UtcMicros),
    Index("ix_spells_email", "email", sqlite_where=IS_IN_FORCE, postgresql_where=IS_IN_FORCE),
)

covers = Table(
    "covers",
    metadata,
    Column("id", _Sequence, Identity(), primary_key=True),
    Column("rotation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcMicros, nullable=False),
    Column("ended_at", UtcMicros),
    Index("ix_covers_rotation", "rotation", sqlite_where=IS_IN_FORCE, postgresql_where=IS_IN_FORCE),
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
