"""The bot is killed at a named moment; who takes over finishes what was begun, and does nothing twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.recorder import Recorded
from bot.sandbox.outcomes import PressResult
from sla.effects import Role
from sla.facts import LeadClaimed
from sla.lead import Stage
from storage.database import Database
from storage.delivery import Delivery, State
from tests.bot.courier.office import ALICE, BACKUP, EMAILS, MANAGERS
from tests.faults.doomed import CLAIMED, HEARD, PAUSE_HEARD, PAUSE_WRITTEN, RECORDED
from tests.faults.mortal import Mortal, open_mortal
from tests.faults.rig import Rig

pytestmark = pytest.mark.process

CALM, HASTY = "4h", "2s"
"""Targets: one in which nothing but the lead's arrival happens, one whose deadline passes as one looks."""


@pytest.fixture
def mortal(sqlite_database: Database, sqlite_url: str, tmp_path: Path) -> Iterator[Mortal]:
    with open_mortal(sqlite_database, sqlite_url, tmp_path, first_response=CALM) as mortal:
        yield mortal


@pytest.fixture
def mortal_on_each_database(database: Database, database_url: str, tmp_path: Path) -> Iterator[Mortal]:
    with open_mortal(database, database_url, tmp_path, first_response=CALM) as mortal:
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


@pytest.mark.parametrize("moment", [PAUSE_HEARD, PAUSE_WRITTEN])
def test_killed_as_slack_asks_for_a_pause_its_heir_sends_it_once(mortal: Mortal, moment: str) -> None:
    mortal.workspace.faults.ratelimit("chat.postMessage", retry_after=120)
    mortal.lives(until=moment)
    mortal.a_lead_arrives_last()
    mortal.is_killed()
    assert (mortal.states(), mortal.calls("chat.postMessage"), posts_in(mortal, ALICE)) == (
        [State.SENDING],
        1,
        0,
    )

    mortal.has_an_heir_that_finishes_everything()

    assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.SENT], 1)


def test_killed_after_slack_asked_for_a_pause_its_heir_keeps_to_it(mortal: Mortal) -> None:
    mortal.workspace.faults.ratelimit("chat.postMessage", retry_after=120)
    mortal.lives()
    mortal.a_lead_arrives()
    mortal.until(lambda: [(one.state, one.attempt) for one in mortal.deliveries()] == [(State.PENDING, 1)])
    mortal.dies()

    with mortal.heir() as rig:
        rig.passes(seconds=90)
        assert (mortal.states(), posts_in(mortal, ALICE)) == ([State.PENDING], 0)
        rig.passes(seconds=30)

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


def queue_card_of(mortal: Mortal) -> Delivery:
    """That of a lead that nobody contacted and that lies in the backup queue."""
    with mortal.heir(ago=timedelta(hours=5, minutes=10)) as rig:
        lead_id = rig.office.a_lead_arrives()
        rig.passes(hours=5, minutes=1)
        assert Stage.IN_QUEUE is rig.office.lead(lead_id).stage
        [card] = [one for one in rig.deliveries() if one.role is Role.QUEUE_CARD]
    return card


@contextmanager
def carla_claims(mortal: Mortal, card: Delivery) -> Iterator[list[PressResult]]:
    """In a thread of its own, as the bot does not live to answer; at the end it is known what she saw of it."""
    seen: list[PressResult] = []
    ts = card.ts
    assert ts is not None
    press = threading.Thread(
        target=lambda: seen.append(mortal.slack.people.press("U0CARLA", BACKUP, ts, "claim")), daemon=True
    )
    press.start()
    yield seen
    press.join()


def claimed(rig: Rig, card: Delivery, by: str) -> Recorded:
    """What somebody is told who claims the lead in the rig's time by the button of this card."""
    assert card.lead_id is not None
    return rig.office.recorder.record(
        LeadClaimed(lead_id=card.lead_id, at=rig.now, by=EMAILS[by], generation=card.generation)
    )


def test_killed_between_a_claim_and_its_record_nothing_is_acknowledged_and_anybody_may_claim(
    mortal: Mortal,
) -> None:
    card = queue_card_of(mortal)
    mortal.lives(until=HEARD)
    with carla_claims(mortal, card) as seen:
        mortal.is_killed()
    assert ([one.acked for one in seen], mortal.happened("claimed")) == ([False], 0)

    with mortal.heir() as rig:
        assert claimed(rig, card, "bob").refusal is None
        rig.passes(minutes=2)
    assert (mortal.happened("claimed"), posts_in(mortal, "D0BOB"), posts_in(mortal, "D0CARLA")) == (1, 1, 0)


def test_killed_between_a_claims_commit_and_its_acknowledgement_the_claim_stands_once(mortal: Mortal) -> None:
    card = queue_card_of(mortal)
    mortal.lives(until=RECORDED)
    with carla_claims(mortal, card) as seen:
        mortal.is_killed()
    assert ([one.acked for one in seen], mortal.happened("claimed")) == ([False], 1)

    with mortal.heir() as rig:
        # She saw a warning sign, and presses again; so does somebody else.
        again = [claimed(rig, card, by) for by in ("carla", "bob")]
        rig.passes(minutes=2)
    assert [answer.lead.owner for answer in again if answer.lead] == [EMAILS["carla"]] * 2
    assert again[1].refusal is not None
    assert (mortal.happened("claimed"), posts_in(mortal, "D0CARLA"), posts_in(mortal, "D0BOB")) == (1, 1, 0)


@pytest.mark.slow
def test_a_step_sent_again_to_the_heir_of_a_killed_bot_is_the_same_lead(mortal: Mortal) -> None:
    mortal.lives(until=RECORDED)
    inputs = {"company": "Northwind", "email": "dana@northwind.example", "score": "88"}
    run = threading.Thread(
        target=mortal.slack.people.run_workflow_step, args=("start_lead_sla", inputs), daemon=True
    )
    run.start()
    mortal.is_killed()
    run.join()
    assert mortal.happened("arrived") == 1

    mortal.lives()
    event = mortal.slack.deliveries.last("events_api")
    assert mortal.slack.people.redeliver(event).acked
    mortal.until(lambda: posts_in(mortal, "D0BOB") + posts_in(mortal, "D0CARLA") + posts_in(mortal, ALICE))

    assert mortal.happened("arrived") == 1


def test_killed_between_a_claim_of_a_message_and_the_call_its_heir_sends_it_once(
    mortal_on_each_database: Mortal,
) -> None:
    mortal = mortal_on_each_database
    mortal.lives(until=CLAIMED)
    mortal.a_lead_arrives_last()
    mortal.is_killed()
    assert (mortal.states(), mortal.calls("chat.postMessage")) == ([State.SENDING], 0)

    with mortal.heir() as rig:
        rig.passes(seconds=60)
        assert mortal.states() == [State.SENDING]
        rig.rests()

    [card] = mortal.deliveries()
    assert (card.state, card.attempt) == (State.SENT, 2)
    assert (mortal.calls("chat.postMessage"), posts_in(mortal, ALICE)) == (1, 1)
