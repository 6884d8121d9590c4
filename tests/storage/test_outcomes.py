"""What became of each call, and that an old attempt changes nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from sla.effects import Role
from storage import cards, leads, outbox, timeline
from storage.database import Database
from storage.delivery import FOLLOWING
from storage.outbox import Delivery, State
from tests.storage.samples import MONDAY, a_lead, a_post, changed, claim_all, keep, loaded, minutes

LEAD = a_lead()
LATER = MONDAY + minutes(1)

Outcome = Callable[[Connection, str, int], bool]
OUTCOMES: dict[str, Outcome] = {
    "sent": lambda c, id, attempt: outbox.sent(c, id, attempt, channel="D1", ts="1.1", at=LATER),
    "refused": lambda c, id, attempt: outbox.refused(c, id, attempt, "not_in_channel", LATER),
    "not sent": lambda c, id, attempt: outbox.not_sent(c, id, attempt, LATER, "ratelimited"),
    "uncertain": lambda c, id, attempt: outbox.uncertain(c, id, attempt, LATER, LATER, "time-out"),
}
ENDS = {
    "sent": State.SENT,
    "refused": State.REFUSED,
    "not sent": State.PENDING,
    "uncertain": State.UNCERTAIN,
}
outcomes = pytest.mark.parametrize("outcome", OUTCOMES)


def _claimed(database: Database, role: Role = Role.OWNER_CARD) -> Delivery:
    keep(database, LEAD, posts=[a_post(role)])
    with database.begin() as connection:
        return claim_all(connection)[0]


def _now(database: Database, id: str) -> Delivery:
    with database.read() as connection:
        return outbox.get(connection, [id])[id]


@outcomes
def test_each_outcome_ends_the_attempt_in_its_state(database: Database, outcome: str) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        assert OUTCOMES[outcome](connection, delivery.id, 1)
    after = _now(database, delivery.id)
    assert (ENDS[outcome], None) == (after.state, after.leased_until)


@outcomes
def test_an_older_attempt_changes_nothing(database: Database, outcome: str) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        outbox.not_sent(connection, delivery.id, 1, None, None)
        [second] = claim_all(connection)
        assert second.attempt == 2
        assert not OUTCOMES[outcome](connection, delivery.id, 1)
    assert second == _now(database, delivery.id)


@outcomes
def test_an_attempt_whose_lease_expired_still_has_its_word(database: Database, outcome: str) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        assert outbox.expire_leases(connection, LATER) == 1
        assert OUTCOMES[outcome](connection, delivery.id, 1)
    assert ENDS[outcome] == _now(database, delivery.id).state


@outcomes
def test_what_has_ended_changes_no_more(database: Database, outcome: str) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        outbox.void(connection, [delivery.id], "the lead moved on", MONDAY)
        assert not OUTCOMES[outcome](connection, delivery.id, 1)
        assert outbox.void(connection, [delivery.id], "again", MONDAY) == 0
    assert (
        _now(database, delivery.id).state,
        _now(database, delivery.id).error,
    ) == (State.VOID, "the lead moved on")


def test_an_answer_that_comes_after_all_keeps_a_message_from_being_sent_twice(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        outbox.uncertain(connection, delivery.id, 1, MONDAY, MONDAY, "time-out")
        outbox.again(connection, delivery.id)
        assert OUTCOMES["sent"](connection, delivery.id, 1)
        assert claim_all(connection) == []


def test_a_message_that_was_never_tried_cannot_have_been_sent(database: Database) -> None:
    keep(database, LEAD, posts=[a_post()])
    with database.begin() as connection:
        [waiting] = outbox.claimable(connection, MONDAY, 9)
        assert not OUTCOMES["sent"](connection, waiting.id, 0)
        assert not outbox.found(connection, waiting.id, "D1", "1.1", at=MONDAY)
        assert not OUTCOMES["sent"](connection, "d_unknown", 1)


def test_an_expired_lease_becomes_uncertain_never_pending(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        assert outbox.expire_leases(connection, LATER - minutes(0.001)) == 0
        assert outbox.expire_leases(connection, LATER) == 1
        assert outbox.claimable(connection, LATER, 9) == []
        assert [delivery.id] == [d.id for d in outbox.to_look_up(connection, LATER, 9)]


def test_what_a_former_process_had_under_way_is_uncertain_before_its_lease_ends(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        assert outbox.take_over(connection, MONDAY, MONDAY + minutes(1)) == 1
        assert outbox.claimable(connection, LATER, 9) == []
        assert outbox.to_look_up(connection, MONDAY, 9) == []
        assert [delivery.id] == [d.id for d in outbox.to_look_up(connection, MONDAY + minutes(1), 9)]
        assert outbox.take_over(connection, LATER, LATER) == 0


def test_an_uncertain_send_is_looked_for_at_its_time_and_sent_again_under_its_id(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        outbox.uncertain(connection, delivery.id, 1, MONDAY, MONDAY + minutes(2), "time-out")
        assert outbox.to_look_up(connection, MONDAY + minutes(1.9), 9) == []
        assert [delivery.id] == [d.id for d in outbox.to_look_up(connection, MONDAY + minutes(2), 9)]
        assert outbox.not_found(connection, delivery.id, MONDAY + minutes(3)) == 1
        assert outbox.to_look_up(connection, MONDAY + minutes(2), 9) == []
        assert outbox.not_found(connection, delivery.id, MONDAY + minutes(4)) == 2
        assert outbox.again(connection, delivery.id)
        assert not outbox.again(connection, delivery.id)
        [second] = claim_all(connection)
    assert (delivery.id, 2, 0) == (second.id, second.attempt, second.looks)


def test_a_message_found_in_the_history_is_a_card_that_is_rendered_anew(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        outbox.uncertain(connection, delivery.id, 1, MONDAY, MONDAY, "time-out")
        assert outbox.found(connection, delivery.id, "D1", "1.5", at=MONDAY)
        assert not outbox.found(connection, delivery.id, "D1", "1.6", at=MONDAY)
        [card] = cards.dirty(connection, 9, MONDAY)
    assert (delivery.id, "1.5", 0) == (card.id, card.ts, card.shown_revision)


def test_the_owner_is_told_once_slack_accepted_the_card(database: Database) -> None:
    delivery = _claimed(database)
    assert loaded(database, LEAD.id).clocks[0].told_at is None
    with database.begin() as connection:
        outbox.sent(connection, delivery.id, 1, channel="D1", ts="1.1", at=LATER)
    assert loaded(database, LEAD.id).clocks[0].told_at == LATER


def test_the_timeline_says_once_when_the_owner_was_told(database: Database) -> None:
    first = _claimed(database)
    with database.begin() as connection:
        outbox.sent(connection, first.id, 1, channel="D1", ts="1.1", at=LATER)
        outbox.sent(connection, first.id, 1, channel="D1", ts="1.1", at=LATER)
        # Somebody deleted the card, another takes its place.
        outbox.add(connection, [(LEAD.id, 1, first.post._replace(key="again"))], LATER)
        [second] = claim_all(connection)
        outbox.sent(connection, second.id, 1, channel="D1", ts="1.2", at=LATER + minutes(5))
    with database.read() as connection:
        told = [line for line in timeline.of(connection, LEAD.id) if line.kind == "told"]
    assert [(LATER, first.place.removeprefix("@"))] == [(line.occurred_at, line.who) for line in told]


@pytest.mark.parametrize("role", [role for role in Role if role not in ("managers_line", "still_free")])
def test_only_a_message_that_follows_its_lead_becomes_a_card(database: Database, role: Role) -> None:
    delivery = _claimed(database, role)
    with database.begin() as connection:
        outbox.sent(connection, delivery.id, 1, channel="D1", ts="1.1", at=LATER, revision=1, shown_hash="h")
        found = cards.by_message(connection, "D1", "1.1")
    assert (role in FOLLOWING) == (found is not None)
    assert (LATER if role in (Role.OWNER_CARD, Role.PAGE) else None) == loaded(database, LEAD.id).clocks[
        0
    ].told_at


def test_a_card_sent_while_its_lead_changed_is_dirty_at_once(database: Database) -> None:
    delivery = _claimed(database)
    with database.begin() as connection:
        leads.write(connection, [changed(LEAD, replace(LEAD, revision=5))], MONDAY)
        outbox.sent(connection, delivery.id, 1, channel="D1", ts="1.1", at=LATER, revision=1, shown_hash="h")
        [card] = cards.dirty(connection, 9, MONDAY)
    assert (card.shown_revision, card.wanted_revision) == (1, 5)
