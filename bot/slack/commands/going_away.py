"""/lead-sla away, out and back: when somebody is away, who covers, and what becomes of their open leads."""

from datetime import datetime

from bot.absences import come_back, set_away
from bot.slack.commands.answers import Json, answer, leads_in_text, leads_to_hand_on, since, spoken, until
from bot.slack.commands.asking import Asking
from bot.slack.commands.reading import OUT
from bot.slack.lines import Name, line
from bot.slack.presses import SAVED_WITHIN
from sla.absence_refusals import AwayByThePolicy, EndsBeforeItStarts, TimeIsOver, TimeMissing
from sla.arranging import Within, check_within, next_shift_at
from sla.lead import Lead
from sla.names import helper_of
from sla.policy import Person
from sla.said_times import read_end, read_start
from storage import leads
from storage.spells import SetSpell


def away(asking: Asking) -> Json:
    """From now on, until a time or until they say that they are back."""
    return _goes_away(asking, "away", times_of(asking))


def out(asking: Asking) -> Json:
    """Out of office, with both ends known."""
    if asking.command.until is None:
        raise TimeMissing(form=OUT)
    return _goes_away(asking, "out_of_office", times_of(asking))


def times_of(asking: Asking) -> Within:
    """From when to when, as typed; raises a Refusal."""
    command, zone = asking.command, asking.reader.zone
    from_at = read_start(command.from_, zone, asking.at) if command.from_ else asking.at
    if command.until is None:
        return from_at, None
    try:
        return from_at, read_end(command.until, zone, from_at, begins_then=command.from_ is not None)
    except TimeIsOver:
        if from_at > asking.at:
            raise EndsBeforeItStarts(from_at=from_at) from None
        raise


def _goes_away(asking: Asking, kind: str, within: Within) -> Json:
    check_within(within, asking.at)
    said = asking.command.person
    cover = asking.colleague(said, within) if said is not None else None
    spell = asking.desk.recorder.run(
        lambda connection: set_away(
            connection,
            asking.person,
            "away" if kind == "away" else "out_of_office",
            within,
            cover=cover,
            by=asking.person.email,
            at=asking.at,
        ),
        SAVED_WITHIN,
    )
    return _now_true(asking, spell, cover)


def _now_true(asking: Asking, spell: SetSpell, cover: Person | None) -> Json:
    reader = asking.reader
    begins = spell.from_at > asking.at
    covering = line(reader, "away.cover", cover=Name(cover.name)) if cover is not None else None
    key = "away.ahead" if begins else "away.now" if spell.until_at is not None else "away.open"
    slots = {
        "since": since(reader, spell.from_at) if begins else None,
        "until": until(reader, spell.until_at) if spell.until_at is not None else None,
    }
    told = [line(reader, key, cover=covering, **slots), line(reader, f"{key}.then")]
    shift = _on_call_then(asking, spell)
    if shift is not None:
        told.append(line(reader, "away.on_call", at=shift))
    open_leads = [] if begins else open_leads_of(asking)
    if not open_leads:
        return answer(reader, *told)
    name = Name(cover.name) if cover is not None else None
    said = answer(reader, *told, blocks=leads_to_hand_on(reader, open_leads, name, str(spell.id)))
    return said | {"text": spoken(reader, [*told, *leads_in_text(reader, open_leads)])}


def open_leads_of(asking: Asking) -> list[Lead]:
    """The caller's leads that wait for a first contact, the most urgent first."""
    with asking.desk.database.read() as connection:
        ids = leads.open_leads_of(connection, asking.person.email)
        found = leads.load(connection, ids).values()
    theirs = [lead for lead in found if lead.clock is not None and lead.clock.person == asking.person.email]
    return sorted(theirs, key=lambda lead: (_due(lead) or asking.at, lead.id))


def _due(lead: Lead) -> datetime | None:
    return lead.clock.due_at if lead.clock is not None else None


def _on_call_then(asking: Asking, spell: SetSpell) -> datetime | None:
    """When the caller's next shift begins, if it does while they are away."""
    at = next_shift_at(asking.policy, asking.covers, asking.person, max(spell.from_at, asking.at))
    if at is None or (spell.until_at is not None and at >= spell.until_at):
        return None
    return max(at, spell.from_at)


def back(asking: Asking) -> Json:
    """The person is at work again: what they (or a program) had set ends now."""
    planned = asking.desk.recorder.run(
        lambda connection: come_back(connection, asking.policy, asking.person, asking.at), SAVED_WITHIN
    )
    if planned is not None and planned.until_at is not None:
        raise AwayByThePolicy(until=planned.until_at, helper=helper_of(asking.policy, None))
    return answer(asking.reader, line(asking.reader, "away.back"))
