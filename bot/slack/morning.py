"""Presses on the morning's digest: Show all lists the night's leads, Share out gives those who have few their part."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from slack_bolt import Ack, App

from bot.digest import Night, starting_of
from bot.slack.cards.digest import SHARE_OUT, SHOW_NIGHT
from bot.slack.desk import Desk, Presser
from bot.slack.lists import all_of
from bot.slack.modals.form import refusal_modal
from bot.slack.modals.share_out import share_out
from bot.slack.presses import NOT_SAVED, OLD_BUTTON, SAVED_WITHIN, Json, read_asker, show_modal
from sla.effects import Role
from sla.errors import Refusal
from sla.facts import Fact, LeadReassigned
from sla.lead import Lead
from sla.names import name_of, team_name
from sla.rights import may_manage_team
from sla.share_out import Move, SharedOutAlready
from storage.database import Connection, DatabaseAway

log = structlog.get_logger(__name__)

REASON = "shared out in the morning"

View = TypeVar("View", Json, Json | None)


def register(app: App, desk: Desk) -> None:
    @app.action(SHOW_NIGHT)
    def show_night(ack: Ack, body: Json) -> None:
        _open(desk, ack, body, lambda key, night, presser: _all_of(desk, night, presser))

    @app.action(SHARE_OUT)
    def ask(ack: Ack, body: Json) -> None:
        _open(desk, ack, body, lambda key, night, presser: _form(desk, key, night, presser))

    @app.view(SHARE_OUT)
    def shared(ack: Ack, body: Json) -> None:
        value = str(body["view"].get("private_metadata") or "")
        said = _acted(desk, body, value, lambda night, presser: _shared(desk, night, presser))
        if said is None:
            ack(response_action="clear")
        else:
            ack(response_action="update", view=said)


def _open(desk: Desk, ack: Ack, body: Json, view_of: Callable[[str, Night, Presser], Json]) -> None:
    """The value of such a button is the key under which its digest was owed."""
    key = str((body.get("actions") or [{}])[0].get("value") or "")
    view: Json = _acted(desk, body, key, lambda night, presser: view_of(key, night, presser))
    show_modal(desk, body, view)
    ack()


def _acted(desk: Desk, body: Json, key: str, act: "Callable[[Night, Presser], View]") -> "Json | View":
    """What there is to show; a refusal stands in a modal too, because a form may be in its place already."""
    presser: Presser | None = None
    try:
        with desk.database.read() as connection:
            night = Night.of_key(connection, key)
        if night is None or night.team not in desk.policy.teams:
            return refusal_modal(OLD_BUTTON)
        presser = desk.presser(read_asker(body), night.team)
        return act(night, presser)
    except Refusal as refusal:
        return refusal_modal(refusal.words(presser.reader.saying) if presser is not None else str(refusal))
    except DatabaseAway as away:
        log.warning("press_not_saved", reason=away.reason)
        return refusal_modal(NOT_SAVED)


def _all_of(desk: Desk, night: Night, presser: Presser) -> Json:
    """Every lead of the night and every one that waits for a decision, as they are now."""
    with desk.database.read() as connection:
        found = {lead.id: lead for lead in (*night.came_in(connection), *night.waiting(connection))}
    shown = [lead for lead in found.values() if lead.clocks]
    if not shown:
        return refusal_modal(presser.reader.say("digest.all.none", team=team_name(night.team)))
    return all_of(desk, presser, [(lead, None, Role.MANAGERS_CARD) for lead in shown])


def _moves(desk: Desk, connection: Connection, night: Night, presser: Presser) -> list[Move]:
    """What would go to whom now; refused where this person may not, or there is nothing to give."""
    refused = may_manage_team(desk.policy, night.team, presser.email, "share leads out")
    if refused is not None:
        raise refused
    moves = night.moves(connection, desk.policies, presser.reader.now)
    if not moves:
        has = Counter(lead.owner for lead in starting_of(night.came_in(connection)))
        parts = ", ".join(f"{name_of(desk.policy, email)} {number}" for email, number in has.most_common())
        raise SharedOutAlready(team=team_name(night.team), parts=parts)
    return moves


def _form(desk: Desk, key: str, night: Night, presser: Presser) -> Json:
    with desk.database.read() as connection:
        moves = _moves(desk, connection, night, presser)
        has = _parts(starting_of(night.came_in(connection)))
    then = has.copy()
    then.subtract(move.lead.owner for move in moves)
    then.update(move.to for move in moves)
    return share_out(presser.reader, desk.policy, key, moves, has, then)


def _parts(leads: Sequence[Lead]) -> Counter[str | None]:
    return Counter(lead.owner for lead in leads)


def _shared(desk: Desk, night: Night, presser: Presser) -> Json | None:
    """Worked out anew at that moment, so that of two managers who press the second is told how it is."""

    def facts(connection: Connection) -> list[Fact]:
        return [
            LeadReassigned(
                lead_id=move.lead.id,
                at=presser.reader.now,
                to=move.to,
                by=presser.email,
                reason=REASON,
                generation=move.lead.generation,
            )
            for move in _moves(desk, connection, night, presser)
        ]

    answers = desk.recorder.together(facts, timeout=SAVED_WITHIN)
    left = sum(1 for one in answers if one.refusal is not None)
    return refusal_modal(presser.reader.counted("share_out.left", left)) if left else None
