"""Why?: how a lead's tier, owner and times came about; for every full member, and it leaves nothing behind."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App

from bot.slack import modals
from bot.slack.desk import Desk, Presser
from bot.slack.modals import WhyPart, part_of
from bot.slack.presses import Json, Press, open_modal
from bot.slack.words import Reader, city_of
from sla.explain import explain, people_in
from sla.lead import Lead
from sla.paging import day_calendar
from sla.policy import Policy
from sla.sums import Say
from storage import people, policies, timeline
from storage.timeline import TimelineEntry

WHY = "why"
VERSION_SHOWN = 6
"""So many characters tell two versions of a file apart."""


def register(app: App, desk: Desk) -> None:
    @app.action(WHY)
    def why(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _view(desk, *pressed))


def _view(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    terms = desk.policies.at(lead.policy_version)
    with desk.database.read() as conn:
        happened = timeline.of(conn, lead.id)
        since = policies.since(conn, lead.policy_version)
        known = {one.email: one.name for one in people.get(conn, people_in(happened)).values() if one.name}
    reader = _in_the_calendars_zone(presser.reader, lead, terms)
    small = _version(reader, terms.name, lead.policy_version, since)
    return modals.why(reader, _parts(desk.policy, terms, lead, happened, reader, known), (small,))


def _version(reader: Reader, name: str, version: str, since: datetime | None) -> str:
    shown = version[:VERSION_SHOWN]
    if since is None:
        return reader.say("why.policy", name=name, version=shown)
    slots = {"day": reader.day(since), "time": reader.hour(since)}
    return reader.say("why.policy.since", name=name, version=shown, **slots)


def _in_the_calendars_zone(reader: Reader, lead: Lead, terms: Policy) -> Reader:
    """Whoever asks: so that two people read the same sum."""
    zone = day_calendar(lead, terms).zone if lead.clocks else ZoneInfo("UTC")
    return replace(reader, zone=zone, city=city_of(zone))


def _parts(
    policy: Policy,
    terms: Policy,
    lead: Lead,
    happened: Sequence[TimelineEntry],
    reader: Reader,
    known: Mapping[str, str],
) -> list[WhyPart]:
    def day_time(at: datetime) -> str:
        return f"{reader.day(at).split()[0]} {reader.hour(at)}"

    explained = explain(lead, happened, policy, terms, Say(time=reader.hour, day_time=day_time), known)
    return [
        part_of(explained.tier),
        part_of(explained.owner),
        part_of(explained.clock),
        WhyPart(head="So far:", text=" · ".join(explained.so_far)),
        WhyPart(head="Next:", text=" · ".join(explained.ahead)),
    ]
