"""Leads that other apps post into Slack: messages with metadata of type `lead_created`."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.lead_intake import take_lead
from sla.intake import UnreadableLead

log = structlog.get_logger(__name__)

EVENT_TYPE = "lead_created"


def register(app: App, desk: Desk) -> None:
    @app.event("message_metadata_posted")
    def posted(ack: Ack, event: dict[str, Any]) -> None:
        """Any app may post this metadata; only those that the policy allows are read."""
        app_id = str(event.get("app_id") or "")
        metadata = event.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE:
            if app_id in desk.policy.intake.slack.allowed_apps and _from_here(desk, event):
                _take(desk, app_id, event, metadata.get("event_payload"))
            else:
                log.info("lead_message_not_allowed", app=app_id)
        ack()


def _from_here(desk: Desk, event: Mapping[str, Any]) -> bool:
    """The same app, installed by another company, may post into a channel that is shared with it."""
    return event.get("team_id") in (None, desk.bot.team_id)


def _take(desk: Desk, app_id: str, event: Mapping[str, Any], payload: Any) -> None:
    try:
        known_as = f"{event.get('channel_id')}:{event.get('message_ts')}"
        take_lead(desk, f"slack:{app_id}", payload, known_as=known_as)
    except UnreadableLead as unreadable:
        # Sent again it would be as unreadable: it is acknowledged, counted, and said where somebody can mend it.
        log.error("lead_message_unreadable", app=app_id, fields=[error.field for error in unreadable.errors])
