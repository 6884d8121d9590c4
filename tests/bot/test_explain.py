"""`policy explain`: the whole arithmetic of a lead, and nothing sent."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.sla.desk import ANN, team_data
from tests.sla.play import EXAMPLE

JONAS = {
    "external_id": "00Q-1002",
    "email": "jonas@kessel.example",
    "first_name": "Jonas",
    "last_name": "Kessel",
    "company": "Kessel & Söhne",
    "employees": 240,
    "country": "DE",
    "intent": "trial",
    "score": 68,
}


@pytest.fixture
def explained(tmp_path: Path) -> Any:
    def explain(lead: object, at: str | None) -> Any:
        file = tmp_path / "lead.json"
        file.write_text(lead if isinstance(lead, str) else json.dumps(lead), encoding="utf-8")
        moment = ["--at", at] if at else []
        return CliRunner().invoke(app, ["policy", "explain", str(EXAMPLE), "--lead", str(file), *moment])

    return explain


def test_a_lunch_break_is_in_the_sum(explained: Any) -> None:
    said = explained(JONAS, "2026-11-23T11:45+01:00").output
    assert (
        "Clock: 30 working minutes on the calendar dach. In Mon Nov 23, 11:45. 15 min until closing at 12:00. "
        "Closed until 13:00. 15 min more. Due 13:15. Paused 0 min."
    ) in said
    assert "Tier: High because score 68 is at least 65. (Hot needs score of at least 75," in said
    assert "Owner: Dieter Daum because country DE is in DE, AT, CH, rule 1 (team DACH)." in said


def test_each_step_has_its_time(explained: Any) -> None:
    lines = explained(JONAS, "2026-11-23T10:00+01:00").output.splitlines()
    steps = [line.strip() for line in lines if line.startswith("  ")]
    assert steps == [
        "Mon Nov 23, 10:00  Dieter Daum gets the lead by direct message",
        "Mon Nov 23, 10:15  At Risk: no reminder, because the next one is near",
        "Mon Nov 23, 10:20  reminder, 10 min left",
        "Mon Nov 23, 10:30  Breached: the owner is told that the deadline passed, the managers are told in C0MANAGERS",
        "Mon Nov 23, 11:30  Escalated: to the backup queue, the managers are told in C0MANAGERS",
        "Mon Nov 23, 11:45  unclaimed: the backups are reminded, once",
        "Mon Nov 23, 13:30  unclaimed: the managers decide",
    ]


def test_a_deadline_that_the_ladder_leaves_out_is_among_the_steps(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    due = "    - {at: due, do: [notify_owner, notify_managers], status: Breached}\n"
    policy, lead = tmp_path / "policy.yaml", tmp_path / "lead.json"
    policy.write_text(text.replace(due, ""), encoding="utf-8")
    lead.write_text(json.dumps(JONAS), encoding="utf-8")
    at = "2026-11-23T10:00+01:00"
    said = CliRunner().invoke(app, ["policy", "explain", str(policy), "--lead", str(lead), "--at", at]).output
    assert "Mon Nov 23, 10:30  Breached: the managers are told in C0MANAGERS" in said


def test_a_holiday_is_named_in_the_sum(explained: Any) -> None:
    low = JONAS | {"country": "US", "intent": "contact_us", "score": 10}
    said = explained(low, "2026-11-25T16:00-05:00").output
    assert "Closed (Thanksgiving Day) until Fri Nov 27, 09:00." in said


def test_a_lead_without_what_it_needs_would_need_attention(explained: Any) -> None:
    said = explained({"external_id": "1", "score": 80}, "2026-11-23T10:00-05:00").output
    assert "It would need attention, no clock starts: email is missing; company is missing." in said
    assert "Told at once: Lead Ops." in said


@pytest.mark.parametrize(
    ("lead", "at", "words"),
    [
        ("{", None, "this is not JSON"),
        ("[]", None, "one lead is one JSON object"),
        ({"email": "a@b.example"}, None, "external_id"),
        ({"external_id": "1", "emial": "a@b.example"}, None, "email"),
        (JONAS, "tomorrow", "write a time with its offset"),
        (JONAS, "2026-11-23T10:00", "write a time with its offset"),
        (JONAS, "0001-01-01T00:00Z", "working time is reckoned from 1900 to 2150"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(
    explained: Any, lead: object, at: str | None, words: str
) -> None:
    result = explained(lead, at)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


PRIYA = {
    "external_id": "00Q-1042",
    "email": "priya@harbourvale.example",
    "company": "Harbour & Vale",
    "intent": "demo_request",
    "score": 91,
}


def test_a_night_is_told_with_everybody_who_would_be_paged(explained: Any) -> None:
    lines = explained(PRIYA, "2026-11-23T02:04-05:00").output.splitlines()

    assert "Until the opening: Omar Odeh, who was paged because the team is closed." in lines
    assert (
        "Clock: the earlier of 1 h after hours and 5 working minutes from the opening. In Mon Nov 23, 02:04, the "
        "team opens Mon Nov 23, 09:00. After hours due Mon Nov 23, 03:04, from the opening due Mon Nov 23, 09:05. "
        "Due Mon Nov 23, 03:04. Paused 0 min."
    ) in lines
    assert [line.strip() for line in lines if line.startswith("  ")] == [
        "Mon Nov 23, 02:04  Omar Odeh is paged",
        "Mon Nov 23, 02:09  Mia Moreno is paged",
        "Mon Nov 23, 02:14  nobody else is left to page: the managers are told in C0MANAGERS",
        "Mon Nov 23, 03:04  Breached: the managers are told in C0MANAGERS",
        "Mon Nov 23, 09:00  the team opens: Carla Costa has the lead, contact by Mon Nov 23, 09:05",
    ]


def test_shortly_before_closing_the_next_step_is_on_call(explained: Any) -> None:
    lines = explained(PRIYA, "2026-11-23T16:58-05:00").output.splitlines()

    assert [line.strip() for line in lines if line.startswith("  ")] == [
        "Mon Nov 23, 16:58  Carla Costa gets the lead by direct message",
        "Mon Nov 23, 17:00  the team closes; whoever is on call is paged",
    ]


@pytest.mark.parametrize(
    ("nobody_available", "first"),
    [
        ("hold", "nobody gets the lead: it waits for the first who is back; Lead Ops told after 2 min"),
        ("manager_queue", "the managers are asked to decide; Lead Ops told after 2 min"),
        ("on_call", "Mia Moreno gets the lead by direct message"),
    ],
)
def test_a_lead_that_nobody_can_take_is_explained_too(
    nobody_available: str, first: str, tmp_path: Path
) -> None:
    policy, lead = tmp_path / "policy.yaml", tmp_path / "lead.json"
    in_berlin = team_data((ANN,), {ANN: {"calendar": "berlin"}}, nobody_available=nobody_available)
    policy.write_text(json.dumps(in_berlin), encoding="utf-8")
    lead.write_text(json.dumps(JONAS), encoding="utf-8")
    asked = ["policy", "explain", str(policy), "--lead", str(lead), "--at", "2026-11-23T14:00-05:00"]
    said = CliRunner().invoke(app, asked).output
    assert f"Mon Nov 23, 14:00  {first}" in said
    assert "Not asked: Ann Adler: off until Tue Nov 24." in said
