"""What comes due next, and whether what is due was done."""

from storage import dues, outbox
from storage.database import Database
from storage.dues import Due
from storage.outbox import State
from tests.storage.samples import MONDAY, TO_ALICE, a_lead, a_post, claim_all, keep, minutes, send_all


def test_steps_and_messages_that_wait_come_due_in_order_of_time(database: Database) -> None:
    early, late = a_lead(1, next_step_at=MONDAY + minutes(10)), a_lead(2, next_step_at=MONDAY + minutes(30))
    keep(database, early, late, a_lead(3, next_step_at=None))
    waiting = a_post(key="later", not_before=MONDAY + minutes(20))
    with database.begin() as connection:
        outbox.add(connection, [(late.id, 1, waiting), (late.id, 1, a_post(key="now"))], MONDAY)
    step = Due(at=MONDAY + minutes(10), lead_id=early.id, clock=1)
    message = Due(
        at=MONDAY + minutes(20), lead_id=late.id, clock=waiting.clock, role=waiting.role, to=TO_ALICE
    )
    last = Due(at=MONDAY + minutes(30), lead_id=late.id, clock=1)
    with database.read() as connection:
        assert step == dues.next_after(connection, MONDAY)
        assert message == dues.next_after(connection, step.at)
        assert last == dues.next_after(connection, message.at)
        assert dues.next_after(connection, last.at) is None


def test_what_comes_due_by_a_moment_ends_with_its_last(database: Database) -> None:
    keep(database, a_lead(1, next_step_at=MONDAY), a_lead(2, next_step_at=MONDAY + minutes(1)))
    with database.read() as connection:
        assert dues.last_until(connection, MONDAY - minutes(1)) is None
        assert dues.last_until(connection, MONDAY) == MONDAY
        assert MONDAY + minutes(1) == dues.last_until(connection, MONDAY + minutes(2))


def test_steps_are_taken_when_none_is_left_that_was_due(database: Database) -> None:
    keep(database, a_lead(1, next_step_at=MONDAY), a_lead(2, next_step_at=None))
    with database.read() as connection:
        assert dues.steps_are_taken(connection, MONDAY - minutes(1))
        assert not dues.steps_are_taken(connection, MONDAY)


def test_messages_have_left_when_none_could_leave_and_none_is_on_its_way(database: Database) -> None:
    keep(database, a_lead(), posts=[a_post(not_before=MONDAY + minutes(5))])
    after = MONDAY + minutes(5)
    with database.begin() as connection:
        assert dues.messages_have_left(connection, MONDAY, MONDAY)
        assert not dues.messages_have_left(connection, after, MONDAY)
        [taken] = claim_all(connection, after)
        assert not dues.messages_have_left(connection, after, MONDAY)
        outbox.not_sent(connection, taken.id, taken.attempt, MONDAY + minutes(1), "ratelimited")
        assert dues.messages_have_left(connection, after, MONDAY)
        assert not dues.messages_have_left(connection, after, MONDAY + minutes(1))
        [again] = send_all(connection, after + minutes(1))
        assert (again.id, dues.messages_have_left(connection, after, after)) == (taken.id, True)


def test_what_is_gathered_has_not_left(database: Database) -> None:
    keep(database, a_lead(), posts=[a_post()])
    with database.begin() as connection:
        [waiting] = outbox.claimable(connection, MONDAY, 10)
        assert outbox.gather(connection, [waiting.id]) == 1
        assert outbox.get(connection, [waiting.id])[waiting.id].state is State.GATHERING
        assert not dues.messages_have_left(connection, MONDAY, MONDAY)
