"""Reassign: a manager gives a lead to a rep or backup of its team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from slack_bolt import Ack, App

from bot.known_people import known_people
from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.forms import metadata_of, take_form
from bot.slack.presses import Json, Press, open_modal
from bot.slack.preview import preview
from bot.slack.words import Reader
from sla.availability import Away, works_until
from sla.eligible import away_now, is_full
from sla.facts import Fact, LeadReassigned
from sla.handing_refusals import NobodyElse
from sla.lead import Lead
from sla.names import listed, name_of, team_name
from sla.roster import lead_ops, members_of
from sla.surroundings import Surroundings

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
    """Those who can take it first, of these who has not had it and has the least; the others as they are back."""
    policy, at = desk.policy, reader.now
    with desk.database.read() as conn:
        known = known_people(conn, policy, at, people)
    around = Surroundings(policy=policy, version=desk.policies.current.version, terms=policy, people=known)
    found = [_standing(email, lead, around, at) for email in people]
    return [
        modals.Candidate(
            email=one.email, name=name_of(policy, one.email), description=_description(reader, one)
        )
        for one in sorted(found, key=lambda one: one.order)
    ]


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """Somebody who might be given the lead: how much they have, and until when they are there, or away."""

    email: str
    open_leads: int
    is_full: bool
    away: Away | None
    until_at: datetime | None
    had_it: bool

    @property
    def order(self) -> tuple[bool, bool, bool, float, int]:
        back = self.until_at.timestamp() if self.away is not None and self.until_at is not None else 0.0
        unknown = inf if self.away is not None and self.until_at is None else back
        return (
            self.away is not None or self.is_full,
            self.away is not None,
            self.had_it,
            unknown,
            self.open_leads,
        )


def _standing(email: str, lead: Lead, around: Surroundings, at: datetime) -> _Standing:
    policy, now = around.policy, around.known_of(email)
    person = policy.person(email)
    away = away_now(email, lead.team, at, around)
    calendar = policy.person_calendar(email, policy.team_in_force(lead.team))
    return _Standing(
        email=email,
        open_leads=now.open_leads,
        is_full=person is not None and is_full(person.open_leads_max, now),
        away=away,
        until_at=away.until_at if away is not None else works_until(calendar, now, at),
        had_it=lead.had_it(email),
    )


def _description(reader: Reader, one: _Standing) -> str:
    """ "2 open · at work until 5:00 PM", "away until Wed Nov 25"."""
    if one.away is not None:
        if one.until_at is None:
            return reader.words["reassign.away.open"]
        until = reader.hour(one.until_at) if reader.is_today(one.until_at) else reader.day(one.until_at)
        return reader.say("reassign.away", until=until)
    load = reader.say("reassign.full" if one.is_full else "reassign.load", n=reader.number(one.open_leads))
    if one.until_at is None:
        return load
    return reader.say("reassign.at_work", load=load, until=reader.time(one.until_at))


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
