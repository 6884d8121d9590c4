"""What the HTTP door answers about leads: the short result of a change, and all that is known of one."""

from collections.abc import Sequence
from typing import Any

from bot.http.shapes import (
    BreachShown,
    ClockShown,
    ContactShown,
    DeliveryShown,
    Happened,
    LeadShown,
    Sla,
)
from bot.recorder import Recorded
from sla.lead import Lead, Stage
from storage.delivery import Delivery
from storage.timeline import TimelineEntry


def result_of(recorded: Recorded) -> dict[str, Any]:
    """The answer to a lead that was sent, ready to be written as JSON."""
    lead = recorded.lead
    assert lead is not None
    waits = lead.stage is Stage.NEEDS_ATTENTION
    outcome = "duplicate" if recorded.duplicate else "needs_attention" if waits else "accepted"
    return {"lead_id": lead.id, "outcome": outcome, **standing_of(lead)}


def standing_of(lead: Lead) -> dict[str, Any]:
    """Tier, owner and agreement as they now are."""
    return {
        "tier": lead.tier,
        "owner": lead.owner,
        "sla": sla_of(lead),
        "why": lead.why or lead.needs,
    }


def sla_of(lead: Lead) -> dict[str, Any] | None:
    """None for a lead without a clock."""
    if lead.started_at is None:
        return None
    status = None if lead.status is None else lead.status.value
    return {
        "status": status,
        "outcome": lead.outcome,
        "started_at": lead.started_at,
        "due_at": lead.due_at,
    }


def view_of(lead: Lead, deliveries: Sequence[Delivery], timeline: Sequence[TimelineEntry]) -> LeadShown:
    """Everything about a lead."""
    sla = sla_of(lead)
    return LeadShown(
        lead_id=lead.id,
        source=lead.source,
        external_id=lead.external_id,
        state=lead.stage,
        tier=lead.tier,
        team=lead.team,
        owner=lead.owner,
        day_owner=lead.day_owner,
        received_at=lead.received_at,
        completed_at=None if lead.completion is None else lead.completion.at,
        erased_at=lead.erased_at,
        asked_again=0 if lead.asked_again is None else lead.asked_again.number - 1,
        sla=None if sla is None else Sla(**sla),
        first_contact_at=None if lead.first_contact is None else lead.first_contact.occurred_at,
        breach=None if lead.breach is None else BreachShown.model_validate(lead.breach),
        needs=list(lead.needs),
        why=list(lead.why),
        lead=lead.details,
        clocks=[ClockShown.model_validate(clock) for clock in lead.clocks],
        contacts=[ContactShown.model_validate(contact) for contact in lead.contacts],
        deliveries=[_delivery(delivery) for delivery in deliveries],
        timeline=[Happened.model_validate(entry) for entry in timeline],
    )


def _delivery(delivery: Delivery) -> DeliveryShown:
    return DeliveryShown(
        delivery_id=delivery.id,
        role=delivery.role,
        to=delivery.place.removeprefix("@"),
        state=delivery.state,
        created_at=delivery.created_at,
        sent_at=delivery.sent_at,
        error=delivery.error,
    )
