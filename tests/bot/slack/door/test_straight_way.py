"""The straight way of a press over HTTP: which press takes it, and that it answers as the framework's way does."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.sandbox.model import Json
from bot.slack.desk import Asker
from bot.slack.fact_presses import FACT_OF
from bot.slack.straight import StraightWay
from sla.facts import OnItPressed
from sla.lead import LeadId
from tests.bot.slack.door.office import EMAILS, MANAGERS, Office

NOT_SAVED = "That was not saved. Press again in a minute."


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def way(office: Office, told: list[str]) -> Iterator[StraightWay]:
    with ThreadPoolExecutor(1) as pool:
        yield StraightWay(office.desk, pool, lambda body, said: told.append(said))


def payload(office: Office, lead_id: LeadId, who: str = "alice", action: str = "on_it") -> Json:
    generation = office.lead(lead_id).generation
    return {
        "type": "block_actions",
        "user": {"id": f"U0{who.upper()}", "team_id": office.workspace.team_id},
        "actions": [{"action_id": action, "value": f"{lead_id}:{generation}"}],
    }


def sent(body: Any) -> str:
    return urlencode({"payload": json.dumps(body)})


def is_known(office: Office, *names: str) -> None:
    for name in names:
        office.desk.directory.who(f"U0{name.upper()}")


def test_a_plain_press_of_somebody_known_is_recorded(
    office: Office, way: StraightWay, told: list[str]
) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, "alice")

    press = way.read(sent(payload(office, lead_id)))

    assert press is not None
    assert press.fact == OnItPressed(
        lead_id=lead_id, at=office.now, by=EMAILS["alice"], generation=office.lead(lead_id).generation
    )
    asyncio.run(way.take(press))
    assert office.lead(lead_id).on_it is not None
    assert told == []


def test_whoever_slack_must_be_asked_about_goes_the_frameworks_way_once(
    office: Office, way: StraightWay
) -> None:
    lead_id = office.a_lead_arrives()
    assert way.read(sent(payload(office, lead_id))) is None

    assert office.press("alice", "on_it", lead_id).acked

    assert way.read(sent(payload(office, lead_id))) is not None


def test_for_how_long_slack_is_believed_goes_by_real_time_and_not_by_a_clock_that_stands(
    office: Office,
) -> None:
    leapt = replace(office.desk, now=lambda: office.now + timedelta(hours=3))
    asker = Asker(user_id="U0ALICE", team_id=office.workspace.team_id)
    is_known(office, "alice")
    assert leapt.known_presser(asker) is not None
    office.now += timedelta(minutes=5)
    stands = replace(office.desk, now=lambda: office.now - timedelta(minutes=5))
    assert stands.known_presser(asker) is None


@pytest.mark.parametrize("who", ["guest", "loneguest", "foreign", "gone", "robot", "stranger"])
def test_whoever_may_not_press_goes_the_frameworks_way_to_be_refused(
    office: Office, way: StraightWay, who: str
) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, who)
    assert way.read(sent(payload(office, lead_id, who))) is None


def test_a_colleagues_id_from_another_workspace_goes_the_frameworks_way(
    office: Office, way: StraightWay
) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, "alice")
    body = payload(office, lead_id)
    assert way.read(sent(body)) is not None
    assert way.read(sent(body | {"user": body["user"] | {"team_id": "T0OTHER"}})) is None


def _of_two(body: Json) -> Json:
    return body | {"actions": body["actions"] * 2}


def _with(**more: Any) -> Callable[[Json], Json]:
    return lambda body: body | {"actions": [body["actions"][0] | more]}


NOT_PLAIN: Mapping[str, Callable[[Json], Any]] = {
    "two presses in one": _of_two,
    "a button that opens a form": _with(action_id="log_contact"),
    "a button of another version": _with(action_id="on_it_v0"),
    "a value of another version": _with(value="who knows"),
    "a value that is no text": _with(value=7),
    "a form": lambda body: body | {"type": "view_submission"},
    "no press at all": lambda body: body | {"actions": []},
    "a sign of code 0": lambda body: body | {"trigger_id": "\x00"},
    "no object": lambda body: [body],
}


@pytest.mark.parametrize("change", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_quite_plain_goes_the_frameworks_way(
    office: Office, way: StraightWay, change: Callable[[Json], Any]
) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, "alice")
    body = payload(office, lead_id)
    assert way.read(sent(body)) is not None
    assert way.read(sent(change(body))) is None


@pytest.mark.parametrize(
    "text", ["", "payload=", "payload={", "payload=1", '{"type": "event_callback"}', "a=b"]
)
def test_what_cannot_be_read_goes_the_frameworks_way(way: StraightWay, text: str) -> None:
    assert way.read(text) is None


def test_a_refusal_is_told_to_the_presser_alone(office: Office, way: StraightWay, told: list[str]) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, "bob")
    press = way.read(sent(payload(office, lead_id, "bob")))
    assert press is not None

    asyncio.run(way.take(press))

    assert told == [office.told("bob", "on_it", lead_id)]


def test_what_is_not_saved_is_said(office: Office, way: StraightWay, told: list[str]) -> None:
    lead_id = office.a_lead_arrives()
    is_known(office, "alice")
    press = way.read(sent(payload(office, lead_id)))
    assert press is not None
    office.recorder.stop(office.limit)

    asyncio.run(way.take(press))

    assert told == [NOT_SAVED]


def test_a_press_that_fails_unexpectedly_is_not_acknowledged_and_nothing_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.workspace.knobs.ack_within = 0.5
    lead_id = office.in_the_queue()
    is_known(office, "carla")
    monkeypatch.setattr(office.recorder, "pressed", lambda *_: 1 / 0)

    assert not office.press("carla", "claim", lead_id).acked
    assert office.lead(lead_id).owner is None


@pytest.mark.parametrize("action", FACT_OF)
def test_both_ways_say_the_same(
    office: Office, way: StraightWay, told: list[str], action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_id = office.a_lead_arrives()
    ts = office.shows(MANAGERS, lead_id, action)
    is_known(office, "bob")
    by_hand = way.read(sent(payload(office, lead_id, "bob", action)))
    assert by_hand is not None
    monkeypatch.setattr(StraightWay, "read", lambda *_: None)
    said = office.told("bob", action, lead_id, ts=ts)
    assert said is not None

    asyncio.run(way.take(by_hand))

    assert told == [said]
