"""Leads in other apps' messages: only from the apps that the policy allows, and each once."""

from typing import Any

import pytest

from bot.sandbox.deliveries import Delivery
from sla.lead import LeadId
from storage import leads
from tests.bot.slack.door.office import MANAGERS, Office

LEAD = {"external_id": "M-1", "email": "dana@northwind.example", "company": "Northwind Freight"}
ALLOWED = "A0CRM"


def post(
    office: Office, payload: Any = LEAD, *, app: str = ALLOWED, event_type: str = "lead_created"
) -> tuple[str, Delivery]:
    message, delivery = office.slack.people.post_metadata_message(app, MANAGERS, event_type, payload)
    assert delivery is not None
    return message.ts, delivery


def lead_ids(office: Office, external_id: str = "M-1", app: str = ALLOWED) -> list[LeadId]:
    with office.database.read() as connection:
        return list(leads.find_ids(connection, [(f"slack:{app}", external_id)]).values())


def test_a_message_of_an_allowed_app_is_a_lead(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    _, delivery = post(office)

    [lead_id] = lead_ids(office)
    assert delivery.acked
    assert office.lead(lead_id).source == "slack:A0CRM"


def test_a_message_of_another_app_is_not(office: Office) -> None:
    _, delivery = post(office, app="A0SPAM")

    assert delivery.acked
    assert lead_ids(office, app="A0SPAM") == []


def test_an_empty_list_of_apps_allows_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = office.policy.intake
    nobody = intake.model_copy(update={"slack": intake.slack.model_copy(update={"allowed_apps": ()})})
    policy = office.policy.model_copy(update={"intake": nobody})
    monkeypatch.setattr(type(office.desk), "policy", property(lambda _: policy))

    post(office)

    assert lead_ids(office) == []


def test_metadata_of_another_type_is_not_a_lead(office: Office) -> None:
    _, delivery = post(office, event_type="deal_won")

    assert delivery.acked
    assert lead_ids(office) == []


def test_the_same_app_in_another_workspace_is_not_the_one_that_was_allowed(office: Office) -> None:
    event = {
        "type": "message_metadata_posted",
        "app_id": ALLOWED,
        "team_id": "T0OTHER",
        "channel_id": MANAGERS,
        "message_ts": "1.2",
        "metadata": {"event_type": "lead_created", "event_payload": LEAD},
    }

    assert office.slack.people.event(event).acked
    assert lead_ids(office) == []


def test_a_message_told_twice_is_one_lead(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    _, delivery = post(office)
    first = lead_ids(office)

    assert office.slack.people.redeliver(delivery).acked
    assert lead_ids(office) == first


@pytest.mark.parametrize("none", [{}, {"external_id": ""}, {"external_id": None}])
def test_a_message_without_an_external_id_is_known_by_its_place(
    busy_office: Office, none: dict[str, str | None]
) -> None:
    office = busy_office
    lead = {"email": "dana@northwind.example", "company": "Northwind Freight"}
    ts, delivery = post(office, lead | none)
    office.slack.people.redeliver(delivery)

    assert len(lead_ids(office, f"{MANAGERS}:{ts}")) == 1


@pytest.mark.parametrize("payload", [{**LEAD, "emial": "x"}, ["a", "list"], "text", None])
def test_a_payload_that_is_no_lead_is_acknowledged_and_kept_out(busy_office: Office, payload: Any) -> None:
    office = busy_office
    _, delivery = post(office, payload)

    assert delivery.acked
    assert lead_ids(office) == []


def test_a_lead_that_cannot_be_saved_is_sent_again_by_slack(
    office_in_each_mode: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_in_each_mode
    office.workspace.knobs.ack_within = 0.5
    office.workspace.knobs.retry_delays = ()
    with monkeypatch.context() as broken:
        broken.setattr(office.recorder, "record", lambda *_: 1 / 0)
        _, delivery = post(office)
    assert not delivery.acked

    office.workspace.knobs.ack_within = 3.0
    assert office.slack.people.redeliver(delivery).acked
    assert len(lead_ids(office)) == 1


def test_an_event_that_needs_nothing_is_acknowledged(office_in_each_mode: Office) -> None:
    assert office_in_each_mode.slack.people.open_home("U0ALICE").acked
