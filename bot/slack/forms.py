"""Taking a submitted modal: who submits, what is wrong beside which field, and the fact that it makes."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import structlog
from slack_bolt import Ack

from bot.slack.desk import Desk, Presser
from bot.slack.modals import FormErrors, Metadata, read_metadata, refusal_modal
from bot.slack.presses import NOT_SAVED, SAVED_WITHIN, Json, Press, read_asker
from sla.errors import Refusal
from sla.facts import Fact
from sla.lead import ContactId, Lead
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

OLD_FORM = "This form is from an older version and was not saved. Press the button on the lead's card again."

Entered = TypeVar("Entered")
Reads = Callable[[Json], "Entered | FormErrors"]
Acts = Callable[["Entered", Metadata, Presser, Lead], "Fact | Json | FormErrors"]


class UnreadableForm(Exception):
    """A form whose hidden part this version does not know."""


def metadata_of(press: Press, contact_id: ContactId | None = None) -> Metadata:
    """What a form carries from its button: the lead as it was drawn there, and when the form was opened."""
    return Metadata(
        lead_id=press.lead_id,
        generation=press.generation,
        channel=press.channel,
        ts=press.ts,
        opened_at=press.at,
        contact_id=contact_id,
    )


def take_form(
    desk: Desk, ack: Ack, body: Json, read: "Reads[Entered]", act: "Acts[Entered]", beside: Mapping[str, str]
) -> None:
    """Record what the form says and close it.

    `act` makes the fact, or a view that must be read before anything is recorded, or says what is wrong with
    this very lead. A refusal about a field
    stands beside that field (`beside` names its block), any other takes the form's place.
    """
    view = body["view"]
    presser: Presser | None = None
    try:
        metadata = _carried(view)
        lead = desk.lead(metadata.lead_id)
        presser = desk.presser(read_asker(body), lead.team)
        entered = read(view)
        if isinstance(entered, FormErrors):
            ack(response_action="errors", errors=entered.errors)
            return
        made = act(entered, metadata, presser, lead)
        if isinstance(made, FormErrors):
            ack(response_action="errors", errors=made.errors)
            return
        if not isinstance(made, Fact):
            ack(response_action="update", view=made)
            return
        refusal = desk.recorder.record(made, SAVED_WITHIN).refusal
        if refusal is not None:
            raise refusal
        ack(response_action="clear")
    except UnreadableForm:
        ack(response_action="update", view=refusal_modal(OLD_FORM))
    except Refusal as refusal:
        words = refusal.words(presser.reader.saying) if presser is not None else str(refusal)
        block = beside.get(getattr(refusal, "field", ""))
        if block is not None:
            ack(response_action="errors", errors={block: words})
        else:
            ack(response_action="update", view=refusal_modal(words))
    except DatabaseAway as away:
        log.warning("form_not_saved", reason=away.reason)
        ack(response_action="errors", errors={_first_input(view): NOT_SAVED})


def _carried(view: Json) -> Metadata:
    try:
        return read_metadata(view)
    except (ValueError, TypeError, LookupError, AttributeError):
        raise UnreadableForm() from None


def _first_input(view: Json) -> str:
    """Slack says errors beside inputs only; the form stays open with everything that was typed."""
    return next(str(block["block_id"]) for block in view["blocks"] if block["type"] == "input")
