"""Swap…: whoever is on call gives their shift, or a part of it, to a colleague, from the message about it."""

from collections.abc import Mapping

import structlog
from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.commands.asking import Asking
from bot.slack.commands.reading import Command
from bot.slack.commands.swapping import take_over
from bot.slack.desk import Desk, Presser
from bot.slack.modals.swap import COVER, FROM, SWAP, UNTIL, Shift, read_shift, read_swap, swap, swapped
from bot.slack.presses import NOT_SAVED, Json, read_asker, show_modal
from sla.absence_refusals import NoShiftToCover
from sla.errors import Refusal
from sla.policy import Person
from sla.refusals import NotInThePolicy
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

SWAP_SHIFT = "swap_shift"
_BESIDE: Mapping[str, str] = {"cover": COVER, "until": UNTIL, "from": FROM}


def register(app: App, desk: Desk) -> None:
    @app.action(SWAP_SHIFT)
    def pressed(ack: Ack, body: Json) -> None:
        show_modal(desk, body, _form(desk, body))
        ack()

    @app.view(SWAP)
    def entered(ack: Ack, body: Json) -> None:
        ack(**_take_over(desk, body))


def _form(desk: Desk, body: Json) -> Json:
    presser: Presser | None = None
    try:
        shift = carried_shift((body.get("actions") or [{}])[0].get("value"))
        presser = desk.presser(read_asker(body), None)
        person = _known(presser)
        if shift.until_at <= presser.reader.now or shift.rotation not in desk.policy.on_call:
            raise NoShiftToCover()
        return swap(presser.reader, shift, _colleagues(desk, shift, person))
    except Refusal as refusal:
        return modals.refusal_modal(_words(refusal, presser))


def _colleagues(desk: Desk, shift: Shift, person: Person) -> list[Person]:
    """Those of the rotation first: in a long list they are the ones who are looked for."""
    policy = desk.policy
    rotation = [policy.person(key) for key in policy.on_call[shift.rotation].rotation]
    in_order = dict.fromkeys(one.email for one in (*rotation, *policy.people) if one is not None)
    found = [policy.person(email) for email in in_order if email != person.email]
    return [one for one in found if one is not None]


def _take_over(desk: Desk, body: Json) -> Json:
    """The answer to the form: what is true now, or what is wrong with it."""
    view, presser = body["view"], None
    try:
        shift = carried_shift(view.get("private_metadata"))
        presser = desk.presser(read_asker(body), None)
        reader, person = presser.reader, _known(presser)
        entered = read_swap(view)
        if isinstance(entered, modals.FormErrors):
            return {"response_action": "errors", "errors": entered.errors}
        asking = Asking(desk=desk, command=Command(verb="cover"), person=person, reader=reader, at=reader.now)
        from_at = max(entered.from_at or shift.from_at, reader.now)
        told = take_over(asking, entered.cover, (from_at, entered.until_at or shift.until_at))
        return {"response_action": "update", "view": swapped(reader, told)}
    except Refusal as refusal:
        words, block = _words(refusal, presser), _BESIDE.get(getattr(refusal, "field", ""))
        if block is not None:
            return {"response_action": "errors", "errors": {block: words}}
        return {"response_action": "update", "view": modals.refusal_modal(words)}
    except DatabaseAway as away:
        log.warning("swap_not_saved", reason=away.reason)
        return {"response_action": "errors", "errors": {COVER: NOT_SAVED}}


def carried_shift(text: object) -> Shift:
    """The shift that a button or a form speaks of; raises NoShiftToCover for what this version did not write."""
    try:
        return read_shift(text)
    except (ValueError, TypeError, OverflowError, OSError):
        raise NoShiftToCover() from None


def _known(presser: Presser) -> Person:
    if presser.person is None:
        raise NotInThePolicy()
    return presser.person


def _words(refusal: Refusal, presser: Presser | None) -> str:
    return refusal.words(presser.reader.saying) if presser is not None else str(refusal)
