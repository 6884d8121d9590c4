"""Messages that are about several leads, or about people rather than leads, as they are drawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.slack.cards import render
from bot.slack.commands import answers
from bot.slack.lines import Name, line
from sla.details import LeadDetails
from sla.effects import Role
from sla.lead import Lead, LeadId
from tests.bot.slack import test_shift_messages as shifts
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    DANA,
    HOSTILE,
    JONAS,
    MIA,
    a_lead,
    at,
    breached,
    channel,
    contacted,
    person,
    view,
)

Message = dict[str, Any]
Drawn = tuple[str, Message]
"""What it is, and how it is sent."""
NOW = "10:03:30"


def several(details: LeadDetails = DANA) -> list[Lead]:
    """Three leads of one person: two that wait, and one that was contacted."""
    little_loom = DANA.model_copy(update={"first_name": "Sam", "last_name": None, "company": "Little Loom"})
    leads = [a_lead(details), a_lead(JONAS), contacted(a_lead(little_loom), ALICE, "10:02")]
    return [_as(lead, number) for number, lead in enumerate(leads, start=1)]


def _as(lead: Lead, number: int) -> Lead:
    id = LeadId(f"L{number:04}")
    return replace(lead, id=id, clocks=tuple(replace(one, lead_id=id) for one in lead.clocks))


def _list(role: Role, leads: list[Lead], reader: Any, **data: Any) -> Message:
    rows = [view(role, lead, reader, clock=1) for lead in leads]
    return _drawn(Role.LEAD_LIST, reader, data, rows=rows)


def _drawn(role: Role, reader: Any, data: Message, **fields: Any) -> Message:
    drawn: Message = render(view(role, None, reader, data=data, posted_at=reader.now, **fields))
    return drawn


def lists() -> Iterator[Drawn]:
    since = {"since": at("Mon 9:00").isoformat(), "opens": at("Mon 9:00").isoformat()}
    for form, data in (("waiting", since), ("new", {}), ("reminders", {}), ("late", {})):
        moment = "10:12" if form == "late" else NOW
        yield form, _list(Role.OWNER_CARD, several(), person(moment), form=form, **data)
    yield "new, hostile", _list(Role.OWNER_CARD, several(HOSTILE), person(NOW), form="new")
    companies = [DANA.model_copy(update={"company": f"Tidewell {number}"}) for number in range(1, 8)]
    late = [_as(breached(a_lead(one)), number) for number, one in enumerate(companies, start=1)]
    load = {"team": "enterprise", "load": {ALICE: 19}}
    within = {"from_at": at("10:00").isoformat(), "until_at": at("10:30").isoformat()}
    yield "breaches", _list(Role.MANAGERS_CARD, late, channel("10:30"), form="breaches", **load, **within)


def _row(number: int, details: LeadDetails = DANA, **more: Any) -> Message:
    return {
        "lead_id": f"L{number:04}",
        "generation": 1,
        "external_id": details.external_id,
        "person": details.person,
        "company": details.company,
        "tier": "Hot",
        "owner": ALICE,
        "due_at": at("10:06").isoformat(),
        "since": at("9:40").isoformat(),
        **more,
    }


def digest() -> Iterator[Drawn]:
    data = {
        "team": "enterprise",
        "key": "digest",
        "from_at": (at("17:00") - timedelta(days=3)).isoformat(),
        "until_at": at("9:00").isoformat(),
        "leads": 6,
        "hot": {"leads": 2, "answered": 2, "within_s": 3600, "median_s": 540, "by": [MIA]},
        "pages": {"pages": 3, "second": 1},
        "starting": 7,
        "owners": [[BOB, 5], [CARLA, 2]],
        "rows": [_row(1), _row(2, JONAS, owner=BOB), _row(3, HOSTILE)],
        "waiting": 1,
        "needs": [_row(4, owner=None)],
        "away": [{"email": BOB, "until_at": at("Wed 9:00").isoformat()}],
        "mailed": 3,
    }
    yield "after a weekend", _drawn(Role.DIGEST, channel("9:00"), data)


def surge() -> Iterator[Drawn]:
    data = {"team": "enterprise", "leads": 42, "tiers": [["Hot", 2], ["High", 40]]}
    yield "a flood", _drawn(Role.SURGE, channel(NOW), data | {"rows": [_row(1), _row(2, HOSTILE)]})


def shift() -> Iterator[Drawn]:
    yield "of one's own", shifts.shift("Mon 9:00")
    yield "for somebody else", shifts.shift("Mon 9:00", person=BOB, instead_of=MIA)


def shift_over() -> Iterator[Drawn]:
    week = {"from_at": shifts.stamp("Mon 9:00", days=-7), "until_at": shifts.stamp("Mon 9:00")}
    yield (
        "a week",
        shifts.drawn(Role.SHIFT_OVER, "Mon 9:00", rotation="hot-leads", pages=4, at_night=1, **week),
    )


def account_closed() -> Iterator[Drawn]:
    rows = [_row(1), _row(2, HOSTILE)]
    yield "with open leads", shifts.drawn(Role.ACCOUNT_CLOSED, "Mon 10:00", person=shifts.BOB, rows=rows)


def audit() -> Iterator[Drawn]:
    """Of a process, of a number of things, and of something that happened once; more than there is room for."""
    rows = [
        _found("set_aside", number=3, leads=["L0001", "L0002", "L0003"]),
        _found("ticker_stands", name="lead-sla-7f:1"),
        _found("step_twice", once=True, leads=["L0004"]),
    ]
    yield "what needs a look", _drawn(Role.AUDIT, channel("10:12"), {"rows": rows, "more": 2})


def audit_over() -> Iterator[Drawn]:
    rows = [_found("set_aside", number=3, leads=["L0001"]), _found("not_leaving", number=1)]
    yield "what is over", _drawn(Role.AUDIT_OVER, channel("10:40"), {"rows": rows, "more": 0})


def _found(kind: str, **more: Any) -> Message:
    known = {"kind": kind, "name": "", "number": 1, "leads": [], "once": False}
    times = {"since": at("10:03").isoformat(), "until": at("10:31").isoformat()}
    return known | times | more


def commands() -> Iterator[Drawn]:
    """What /lead-sla answers to whoever goes away with open leads; and words that somebody typed."""
    reader, leads = person(NOW), several(HOSTILE)
    told = line(
        reader, "away.now", until=at("16:00"), cover=line(reader, "away.cover", cover=Name("Bob Brandt"))
    )
    rows = answers.leads_to_hand_on(reader, leads[:2], Name("Bob Brandt"), "1")
    yield "away with open leads", answers.answer(reader, told, blocks=rows)
    yield "what was typed", answers.plain("Nobody here is called *<!channel>* <@U0MIA>.")


GATHERED = {
    Role.LEAD_LIST: lists,
    Role.DIGEST: digest,
    Role.SURGE: surge,
    Role.SHIFT: shift,
    Role.SHIFT_OVER: shift_over,
    Role.ACCOUNT_CLOSED: account_closed,
    Role.AUDIT: audit,
    Role.AUDIT_OVER: audit_over,
}
"""How each role is drawn that speaks of no single lead."""
