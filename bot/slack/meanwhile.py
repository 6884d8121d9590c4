"""What happened to a lead while somebody had its form open: said once, before anything is recorded."""

from datetime import datetime

from bot.slack.desk import Presser
from sla.lead import Lead
from sla.names import name_of
from sla.policy import Policy

_DEEDS = {
    "call": "a call",
    "email": "an e-mail",
    "meeting": "a meeting",
    "social": "a social message",
    "other": "a contact",
}


def what_changed(policy: Policy, lead: Lead, opened_at: datetime, presser: Presser) -> str | None:
    """The sentence that a form shows instead of saving at once; None when nothing changed."""
    others = [
        contact
        for contact in lead.contacts
        if contact.withdrawn_at is None
        and contact.logged_at > opened_at
        and contact.logged_by != presser.email
    ]
    if others:
        latest = max(others, key=lambda contact: contact.logged_at)
        # Where it was logged as the presser's own, who logged it is the news.
        deed_of = latest.by if latest.by != presser.email else latest.logged_by
        who, at = name_of(policy, deed_of), presser.reader.time(latest.occurred_at)
        return f"{who} logged {_DEEDS[latest.channel]} at {at}. Save again to add yours as another attempt."
    clock = lead.clock
    if clock is None or clock.person in (None, presser.email) or clock.started_at <= opened_at:
        return None
    who, since = name_of(policy, clock.person), presser.reader.time(clock.started_at)
    return f"{who} has had this lead since {since}. Save to record your contact; the lead stays with {who}."
