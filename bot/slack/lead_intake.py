"""Leads that come in through Slack: read, recorded before anything is answered, and counted."""

from typing import Any

from bot import metrics
from bot.recorder import Recorded
from bot.slack.desk import Desk
from bot.slack.presses import SAVED_WITHIN
from sla.facts import LeadArrived
from sla.intake import UnreadableLead, read_lead
from sla.lead import Lead, Stage
from storage.ids import new_lead_id


def take_lead(desk: Desk, source: str, raw: Any, *, known_as: str) -> Lead:
    """Record a lead; raises UnreadableLead, and DatabaseAway so that Slack sends the event again.

    `known_as` is its external id where it brings none: the same event again is then the same lead.
    """
    intake = desk.policy.intake
    mapped = intake.sources.get(source)
    fields = mapped.fields if mapped is not None else None
    if isinstance(raw, dict) and fields is None and raw.get("external_id") in (None, ""):
        raw = raw | {"external_id": known_as}
    at = desk.now()
    try:
        details, needs = read_lead(raw, fields=fields, required=intake.required)
    except UnreadableLead:
        metrics.LEADS.labels(source, "refused").inc()
        raise
    fact = LeadArrived(lead_id=new_lead_id(at), at=at, source=source, details=details, needs=needs)
    recorded = desk.recorder.record(fact, SAVED_WITHIN)
    assert recorded.lead is not None
    metrics.LEADS.labels(source, _outcome(recorded, recorded.lead)).inc()
    return recorded.lead


def _outcome(recorded: Recorded, lead: Lead) -> str:
    if recorded.duplicate:
        return "duplicate"
    return "needs_attention" if lead.stage is Stage.NEEDS_ATTENTION else "accepted"
