"""The tables, as the code sees them; a change here and its migration go into one commit."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.audit_tables import IS_IDLE, IS_SENT_NOWHERE, IS_SET_ASIDE
from storage.audit_tables import findings as findings
from storage.columns import SEQUENCE, UtcMicros, only

# Every table is had from here, wherever it is written: so the metadata is always whole.
from storage.columns import metadata as metadata
from storage.kept_tables import outbox_archive as outbox_archive
from storage.kept_tables import restores as restores
from storage.pace_tables import pace as pace
from storage.people_tables import IS_IN_FORCE as IS_IN_FORCE
from storage.people_tables import accounts as accounts
from storage.people_tables import covers as covers
from storage.people_tables import people as people
from storage.people_tables import shares as shares
from storage.people_tables import spells as spells
from storage.people_tables import turns as turns
from storage.schema_tables import works_with as works_with

# Or, not in: SQLite makes a table of a list of three or more for each row that it writes.
_OPEN = "(stage = 'with_owner' or stage = 'in_queue' or stage = 'in_review' or stage = 'with_lead_ops')"
IS_OPEN = text(_OPEN)
IS_HELD = text("stage = 'held'")
IS_PENDING = text("state = 'pending'")
GOES = {
    "slack": text("substr(place, 1, 4) not in ('mail', 'sms:')"),
    "outside": text("substr(place, 1, 4) in ('mail', 'sms:')"),
}
"""Which rows of the outbox go by Slack, and which by e-mail or text message."""
IS_PENDING_OUTSIDE = text("state = 'pending' and substr(place, 1, 4) in ('mail', 'sms:')")
IS_REFUSED = text("state = 'refused'")
IS_UNSETTLED = text("(state = 'gathering' or state = 'sending' or state = 'uncertain')")
IS_DIRTY = text("shown_revision < wanted_revision and gone_at is null")
HAS_NEXT_STEP = text("next_step_at is not null")
IS_COVERING = text("how = 'covering'")
IS_A_PASS = text("kind = 'passed'")
HAS_EMAIL_KEY = text("email_key is not null")
HAS_PHONE_KEY = text("phone_key is not null")
IS_OPEN_WITH_A_COMPANY = text(f"domain_key is not null and owner is not null and {_OPEN}")
IS_IN_A_LIST = text("list_id is not null")
HAS_ENDED = text("ended_at is not null")
IS_OVER_AND_NAMED = text("stage in ('contacted', 'closed') and substr(external_id, 1, 7) <> 'erased-'")

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
    Index("ix_leads_open_by_owner", "owner", **only(IS_OPEN)),
    Index("ix_leads_held", "team", **only(IS_HELD)),
    Index("ix_leads_over_and_named", "stopped_at", **only(IS_OVER_AND_NAMED)),
    Index("ix_leads_email_key", "email_key", **only(HAS_EMAIL_KEY)),
    Index("ix_leads_phone_key", "phone_key", **only(HAS_PHONE_KEY)),
    Index("ix_leads_open_by_domain", "domain_key", "received_at", **only(IS_OPEN_WITH_A_COMPANY)),
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
    Index("ix_requests_email_key", "email_key", **only(HAS_EMAIL_KEY)),
    Index("ix_requests_phone_key", "phone_key", **only(HAS_PHONE_KEY)),
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
    Index("ix_clocks_covering", "lead_id", **only(IS_COVERING)),
    Index("ix_clocks_next_step_at", "next_step_at", **only(HAS_NEXT_STEP)),
    Index("ix_clocks_idle", "started_at", **only(IS_IDLE)),
    Index("ix_clocks_set_aside", "set_aside_at", **only(IS_SET_ASIDE)),
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
        **only(text("external_id is not null")),
    ),
)

timeline = Table(
    "timeline",
    metadata,
    Column("seq", SEQUENCE, Identity(), primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("occurred_at", UtcMicros, nullable=False),
    Column("logged_at", UtcMicros, nullable=False),
    Column("who", Text),
    Column("policy_version", Text),
    Column("data", Text, nullable=False),
    Index("ix_timeline_lead_id", "lead_id"),
    Index("ix_timeline_passes", "who", "occurred_at", **only(IS_A_PASS)),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", SEQUENCE, Identity(), primary_key=True),
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
        **only(text("lead_id is null")),
    ),
    Index("ix_outbox_pending", "urgency", "seq", **only(IS_PENDING)),
    Index("ix_outbox_outside", "urgency", "seq", **only(IS_PENDING_OUTSIDE)),
    Index("ix_outbox_refused", "place", **only(IS_REFUSED)),
    Index("ix_outbox_unsettled", "state", "seq", **only(IS_UNSETTLED)),
    Index("ix_outbox_list_id", "list_id", **only(IS_IN_A_LIST)),
    Index("ix_outbox_sent_nowhere", "sent_at", **only(IS_SENT_NOWHERE)),
    Index("ix_outbox_ended", "ended_at", "seq", **only(HAS_ENDED)),
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
    Index("ix_cards_dirty", "id", **only(IS_DIRTY)),
    Index("ix_cards_lead_id", "lead_id"),
    Index("ix_cards_channel_ts", "channel", "ts"),
    Index("ix_cards_list_id", "list_id", **only(IS_IN_A_LIST)),
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
    Column("id", SEQUENCE, Identity(), primary_key=True),
    Column("what", Text, nullable=False),
    Column("from_at", UtcMicros, nullable=False),
    Column("until_at", UtcMicros),
    Column("announced_at", UtcMicros),
    Index("ix_absences_from_at", "from_at"),
)
