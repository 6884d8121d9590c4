"""Hand on: who goes away gives open leads to whoever covers, or on by routing; or keeps them."""

import structlog
from slack_bolt import Ack, App
from slack_sdk.webhook import WebhookClient

from bot.slack.commands.answers import HAND_ON, HAND_ON_ALL, KEEP_LEADS, Json, answer, plain
from bot.slack.desk import Desk, Presser
from bot.slack.lines import Line, Name, line
from bot.slack.presses import (
    ANSWER_WITHIN,
    NOT_SAVED,
    SAVED_WITHIN,
    Press,
    read_asker,
    record_press,
)
from sla.absence_refusals import BackAlready, NothingToHandOn
from sla.errors import Refusal
from sla.facts import Fact, LeadHandedOn
from sla.names import name_of
from storage import leads, spells
from storage.database import Connection, DatabaseAway
from storage.spells import SetSpell

log = structlog.get_logger(__name__)


def register(app: App, desk: Desk) -> None:
    @app.action(HAND_ON)
    def hand_on(ack: Ack, body: Json) -> None:
        def fact(press: Press, person: str) -> Fact:
            return LeadHandedOn(
                lead_id=press.lead_id,
                at=press.at,
                by=person,
                to=_cover_of(desk, person),
                generation=press.generation,
            )

        record_press(desk, ack, body, fact)

    @app.action(HAND_ON_ALL)
    def hand_on_all(ack: Ack, body: Json) -> None:
        _replace(body, _all_handed_on(desk, body))
        ack()

    @app.action(KEEP_LEADS)
    def keep(ack: Ack, body: Json) -> None:
        _replace(body, _kept(desk, body))
        ack()


def _all_handed_on(desk: Desk, body: Json) -> Json:
    presser: Presser | None = None
    try:
        presser = desk.presser(read_asker(body), None)
        spell = _spell_of(desk, body, presser.email)
        handed, left = _hand_on(desk, presser.email, spell.cover)
    except Refusal as refusal:
        return plain(refusal.words(presser.reader.saying) if presser is not None else str(refusal))
    except DatabaseAway as away:
        log.warning("press_not_saved", reason=away.reason)
        return plain(NOT_SAVED)
    return answer(presser.reader, *_said(desk, presser, handed, left, spell.cover))


def _hand_on(desk: Desk, person: str, cover: str | None) -> tuple[int, int]:
    """How many were handed on, and how many were not, because they changed at that very moment."""
    at = desk.now()

    def facts(connection: Connection) -> list[Fact]:
        ids = leads.open_leads_of(connection, person)
        return [LeadHandedOn(lead_id=lead_id, at=at, by=person, to=cover) for lead_id in ids]

    answers = desk.recorder.together(facts, timeout=SAVED_WITHIN)
    if not answers:
        raise NothingToHandOn()
    refused = sum(1 for one in answers if one.refusal is not None)
    return len(answers) - refused, refused


def _said(desk: Desk, presser: Presser, handed: int, left: int, cover: str | None) -> list[Line]:
    reader = presser.reader
    said: list[Line] = []
    if handed:
        name = Name(name_of(desk.policy, cover)) if cover is not None else None
        key = "away.handed_on.cover" if cover is not None else "away.handed_on"
        said.append(line(reader, key, leads=reader.counted("away.handed_on.leads", handed), cover=name))
    if left:
        one, _, many = reader.words["away.handed_on.left"].partition("|")
        count = reader.counted("away.handed_on.leads", left)
        said.append(Line(one if left == 1 else many, {"leads": count}))
    return said


def _kept(desk: Desk, body: Json) -> Json:
    try:
        presser = desk.presser(read_asker(body), None)
    except Refusal as refusal:
        return plain(str(refusal))
    return answer(presser.reader, line(presser.reader, "away.kept"))


def _spell_of(desk: Desk, body: Json, person: str) -> SetSpell:
    """The absence in whose answer the button stands; who is back since keeps their leads."""
    value = str((body.get("actions") or [{}])[0].get("value") or "")
    with desk.database.read() as connection:
        for spell in spells.in_force(connection, desk.now(), person):
            if str(spell.id) == value:
                return spell
    raise BackAlready()


def _cover_of(desk: Desk, person: str) -> str | None:
    at = desk.now()
    with desk.database.read() as connection:
        holding = [one for one in spells.in_force(connection, at, person) if one.spell.holds(at)]
    if not holding:
        raise BackAlready()
    return holding[0].cover


def _replace(body: Json, said: Json) -> None:
    """The question goes, and what became of it stands in its place."""
    url = body.get("response_url")
    if not url:
        return
    try:
        WebhookClient(url, timeout=int(ANSWER_WITHIN.total_seconds()), retry_handlers=[]).send(
            text=said["text"],
            blocks=said["blocks"],
            response_type="ephemeral",
            replace_original=True,
        )
    except OSError as problem:
        log.warning("presser_not_told", error=type(problem).__name__)
