"""Nudge: a manager asks the owner about a lead."""

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, record_press
from sla.facts import OwnerNudged

NUDGE = "nudge"


def register(app: App, desk: Desk) -> None:
    @app.action(NUDGE)
    def nudge(ack: Ack, body: Json) -> None:
        record_press(
            desk,
            ack,
            body,
            lambda press, by: OwnerNudged(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )
