"""The workflow step: a lead from Workflow Builder is recorded before Slack is told, and answered once it is."""

from typing import Any

import pytest

from bot.sandbox.outcomes import StepRun
from sla.lead import LeadId, Stage
from storage import leads
from storage.database import DatabaseAway
from tests.bot.slack.door.office import Office

LEAD = {"email": "dana@northwind.example", "company": "Northwind Freight", "score": 88, "employees": 1800}


def run(office: Office, **inputs: Any) -> StepRun:
    return office.slack.people.run_workflow_step("start_lead_sla", LEAD | inputs, "U0MIA")


def leads_of(office: Office, external_id: str) -> list[LeadId]:
    with office.database.read() as connection:
        found = leads.find_ids(connection, [("workflow", external_id)])
    return list(found.values())


def calls(office: Office, method: str) -> int:
    return len(office.workspace.ledger.calls(method))


def test_the_step_gives_back_the_lead_its_owner_and_its_deadline(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    step = run(office, external_id="W-1").wait()

    [lead_id] = leads_of(office, "W-1")
    assert step.state == "completed"
    assert step.outputs == {
        "lead_id": lead_id,
        "owner": "alice@acme.example",
        "due_at": "2026-11-23T15:05:00+00:00",
    }
    assert step.delivery.acked


def test_a_step_without_an_external_id_is_known_by_its_execution(office: Office) -> None:
    step = run(office).wait()

    assert len(leads_of(office, step.execution_id)) == 1


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_input_counts_as_none(office: Office, empty: str | None) -> None:
    step = run(office, external_id=empty, phone=empty).wait()

    assert len(leads_of(office, step.execution_id)) == 1


def test_the_same_run_sent_again_is_the_same_lead(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    step = run(office).wait()
    first = leads_of(office, step.execution_id)

    again = office.slack.people.redeliver(step.delivery)

    assert again.acked
    assert leads_of(office, step.execution_id) == first
    assert step.state == "completed"


@pytest.mark.parametrize("later", ["Mon 10:01", "Mon 10:05", "Tue 10:00"])
def test_an_event_that_comes_again_after_minutes_or_a_day_changes_nothing(office: Office, later: str) -> None:
    step = run(office).wait()
    [lead_id] = leads_of(office, step.execution_id)
    before = office.lead(lead_id)
    office.it_is(later)

    assert office.slack.people.redeliver(step.delivery).acked
    assert office.lead(lead_id) == before


def test_a_step_that_cannot_be_saved_is_not_acknowledged_and_recorded_once_when_sent_again(
    office_in_each_mode: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_in_each_mode
    office.workspace.knobs.ack_within = 0.5
    office.workspace.knobs.retry_delays = ()
    record = office.recorder.record

    def away(*_: object) -> None:
        raise DatabaseAway("the disk is full")

    monkeypatch.setattr(office.recorder, "record", away)
    step = run(office, external_id="W-2")
    assert not step.delivery.acked
    assert step.state == "running"
    assert leads_of(office, "W-2") == []

    monkeypatch.setattr(office.recorder, "record", record)
    office.workspace.knobs.ack_within = 3.0
    assert office.slack.people.redeliver(step.delivery).acked
    assert len(leads_of(office, "W-2")) == 1
    assert step.wait().state == "completed"


def test_only_the_repeated_event_arriving_is_enough(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    office.workspace.knobs.retry_scale = 0.0
    office.workspace.faults.lost_deliveries = 1

    step = run(office, external_id="W-3")

    assert step.wait().state == "completed"
    assert len(leads_of(office, "W-3")) == 1


def test_the_same_event_over_two_sockets_is_one_lead(office_in_each_mode: Office) -> None:
    office = office_in_each_mode
    if office.workspace.mode == "http":
        step = run(office)
        office.slack.people.redeliver(step.delivery)
    else:
        step = run(office)
        office.slack.people.redeliver(step.delivery, everywhere=True)

    assert len(leads_of(office, step.execution_id)) == 1


def test_a_lead_that_lacks_something_has_no_owner_to_give_back(office: Office) -> None:
    step = run(office, external_id="W-4", email="").wait()

    [lead_id] = leads_of(office, "W-4")
    assert step.outputs == {"lead_id": lead_id}
    assert office.lead(lead_id).stage is Stage.NEEDS_ATTENTION


def test_a_step_with_an_unknown_input_fails_with_its_name(office: Office) -> None:
    step = run(office, external_id="W-5", emial="x").wait()

    assert step.state == "failed"
    assert "emial" in str(step.error)
    assert "run it again" in str(step.error)
    assert leads_of(office, "W-5") == []


def test_an_answer_that_was_lost_is_given_again(office: Office) -> None:
    office.workspace.faults.fail("status", "functions.completeSuccess", accept=False, status=503, times=3)

    step = run(office)

    assert step.wait().state == "completed"
    assert calls(office, "functions.completeSuccess") == 4


def test_an_answer_that_arrived_though_its_receipt_was_lost_is_not_a_failure(office: Office) -> None:
    office.workspace.faults.fail("drop", "functions.completeSuccess", accept=True)

    step = run(office)

    office.completions_end()
    # The step's own token ended with the step; with the bot's, Slack says that it ended before.
    assert calls(office, "functions.completeSuccess") == 3
    assert step.state == "completed"


def test_the_answer_is_tried_a_limited_number_of_times(office: Office) -> None:
    office.workspace.faults.fail("error", "functions.completeSuccess", accept=False, times=None)

    step = run(office)

    tries = 1 + len(office.desk.completion_waits)
    office.completions_end()
    assert calls(office, "functions.completeSuccess") == tries
    assert step.state == "running"


def test_a_token_that_has_ended_is_replaced_by_the_bots(office: Office) -> None:
    office.workspace.faults.fail("error", "functions.completeSuccess", accept=False, error="token_revoked")

    assert run(office).wait().state == "completed"
    assert calls(office, "functions.completeSuccess") == 2


def test_another_apps_step_is_acknowledged_and_left_alone(office: Office) -> None:
    step = office.slack.people.run_workflow_step("something_else", {}, "U0MIA")

    assert step.delivery.acked
    assert step.state == "running"
