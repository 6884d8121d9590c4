"""Can't take it: whoever was paged hands the lead on, and the next in line is paged at once."""

from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.presses import Json, record_press
from sla.facts import PageDeclined

CANT_TAKE_IT = "cant_take_it"


def register(app: App, desk: Desk) -> None:
    @app.action(CANT_TAKE_IT)
    def cant_take_it(ack: Ack, body: Json) -> None:
        record_press(
            desk,
            ack,
            body,
            lambda press, by: PageDeclined(
                lead_id=press.lead_id, at=press.at, by=by, generation=press.generation
            ),
        )
