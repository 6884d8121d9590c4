"""The leads, people and moments that the card tests tell about: one office on Monday, November 23."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.slack.cards import CardView, render
from bot.slack.phrases import ENGLISH
from bot.slack.words import Catalogue, Reader
from sla.details import LeadDetails
from sla.effects import Role
from sla.lead import (
    Breach,
    Channel,
    Clock,
    ClockKind,
    Contact,
    ContactId,
    ContactOutcome,
    How,
    Lead,
    LeadId,
    Status,
)
from sla.policy import Policy

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")

ALICE, BOB, CARLA = "alice@acme.example", "bob@acme.example", "carla@acme.example"
DIETER, MIA, OPS = "dieter@acme.example", "mia@acme.example", "ops@acme.example"
OMAR = "omar@acme.example"

POLICY: dict[str, Any] = {
    "name": "Acme lead SLA",
    "calendars": {
        "us-east": {
            "timezone": "America/New_York",
            "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        },
        "dach": {
            "timezone": "Europe/Berlin",
            "hours": {day: ["08:30-12:00", "13:00-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")},
        },
        "around-the-clock": {"always": True},
    },
    "people": [
        {"email": ALICE, "name": "Alice Anders", "slack": "U0ALICE"},
        {"email": BOB, "name": "Bob Brandt", "slack": "U0BOB"},
        {"email": CARLA, "name": "Carla Costa", "slack": "U0CARLA"},
        {"email": DIETER, "name": "Dieter Daum", "slack": "U0DIETER", "calendar": "dach"},
        {"email": MIA, "name": "Mia Moreno", "slack": "U0MIA"},
        {"email": OMAR, "name": "Omar Odeh", "slack": "U0OMAR"},
        {"email": OPS, "name": "Lead Ops", "slack": "U0OPS"},
    ],
    "teams": {
        "enterprise": {
            "calendar": "us-east",
            "reps": [ALICE, BOB],
            "managers": [MIA],
            "manager_channel": "C0MANAGERS",
            "backups": [CARLA, BOB],
            "backup_channel": "C0BACKUP",
        },
        "dach": {
            "calendar": "dach",
            "reps": [DIETER],
            "managers": [MIA],
            "manager_channel": "C0MANAGERS",
            "backups": [CARLA],
            "backup_channel": "C0BACKUP",
        },
    },
    "tiers": [
        {
            "name": "Hot",
            "when": {"score": {"at_least": 75}},
            "first_response": "5m",
            "after_hours": {"first_response": "1h", "calendar": "around-the-clock", "page": "hot-leads"},
        },
        {"name": "High", "when": {"score": {"at_least": 65}}, "first_response": "30m"},
        {"name": "Low", "when": {}, "first_response": "24h", "ladder": "gentle"},
    ],
    "routing": {
        "rules": [
            {"when": {"country": {"in": ["DE", "AT", "CH"]}}, "team": "dach"},
            {"when": {"employees": {"at_least": 1000}}, "team": "enterprise"},
        ],
        "fallback": {"team": "enterprise"},
        "unowned": {"tell": [OPS]},
    },
    "on_call": {
        "hot-leads": {
            "timezone": "America/New_York",
            "hand_over": {"day": "mon", "at": "09:00"},
            "starts": "2026-11-02",
            "rotation": [OMAR, MIA],
        }
    },
}


@cache
def policy() -> Policy:
    return Policy.model_validate(POLICY)


def at(said: str) -> datetime:
    """ "10:06" is that time in New York on the Monday; "Tue 09:03" on another day of that week."""
    day, _, hour = said.rpartition(" ")
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day) if day else 0
    hours, minutes, seconds = (int(part) for part in f"{hour}:00".split(":")[:3])
    local = datetime(2026, 11, 23, hours, minutes, seconds, tzinfo=NEW_YORK)
    return (local + timedelta(days=days)).astimezone(UTC)


DANA = LeadDetails.model_validate(
    {
        "external_id": "00Q-1001",
        "email": "dana@northwind.example",
        "phone": "+1 212 555 0142",
        "first_name": "Dana",
        "last_name": "Reyes",
        "title": "VP Sales",
        "company": "Northwind Freight",
        "employees": 1800,
        "industry": "Logistics",
        "country": "US",
        "intent": "demo_request",
        "score": 88,
        "score_breakdown": {"fit": 45, "behaviour": 43},
        "activity": [
            {"at": "2026-11-23T14:58:00Z", "what": "Viewed pricing"},
            {"at": "2026-11-23T15:01:00Z", "what": "Requested a demo"},
        ],
        "message": "Need this live before January, 40 seats.",
        "crm_url": "https://crm.example/00Q-1001",
    }
)
JONAS = LeadDetails.model_validate(
    {
        "external_id": "00Q-1002",
        "email": "jonas@kessel.example",
        "first_name": "Jonas",
        "last_name": "Kessel",
        "title": "Head of Operations",
        "company": "Kessel & Söhne",
        "employees": 240,
        "country": "DE",
        "language": "de",
        "intent": "trial",
        "score": 68,
        "crm_url": "https://crm.example/00Q-1002",
    }
)
HOSTILE = LeadDetails.model_validate(
    {
        "external_id": "*00Q* <!here>",
        "email": "pat@example.example",
        "first_name": "Pat <!channel> *Bold*",
        "last_name": "O'Neil",
        "company": "Quiet Co",
        "country": "US",
        "intent": "contact_us",
        "score": 10,
        "message": "hi @here https://phish.example",
    }
)
BARE = LeadDetails.model_validate(
    {"external_id": "00Q-1003", "email": "sam@loom.example", "first_name": "Bo"}
)
_WORDS = (
    *("external_id", "email", "phone", "first_name", "last_name", "title", "company", "industry", "country"),
    *("intent", "message", "crm_url"),
)
ENDLESS = LeadDetails.model_validate(
    dict.fromkeys(_WORDS, "& Ärger <b> " * 20_000)
    | {
        "employees": 10**15,
        "score": 100,
        "score_breakdown": {"<part> " * 9_000 + str(n): n for n in range(9)},
        "activity": [{"at": "2026-11-20T15:01:00Z", "what": "<did> " * 9_000}] * 9,
    }
)


def clock(number: int = 1, **fields: Any) -> Clock:
    known: dict[str, Any] = {
        "kind": ClockKind.OWNER,
        "person": ALICE,
        "how": "routed",
        "calendar": "us-east",
        "started_at": at("10:01"),
        "due_at": at("10:06"),
        "told_at": at("10:01"),
    }
    return Clock(lead_id=LeadId("L0001"), number=number, **{**known, **fields})


def a_lead(details: LeadDetails = DANA, **fields: Any) -> Lead:
    """Dana Reyes' lead as it came in on Monday at 10:01, with Alice Anders, due 10:06."""
    known: dict[str, Any] = {
        "source": "website",
        "received_at": at("10:01"),
        "policy_version": "3f9a2c",
        "tier": "Hot",
        "team": "enterprise",
        "owner": ALICE,
        "started_at": at("10:01"),
        "due_at": at("10:06"),
        "status": Status.WITHIN_SLA,
        "clocks": (clock(),),
    }
    return Lead(id=LeadId("L0001"), details=details, **{**known, **fields})


def changed(lead: Lead, number: int, **fields: Any) -> Lead:
    """The lead with some fields of one of its clocks changed."""
    one = next(c for c in lead.clocks if c.number == number)
    return lead.with_clock(replace(one, **fields))


def breached(lead: Lead | None = None) -> Lead:
    lead = changed(lead or a_lead(), 1, fired_through=at("10:06"))
    breach = Breach(due_at=at("10:06"), detected_at=at("10:06"), owner=ALICE, owner_told=True)
    return replace(lead, breach=breach, status=Status.BREACHED, managers_told_at=at("10:06"))


def handed_over(lead: Lead | None = None) -> Lead:
    """In the backup queue since 11:06."""
    lead = changed(lead or breached(), 1, stopped_at=at("11:06"), stopped_by="handed_over")
    queue = clock(
        2, kind=ClockKind.QUEUE, person=None, round=1, how="handed_over", started_at=at("11:06"), due_at=None
    )
    return replace(lead.with_clock(queue), owner=None, status=Status.ESCALATED)


def claimed(lead: Lead | None = None, **fields: Any) -> Lead:
    """Claimed by Carla Costa at 11:09, due 11:39."""
    lead = changed(lead or handed_over(), 2, stopped_at=at("11:09"), stopped_by="claimed")
    known: dict[str, Any] = {
        "person": CARLA,
        "by": CARLA,
        "round": 1,
        "how": "claimed",
        "started_at": at("11:09"),
        "due_at": at("11:39"),
        "told_at": at("11:09"),
    }
    return replace(lead.with_clock(clock(3, **{**known, **fields})), owner=CARLA)


def given_to(lead: Lead, person: str, how: How, since: str, due: str, **fields: Any) -> Lead:
    """The lead with a new owner clock; the running clock stopped for it."""
    last = lead.clocks[-1]
    stopped = changed(lead, last.number, stopped_at=at(since), stopped_by=how)
    new = clock(last.number + 1, person=person, how=how, started_at=at(since), due_at=at(due), **fields)
    return replace(stopped.with_clock(new), owner=person)


def contacted(
    lead: Lead,
    by: str,
    when: str,
    *,
    channel: Channel = "call",
    outcome: ContactOutcome = "connected",
    logged: str | None = None,
) -> Lead:
    contact = Contact(
        id=ContactId("c1"),
        by=by,
        logged_by=by,
        channel=channel,
        outcome=outcome,
        occurred_at=at(when),
        logged_at=at(logged or when),
    )
    running = lead.clock
    if running is not None:
        lead = changed(lead, running.number, stopped_at=at(when), stopped_by="contact")
    lead = replace(lead, contacts=(*lead.contacts, contact), stopped_at=at(when), owner=lead.owner or by)
    late = lead.due_at is not None and contact.occurred_at > lead.due_at
    if lead.breach is not None and not late:
        lead = replace(lead, breach=replace(lead.breach, withdrawn_at=contact.logged_at))
    return lead


def person(now: str = "10:01", zone: ZoneInfo = NEW_YORK, **fields: Any) -> Reader:
    return Reader(zone=zone, twelve_hour=fields.pop("twelve_hour", True), now=at(now), city=None, **fields)


def channel(now: str = "10:06", words: Catalogue = ENGLISH) -> Reader:
    return Reader(zone=NEW_YORK, twelve_hour=True, now=at(now), city="New York", words=words)


def view(role: Role, lead: Lead | None, reader: Reader, **fields: Any) -> CardView:
    fields = {"policy": policy(), "terms": policy()} | fields
    return CardView(role=role, lead=lead, reader=reader, **fields)


def drawn(role: Role, lead: Lead | None, reader: Reader, **fields: Any) -> dict[str, Any]:
    return render(view(role, lead, reader, **fields))


# Reading a message as a person sees it

_TOKEN = re.compile(r"<!date\^(\d+)\^([^|]*)\|([^>]*)>")


def shown(text: str) -> str:
    """A section with its date tokens as {their fallback}, and {ago} as such."""
    return _TOKEN.sub(lambda m: "{ago}" if m[2] == "{ago}" else f"{{{m[3]}}}", text)


def blocks_of(message: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [block for block in message["blocks"] if block["type"] == kind]


def header_of(message: Mapping[str, Any]) -> str:
    return str(blocks_of(message, "header")[0]["text"]["text"])


def sections_of(message: Mapping[str, Any]) -> list[str]:
    return [shown(one["text"]["text"]) for one in blocks_of(message, "section") if "text" in one]


def said_by(message: Mapping[str, Any]) -> str:
    """Sections and quoted reasons in order, the reasons in quotation marks, as the tables show them."""
    said = []
    for block in message["blocks"]:
        if block["type"] == "section":
            said.append(shown(block["text"]["text"]))
        if block["type"] == "rich_text" and block["block_id"].startswith("reason"):
            said.append(f'"{block["elements"][0]["elements"][0]["text"]}".')
    return " ".join(said)


def buttons_of(message: Mapping[str, Any]) -> list[str]:
    """Labels in order, the primary one with a star."""
    elements = [one for block in blocks_of(message, "actions") for one in block["elements"]]
    elements += [one["accessory"] for one in blocks_of(message, "section") if "accessory" in one]
    return [one["text"]["text"] + ("*" if one.get("style") == "primary" else "") for one in elements]


def rich_of(message: Mapping[str, Any]) -> list[str]:
    """Each section or quote of rich text as a line."""
    parts = [part for block in blocks_of(message, "rich_text") for part in block["elements"]]
    return [line for part in parts for line in "".join(map(_element, part["elements"])).split("\n")]


def _element(element: Mapping[str, Any]) -> str:
    if element["type"] == "date":
        return f"{{{element['fallback']}}}"
    return f"@{element['user_id']}" if element["type"] == "user" else str(element["text"])
