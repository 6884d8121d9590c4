"""Extend: a manager gives more time; the hand-over moves, the deadline does not."""

from datetime import datetime, timedelta

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.presses import Json, Press, open_modal
from bot.slack.preview import preview
from sla.facts import Fact, HandOverExtended
from sla.handing_refusals import NoHandOverAhead
from sla.lead import Lead
from sla.names import name_of

EXTEND = "extend"
BESIDE = {"reason": modals.REASON}


def register(app: App, desk: Desk) -> None:
    @app.action(EXTEND)
    def extend(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _form(desk, *pressed))

    @app.view(modals.EXTEND)
    def extended(ack: Ack, body: Json) -> None:
        take_form(desk, ack, body, modals.read_extend, lambda *form: _fact(desk, *form), BESIDE)


def _form(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    choices = tuple((more, _until(desk, press, presser, lead, more)) for more in desk.policy.extend.choices)
    return modals.extend(
        presser.reader,
        lead,
        metadata_of(press),
        choices,
        owner=name_of(desk.policy, lead.owner),
        times_left=desk.policy.extend.times - len(lead.extensions),
    )


def _until(desk: Desk, press: Press, presser: Presser, lead: Lead, more: timedelta) -> datetime:
    """When the hand-over would come; who may not move it, or not any more, is told that instead."""
    would = HandOverExtended(
        lead_id=lead.id, at=press.at, by=presser.email, more=more, reason="asked", generation=press.generation
    )
    clock = preview(desk, lead, would).clock
    if clock is None or clock.hand_over_at is None:
        raise NoHandOverAhead()
    return clock.hand_over_at


def _fact(
    desk: Desk, entered: modals.ExtendEntered, form: modals.Metadata, presser: Presser, lead: Lead
) -> Fact:
    return HandOverExtended(
        lead_id=lead.id,
        at=desk.now(),
        by=presser.email,
        more=entered.more,
        reason=entered.reason,
        generation=form.generation,
    )
