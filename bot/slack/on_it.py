"""I'm on it: the owner has seen the lead and is acting."""

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, record_press
from sla.facts import OnItPressed

ON_IT = "on_it"


def register(app: App, desk: Desk) -> None:
    @app.action(ON_IT)
    def on_it(ack: Ack, body: Json) -> None:
        record_press(
            desk,
            ack,
            body,
            lambda press, by: OnItPressed(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )
