"""What may leave, in which order, and who sends it."""

from dataclasses import replace

from sla.effects import Place, Post, Role, ToChannel, Urgency
from sla.lead import LeadId
from storage import cards, leads, outbox
from storage.database import Database
from storage.outbox import State
from tests.storage.samples import (
    BACKUP,
    MANAGERS,
    MONDAY,
    TO_ALICE,
    a_lead,
    a_post,
    changed,
    claim_all,
    claimable_roles,
    keep,
    minutes,
    send_all,
)

LEAD = a_lead()


def _owe(database: Database, *posts: Post, lead_id: LeadId | None = LEAD.id, generation: int = 1) -> None:
    with database.begin() as connection:
        outbox.add(connection, [(lead_id, generation, post) for post in posts], MONDAY)


def _states(database: Database, lead_id: LeadId = LEAD.id) -> list[State]:
    with database.read() as connection:
        return [delivery.state for delivery in outbox.of_lead(connection, lead_id)]


def test_a_post_is_kept_as_it_was_decided(database: Database) -> None:
    post = a_post(
        Role.MANAGERS_CARD,
        MANAGERS,
        fenced=False,
        not_before=MONDAY,
        expires_at=MONDAY + minutes(9),
        data={"names": ["Alice", "Ben"], "left": 4.5},
    )
    keep(database, LEAD, posts=[post])
    with database.read() as connection:
        [delivery] = outbox.of_lead(connection, LEAD.id)
        assert {delivery.id: delivery} == outbox.get(connection, [delivery.id, "d_unknown"])
    assert (post, LEAD.id, 1) == (delivery.post, delivery.lead_id, delivery.generation)
    assert (delivery.state, delivery.attempt, delivery.created_at) == (State.PENDING, 0, MONDAY)


def test_the_same_thing_is_owed_once_in_a_generation(database: Database) -> None:
    keep(database, LEAD, posts=[a_post(key="card")])
    _owe(database, a_post(key="card"), a_post(key="other"))
    _owe(database, a_post(key="card"), generation=2)
    with database.read() as connection:
        owed = [(d.generation, d.post.key) for d in outbox.of_lead(connection, LEAD.id)]
    assert owed == [(1, "card"), (1, "other"), (2, "card")]


def test_a_summary_without_a_lead_is_owed_once_too(database: Database) -> None:
    for _ in range(2):
        _owe(database, a_post(Role.DOWNTIME_MANAGERS, MANAGERS, key="night"), lead_id=None)
    with database.read() as connection:
        assert claimable_roles(connection) == [Role.DOWNTIME_MANAGERS]


def test_the_most_urgent_leaves_first_then_what_was_owed_first(database: Database) -> None:
    keep(database, LEAD)
    places = [ToChannel(channel=f"C{number}") for number in range(4)]
    urgencies = [Urgency.REMINDER, Urgency.NEW_LEAD, Urgency.BREACH, Urgency.NEW_LEAD]
    _owe(
        database,
        *(
            a_post(to=place, key=str(place), urgency=urgency)
            for place, urgency in zip(places, urgencies, strict=True)
        ),
    )
    with database.read() as connection:
        leaving = [d.place for d in outbox.claimable(connection, MONDAY, 10)]
        assert leaving == ["C2", "C1", "C3", "C0"]
        assert [d.place for d in outbox.claimable(connection, MONDAY, 2)] == ["C2", "C1"]
        assert [d.place for d in outbox.claimable(connection, MONDAY, 9, blocked={"C2", "C0"})] == [
            "C1",
            "C3",
        ]


def test_nothing_leaves_before_its_time(database: Database) -> None:
    keep(database, LEAD, posts=[a_post(not_before=MONDAY + minutes(1))])
    with database.begin() as connection:
        assert claimable_roles(connection, MONDAY + minutes(0.999)) == []
        assert claimable_roles(connection, MONDAY + minutes(1)) == [Role.OWNER_CARD]
        [delivery] = claim_all(connection, MONDAY + minutes(1))
        outbox.not_sent(connection, delivery.id, 1, MONDAY + minutes(5), "ratelimited")
        assert claimable_roles(connection, MONDAY + minutes(4)) == []
        assert claimable_roles(connection, MONDAY + minutes(5)) == [Role.OWNER_CARD]


def test_one_leads_messages_to_one_place_leave_in_order(database: Database) -> None:
    other = a_lead(2)
    keep(database, LEAD, other, posts=[a_post(), a_post(Role.REMINDER, urgency=Urgency.BREACH)])
    _owe(database, a_post(Role.MANAGERS_CARD, MANAGERS))
    with database.begin() as connection:
        assert claimable_roles(connection) == [Role.OWNER_CARD, Role.OWNER_CARD, Role.MANAGERS_CARD]
        first, second, _ = claim_all(connection)
        # While the first is on its way, and while nobody knows what became of it, the next one waits.
        assert claimable_roles(connection) == []
        outbox.uncertain(connection, first.id, 1, MONDAY, MONDAY, "time-out")
        outbox.refused(connection, second.id, 1, "account_inactive", MONDAY)
        assert [other.id] == [d.lead_id for d in outbox.claimable(connection, MONDAY, 9)]


def test_what_is_gathered_waits_until_it_is_released(database: Database) -> None:
    keep(database, LEAD, posts=[a_post(gathered=True), a_post(Role.MANAGERS_CARD, MANAGERS)])
    with database.begin() as connection:
        assert claimable_roles(connection) == [Role.MANAGERS_CARD]
        [held] = outbox.gathering(connection)
        assert outbox.release(connection, [held.id]) == 1
        assert claimable_roles(connection) == [Role.OWNER_CARD, Role.MANAGERS_CARD]
        assert outbox.gather(connection, [held.id]) == 1
        assert [held.id] == [d.id for d in outbox.gathering(connection)]


def test_a_message_is_claimed_once(database: Database) -> None:
    keep(database, LEAD, posts=[a_post()])
    with database.begin() as connection:
        [waiting] = outbox.claimable(connection, MONDAY, 9)
        [mine] = outbox.claim(connection, [waiting.id], leased_until=MONDAY + minutes(1), at=MONDAY)
        assert (State.SENDING, 1, MONDAY + minutes(1)) == (mine.state, mine.attempt, mine.leased_until)
        assert mine.send_started_at == MONDAY
    with database.begin() as connection:
        assert outbox.claim(connection, [waiting.id], leased_until=MONDAY + minutes(2), at=MONDAY) == []
        assert outbox.claim(connection, [], leased_until=MONDAY, at=MONDAY) == []


def _a_card_with_its_line(database: Database, card: Role, line: Role, place: Place) -> None:
    keep(database, LEAD, posts=[a_post(card, place, clock=2), a_post(line, place, clock=2)])


def test_a_line_waits_for_its_card_and_stands_in_its_thread(database: Database) -> None:
    _a_card_with_its_line(database, Role.MANAGERS_CARD, Role.MANAGERS_LINE, MANAGERS)
    with database.begin() as connection:
        [card] = claim_all(connection)
        assert card.role is Role.MANAGERS_CARD
        assert claim_all(connection) == []
        outbox.sent(connection, card.id, 1, channel="C0MANAGERS", ts="17.5", at=MONDAY)
        [line] = claim_all(connection)
    assert (line.role, line.thread_ts) == (Role.MANAGERS_LINE, "17.5")


def test_a_line_whose_card_was_refused_is_dropped(database: Database) -> None:
    _a_card_with_its_line(database, Role.MANAGERS_CARD, Role.MANAGERS_LINE, MANAGERS)
    with database.begin() as connection:
        [card] = claim_all(connection)
        outbox.refused(connection, card.id, 1, "is_archived", MONDAY)
        assert claim_all(connection) == []
    assert _states(database) == [State.REFUSED, State.VOID]


def test_a_line_whose_card_was_deleted_in_slack_is_dropped(database: Database) -> None:
    _a_card_with_its_line(database, Role.MANAGERS_CARD, Role.MANAGERS_LINE, MANAGERS)
    with database.begin() as connection:
        [card] = send_all(connection)
        cards.gone(connection, card.id, MONDAY)
        assert claim_all(connection) == []
    assert _states(database) == [State.SENT, State.VOID]


def test_still_free_stands_in_the_thread_of_its_own_round(database: Database) -> None:
    keep(database, LEAD, posts=[a_post(Role.QUEUE_CARD, BACKUP, clock=2)])
    with database.begin() as connection:
        [first_round] = send_all(connection)
    _owe(
        database,
        a_post(Role.STILL_FREE, BACKUP, key="round 1", clock=2),
        a_post(Role.QUEUE_CARD, BACKUP, key="card 2", clock=4),
        a_post(Role.STILL_FREE, BACKUP, key="round 2", clock=4),
        a_post(Role.STILL_FREE, BACKUP, key="round 3", clock=6),
    )
    with database.begin() as connection:
        rounds = [send_all(connection) for _ in range(4)]
        sent = {d.post.key: d for d in outbox.of_lead(connection, LEAD.id)}
    assert [[d.post.key for d in claimed] for claimed in rounds] == [["round 1"], ["card 2"], ["round 2"], []]
    assert f"1.{first_round.seq}" == sent["round 1"].thread_ts
    assert sent["card 2"].ts == sent["round 2"].thread_ts
    assert (sent["round 3"].state, sent["round 3"].thread_ts) == (State.VOID, None)


def test_unfinished_deliveries_are_counted_by_state(database: Database) -> None:
    places = [ToChannel(channel=f"C{number}") for number in range(6)]
    keep(database, LEAD, posts=[a_post(to=place, key=str(place)) for place in places])
    with database.begin() as connection:
        one, two, three, four, five, six = (d.id for d in outbox.claimable(connection, MONDAY, 9))
        outbox.claim(connection, [one, two, three, four], leased_until=MONDAY, at=MONDAY)
        outbox.gather(connection, [six])
        outbox.sent(connection, one, 1, channel="C0", ts="1", at=MONDAY)
        outbox.uncertain(connection, two, 1, MONDAY, MONDAY, None)
        outbox.void(connection, [three], "stale", MONDAY)
        expected = {State.PENDING: 1, State.GATHERING: 1, State.SENDING: 1, State.UNCERTAIN: 1}
        assert expected == outbox.counts(connection)
        assert {four} == {
            d.id for d in outbox.get(connection, [one, four]).values() if d.state is State.SENDING
        }
        assert [five] == [d.id for d in outbox.claimable(connection, MONDAY, 9)]


def test_a_change_owes_its_posts_under_its_new_generation(database: Database) -> None:
    keep(database, LEAD)
    moved = replace(LEAD, generation=2, owner="ben@example.com")
    with database.begin() as connection:
        leads.write(connection, [changed(LEAD, moved, a_post(to=TO_ALICE))], MONDAY)
        assert [d.generation for d in outbox.of_lead(connection, LEAD.id)] == [2]
