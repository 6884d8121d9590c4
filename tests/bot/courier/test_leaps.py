"""The time of facts leaps, and what goes by the time outside does not notice: leases, pauses, looks, Slack's pace."""

from datetime import timedelta

from storage import outbox
from storage.delivery import State
from tests.bot.courier.office import ALICE, EMAILS, Office
from tests.invariants import holds

POST = "chat.postMessage"
WEEKEND = 65.0
NOT_PAGED = {"intent": "trial", "score": 68}
"""A lead that belongs to its owner at any hour."""


def test_a_lease_lives_as_long_as_outside(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    card = office.card(lead_id)
    with office.database.begin() as connection:
        until = office.clock.real_now() + timedelta(seconds=90)
        assert outbox.claim(connection, [card.id], leased_until=until, at=office.now)
    office.leaps(hours=WEEKEND)
    assert office.card(lead_id).state == State.SENDING
    office.passes(seconds=91)
    assert office.card(lead_id).state == State.UNCERTAIN


def test_another_try_comes_when_it_was_put_off_to(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    card = office.card(lead_id)
    with office.database.begin() as connection:
        retry_at = office.clock.real_now() + timedelta(seconds=30)
        [claimed] = outbox.claim(connection, [card.id], leased_until=retry_at, at=office.now)
        assert outbox.not_sent(connection, card.id, claimed.attempt, retry_at, "ratelimited")
    office.leaps(hours=WEEKEND)
    assert office.card(lead_id).state == State.PENDING
    office.passes(seconds=31)
    assert office.card(lead_id).state == State.SENT


def test_a_pause_that_slack_asked_for_is_kept(office: Office) -> None:
    office.leaps(hours=1)
    office.workspace.faults.ratelimit(POST, retry_after=30)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.leaps(hours=WEEKEND)
    assert office.card(lead_id).state == State.PENDING
    office.passes(seconds=31)
    assert office.card(lead_id).state == State.SENT
    holds(office.database, office.workspace)


def test_slacks_pace_is_no_faster_for_it(office: Office) -> None:
    for _ in range(6):
        office.a_lead_arrives()
    office.settles()
    sent = len(office.visible(ALICE))
    office.leaps(hours=WEEKEND)
    assert sent == len(office.visible(ALICE)) < 6


def test_a_lost_answer_is_looked_for_when_history_has_had_its_time(office: Office) -> None:
    office.leaps(hours=1)
    office.workspace.faults.fail("drop", POST, accept=True)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.leaps(hours=WEEKEND)
    assert office.card(lead_id).state == State.UNCERTAIN
    office.passes(seconds=10)
    card = office.card(lead_id)
    assert (card.state, office.posted(card.id)) == (State.SENT, 1)


def test_what_was_posted_while_time_leapt_is_found_and_not_repeated(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    before = office.posted(office.card(lead_id).id)
    assert before == 1
    other = office.a_lead_arrives()
    card = office.card(other)
    with office.database.begin() as connection:
        until = office.clock.real_now() + timedelta(seconds=90)
        outbox.claim(connection, [card.id], leased_until=until, at=office.now)
    office.leaps(hours=WEEKEND)
    office.web.chat_postMessage(
        channel=ALICE,
        text="Hot lead",
        metadata={"event_type": "lead_sla_delivery", "event_payload": {"delivery_id": card.id}},
    )
    office.passes(seconds=91)
    office.passes(seconds=10)
    found = office.card(other)
    assert (found.state, office.posted(card.id)) == (State.SENT, 1)


def test_what_slack_said_about_people_is_believed_for_as_long(office: Office) -> None:
    office.a_lead_arrives(**NOT_PAGED)
    office.settles()
    asked = office.calls("users.info")
    office.leaps(hours=WEEKEND)
    office.a_lead_arrives(**NOT_PAGED)
    office.settles()
    assert asked == office.calls("users.info")


def test_a_message_that_waits_for_its_moment_leaves_when_time_leaps_there(office: Office) -> None:
    moment = office.now + timedelta(hours=WEEKEND)
    id = office.owes(f"@{EMAILS['alice']}")
    with office.database.begin() as connection:
        waiting = outbox.get(connection, [id])[id]
        outbox.void(connection, [id], "another one in its place", office.now)
        later = waiting.post._replace(key="later", not_before=moment)
        outbox.add(connection, [(None, 0, later)], office.now)
    office.settles()
    assert office.visible(ALICE) == []
    office.leaps(hours=WEEKEND)
    assert len(office.visible(ALICE)) == 1
