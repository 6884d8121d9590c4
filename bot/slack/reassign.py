"""Reassign: a manager gives a lead to a rep or backup of its team."""

from collections.abc import Sequence

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.presses import Json, Press, open_modal
from bot.slack.preview import preview
from bot.slack.words import Reader
from sla.facts import Fact, LeadReassigned
from sla.lead import Lead
from sla.names import listed, name_of, team_name
from sla.refusals import NobodyElse
from sla.roster import lead_ops, members_of
from storage import leads

REASSIGN = "reassign"


def register(app: App, desk: Desk) -> None:
    @app.action(REASSIGN)
    def reassign(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _form(desk, *pressed))

    @app.view(modals.REASSIGN)
    def reassigned(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_reassign, lambda *form: _fact(desk, *form), {})


def _form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    """Who may not reassign it, or comes too late, is told that instead."""
    others = tuple(email for email in members_of(desk.policy, lead.team) if email != lead.owner)
    if not others:
        raise NobodyElse(team=team_name(lead.team or ""), helper=listed(desk.policy, lead_ops(desk.policy)))
    would = LeadReassigned(
        lead_id=lead.id, at=press.at, to=others[0], by=presser.email, generation=press.generation
    )
    preview(desk, lead, would)
    return modals.reassign(
        presser.reader,
        lead,
        metadata_of(press),
        _candidates(desk, presser.reader, lead, others),
        policy=desk.policy,
        terms=desk.policies.at(lead.policy_version),
    )


def _candidates(desk: Desk, reader: Reader, lead: Lead, people: Sequence[str]) -> list[modals.Candidate]:
    """With how much they have open; first those who have not had it, the freest of them first."""
    with desk.database.read() as conn:
        load = {email: len(leads.open_leads_of(conn, email)) for email in people}
    return [
        modals.Candidate(
            email=email, name=name_of(desk.policy, email), description=f"{reader.number(load[email])} open"
        )
        for email in sorted(people, key=lambda email: (lead.had_it(email), load[email]))
    ]


def _fact(
    desk: Desk, entered: modals.ReassignEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact:
    return LeadReassigned(
        lead_id=lead.id,
        at=desk.now(),
        to=entered.to,
        by=presser.email,
        reason=entered.reason,
        generation=form.generation,
    )
