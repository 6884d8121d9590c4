"""Log contact and Correct: what happened, when, and by whom; the form warns of what changed meanwhile."""

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.meanwhile import what_changed
from bot.slack.presses import Json, Press, open_modal
from sla.contact_refusals import NoSuchContact
from sla.facts import ContactCorrected, ContactLogged, Fact
from sla.lead import Contact, Lead, Stage
from sla.rights import may_correct, may_log_contact, may_manage, where_it_is
from storage.ids import new_contact_id

LOG_CONTACT = "log_contact"
HAD_CONTACTED = "had_contacted"
CORRECT = "correct"
BESIDE = {"occurred_at": modals.WHEN, "note": modals.NOTE}


def register(app: App, desk: Desk) -> None:
    def log_contact(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _empty_form(desk, *pressed))

    app.action(LOG_CONTACT)(log_contact)
    # The same form for an earlier owner, whose time with the lead is over.
    app.action(HAD_CONTACTED)(log_contact)

    @app.action(CORRECT)
    def correct(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _filled_form(desk, *pressed))

    @app.view(modals.LOG_CONTACT)
    def logged(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_contact, lambda *form: _logged(desk, *form), BESIDE)

    @app.view(modals.CORRECT)
    def corrected(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_contact, lambda *form: _corrected(desk, *form), BESIDE)


def _empty_form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    refusal = may_log_contact(desk.policy, lead, presser.email)
    if refusal is not None:
        raise refusal
    if lead.stage is Stage.NEEDS_ATTENTION:
        raise where_it_is(desk.policy, lead)
    people = _who_could_have(desk, lead, presser.email)
    return modals.log_contact(
        presser.reader, lead, metadata_of(press), policy=desk.policy, people=people, me=presser.email
    )


def _filled_form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    contact = _to_correct(lead, presser.email)
    refusal = may_correct(desk.policy, lead, contact, presser.email, press.at)
    if refusal is not None:
        raise refusal
    return modals.correct(presser.reader, lead, metadata_of(press, contact.id), contact)


def _logged(
    desk: Desk, entered: modals.ContactEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact | Json:
    if not form.warned:
        changed = what_changed(desk.policy, lead, form.opened_at, presser)
        if changed is not None:
            return modals.log_contact_warned(presser.reader, lead, form, entered, changed, policy=desk.policy)
    return ContactLogged(
        lead_id=lead.id,
        at=desk.now(),
        contact_id=new_contact_id(desk.now()),
        by=entered.by or presser.email,
        logged_by=presser.email,
        channel=entered.channel,
        outcome=entered.outcome,
        occurred_at=entered.occurred_at,
        note=entered.note,
    )


def _corrected(
    desk: Desk, entered: modals.ContactEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact:
    if form.contact_id is None:
        raise NoSuchContact()
    return ContactCorrected(
        lead_id=lead.id,
        at=desk.now(),
        contact_id=form.contact_id,
        by=presser.email,
        mistake=entered.mistake,
        channel=entered.channel,
        outcome=entered.outcome,
        occurred_at=entered.occurred_at,
        note=entered.note,
    )


def _who_could_have(desk: Desk, lead: Lead, presser: str) -> tuple[str, ...]:
    """Who may have made the contact, the owner first; owners, now or once, log their own and are not asked."""
    if presser == lead.owner or may_manage(desk.policy, lead, presser, "") is not None:
        return ()
    earlier = (clock.person for clock in reversed(lead.owner_clocks()))
    return tuple(dict.fromkeys(email for email in (lead.owner, presser, *earlier) if email is not None))


def _to_correct(lead: Lead, presser: str) -> Contact:
    """The presser's own latest contact, else the one that stopped the clock."""
    standing = [contact for contact in lead.contacts if contact.withdrawn_at is None]
    own = [contact for contact in standing if contact.logged_by == presser]
    found = max(own, key=lambda contact: contact.logged_at, default=lead.first_contact)
    if found is None:
        raise NoSuchContact()
    return found
