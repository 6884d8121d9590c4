"""Complete: lead ops or a manager fill in what a lead lacks; with that its time starts."""

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.modals.complete import block_of
from bot.slack.modals.form import FormErrors
from bot.slack.phrases import ENGLISH
from bot.slack.presses import Json, Press, open_modal
from sla.completing import gaps_of, read_completion
from sla.facts import Fact, LeadArrived
from sla.lead import Lead
from sla.refusals import NothingToFillIn
from sla.rights import may_complete

COMPLETE = "complete"


def register(app: App, desk: Desk) -> None:
    @app.action(COMPLETE)
    def complete(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _form(desk, *pressed))

    @app.view(modals.COMPLETE)
    def completed(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_complete, lambda *form: _fact(desk, *form), {})


def _form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    refusal = may_complete(desk.policy, lead, presser.email)
    if refusal is not None:
        raise refusal
    gaps = gaps_of(lead.details, desk.policy.intake.required)
    if not gaps:
        raise NothingToFillIn(needs="; ".join(lead.needs))
    return modals.complete(presser.reader, lead, metadata_of(press), gaps, policy=desk.policy)


def _fact(
    desk: Desk, entered: modals.CompleteEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact | FormErrors:
    refusal = may_complete(desk.policy, lead, presser.email)
    if refusal is not None:
        raise refusal
    details, wrong = read_completion(lead.details, entered.values)
    errors = {
        block_of(field): ENGLISH["complete.wrong"].format(problem=problem)
        for field, problem in wrong.items()
        if field in entered.values
    }
    required = desk.policy.intake.required
    errors |= {
        block_of(field): ENGLISH["complete.missing"]
        for field, value in entered.values.items()
        if value is None and field in required
    }
    if errors:
        return FormErrors(errors=errors)
    return LeadArrived(
        lead_id=lead.id, at=desk.now(), source=lead.source, details=details, completed_by=presser.email
    )
