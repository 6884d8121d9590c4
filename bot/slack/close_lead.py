"""Close lead: a manager ends a lead that waits for a decision, with a reason."""

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.presses import Json, Press, open_modal
from bot.slack.preview import preview
from sla.facts import Fact, LeadClosed
from sla.lead import Lead

CLOSE_LEAD = "close_lead"
BESIDE = {"reason": modals.REASON}


def register(app: App, desk: Desk) -> None:
    @app.action(CLOSE_LEAD)
    def close(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _form(desk, *pressed))

    @app.view(modals.CLOSE_LEAD)
    def closed(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_close, lambda *form: _fact(desk, *form), BESIDE)


def _form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    would = LeadClosed(
        lead_id=lead.id, at=press.at, by=presser.email, reason="asked", generation=press.generation
    )
    preview(desk, lead, would)
    return modals.close_lead(presser.reader, lead, metadata_of(press), policy=desk.policy)


def _fact(
    desk: Desk, entered: modals.CloseEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact:
    return LeadClosed(
        lead_id=lead.id,
        at=desk.now(),
        by=presser.email,
        reason=entered.reason,
        generation=form.generation,
    )
