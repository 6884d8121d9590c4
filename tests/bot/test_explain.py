"""`policy explain`: the whole arithmetic of a lead, and nothing sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
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


SAM = {
    "external_id": "00Q-1003",
    "email": "sam@littleloom.example",
    "company": "Little Loom",
    "country": "US",
    "intent": "webinar",
    "score": 41,
}


def steps_in(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.startswith("  ")]


def test_what_waits_for_working_hours_and_what_is_gathered_is_said_when_it_comes(explained: Any) -> None:
    assert steps_in(explained(SAM, "2026-11-25T20:00-05:00").output) == [
        "Wed Nov 25, 20:00  sam@littleloom.example gets the first answer by e-mail (after-hours), by 20:05 or "
        "not at all",
        "Wed Nov 25, 20:00  Carla Costa has the lead, and no message yet: not at work until Fri Nov 27, 09:00",
        "Fri Nov 27, 09:00  Carla Costa gets the lead by direct message, with whatever else waited",
        "Fri Nov 27, 11:00  At Risk: reminder, 2 h left",
        "Fri Nov 27, 12:50  reminder, 10 min left",
        "Fri Nov 27, 13:00  Breached: the owner is told that the deadline passed",
        "Fri Nov 27, 13:30  the managers are told in C0MANAGERS at the latest, with what else was late within 30 min",
        "Fri Nov 27, 14:00  Escalated: to the backup queue, the managers are told in C0MANAGERS",
        "Fri Nov 27, 14:15  unclaimed: the backups are reminded, once",
        "Fri Nov 27, 15:00  unclaimed: the managers decide",
    ]


def test_an_address_that_gets_no_first_answer_is_explained(explained: Any) -> None:
    said = explained(SAM | {"email": "noreply@littleloom.example"}, "2026-11-25T20:00-05:00").output
    assert steps_in(said)[0] == (
        "Wed Nov 25, 20:00  no first answer by e-mail: its e-mail address is a machine's"
    )


def of_sample(tmp_path: Path, change: Callable[[dict[str, Any]], None], lead: object, at: str) -> list[str]:
    """The steps under the sample policy with something changed."""
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    change(data)
    policy, file = tmp_path / "policy.yaml", tmp_path / "lead.json"
    policy.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    file.write_text(json.dumps(lead), encoding="utf-8")
    asked = ["policy", "explain", str(policy), "--lead", str(file), "--at", at]
    return steps_in(CliRunner().invoke(app, asked).output)


def test_where_the_policy_sends_at_any_hour_the_message_comes_at_once(tmp_path: Path) -> None:
    def sends(policy: dict[str, Any]) -> None:
        policy["notices"]["outside_hours"] = "send"

    steps = of_sample(tmp_path, sends, SAM, "2026-11-25T20:00-05:00")
    assert "Wed Nov 25, 20:00  Carla Costa gets the lead by direct message" in steps


def test_who_works_other_hours_than_their_team_is_told_in_their_own(tmp_path: Path) -> None:
    def in_berlin(policy: dict[str, Any]) -> None:
        policy["teams"]["inside-sales"]["reps"] = ["carla@acme.example"]
        policy["people"][2]["calendar"] = "dach"

    steps = of_sample(tmp_path, in_berlin, SAM | {"owner": "carla@acme.example"}, "2026-11-23T10:00-05:00")
    assert steps == [
        "Mon Nov 23, 10:00  Carla Costa gets the lead by direct message",
        "Mon Nov 23, 12:00  At Risk: no reminder, because Carla Costa is not at work until Tue Nov 24, 02:30",
        "Mon Nov 23, 13:50  no reminder, because Carla Costa is not at work until Tue Nov 24, 02:30",
        "Mon Nov 23, 14:00  Breached: the deadline passes",
        "Mon Nov 23, 14:30  the managers are told in C0MANAGERS at the latest, with what else was late within 30 min",
        "Mon Nov 23, 15:00  Escalated: to the backup queue, the managers are told in C0MANAGERS",
        "Mon Nov 23, 15:15  unclaimed: the backups are reminded, once",
        "Mon Nov 23, 16:00  unclaimed: the managers decide",
    ]


def test_a_lead_becomes_breached_once_also_where_the_managers_are_told_later(tmp_path: Path) -> None:
    def later(policy: dict[str, Any]) -> None:
        policy["ladders"]["standard"] = [
            {"at": "due", "do": ["notify_owner"], "status": "Breached"},
            {"at": "30m after due", "do": ["notify_managers"]},
        ]

    assert of_sample(tmp_path, later, JONAS, "2026-11-23T10:00+01:00") == [
        "Mon Nov 23, 10:00  Dieter Daum gets the lead by direct message",
        "Mon Nov 23, 10:30  Breached: the owner is told that the deadline passed",
        "Mon Nov 23, 11:00  the managers are told in C0MANAGERS",
        "Nothing hands the lead over: it stays with its owner.",
    ]


def test_where_no_backup_is_left_the_managers_decide_instead(tmp_path: Path) -> None:
    def alone(policy: dict[str, Any]) -> None:
        policy["teams"]["dach"]["backups"] = ["dieter@acme.example"]

    assert of_sample(tmp_path, alone, JONAS, "2026-11-23T10:00+01:00")[-1] == (
        "Mon Nov 23, 11:30  Escalated: no backup is left, so the managers decide"
    )


def nobody_is_there(policy: dict[str, Any]) -> None:
    policy["routing"]["nobody_available"] = "manager_queue"
    for person in policy["people"]:
        person["away"] = [{"from": "2026-11-23", "until": "2026-11-24"}]


def test_managers_who_must_decide_are_asked_when_their_channel_is_read(tmp_path: Path) -> None:
    first, _, *later = of_sample(tmp_path, nobody_is_there, SAM, "2026-11-23T20:00-05:00")
    assert first == "Mon Nov 23, 20:00  nobody gets the lead; Lead Ops told after 2 min without an owner"
    assert later == [
        "Tue Nov 24, 09:00  the managers are asked to decide in C0MANAGERS",
        "Tue Nov 24, 13:00  Breached: the deadline passes",
    ]


def test_a_breach_before_closing_that_is_gathered_is_told_at_the_opening(tmp_path: Path) -> None:
    def only_hot(policy: dict[str, Any]) -> None:
        policy["notices"]["managers"]["at_once"] = ["Hot"]

    mara = SAM | {"intent": "trial", "score": 66}
    steps = of_sample(tmp_path, only_hot, mara, "2026-11-23T16:10-05:00")
    assert steps[3:5] == [
        "Mon Nov 23, 16:40  Breached: the owner is told that the deadline passed",
        "Tue Nov 24, 09:00  the managers are told in C0MANAGERS, with what else waited for the opening",
    ]


def test_lead_ops_hear_of_a_lead_that_lacks_something_when_they_are_at_work(explained: Any) -> None:
    lacking = {"external_id": "1", "score": 80}
    assert "Told Tue Nov 24, 09:00: Lead Ops." in explained(lacking, "2026-11-23T20:00-05:00").output


FROM_HUBSPOT = {"objectId": "7", "properties": {"email": "lea@alder.example", "hubspotscore": 81}}


def said_of_source(tmp_path: Path, name: str) -> Any:
    file = tmp_path / "lead.json"
    file.write_text(json.dumps(FROM_HUBSPOT), encoding="utf-8")
    asked = ["policy", "explain", str(EXAMPLE), "--lead", str(file), "--source", name]
    return CliRunner().invoke(app, asked)


def test_a_lead_is_read_as_its_source_sends_it(tmp_path: Path) -> None:
    said = said_of_source(tmp_path, "hubspot").output
    assert "It would need attention, no clock starts: company is missing." in said


def test_a_source_that_the_policy_does_not_name_is_said_with_those_that_it_does(tmp_path: Path) -> None:
    result = said_of_source(tmp_path, "hubspt")
    assert (result.exit_code, result.output) == (
        1,
        "--source hubspt: the policy names no such source. It names website, hubspot. "
        "For one that sends the lead's own fields write --source cli.\n",
    )


def test_a_source_without_fields_of_its_own_is_read_as_the_http_door_reads_it(tmp_path: Path) -> None:
    result = said_of_source(tmp_path, "cli")
    assert result.exit_code == 1
    assert "objectId" in result.output
