"""The workflow step "Start a lead SLA": a lead from Workflow Builder, answered with its owner and deadline."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import Ack, App

from bot.slack.completion import Completion, complete
from bot.slack.desk import Desk
from bot.slack.lead_intake import take_lead
from sla.intake import UnreadableLead
from sla.lead import Lead

log = structlog.get_logger(__name__)

CALLBACK_ID = "start_lead_sla"
SOURCE = "workflow"
INPUTS = (
    "external_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "title",
    "company",
    "employees",
    "industry",
    "country",
    "region",
    "language",
    "website",
    "intent",
    "score",
    "message",
    "status",
    "owner",
    "partner",
    "crm_url",
    "created_at",
)
OUTPUTS = ("lead_id", "owner", "due_at")


def register(app: App, desk: Desk) -> None:
    @app.function(CALLBACK_ID, auto_acknowledge=False)
    def start(ack: Ack, event: dict[str, Any]) -> None:
        """Record first, then tell the workflow, then acknowledge: a crash in between has Slack send it again.

        The execution's id is the lead's external id where the workflow gives none, so that the same run
        again is the same lead.
        """
        execution_id = str(event["function_execution_id"])
        complete(desk, execution_id, event.get("bot_access_token"), _outcome(desk, event, execution_id))
        ack()


def _outcome(desk: Desk, event: Mapping[str, Any], execution_id: str) -> Completion:
    given = {name: value for name, value in (event.get("inputs") or {}).items() if value not in (None, "")}
    try:
        return Completion(outputs=outputs_of(take_lead(desk, SOURCE, given, known_as=execution_id)))
    except UnreadableLead as unreadable:
        log.warning("step_unreadable", fields=[error.field for error in unreadable.errors])
        return Completion(
            error=f"The lead could not be read. {unreadable}. Correct the step's inputs and run it again."
        )


def outputs_of(lead: Lead) -> dict[str, str]:
    """What is known: a lead that waits for details has nobody yet, and no deadline."""
    due_at = lead.due_at.isoformat() if lead.due_at is not None else None
    known = {"lead_id": str(lead.id), "owner": lead.owner, "due_at": due_at}
    return {name: value for name, value in known.items() if value is not None}
