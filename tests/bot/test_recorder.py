"""The recorder: what waits goes into one commit, a bad fact harms no other, and the answer comes after the disk."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest

from bot import batch
from bot.policies import PolicyBox
from bot.recorder import Committed, Recorded, Recorder, RecorderBusy
from sla.decide import decide
from sla.details import LeadDetails
from sla.effects import Decision
from sla.facts import Fact, LeadArrived, LeadClaimed, OnItPressed
from sla.lead import Lead, LeadId
from sla.shares import LEAD
from sla.surroundings import Surroundings
from storage import leads, same_person, turns
from storage.database import Connection, Database, DatabaseAway
from storage.ids import new_lead_id
from tests.sla.play import EXAMPLE, hot, moment
from tests.waiting import eventually

LIMIT = timedelta(seconds=20)
AT = moment("Mon 10:00")


@pytest.fixture
def policies(database: Database) -> PolicyBox:
    return PolicyBox.open(database, EXAMPLE, AT)


@pytest.fixture
def keeper(database: Database, policies: PolicyBox) -> Iterator[Recorder]:
    """A recorder that is not started yet: what is submitted waits and is taken together."""
    one = Recorder(database, policies, now=lambda: AT)
    yield one
    if one.is_started:
        one.stop(LIMIT)


def arrival(number: int, **fields: object) -> LeadArrived:
    its_own = {"external_id": f"X-{number}", "email": f"dana@northwind-{number}.example"}
    said = its_own | {"company": "Northwind"} | fields
    return LeadArrived(
        lead_id=new_lead_id(AT), at=AT, source="website", details=LeadDetails.model_validate(said)
    )


def submitted(keeper: Recorder, facts: list[Fact]) -> list["Future[Recorded | BaseException]"]:
    futures: list[Future[Recorded | BaseException]] = []
    for fact in facts:
        future: Future[Recorded | BaseException] = Future()
        keeper.submit(fact, future.set_result)
        futures.append(future)
    return futures


def results(futures: list["Future[Recorded | BaseException]"]) -> list[Recorded | BaseException]:
    return [future.result(LIMIT.total_seconds()) for future in futures]


def has_come(keeper: Recorder, number: int) -> None:
    """Until so many wait."""
    eventually(lambda: keeper.waiting >= number, every=0.001)


def stored(database: Database, number: int) -> Lead | None:
    with database.read() as connection:
        found = leads.find_ids(connection, {("website", f"X-{number}")})
        lead_id = found.get(("website", f"X-{number}"))
        return leads.load(connection, [lead_id])[lead_id] if lead_id is not None else None


def test_what_waits_is_committed_together(keeper: Recorder, database: Database) -> None:
    commits: list[Committed] = []
    keeper.on_commit(commits.append)
    futures = submitted(keeper, [arrival(number) for number in range(50)])
    keeper.start()
    assert all(isinstance(one, Recorded) for one in results(futures))
    assert len(commits) == 1
    assert stored(database, 49) is not None


def test_the_answer_comes_after_the_commit(keeper: Recorder, database: Database) -> None:
    seen: list[bool] = []
    answered = threading.Event()

    def done(answer: Recorded | BaseException) -> None:
        seen.append(stored(database, 1) is not None)
        answered.set()

    keeper.submit(arrival(1), done)
    keeper.start()
    assert answered.wait(LIMIT.total_seconds())
    assert seen == [True]


def test_a_bad_fact_harms_no_other(
    keeper: Recorder, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_one(lead: Lead | None, fact: Fact, around: Surroundings) -> Decision:
        if isinstance(fact, LeadArrived) and fact.details.external_id == "X-2":
            raise ZeroDivisionError("a bug")
        return decide(lead, fact, around)

    monkeypatch.setattr(batch, "decide", fails_for_one)
    futures = submitted(keeper, [arrival(number) for number in range(5)])
    keeper.start()
    answers = results(futures)
    assert isinstance(answers[2], ZeroDivisionError)
    assert [stored(database, number) is not None for number in range(5)] == [True, True, False, True, True]


def test_a_refusal_is_an_answer_and_spoils_nothing(keeper: Recorder, database: Database) -> None:
    first = arrival(1, **hot())
    press = LeadClaimed(lead_id=first.lead_id, at=AT, by="dieter@acme.example", generation=1)
    futures = submitted(keeper, [first, press, arrival(2)])
    keeper.start()
    _, refused, _ = results(futures)
    assert isinstance(refused, Recorded)
    assert str(refused.refusal).startswith("Only the Enterprise backups can claim")
    assert stored(database, 2) is not None


def test_two_deliveries_of_one_lead_in_one_batch_are_one_lead(keeper: Recorder, database: Database) -> None:
    futures = submitted(keeper, [arrival(1), arrival(1, score=88)])
    keeper.start()
    first, second = results(futures)
    assert isinstance(first, Recorded)
    assert isinstance(second, Recorded)
    assert first.lead is not None
    assert second.lead is not None
    assert first.lead.id == second.lead.id
    assert second.duplicate
    lead = stored(database, 1)
    assert lead is not None
    assert lead.details.score == 88


def test_facts_about_one_lead_see_each_other_in_order(keeper: Recorder) -> None:
    first = arrival(1, **hot())
    on_it = OnItPressed(lead_id=first.lead_id, at=AT, by="alice@acme.example", generation=1)
    futures = submitted(keeper, [first, on_it])
    keeper.start()
    _, second = results(futures)
    assert isinstance(second, Recorded)
    assert second.lead is not None
    assert second.lead.on_it is not None


def test_turns_are_taken_within_a_batch_and_remembered_after_it(keeper: Recorder, database: Database) -> None:
    futures = submitted(keeper, [arrival(number, country="US", score=41) for number in range(4)])
    keeper.start()
    owners = [one.lead.owner for one in results(futures) if isinstance(one, Recorded) and one.lead]
    # Bob counts twice: of each three leads two are his.
    assert owners == ["carla@acme.example", "bob@acme.example", "bob@acme.example", "carla@acme.example"]
    with database.read() as connection:
        taken = turns.load(connection, lock=False)
    assert taken.last == {"bob@acme.example": 3, "carla@acme.example": 4}
    assert taken.shares["inside-sales"].of == {"bob@acme.example": LEAD, "carla@acme.example": 2 * LEAD}


def test_a_database_that_is_away_is_said_and_nothing_is_kept(
    keeper: Recorder, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Connection:
        raise DatabaseAway("gone")

    monkeypatch.setattr(database, "begin", away)
    futures = submitted(keeper, [arrival(1), arrival(2)])
    keeper.start()
    assert all(isinstance(one, DatabaseAway) for one in results(futures))
    monkeypatch.undo()
    assert stored(database, 1) is None
    assert isinstance(results(submitted(keeper, [arrival(1)]))[0], Recorded)


def test_a_full_queue_says_later(keeper: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.recorder.QUEUE_MAX", 1)
    keeper.submit(arrival(1), lambda answer: None)
    with pytest.raises(RecorderBusy):
        keeper.submit(arrival(2), lambda answer: None)


def test_a_full_queue_still_takes_whoever_holds_a_thread(
    keeper: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.recorder.QUEUE_MAX", 1)
    keeper.submit(arrival(1), lambda answer: None)
    with pytest.raises(DatabaseAway, match="no answer"):
        keeper.record(arrival(2), timedelta(0))
    keeper.start()
    assert keeper.record(arrival(3), LIMIT).lead is not None


def test_a_press_goes_before_the_leads_of_programs_that_wait(keeper: Recorder, database: Database) -> None:
    found_after_commits: list[list[bool]] = []
    keeper.on_commit(
        lambda _: found_after_commits.append([stored(database, one) is not None for one in (0, 300)])
    )
    futures = submitted(keeper, [arrival(number) for number in range(300)])
    press = threading.Thread(target=keeper.record, args=(arrival(300), LIMIT))
    press.start()
    has_come(keeper, 301)
    keeper.start()
    press.join()
    results(futures)
    assert found_after_commits[:2] == [[False, True], [True, True]]


def test_a_press_goes_before_the_next_work_of_the_bot(keeper: Recorder, database: Database) -> None:
    is_begun, may_end = threading.Event(), threading.Event()
    found: list[bool] = []

    def long(connection: Connection) -> None:
        is_begun.set()
        assert may_end.wait(LIMIT.total_seconds())

    works = [long, lambda connection: found.append(stored(database, 1) is not None)]
    threads = []
    for number, work in enumerate(works, start=1):
        threads.append(threading.Thread(target=keeper.run, args=(work, LIMIT)))
        threads[-1].start()
        has_come(keeper, number)
    keeper.start()
    assert is_begun.wait(LIMIT.total_seconds())
    threads.append(threading.Thread(target=keeper.record, args=(arrival(1), LIMIT)))
    threads[-1].start()
    has_come(keeper, 1)
    may_end.set()
    for thread in threads:
        thread.join()
    assert found == [True]


def test_a_stop_finishes_what_waits_and_takes_nothing_new(keeper: Recorder, database: Database) -> None:
    futures = submitted(keeper, [arrival(number) for number in range(300)])
    keeper.start()
    keeper.stop(LIMIT)
    assert all(isinstance(one, Recorded) for one in results(futures))
    assert stored(database, 299) is not None
    with pytest.raises(RecorderBusy):
        keeper.submit(arrival(301), lambda answer: None)


def test_the_event_loop_waits_without_holding_a_thread(keeper: Recorder) -> None:
    keeper.start()

    async def many() -> list[Recorded]:
        return await asyncio.gather(*(keeper.recorded(arrival(number)) for number in range(100)))

    before = threading.active_count()
    answers = asyncio.run(many())
    assert len({one.lead.id for one in answers if one.lead}) == 100
    assert threading.active_count() <= before


def test_a_press_in_the_event_loop_goes_before_the_leads_of_programs(
    keeper: Recorder, database: Database
) -> None:
    found_after_commits: list[bool] = []
    keeper.on_commit(lambda _: found_after_commits.append(stored(database, 0) is not None))

    async def press() -> list[Recorded]:
        waiting = [keeper.recorded(arrival(number)) for number in range(3)]
        waiting.append(keeper.pressed(arrival(3), LIMIT))
        both = asyncio.gather(*waiting)
        await asyncio.sleep(0)
        keeper.start()
        return await both

    answers = asyncio.run(press())
    assert [f"X-{number}" for number in range(4)] == [one.lead.external_id for one in answers if one.lead]
    assert found_after_commits == [False, True]


def test_a_press_in_the_event_loop_that_was_said_not_to_be_saved_is_not_saved_later(
    keeper: Recorder, database: Database
) -> None:
    with pytest.raises(DatabaseAway, match="no answer within 0 s"):
        asyncio.run(keeper.pressed(arrival(1), timedelta(0)))
    keeper.start()
    keeper.record(arrival(2), LIMIT)
    assert stored(database, 1) is None


def test_an_event_loop_that_closed_meanwhile_does_not_end_the_recorder(
    keeper: Recorder, database: Database
) -> None:
    async def leave() -> None:
        waiting = asyncio.ensure_future(keeper.recorded(arrival(1)))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave())
    keeper.start()
    assert keeper.record(arrival(2), LIMIT).lead is not None
    assert stored(database, 1) is not None


def test_a_lead_that_another_process_recorded_meanwhile_is_a_duplicate(
    keeper: Recorder, database: Database, policies: PolicyBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up saw nothing, the key was taken before the insert: read again, decide again."""
    other = Recorder(database, policies, now=lambda: AT)
    other.start()
    look_up = same_person.look_up
    raced: list[LeadId] = []

    def blind_once(*asked: Any) -> same_person.Acquaintances:
        if not raced:
            raced.append(LeadId("looked"))
            return same_person.Acquaintances()
        return look_up(*asked)

    first = other.record(arrival(1), LIMIT)
    other.stop(LIMIT)
    monkeypatch.setattr(same_person, "look_up", blind_once)
    keeper.start()
    again = keeper.record(arrival(1), LIMIT)
    assert again.duplicate
    assert first.lead is not None
    assert again.lead is not None
    assert first.lead.id == again.lead.id


def test_a_job_runs_in_a_transaction_and_gives_its_problem_back(keeper: Recorder) -> None:
    keeper.start()
    assert keeper.run(lambda connection: 7, LIMIT) == 7

    def fails(connection: Connection) -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        keeper.run(fails, LIMIT)
    assert keeper.run(lambda connection: 8, LIMIT) == 8


def test_a_commit_says_when_the_next_step_is(keeper: Recorder) -> None:
    commits: list[Committed] = []
    keeper.on_commit(commits.append)
    keeper.start()
    keeper.record(arrival(1, **hot()), LIMIT)
    assert [moment("Mon 10:02:30")] == [one.next_step_at for one in commits]
    assert commits[0].owes


def test_what_was_said_not_to_be_saved_is_not_saved_later(keeper: Recorder, database: Database) -> None:
    with pytest.raises(DatabaseAway):
        keeper.record(arrival(1), timedelta(0))
    with pytest.raises(DatabaseAway):
        keeper.run(lambda connection: turns.took(connection, [("late", 1, AT)]), timedelta(0))
    keeper.start()
    keeper.record(arrival(2), LIMIT)
    assert stored(database, 1) is None
    assert keeper.run(lambda connection: "late" in turns.load(connection, lock=False).last, LIMIT) is False


def test_a_listener_that_fails_does_not_undo_what_is_on_disk(keeper: Recorder, database: Database) -> None:
    def fails(committed: Committed) -> None:
        raise LookupError("the clockwork has stopped")

    keeper.on_commit(fails)
    keeper.start()
    recorded = keeper.record(arrival(1), LIMIT)
    assert not recorded.duplicate
    assert stored(database, 1) is not None


def test_a_problem_of_the_work_itself_is_not_taken_for_an_absent_database(keeper: Recorder) -> None:
    def fails(connection: Connection) -> None:
        raise TimeoutError("its own")

    keeper.start()
    with pytest.raises(TimeoutError, match="its own"):
        keeper.run(fails, LIMIT)
