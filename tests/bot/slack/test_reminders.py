"""Reminder, passed deadline and nudge: what they ask, and the one line that each becomes."""

from dataclasses import replace
from typing import Any

import pytest

from sla.durations import StepTime
from sla.effects import Role
from sla.lead import Lead, OnIt
from sla.showing import ReminderState, notice, reminder
from tests.bot.slack.samples import (
    ALICE,
    BERLIN,
    BOB,
    DIETER,
    JONAS,
    MIA,
    a_lead,
    at,
    breached,
    buttons_of,
    claimed,
    clock,
    contacted,
    drawn,
    given_to,
    handed_over,
    header_of,
    person,
    rich_of,
    sections_of,
)
from tests.bot.slack.test_owner_card import closed, held_again, in_review, passed_to_queue, rejected
from tests.sla.play import example_policy

ASKS = ["Log contact*", "I'm on it", "Why?"]


def jonas() -> Lead:
    """In Berlin it came in at 10:00 and is due 10:30."""
    theirs = clock(person=DIETER, calendar="dach", started_at=at("04:00"), due_at=at("04:30"))
    return a_lead(
        JONAS,
        tier="High",
        team="dach",
        owner=DIETER,
        received_at=at("04:00"),
        started_at=at("04:00"),
        due_at=at("04:30"),
        clocks=(theirs,),
    )


def reminded(lead: Lead, now: str, **fields: Any) -> dict[str, Any]:
    return drawn(Role.REMINDER, lead, person(now), clock=1, **fields)


def test_ten_minutes_before_the_deadline_is_said_as_agreed() -> None:
    reader = person("04:20", zone=BERLIN, twelve_hour=False)
    message = drawn(Role.REMINDER, jonas(), reader, clock=1, card_url="https://acme.slack.com/archives/D0/p1")
    assert message["text"] == (
        "Lead SLA expires in 10 minutes: Jonas Kessel, Kessel &amp; Söhne. Contact by 10:30. No contact logged. "
        "High lead, trial, score 68. Head of Operations, 240 people, DE. E-mail jonas@kessel.example. No phone "
        "number. Buttons: Log contact, I'm on it, Why."
    )
    assert header_of(message) == "⏳ Lead SLA expires in 10 minutes"
    assert rich_of(message) == [
        "Jonas Kessel, Head of Operations, Kessel & Söhne",
        "jonas@kessel.example · No phone number.",
    ]
    link = "<https://acme.slack.com/archives/D0/p1|the lead's card>"
    assert [f"*Contact by {{10:30}}* · no contact logged · {link}"] == sections_of(message)
    assert buttons_of(message) == ASKS


def test_half_of_the_time_gone_is_said_as_agreed() -> None:
    message = reminded(a_lead(), "10:03:30")
    assert message["text"] == (
        "Lead SLA expires in 2 minutes: Dana Reyes, Northwind Freight. Contact by 10:06 AM. Half of the time is "
        "gone and no contact is logged. Phone +1 212 555 0142. Buttons: Log contact, I'm on it, Why."
    )
    assert header_of(message) == "⏳ Lead SLA expires in 2 minutes"


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("10:04", "2 minutes"),
        ("10:04:01", "1 minute"),
        ("10:05", "1 minute"),
        ("10:05:01", "59 seconds"),
        ("10:05:59", "1 second"),
        ("09:05:59", "1 h"),
        ("08:36", "1 h 30 min"),
    ],
)
def test_the_time_left_is_what_was_left_at_sending_rounded_down(now: str, left: str) -> None:
    assert f"⏳ Lead SLA expires in {left}" == header_of(reminded(a_lead(), now))


def test_a_deadline_of_another_day_is_said_with_its_date() -> None:
    lead = a_lead(clocks=(clock(due_at=at("Tue 10:06")),), due_at=at("Tue 10:06"))
    assert header_of(reminded(lead, "15:00")) == "⏳ Lead SLA expires Tue Nov 24, 10:06 AM"


def test_the_number_in_a_reminder_stays_that_of_its_sending() -> None:
    edited = reminded(a_lead(), "10:05:30", posted_at=at("10:03:30"))
    assert header_of(edited) == "⏳ Lead SLA expires in 2 minutes"


def test_a_passed_deadline_is_told_as_agreed() -> None:
    message = drawn(Role.DEADLINE_PASSED, breached(), person("10:06"), clock=1)
    assert message["text"] == (
        "Deadline passed: Dana Reyes, Northwind Freight. Due 10:06 AM, moves on at 11:06 AM. No contact is logged. "
        "At 11:06 AM it goes to the backup queue. The Enterprise managers were told. Already contacted? Log it "
        "with the real time: if that was by 10:06 AM it counts as in time. Phone +1 212 555 0142. Buttons: Log "
        "contact, I'm on it, Why."
    )
    assert header_of(message) == "⚠️ Deadline passed: Dana Reyes, Northwind Freight"
    assert sections_of(message) == [
        "It was due {10:06 AM}; no contact logged. *At {11:06 AM} it goes to the backup queue.*",
        "Already contacted? Log it with the real time. If that was by {10:06 AM}, it counts as in time.",
    ]
    assert rich_of(message) == ["+1 212 555 0142 · dana@northwind.example"]
    assert buttons_of(message) == ASKS


def test_managers_who_are_told_later_are_not_said_to_know() -> None:
    message = drawn(Role.DEADLINE_PASSED, replace(breached(), tier="Low"), person("10:06"), clock=1)
    assert "The Enterprise managers are told by 10:36 AM." in message["text"]


def test_a_nudge_is_told_as_agreed() -> None:
    message = drawn(Role.NUDGE, breached(), person("10:12"), clock=1, data={"by": MIA})
    assert message["text"] == (
        "Mia Moreno asks about Dana Reyes, Northwind Freight. It was due 10:06 AM, moves on at 11:06 AM. No "
        "contact is logged. Buttons: Log contact, I'm on it, Why."
    )
    assert sections_of(message) == [
        "*Mia Moreno asks about this lead.* It was due {10:06 AM}; it goes to the backup queue at {11:06 AM}."
    ]
    assert rich_of(message) == ["Dana Reyes, Northwind Freight · +1 212 555 0142"]
    assert buttons_of(message) == ASKS


def rows() -> list[Any]:
    state = ReminderState
    again = given_to(handed_over(), ALICE, "reassigned", "11:20", "11:50", by=MIA)
    moved = given_to(a_lead(), BOB, "reassigned", "10:20", "10:50", by=MIA)
    passed = given_to(a_lead(), BOB, "passed", "10:02", "10:06", by=ALICE)
    return [
        (state.CONTACTED, contacted(a_lead(), ALICE, "10:04"), "Contacted 10:04 AM by you."),
        (state.CONTACTED, contacted(a_lead(), MIA, "10:04"), "Contacted 10:04 AM by Mia Moreno."),
        (state.DEADLINE_PASSED, breached(), "Deadline passed 10:06 AM; see the message below."),
        (state.NOW_WITH, moved, "Now with Bob Brandt."),
        (state.NOW_WITH, claimed(), "Now with Carla Costa."),
        (state.PASSED, passed, "Passed to Bob Brandt."),
        (state.PASSED, passed_to_queue(), "Passed to the backup queue."),
        (state.IN_QUEUE, handed_over(), "In the backup queue."),
        (state.WITH_MANAGERS, in_review(), "With the managers."),
        (state.WITH_LEAD_OPS, rejected(), "With lead ops."),
        (state.HELD, held_again(), "Waits for its team."),
        (state.CLOSED, closed(breached()), "Closed 11:30 AM by Mia Moreno."),
        (state.YOURS_AGAIN, again, "Yours again; see the newer message below."),
    ]


@pytest.mark.parametrize(("state", "lead", "line"), rows(), ids=lambda v: str(v)[:24])
def test_a_reminder_that_asks_nothing_any_more_is_one_line(
    state: ReminderState, lead: Lead, line: str
) -> None:
    message = reminded(lead, "12:30")
    assert state == reminder(lead, 1)
    assert (line, [line], []) == (
        message["text"],
        [said.replace("{", "").replace("}", "") for said in sections_of(message)],
        buttons_of(message),
    )
    if state is not ReminderState.DEADLINE_PASSED:
        for role in (Role.DEADLINE_PASSED, Role.NUDGE):
            assert line == drawn(role, lead, person("12:30"), clock=1, data={"by": MIA})["text"]


def test_every_state_has_its_line_or_asks() -> None:
    assert set(ReminderState) == {row[0] for row in rows()} | {ReminderState.ASKING, ReminderState.ON_IT}


@pytest.mark.parametrize("role", [Role.REMINDER, Role.DEADLINE_PASSED, Role.NUDGE])
def test_somebody_who_is_on_it_is_not_asked_that_again(role: Role) -> None:
    lead = breached() if role is not Role.REMINDER else a_lead()
    when = at("10:20") if role is not Role.REMINDER else at("10:03")
    lead = replace(lead, on_it=OnIt(by=ALICE, at=when, until=None, clock=1))
    message = drawn(
        role, lead, person("10:30" if role is not Role.REMINDER else "10:04"), clock=1, data={"by": MIA}
    )
    assert buttons_of(message) == ["Log contact*", "Why?"]
    assert "on it since" in message["text"]
    assert "I'm on it" not in message["text"]


def test_a_nudge_before_the_deadline_says_by_when() -> None:
    message = drawn(Role.NUDGE, a_lead(), person("10:03"), clock=1, data={"by": MIA})
    assert notice(a_lead(), 1) == ReminderState.ASKING
    assert sections_of(message) == ["*Mia Moreno asks about this lead.* Contact by {10:06 AM}."]
    assert message["text"].startswith(
        "Mia Moreno asks about Dana Reyes, Northwind Freight. Contact by 10:06 AM. No"
    )


def test_a_reminder_points_at_no_message_that_its_ladder_does_not_send() -> None:
    lead = breached()
    policy = example_policy()
    quiet = policy.ladders["standard"][-1].model_copy(
        update={"at": StepTime(kind="due"), "do": ("notify_managers",)}
    )
    terms = policy.model_copy(update={"ladders": policy.ladders | {"standard": (quiet,)}})
    assert sections_of(reminded(lead, "10:07", terms=terms)) == ["Deadline passed {10:06 AM}."]
    assert sections_of(reminded(lead, "10:07")) == ["Deadline passed {10:06 AM}; see the message below."]
