"""How the desk writes times and leads."""

from datetime import UTC, datetime

from bot.demo.desk.answers import Json
from sla.lead import Lead


def iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def summary(lead: Lead) -> Json:
    """A lead as one row of a list."""
    return {
        "id": lead.id,
        "label": lead.label,
        "tier": lead.tier,
        "status": None if lead.status is None else lead.status.value,
        "outcome": lead.outcome,
        "owner": lead.owner,
        "due_at": iso(lead.due_at),
        "state": lead.stage.value,
    }
