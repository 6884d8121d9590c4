"""The one summary after an absence, to the managers and to an owner."""

from typing import Any

import pytest

from bot.slack.limits import problems
from sla.effects import Role
from tests.bot.slack.samples import (
    ALICE,
    BOB,
    CARLA,
    at,
    blocks_of,
    buttons_of,
    channel,
    drawn,
    header_of,
    person,
    sections_of,
    shown,
)


def row(number: int, person_name: str, company: str, owner: str, due: str, **more: Any) -> dict[str, Any]:
    return {
        "lead_id": f"L000{number}",
        "generation": 1,
        "person": person_name,
        "company": company,
        "owner": owner,
        "due_at": at(due).isoformat(),
        "late": True,
        **more,
    }


ROWS = [
    row(1, "Tom Berg", "Alder & Sons", ALICE, "09:14", excused="told only now"),
    row(2, "Ida Holm", "Fjordline", BOB, "09:38", excused="reminder not sent"),
    row(
        3,
        "Sam",
        "Little Loom",
        CARLA,
        "09:15",
        excused=None,
        told_at="2026-11-20T20:00:00+00:00",
        reminded_at=at("09:05").isoformat(),
    ),
]
MANAGERS = {
    "what": "bot",
    "from_at": at("09:10").isoformat(),
    "until_at": at("11:35").isoformat(),
    "came_in": 5,
    "left_out": 4,
    "hold_until": at("12:05").isoformat(),
    "raw": 3,
    "adjusted": 1,
    "rows": ROWS,
}
OWNER = {
    "what": "bot",
    "from_at": at("09:10").isoformat(),
    "until_at": at("11:35").isoformat(),
    "contact_by": at("12:05").isoformat(),
    "rows": [
        row(2, "Ida Holm", "Fjordline", ALICE, "09:38", excused="reminder not sent"),
        row(4, "Mara Quist", "Tidewell", ALICE, "13:15", late=False),
    ],
}


def pairs(message: dict[str, Any]) -> list[str]:
    rows = [one["fields"] for one in blocks_of(message, "section") if "fields" in one]
    return [f"{lead['text']} | {shown(told['text'])}" for lead, told in rows]


def managers(**changes: Any) -> dict[str, Any]:
    message = drawn(Role.DOWNTIME_MANAGERS, None, channel("11:35"), data={**MANAGERS, **changes})
    assert problems(message, "message") == []
    return message


def owner(**changes: Any) -> dict[str, Any]:
    message = drawn(Role.DOWNTIME_OWNER, None, person("11:35"), data={**OWNER, **changes})
    assert problems(message, "message") == []
    return message


def test_the_managers_are_told_as_agreed() -> None:
    message = managers()
    assert message["text"] == (
        "Lead SLA was down 2 h 25 min, 9:10 to 11:35 AM New York. 3 leads passed their deadline meanwhile. No lead "
        "was lost; 5 that were sent meanwhile have come in. 2 of the 3 are not counted against the owner: Alder "
        "&amp; Sons, Alice Anders, due 9:14 AM, told only now; Fjordline, Bob Brandt, due 9:38 AM, reminder not "
        "sent. 1 is counted: Little Loom, Carla Costa, due 9:15 AM, told Friday and reminded 9:05 AM. No lead "
        "changes hands before 12:05 PM. 4 reminders were left out because they were no longer true. Reports: raw 3 "
        "breaches, adjusted 1. Button: Reassign for each."
    )
    assert header_of(message) == "ℹ️ Lead SLA was down 2 h 25 min"
    assert sections_of(message) == [
        "{9:10 AM} to {11:35 AM}. No lead was lost; 5 that were sent meanwhile have come in.",
        "*3 passed their deadline meanwhile.* No lead changes hands before {12:05 PM}.",
    ]
    assert {
        "Tom Berg, Alder & Sons | Alice Anders · due {9:14 AM} · not counted, told only now",
        "Ida Holm, Fjordline | Bob Brandt · due {9:38 AM} · not counted, reminder not sent",
        "Sam, Little Loom | Carla Costa · due {9:15 AM} · counted, told Friday, reminded {9:05 AM}",
    } == set(pairs(message))
    assert buttons_of(message) == ["Reassign"] * 3
    small = message["blocks"][-1]["elements"][0]["text"]
    assert small == (
        "4 reminders were left out because they were no longer true. Reports: raw 3 breaches, adjusted 1."
    )


def test_an_owner_is_told_as_agreed() -> None:
    message = owner()
    assert message["text"] == (
        "Lead SLA was down 9:10 to 11:35 AM. You have 2 open leads; first: Fjordline, was due 9:38 AM. Contact by "
        "12:05 PM and it is not counted as late. Mara Quist, Tidewell, contact by 1:15 PM. Each row has a button "
        "Log contact."
    )
    assert header_of(message) == "ℹ️ Lead SLA was down; 2 leads are waiting for you"
    assert pairs(message) == [
        "Ida Holm, Fjordline | was due {9:38 AM}, not counted · contact by {12:05 PM}",
        "Mara Quist, Tidewell | by {1:15 PM}",
    ]
    assert buttons_of(message) == ["Log contact"] * 2


def test_an_absence_of_slack_is_said_as_such() -> None:
    assert managers(what="slack")["text"].startswith(
        "Slack could not be reached from 9:10 to 11:35 AM New York. 3 leads passed"
    )
    assert header_of(owner(what="slack")) == "ℹ️ Slack could not be reached; 2 leads are waiting for you"


@pytest.mark.parametrize(
    ("number", "passed", "waiting"),
    [
        (1, "*1 passed its deadline meanwhile.*", "1 lead is waiting"),
        (2, "*2 passed their deadline meanwhile.*", "2 leads are waiting"),
    ],
)
def test_one_lead_and_two_are_said_each_in_their_way(number: int, passed: str, waiting: str) -> None:
    assert passed in sections_of(managers(rows=ROWS[:number], raw=number))[1]
    assert waiting in header_of(owner(rows=ROWS[:number]))


def test_nothing_that_did_not_happen_is_said() -> None:
    calm = managers(came_in=0, left_out=0, hold_until=None)
    assert "No lead was lost." in calm["text"]
    for silent in ("meanwhile have", "reminders", "changes hands"):
        assert silent not in calm["text"]


def test_of_many_leads_the_first_five_are_shown_and_the_rest_counted() -> None:
    many = [
        row(n, f"P{n}", f"Company {n}", ALICE, f"09:{10 + n}", excused="told only now") for n in range(1, 10)
    ]
    message = managers(rows=many)
    assert len(pairs(message)) == 5
    assert "And 4 more." in message["text"]
    assert "9 of the 9 are not counted" in message["text"]
    assert "And 4 more." in owner(rows=many)["text"]


def test_a_hostile_lead_stands_in_plain_text_only() -> None:
    hostile = [row(1, "Pat <!channel> *Bold*", "Quiet & Co", ALICE, "09:14", excused="told only now")]
    message = managers(rows=hostile)
    assert blocks_of(message, "section")[2]["fields"][0]["text"] == "Pat <!channel> *Bold*, Quiet & Co"
    assert "<!channel>" not in message["text"]
