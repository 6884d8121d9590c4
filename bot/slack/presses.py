"""Reading a press or a submitted modal, and answering the one person who made it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

import structlog
from slack_bolt import Ack
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.recorder import Recorded
from bot.slack.desk import Asker, Desk, Presser
from bot.slack.modals import refusal_modal
from sla.errors import Refusal
from sla.facts import Fact
from sla.lead import Lead, LeadId
from sla.refusals import WasErased
from storage.database import DatabaseAway

log = structlog.get_logger(__name__)

Json = dict[str, Any]

NOT_SAVED = "That was not saved. Press again in a minute."
NOT_SAVED_COMMAND = "That was not saved. Type it again in a minute."
OLD_BUTTON = "This button is from an older message. Press the one on the newest message about the lead."
DID_NOT_OPEN = "That took too long to open. Press again."
ANSWER_WITHIN = timedelta(seconds=2)
"""An answer to the presser is tried once, and given up while Slack still waits for the acknowledgement."""
SAVED_WITHIN = timedelta(seconds=2.5)
"""Slack gives a press three seconds; what is saved later than this is not promised."""


@dataclass(frozen=True, kw_only=True)
class Press:
    """A button pressed on a message: which lead it was about, and how the lead stood when it was drawn."""

    lead_id: LeadId
    generation: int
    asker: Asker
    channel: str | None
    ts: str | None
    at: datetime


class UnreadablePress(Exception):
    """A button whose value this version does not know."""


def read_asker(body: Json) -> Asker:
    user = body.get("user") or {}
    team = user.get("team_id") or (body.get("team") or {}).get("id")
    return Asker(user_id=str(user.get("id", "")), team_id=team)


def read_press(body: Json, at: datetime) -> Press:
    """The value of a button is "lead:generation", with ":clock" where its message is about one clock."""
    value = str((body.get("actions") or [{}])[0].get("value") or "")
    lead_id, _, numbers = value.partition(":")
    generation, _, clock = numbers.partition(":")
    if not lead_id or not _is_number(generation) or not (clock == "" or _is_number(clock)):
        raise UnreadablePress()
    container = body.get("container") or {}
    return Press(
        lead_id=LeadId(lead_id),
        generation=int(generation),
        asker=read_asker(body),
        channel=container.get("channel_id"),
        ts=container.get("message_ts"),
        at=at,
    )


def record_press(desk: Desk, ack: Ack, body: Json, fact_of: Callable[[Press, str], Fact]) -> None:
    """A press that is a fact by itself: check who it is, record, acknowledge; a refusal is for the presser alone."""

    def record(press: Press, presser: Presser) -> str | None:
        recorded = desk.recorder.record(fact_of(press, presser.email), SAVED_WITHIN)
        return words_of(recorded, presser)

    _tell_and_ack(ack, body, _checked(desk, body, record))


def words_of(recorded: Recorded, presser: Presser) -> str | None:
    """What the presser alone is told about it: nothing, unless it was refused."""
    return recorded.refusal.words(presser.reader.saying) if recorded.refusal is not None else None


def act_on_press(desk: Desk, ack: Ack, body: Json, act: Callable[[Press, Presser, Lead], str | None]) -> None:
    """Do it if this person may, and acknowledge; the words that come back are for the presser alone."""
    said = _checked(desk, body, lambda press, presser: act(press, presser, _lead(desk, press)))
    _tell_and_ack(ack, body, said)


def open_modal(desk: Desk, ack: Ack, body: Json, view_of: Callable[[Press, Presser, Lead], Json]) -> None:
    """A press that opens a modal, which says the refusal where there is one: triggers live for three seconds."""
    views: list[Json] = []

    def fill(press: Press, presser: Presser) -> None:
        views.append(view_of(press, presser, _lead(desk, press)))

    said = _checked(desk, body, fill)
    show_modal(desk, body, views[0] if said is None else refusal_modal(said))
    ack()


def show_modal(desk: Desk, body: Json, view: Json) -> None:
    """Open it, or say to the presser alone that it took too long."""
    try:
        # A button in a modal: what it opens stands above it.
        in_modal = (body.get("container") or {}).get("type") == "view"
        show = desk.quick.views_push if in_modal else desk.quick.views_open
        show(trigger_id=str(body.get("trigger_id") or ""), view=view)
    except (SlackClientError, OSError, HTTPException) as problem:
        log.warning("modal_not_opened", error=_name_of(problem))
        tell_presser(body, DID_NOT_OPEN)


def tell_presser(body: Json, text: str) -> None:
    """Say it to the presser alone, once: nothing that must be kept is ever said this way."""
    url = body.get("response_url")
    if not url:
        return
    try:
        WebhookClient(url, timeout=int(ANSWER_WITHIN.total_seconds()), retry_handlers=[]).send(
            text=escaped(text), response_type="ephemeral", replace_original=False
        )
    except (OSError, HTTPException) as problem:
        log.warning("presser_not_told", error=_name_of(problem))


def escaped(text: str) -> str:
    """Names and reasons inside must neither mention nor link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _tell_and_ack(ack: Ack, body: Json, said: str | None) -> None:
    if said is not None:
        tell_presser(body, said)
    ack()


def _lead(desk: Desk, press: Press) -> Lead:
    lead = desk.lead(press.lead_id)
    if lead.erased_at is not None:
        raise WasErased()
    return lead


def _checked(desk: Desk, body: Json, act: Callable[[Press, Presser], str | None]) -> str | None:
    """Do it if this person may come to the door; else the words for them. Anything unexpected rises."""
    presser: Presser | None = None
    try:
        press = read_press(body, desk.now())
        # The lead says whom a stranger could ask; whoever is known is not kept waiting for it.
        presser = desk.known_presser(press.asker)
        if presser is None:
            presser = desk.presser(press.asker, desk.lead(press.lead_id).team)
        return act(press, presser)
    except UnreadablePress:
        return OLD_BUTTON
    except Refusal as refusal:
        return refusal.words(presser.reader.saying) if presser is not None else str(refusal)
    except DatabaseAway as away:
        log.warning("press_not_saved", reason=away.reason)
        return NOT_SAVED


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _name_of(problem: Exception) -> str:
    """What went wrong, without the payload that slack-sdk puts into its messages."""
    answer = getattr(problem, "response", None)
    return str(answer["error"]) if answer is not None and "error" in answer.data else type(problem).__name__
