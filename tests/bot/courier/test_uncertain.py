"""Uncertain sends: looked up before they are repeated, so that each message stands exactly once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.faults import FOR_EVER, Faults
from bot.sandbox.model import Author
from bot.slack.gateway import Gateway, Sent
from sla.effects import Role
from storage import absences, cards, outbox
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, MANAGERS, Office
from tests.invariants import holds
from tests.sla.play import moment

POST = "chat.postMessage"
BREAKS: dict[str, Callable[[Faults, bool], Any]] = {
    "dropped": lambda faults, accept: faults.fail("drop", POST, accept=accept),
    "reset": lambda faults, accept: faults.fail("reset", POST, accept=accept),
    "cut short": lambda faults, accept: faults.fail("truncate", POST, accept=accept),
    "no JSON": lambda faults, accept: faults.fail("garbage", POST, accept=accept),
    "time-out": lambda faults, accept: faults.fail("stall", POST, accept=accept, seconds=3),
    "500": lambda faults, accept: faults.fail("status", POST, accept=accept, status=500),
    "503": lambda faults, accept: faults.fail("status", POST, accept=accept, status=503),
    "internal_error": lambda faults, accept: faults.fail(
        "error", POST, accept=accept, error="internal_error"
    ),
    "fatal_error": lambda faults, accept: faults.fail("error", POST, accept=accept, error="fatal_error"),
}
all_breaks = pytest.mark.parametrize("breaks", BREAKS.values(), ids=BREAKS.keys())


@all_breaks
def test_a_post_that_slack_took_without_saying_so_is_found_and_not_repeated(
    office: Office, breaks: Callable[[Faults, bool], Any]
) -> None:
    breaks(office.workspace.faults, True)
    lead_id = office.a_lead_arrives()
    office.settles()
    assert office.card(lead_id).state == State.UNCERTAIN
    office.passes(seconds=10)
    card = office.card(lead_id)
    assert (card.state, office.posted(card.id), office.stands_once(card.id)) == (State.SENT, 1, True)
    assert card.ts == office.visible(ALICE)[0].ts
    holds(office.database, office.workspace)


@all_breaks
def test_a_post_that_slack_did_not_take_is_sent_again_after_two_looks(
    office: Office, breaks: Callable[[Faults, bool], Any]
) -> None:
    breaks(office.workspace.faults, False)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.passes(seconds=10)
    office.passes(seconds=20)
    card = office.card(lead_id)
    assert (card.state, card.attempt) == (State.SENT, 2)
    assert (office.posted(card.id), office.stands_once(card.id)) == (1, True)
    holds(office.database, office.workspace)


def test_a_lost_post_is_looked_for_after_ten_seconds_and_again_twenty_later(office: Office) -> None:
    office.workspace.faults.fail("drop", POST, accept=False)
    id = office.owes(MANAGERS)
    office.settles()
    looks = []
    for seconds in (9.9, 0.1, 19.9):
        office.passes(seconds=seconds)
        looks.append(office.calls("conversations.history"))
    assert (looks, office.calls(POST)) == ([0, 1, 1], 1)
    office.passes(seconds=0.1)
    assert (office.calls("conversations.history"), office.posted(id)) == (2, 1)


def test_a_found_card_follows_its_lead_and_its_owner_counts_as_told(office: Office) -> None:
    office.workspace.faults.fail("drop", POST, accept=True)
    lead_id = office.a_lead_arrives()
    posted_at = office.now
    office.settles()
    office.passes(seconds=10)
    clock = office.lead(lead_id).clock
    assert clock is not None
    assert clock.told_at == posted_at
    with office.database.read() as connection:
        [card] = cards.of_lead(connection, lead_id)
        assert cards.dirty(connection, 10, office.now) == []
    office.is_contacted(lead_id)
    office.settles()
    [shown] = office.visible(ALICE)
    assert (shown.ts, shown.did) == (card.ts, "update")


def test_one_look_settles_all_lost_posts_of_a_channel(office: Office) -> None:
    office.workspace.faults.fail("garbage", POST, accept=True, times=4)
    ids = [office.owes(MANAGERS) for _ in range(4)]
    office.settles()
    office.passes(seconds=10)
    assert [office.delivery(id).state for id in ids] == [State.SENT] * 4
    assert office.calls("conversations.history") == 1


def test_history_that_lags_fifteen_seconds_is_waited_for(office: Office) -> None:
    office.workspace.faults.late_history(15)
    office.workspace.faults.fail("drop", POST, accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=10)
    office.passes(seconds=20)
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_a_copy_that_shows_only_after_the_second_send_is_deleted(office: Office) -> None:
    office.workspace.faults.late_history(50)
    office.workspace.faults.fail("drop", POST, accept=True)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.passes(seconds=10)
    office.passes(seconds=20)
    id = office.card(lead_id).id
    assert office.posted(id) == 2
    assert not office.stands_once(id)
    office.passes(seconds=60)
    assert office.stands_once(id)
    assert office.card(lead_id).ts == office.visible(ALICE)[0].ts
    holds(office.database, office.workspace)


def test_a_copy_that_shows_after_minutes_is_deleted_then(office: Office) -> None:
    office.workspace.faults.late_history(300)
    office.workspace.faults.fail("drop", POST, accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    for seconds in (10, 20, 60):
        office.passes(seconds=seconds)
    assert not office.stands_once(id)
    office.passes(minutes=10)
    assert office.stands_once(id)


def sent_twice(office: Office, *, late: int) -> str:
    """A message of which the first copy shows in history only so many seconds after it was posted."""
    office.workspace.faults.late_history(late)
    office.workspace.faults.fail("drop", POST, accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=10)
    office.passes(seconds=20)
    assert (office.posted(id), office.stands_once(id)) == (2, False)
    return id


@pytest.mark.parametrize(("late", "waits"), [(50, [59, 1]), (300, [60, 539, 1])])
def test_a_copy_that_shows_after_a_restart_is_deleted_when_it_would_have_been_without_it(
    office_on_each_database: Office, late: int, waits: list[int]
) -> None:
    office = office_on_each_database
    id = sent_twice(office, late=late)
    restarted(office)
    stands = []
    for seconds in waits:
        office.passes(seconds=seconds)
        stands.append(office.stands_once(id))
    assert stands == [*[False] * (len(waits) - 1), True]
    assert office.delivery(id).ts == office.visible(MANAGERS)[0].ts
    holds(office.database, office.workspace)


@pytest.mark.parametrize("has_ticked", [False, True])
def test_a_copy_that_showed_while_the_bot_was_away_for_hours_is_deleted_when_it_is_back(
    office: Office, has_ticked: bool
) -> None:
    id = sent_twice(office, late=300)
    with office.database.begin() as connection:
        absences.beat(connection, "bot", office.now)
        if has_ticked:
            absences.add(connection, "bot", office.now, office.now + timedelta(hours=3))
            absences.beat(connection, "bot", office.now + timedelta(hours=3))
    office.now += timedelta(hours=3)
    restarted(office)
    office.passes(seconds=1)
    assert office.stands_once(id)


def given_up(office: Office, *, late: int) -> str:
    """A card that was lost, was to be sent again, and is not: its lead was contacted meanwhile."""
    office.workspace.faults.late_history(late)
    office.workspace.faults.fail("drop", POST, accept=True)
    lead_id = office.a_lead_arrives()
    office.settles()
    id = office.card(lead_id).id
    office.passes(seconds=10)
    office.is_contacted(lead_id)
    office.passes(seconds=20)
    assert (office.delivery(id).state, office.stands_once(id)) == (State.VOID, True)
    return id


@pytest.mark.parametrize("is_anew", [False, True], ids=["the same process", "after a restart"])
@pytest.mark.parametrize(("late", "waits"), [(50, [60, 1]), (300, [60, 600])])
def test_a_lost_card_that_was_given_up_and_shows_later_is_deleted(
    office: Office, late: int, waits: list[int], is_anew: bool
) -> None:
    id = given_up(office, late=late)
    if is_anew:
        restarted(office)
    for seconds in waits:
        office.passes(seconds=seconds)
    assert (office.posted(id), office.visible(ALICE)) == (1, [])
    holds(office.database, office.workspace)


def test_a_copy_of_what_another_process_sent_again_is_deleted_though_it_died(
    office_on_each_database: Office,
) -> None:
    office = office_on_each_database
    survivor = office.new_courier()
    office.settles(survivor)
    id = sent_twice(office, late=50)
    office.courier.stop(timedelta(seconds=5))
    office.courier = survivor
    office.passes(seconds=60)
    office.passes(seconds=60)
    assert office.stands_once(id)


def test_a_restart_does_not_look_again_for_copies_that_were_looked_for_to_the_end(office: Office) -> None:
    sent_twice(office, late=50)
    office.passes(seconds=60)
    office.passes(minutes=9, seconds=1)
    looks = office.calls("conversations.history")
    with office.database.begin() as connection:
        absences.beat(connection, "bot", office.now)
    office.now += timedelta(seconds=1)
    restarted(office)
    office.passes(minutes=10)
    assert office.calls("conversations.history") == looks


def test_a_message_that_was_to_be_sent_again_as_the_process_ended_is_looked_for_after_it_too(
    office: Office,
) -> None:
    office.workspace.faults.late_history(50)
    office.workspace.faults.fail("drop", POST, accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    with office.database.begin() as connection:
        outbox.again(connection, id)
    restarted(office)
    office.passes(seconds=30)
    assert office.posted(id) == 2
    office.passes(seconds=60)
    assert office.stands_once(id)


def test_a_copy_that_could_not_be_deleted_is_tried_again(office: Office) -> None:
    office.workspace.faults.late_history(50)
    office.workspace.faults.fail("drop", POST, accept=True)
    office.workspace.faults.ratelimit("chat.delete")
    id = office.owes(MANAGERS)
    office.settles()
    for seconds in (10, 20, 60):
        office.passes(seconds=seconds)
    assert not office.stands_once(id)
    office.passes(seconds=30)
    assert office.stands_once(id)


def test_of_two_copies_that_show_at_once_the_younger_is_deleted(office: Office) -> None:
    office.workspace.faults.late_history(35)
    office.workspace.faults.fail("drop", POST, accept=True, times=2)
    id = office.owes(MANAGERS)
    office.settles()
    for seconds in (10, 20, 10):
        office.passes(seconds=seconds)
    first, second = office.workspace.ledger.posts(id)
    [stands] = office.visible(MANAGERS)
    assert stands.ts == first.ts != second.ts
    assert office.delivery(id).ts == first.ts


def test_a_message_that_never_shows_in_history_is_sent_again_and_left_at_that(office: Office) -> None:
    office.workspace.faults.late_history(FOR_EVER)
    office.workspace.faults.fail("drop", POST, accept=False)
    id = office.owes(MANAGERS)
    office.settles()
    for seconds in (10, 20, 60, 600, 3600):
        office.passes(seconds=seconds)
    assert (office.posted(id), office.delivery(id).state) == (1, State.SENT)


def test_a_lost_message_that_somebody_deleted_is_said_again(office: Office) -> None:
    office.workspace.faults.fail("drop", POST, accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    office.workspace.delete(office.workspace.channels[MANAGERS], office.workspace.shown_in(MANAGERS)[0])
    office.passes(seconds=10)
    office.passes(seconds=20)
    assert office.stands_once(id)


def test_a_lost_line_is_looked_for_in_its_thread(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    office.now = moment("Mon 11:05")
    office.steps_fall_due(lead_id)
    office.workspace.faults.fail("drop", POST, accept=True, channel=MANAGERS)
    office.settles()
    [line] = office.deliveries(lead_id, Role.MANAGERS_LINE)
    assert line.state == State.UNCERTAIN
    office.passes(seconds=10)
    [line] = office.deliveries(lead_id, Role.MANAGERS_LINE)
    assert (line.state, office.posted(line.id)) == (State.SENT, 1)
    assert office.calls("conversations.replies") == 1


def test_a_limited_history_is_waited_for_and_counts_as_no_look(office: Office) -> None:
    office.workspace.faults.fail("drop", POST, accept=True)
    office.workspace.faults.ratelimit("conversations.history", retry_after=60, times=2)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=10)
    office.passes(seconds=59)
    assert (office.delivery(id).state, office.calls("conversations.history")) == (State.UNCERTAIN, 1)
    office.passes(seconds=1)
    office.passes(seconds=60)
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_without_the_right_to_read_history_a_lost_post_is_repeated_after_the_same_waits(
    office: Office,
) -> None:
    office.workspace.faults.fail("error", "conversations.*", accept=False, error="missing_scope", times=None)
    office.workspace.faults.fail("drop", POST, accept=False)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=29)
    assert office.posted(id) == 0
    office.passes(seconds=20)
    assert (office.posted(id), office.delivery(id).state) == (1, State.SENT)


def test_a_message_of_another_app_with_our_delivery_id_is_not_taken_for_ours(office: Office) -> None:
    office.workspace.faults.fail("drop", POST, accept=False)
    id = office.owes(MANAGERS)
    office.settles()
    forged = {"event_type": "lead_sla_delivery", "event_payload": {"delivery_id": id}}
    other = Author(user="U0OTHER", app_id="A0OTHER", bot_id="B0OTHER")
    office.workspace.post(office.workspace.channels[MANAGERS], text="!", author=other, metadata=forged)
    office.passes(seconds=10)
    office.passes(seconds=20)
    assert office.posted(id) == 1


# Crashes and leases


def test_a_crash_after_the_claim_and_before_the_call_sends_once(office_on_each_database: Office) -> None:
    office = office_on_each_database
    id = office.owes(MANAGERS)
    claimed(office, id)
    restarted(office)
    office.passes(seconds=89)
    assert office.delivery(id).state == State.SENDING
    office.passes(seconds=2)
    assert office.delivery(id).state == State.UNCERTAIN
    office.passes(seconds=20)
    assert (office.posted(id), office.stands_once(id)) == (1, True)
    holds(office.database, office.workspace)


def test_a_crash_after_slack_took_it_and_before_that_was_written_sends_nothing_more(
    office_on_each_database: Office,
) -> None:
    office = office_on_each_database
    lead_id = office.a_lead_arrives()
    office.courier.round()
    while not office.posted(office.card(lead_id).id):
        # Its answer is never taken in: the process dies here.
        office.courier.rest(0.05)
        if office.card(lead_id).state == State.PENDING:
            office.courier.round()
    restarted(office)
    office.passes(seconds=91)
    card = office.card(lead_id)
    assert (card.state, office.posted(card.id)) == (State.SENT, 1)
    holds(office.database, office.workspace)


def test_after_a_weekend_a_lost_message_is_still_found(office: Office) -> None:
    office.a_lead_arrives()
    office.settles()
    second = office.a_lead_arrives()
    id = office.card(second).id
    claimed(office, id)
    payload = {"text": "A card", "blocks": [{"type": "divider"}]}
    assert isinstance(Gateway(office.web).post(ALICE, payload, id), Sent)
    office.now += timedelta(days=3)
    restarted(office)
    office.settles()
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_a_lost_message_to_a_person_who_left_meanwhile_is_still_found(office: Office) -> None:
    office.a_lead_arrives()
    office.settles()
    id = office.card(office.a_lead_arrives()).id
    claimed(office, id)
    payload = {"text": "A card", "blocks": [{"type": "divider"}]}
    assert isinstance(Gateway(office.web).post(ALICE, payload, id), Sent)
    office.workspace.deactivate("U0ALICE")
    office.now += timedelta(days=3)
    restarted(office)
    office.settles()
    assert office.delivery(id).state == State.SENT


def test_a_lost_message_in_a_channel_known_by_name_is_found_after_a_restart(office: Office) -> None:
    id = office.owes("#sales-managers")
    office.workspace.faults.fail("drop", POST, accept=True)
    office.settles()
    assert office.delivery(id).state == State.UNCERTAIN
    restarted(office)
    office.passes(seconds=10)
    office.passes(seconds=1)
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_a_lost_message_whose_channel_is_gone_ends_as_refused(office: Office) -> None:
    id = office.owes("#sales-managers")
    office.workspace.faults.fail("drop", POST, accept=False)
    office.settles()
    office.workspace.archive(MANAGERS)
    restarted(office)
    for seconds in (10, 1, 20, 1, 1):
        office.passes(seconds=seconds)
    assert (office.delivery(id).state, office.posted(id)) == (State.REFUSED, 0)


def test_a_lease_that_ends_while_the_call_is_running_posts_once(office: Office) -> None:
    office.workspace.faults.fail("stall", POST, accept=True, seconds=0.2)
    id = office.owes(MANAGERS)
    office.courier.round()
    office.now += timedelta(seconds=91)
    office.courier.round()
    assert office.delivery(id).state == State.UNCERTAIN
    office.settles()
    office.passes(seconds=30)
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_the_answer_of_an_older_attempt_changes_nothing(office: Office) -> None:
    id = office.owes(MANAGERS)
    claimed(office, id)
    with office.database.begin() as connection:
        outbox.expire_leases(connection, office.now + timedelta(seconds=90))
        outbox.again(connection, id)
    claimed(office, id)
    with office.database.begin() as connection:
        assert not outbox.refused(connection, id, 1, "is_archived", office.now)
    assert office.delivery(id).state == State.SENDING


def test_two_couriers_of_one_database_send_each_message_once(office_on_each_database: Office) -> None:
    office = office_on_each_database
    other = office.new_courier()
    ids = [office.owes(place) for place in (MANAGERS, BACKUP) for _ in range(4)]
    for courier in (office.courier, other, office.courier, other):
        courier.round()
    office.settles()
    office.settles(other)
    office.now += timedelta(seconds=5)
    office.settles()
    office.settles(other)
    other.stop(timedelta(seconds=5))
    assert [office.posted(id) for id in ids] == [1] * 8


def claimed(office: Office, id: str) -> None:
    """A process took the message and was never heard of again."""
    with office.database.begin() as connection:
        [taken] = outbox.claim(
            connection, [id], leased_until=office.now + timedelta(seconds=90), at=office.now
        )
    assert taken.state == State.SENDING


def restarted(office: Office) -> None:
    office.courier.stop(timedelta(seconds=5))
    office.courier = office.new_courier()
