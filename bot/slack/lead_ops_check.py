"""Lead ops' answer to "not a real lead": confirm and close it, or send it back."""

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, record_press
from sla.facts import RejectionConfirmed, RejectionReturned

CONFIRM = "confirm_rejection"
RETURN = "return_rejection"


def register(app: App, desk: Desk) -> None:
    @app.action(CONFIRM)
    def confirm(ack: Ack, body: Json) -> None:
        """It is none: closed, without a breach."""
        record_press(
            desk,
            ack,
            body,
            lambda press, by: RejectionConfirmed(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )

    @app.action(RETURN)
    def send_back(ack: Ack, body: Json) -> None:
        """It is one: the clock runs on with what was left."""
        record_press(
            desk,
            ack,
            body,
            lambda press, by: RejectionReturned(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )
