"""How the Bolt app is built: nothing in the environment changes it, nothing of people's data is logged."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_bolt import BoltRequest

from bot.slack.door import BOLTS_OWN_SETTINGS, build_app
from tests.bot.slack.door.office import Office


@pytest.fixture
def bolts_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BOLTS_OWN_SETTINGS:
        monkeypatch.setenv(name, "from-the-environment")


def test_bolts_own_settings_in_the_environment_do_not_switch_on_oauth(
    office: Office, bolts_settings: None, caplog: pytest.LogCaptureFixture
) -> None:
    with ThreadPoolExecutor(1) as pool:
        app = build_app(office.desk, signing_secret=None, listeners=pool)

    assert app.oauth_flow is None
    assert app.installation_store is None
    assert caplog.records == []


def test_the_environment_is_as_it_was_after_the_door_is_built(office: Office, bolts_settings: None) -> None:
    with ThreadPoolExecutor(1) as pool:
        build_app(office.desk, signing_secret=None, listeners=pool)

    assert {os.environ[name] for name in BOLTS_OWN_SETTINGS} == {"from-the-environment"}


def test_no_client_of_the_door_repeats_a_call_by_itself(office: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        app = build_app(office.desk, signing_secret=None, listeners=pool)

    assert app.client.retry_handlers == []
    assert office.desk.quick.retry_handlers == []


def test_slack_is_asked_once_who_the_bot_is_and_not_at_each_press(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.press("alice", "on_it", lead_id)
    asked = len(office.workspace.ledger.calls("auth.test"))

    for who in ("alice", "bob", "mia"):
        office.press(who, "on_it", lead_id)

    assert len(office.workspace.ledger.calls("auth.test")) == asked


def test_a_payload_that_bolt_refuses_is_not_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with ThreadPoolExecutor(1) as pool:
        app = build_app(office.desk, signing_secret="secret", listeners=pool)

    answer = app.dispatch(BoltRequest(body='{"message": "Need this live before January"}'))

    assert answer.status == 401
    assert "January" not in caplog.text


def test_two_people_claim_at_the_same_time_and_one_of_them_has_it(office: Office) -> None:
    lead_id = office.in_the_queue()
    office.it_is("Mon 11:09")
    ts = office.shows("C0BACKUP", lead_id, "claim")
    with ThreadPoolExecutor(8) as people:
        results = list(
            people.map(
                lambda who: office.slack.people.press(who, "C0BACKUP", ts, "claim"),
                ["U0CARLA", "U0BOB"] * 4,
            )
        )

    assert all(result.acked for result in results)
    assert len(office.lead(lead_id).owner_clocks()) == 2
    assert len(office.workspace.ephemerals) == 7
