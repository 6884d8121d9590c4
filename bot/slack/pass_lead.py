"""Pass: the owner hands a lead on before its deadline, or says that it is not a real lead."""

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.presses import Json, Press, open_modal
from bot.slack.preview import preview
from sla.facts import Fact, LeadPassed, LeadRejected
from sla.lead import Lead

PASS = "pass"


def register(app: App, desk: Desk) -> None:
    @app.action(PASS)
    def pass_on(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _form(desk, *pressed))

    @app.view(modals.PASS)
    def passed(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_pass, lambda *form: _fact(desk, *form), {})


def _form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    """Says beforehand to whom it goes; who may not pass is told that instead."""
    would = LeadPassed(
        lead_id=lead.id, at=press.at, by=presser.email, reason="asked", generation=press.generation
    )
    after = preview(desk, lead, would)
    return modals.pass_lead(presser.reader, lead, metadata_of(press), after, policy=desk.policy)


def _fact(
    desk: Desk, entered: modals.PassEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact:
    made = LeadRejected if entered.not_a_real_lead else LeadPassed
    return made(
        lead_id=lead.id,
        at=desk.now(),
        by=presser.email,
        reason=entered.reason,
        generation=form.generation,
        note=entered.note,
    )
