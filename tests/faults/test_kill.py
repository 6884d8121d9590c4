"""The bot is killed at a named moment; who takes over finishes what was begun, and does nothing twice."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sla.effects import Role
from sla.facts import LeadClaimed
from sla.lead import Stage
from storage import outbox
from storage.database import Database
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS
from tests.faults.mortal import Mortal, open_mortal
from tests.faults.rig import Rig

CALM, HASTY = "4h", "2s"
"""Targets: one in which nothing but the lead's arrival happens, one whose deadline passes as one looks."""


@pytest.fixture
def mortal(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Iterator[Mortal]:
    with open_mortal(sqlite_database, sqlite_url, tmp_path, first_response=CALM) as mortal:
        yield mortal


@pytest.fixture
def hasty_mortal(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Iterator[Mortal]:
    with open_mortal(sqlite_database, sqlite_url, tmp_path, first_response=HASTY) as mortal:
        yield mortal


def posts_in(mortal: Mortal, channel: str) -> int:
    return len([one for one in mortal.workspace.ledger.posts() if one.channel == channel])


def test_killed_just_before_a_step_its_heir_takes_the_step_once_with_its_true_time(mortal: Mortal) -> None:
    mortal.lives()
    lead_id = mortal.a_lead_arrives()
    mortal.until(lambda: "sent" in mortal.states())
    mortal.dies()

    with mortal.heir() as rig:
        due_at = rig.office.lead(lead_id).due_at
        assert due_at is not None
        rig.is_away_until(due_at + timedelta(minutes=3))
        breach = rig.office.lead(lead_id).breach

    assert breach is not None
    assert (due_at, timedelta(minutes=3)) == (breach.due_at, breach.detected_at - due_at)
    assert 1 == mortal.happened("breached") == posts_in(mortal, MANAGERS)


def test_killed_between_a_step_and_its_messages_its_heir_sends_them_once(hasty_mortal: Mortal) -> None:
    mortal = hasty_mortal
    mortal.workspace.faults.fail("stall", "chat.postMessage", accept=False, channel=MANAGERS)
    mortal.lives()
    mortal.a_lead_arrives()
    mortal.until(lambda: mortal.happened("breached"))
    mortal.dies()

    with mortal.heir() as rig:
        rig.passes(minutes=3)

    assert 1 == mortal.happened("breached") == mortal.happened("deadline_passed")
    assert posts_in(mortal, MANAGERS) == 1


def test_killed_with_a_request_written_and_not_taken_its_heir_sends_it_once(mortal: Mortal) -> None:
    mortal.workspace.faults.fail("stall", "chat.postMessage", accept=False)
    mortal.lives()
    mortal.a_lead_arrives()
    mortal.until(lambda: mortal.calls("chat.postMessage"))
    mortal.dies()
    assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.SENDING], 0)

    mortal.has_an_heir_that_finishes_everything()

    assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.SENT], 1)


def test_killed_after_slack_took_it_its_heir_finds_it_and_sends_nothing(mortal: Mortal) -> None:
    mortal.workspace.faults.fail("stall", "chat.postMessage", accept=True)
    mortal.lives()
    lead_id = mortal.a_lead_arrives()
    mortal.until(lambda: posts_in(mortal, ALICE))
    mortal.dies()
    assert mortal.states() == [State.SENDING]

    with mortal.heir() as rig:
        rig.passes(minutes=3)
        card = rig.office.card(lead_id)
        told_at = rig.office.lead(lead_id).clocks[0].told_at

    assert (card.state, card.attempt) == (State.SENT, 1)
    assert (mortal.calls("chat.postMessage"), posts_in(mortal, ALICE)) == (1, 1)
    assert told_at == card.sent_at


@pytest.mark.slow
def test_killed_after_slack_took_it_the_next_process_finds_it_without_waiting_for_the_lease(
    mortal: Mortal,
) -> None:
    mortal.workspace.faults.fail("stall", "chat.postMessage", accept=True)
    mortal.lives()
    mortal.a_lead_arrives()
    mortal.until(lambda: posts_in(mortal, ALICE))
    mortal.dies()

    mortal.lives()
    mortal.until(lambda: mortal.states() == [State.SENT])
    mortal.dies()
    mortal.has_an_heir_that_finishes_everything()

    assert (mortal.calls("chat.postMessage"), posts_in(mortal, ALICE)) == (1, 1)


def test_killed_after_slack_asked_for_a_pause_its_heir_sends_it_once(mortal: Mortal) -> None:
    mortal.workspace.faults.ratelimit("chat.postMessage", retry_after=120)
    mortal.lives()
    mortal.a_lead_arrives()
    mortal.until(lambda: mortal.calls("chat.postMessage"))
    mortal.dies()
    assert posts_in(mortal, ALICE) == 0

    mortal.has_an_heir_that_finishes_everything()

    assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.SENT], 1)


def test_killed_while_it_looks_for_a_lost_answer_its_heir_looks_again(mortal: Mortal) -> None:
    with mortal.heir(ago=timedelta(minutes=5)) as rig:
        mortal.workspace.faults.fail("drop", "chat.postMessage", accept=True)
        lead_id = rig.office.a_lead_arrives()
        rig.office.settles()
        assert State.UNCERTAIN is rig.office.card(lead_id).state

    mortal.workspace.faults.fail("stall", "conversations.history", accept=True)
    mortal.lives()
    mortal.until(lambda: mortal.calls("conversations.history"))
    mortal.dies()
    assert mortal.states() == [State.UNCERTAIN]

    mortal.has_an_heir_that_finishes_everything()
    assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.SENT], 1)


def test_killed_while_it_claims_for_somebody_the_claim_stands_or_can_be_made_again(mortal: Mortal) -> None:
    with mortal.heir(ago=timedelta(hours=5, minutes=10)) as rig:
        lead_id = rig.office.a_lead_arrives()
        rig.passes(hours=5, minutes=1)
        assert Stage.IN_QUEUE is rig.office.lead(lead_id).stage
        generation = rig.office.lead(lead_id).generation
        [card] = [one for one in rig.deliveries() if one.role is Role.QUEUE_CARD]
    mortal.lives()

    pressed = threading.Thread(
        target=mortal.slack.people.press, args=("U0CARLA", BACKUP, card.ts, "claim"), daemon=True
    )
    pressed.start()
    mortal.until(lambda: mortal.happened("claimed"))
    mortal.dies()
    pressed.join()

    with mortal.heir() as rig:
        late = LeadClaimed(lead_id=lead_id, at=rig.now, by=EMAILS["bob"], generation=generation)
        assert rig.office.recorder.record(late).refusal is not None
        rig.passes(minutes=2)
        assert EMAILS["carla"] == rig.office.lead(lead_id).owner
    assert (mortal.happened("claimed"), posts_in(mortal, "D0CARLA")) == (1, 1)


@pytest.mark.slow
def test_a_step_sent_again_to_the_heir_of_a_killed_bot_is_the_same_lead(mortal: Mortal) -> None:
    mortal.lives()
    inputs = {"company": "Northwind", "email": "dana@northwind.example", "score": "88"}
    run = threading.Thread(
        target=mortal.slack.people.run_workflow_step, args=("start_lead_sla", inputs), daemon=True
    )
    run.start()
    mortal.until(lambda: mortal.happened("arrived"))
    mortal.dies()
    run.join()

    mortal.lives()
    event = mortal.slack.deliveries.last("events_api")
    assert mortal.slack.people.redeliver(event).acked
    mortal.until(lambda: posts_in(mortal, "D0BOB") + posts_in(mortal, "D0CARLA") + posts_in(mortal, ALICE))

    assert mortal.happened("arrived") == 1


def test_claimed_by_one_who_died_before_the_call_it_is_sent_by_the_next(rig_on_each_database: Rig) -> None:
    rig = rig_on_each_database
    lead_id = rig.office.a_lead_arrives()
    with rig.database.begin() as connection:
        card = rig.office.card(lead_id).id
        [taken] = outbox.claim(connection, [card], leased_until=rig.now + timedelta(seconds=90), at=rig.now)
    rig.starts()
    rig.passes(seconds=89)
    assert State.SENDING is rig.office.card(lead_id).state

    rig.passes(seconds=60)

    assert (State.SENT, taken.attempt + 1) == (
        rig.office.card(lead_id).state,
        rig.office.card(lead_id).attempt,
    )
    assert rig.office.posted(card) == 1
