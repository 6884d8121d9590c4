"""What no other listener takes: links, buttons and forms of another version, events that need nothing."""

import re

import structlog
from slack_bolt import Ack, App

from bot.slack.desk import Desk
from bot.slack.forms import OLD_FORM
from bot.slack.modals import refusal_modal
from bot.slack.presses import OLD_BUTTON, Json, tell_presser

log = structlog.get_logger(__name__)

OPEN_CRM = "open_crm"
ANY = re.compile("")


def register(app: App, desk: Desk) -> None:
    @app.action(OPEN_CRM)
    def opened(ack: Ack) -> None:
        """A button with an address also sends a press; the browser has done all there is to do."""
        ack()

    @app.action(ANY)
    def unknown_button(ack: Ack, body: Json) -> None:
        """Buttons stay on people's screens for longer than a version lives."""
        log.info("unknown_button", action=(body.get("actions") or [{}])[0].get("action_id"))
        tell_presser(body, OLD_BUTTON)
        ack()

    @app.view(ANY)
    def unknown_form(ack: Ack, body: Json) -> None:
        log.info("unknown_form", form=(body.get("view") or {}).get("callback_id"))
        ack(response_action="update", view=refusal_modal(OLD_FORM))

    @app.view_closed(ANY)
    def closed(ack: Ack) -> None:
        ack()

    @app.event(ANY)
    def uninteresting(ack: Ack) -> None:
        """Without an acknowledgement Slack would send it three times more."""
        ack()
