"""Claim: a member of the backup queue takes a lead."""

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, record_press
from sla.facts import LeadClaimed

CLAIM = "claim"


def register(app: App, desk: Desk) -> None:
    @app.action(CLAIM)
    def claim(ack: Ack, body: Json) -> None:
        """The first press wins; a later one is told who was faster, and only them."""
        record_press(
            desk,
            ack,
            body,
            lambda press, by: LeadClaimed(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )
