"""Sending: what is owed reaches Slack once, the urgent first, at Slack's pace, and only while it is true."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from sla.effects import Role, Urgency
from sla.facts import OwnerNudged
from sla.lead import Stage
from storage import outbox, people, tables
from storage.delivery import State
from tests.bot.courier.office import ALICE, BACKUP, BOB, EMAILS, MANAGERS, OPS, Office
from tests.invariants import holds
from tests.sla.play import moment


def test_a_new_lead_reaches_its_owner(office_on_each_database: Office) -> None:
    office = office_on_each_database
    lead_id = office.a_lead_arrives()
    office.settles()
    [shown] = office.visible(ALICE)
    assert (shown.delivery_id, shown.ts) == (office.card(lead_id).id, office.card(lead_id).ts)
    holds(office.database, office.workspace)


def test_the_owners_clock_says_when_slack_took_the_card(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    clock = office.lead(lead_id).clock
    assert clock is not None
    assert clock.told_at == office.now


def test_the_conversation_with_a_person_is_stored_before_their_first_message(office: Office) -> None:
    office.workspace.faults.fail("drop", "chat.postMessage", accept=True)
    office.a_lead_arrives()
    office.settles()
    with office.database.read() as connection:
        known = people.get(connection, [EMAILS["alice"]])[EMAILS["alice"]]
    assert (known.slack_id, known.dm_channel) == ("U0ALICE", ALICE)
    opened, posted = (office.workspace.ledger.calls(m)[0] for m in ("conversations.open", "chat.postMessage"))
    assert opened.seq < posted.seq


def test_an_owner_who_is_told_late_is_told_so_to_the_managers(office: Office) -> None:
    office.workspace.faults.ratelimit("chat.postMessage", channel=ALICE, retry_after=600)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    [before] = office.visible(MANAGERS)
    office.passes(minutes=5)
    [after] = office.visible(MANAGERS)
    assert (before.did, after.did, before.ts) == ("post", "update", after.ts)


def test_what_slack_said_of_a_person_is_asked_for_anew_after_half_a_day(office: Office) -> None:
    office.a_lead_arrives()
    office.settles()
    office.workspace.users["U0ALICE"].tz = "Europe/Berlin"
    office.passes(hours=12)
    # Not a hot one: it is night, and that would be with whoever is on call.
    office.a_lead_arrives(intent="trial", score=68)
    office.settles()
    with office.database.read() as connection:
        assert people.get(connection, [EMAILS["alice"]])[EMAILS["alice"]].tz == "Europe/Berlin"
    assert office.calls("users.info") == 2


def test_a_person_is_asked_about_once_for_many_messages(office: Office) -> None:
    for _ in range(4):
        office.a_lead_arrives()
    office.settles()
    assert (office.calls("users.info"), office.calls("conversations.open")) == (1, 1)
    assert len(office.visible(ALICE)) == 4


def test_the_urgent_leaves_first_and_equals_in_the_order_in_which_they_were_owed(office: Office) -> None:
    asked = [Urgency.REMINDER, Urgency.NEW_LEAD, Urgency.BREACH, Urgency.REMINDER, Urgency.BREACH]
    ids = [office.owes(MANAGERS, urgency=urgency) for urgency in asked]
    office.settles()
    office.passes_in_steps(5, seconds=1)
    left = [one.delivery_id for one in office.workspace.ledger.posts()]
    # The four that may leave together are in the air at once; the least urgent has to wait for the pace.
    assert set(left[:4]) == {ids[2], ids[4], ids[1], ids[0]}
    assert left[4:] == [ids[3]]


def test_one_by_one_the_order_is_exact(office: Office) -> None:
    for _ in range(4):
        office.owes(MANAGERS)
    office.settles()
    asked = [Urgency.REMINDER, Urgency.NEW_LEAD, Urgency.BREACH, Urgency.CARD_UPDATE]
    ids = [office.owes(MANAGERS, urgency=urgency) for urgency in asked]
    office.passes_in_steps(4, seconds=1)
    left = [one.delivery_id for one in office.workspace.ledger.posts()][4:]
    assert left == [ids[2], ids[1], ids[0], ids[3]]


def test_a_channel_gets_a_small_burst_and_then_one_post_a_second(office: Office) -> None:
    for _ in range(12):
        office.owes(MANAGERS)
    office.settles()
    assert len(office.visible(MANAGERS)) == 4
    for second in range(1, 9):
        office.passes(seconds=1)
        assert len(office.visible(MANAGERS)) == 4 + second
    refused = [one for one in office.workspace.ledger.calls("chat.postMessage") if not one.accepted]
    assert refused == []


def test_a_full_channel_does_not_hold_up_another(office: Office) -> None:
    for _ in range(200):
        office.owes(MANAGERS)
    late = office.owes(BACKUP, urgency=Urgency.REMINDER)
    office.settles()
    assert office.stands_once(late)


def test_a_storm_of_too_many_requests_in_one_channel_does_not_delay_another(office: Office) -> None:
    office.workspace.faults.ratelimit("chat.postMessage", channel=MANAGERS, retry_after=60, times=None)
    held = [office.owes(MANAGERS) for _ in range(10)]
    free = [office.owes(BACKUP) for _ in range(4)]
    office.settles()
    assert [office.stands_once(id) for id in free] == [True] * 4
    another = office.owes(f"@{EMAILS['bob']}")
    office.settles()
    assert office.stands_once(another)
    office.workspace.faults.clear()
    office.passes(seconds=59)
    assert office.visible(MANAGERS) == []
    office.passes(seconds=1)
    office.passes_in_steps(12, seconds=1)
    assert [office.posted(id) for id in held] == [1] * 10
    holds(office.database, office.workspace)


@pytest.mark.parametrize(
    ("said", "pause"), [("0", 1), ("1", 1), ("120", 120), (None, 30), ("not a number", 30)]
)
def test_a_post_waits_as_long_as_slack_asks_and_not_longer(
    office: Office, said: str | None, pause: int
) -> None:
    office.workspace.faults.ratelimit("chat.postMessage", retry_after=said)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=pause - 0.1)
    assert (office.posted(id), office.calls("chat.postMessage")) == (0, 1)
    office.passes(seconds=0.1)
    assert (office.posted(id), office.calls("chat.postMessage")) == (1, 2)


def test_a_pause_is_kept_when_the_wall_clock_is_not_what_the_database_says(office: Office) -> None:
    """Another message of the same channel has no time of its own to wait for: the pacer keeps it back."""
    office.workspace.faults.ratelimit("chat.postMessage", retry_after=120)
    office.owes(MANAGERS)
    office.settles()
    later = office.owes(MANAGERS)
    office.passes(seconds=119)
    assert office.posted(later) == 0
    office.passes(seconds=1)
    assert office.posted(later) == 1


def test_a_reminder_that_waited_until_it_was_no_longer_true_is_never_said(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.ratelimit("chat.postMessage", channel=ALICE, retry_after=150)
    office.now = moment("Mon 10:02:30")
    office.steps_fall_due(lead_id)
    office.settles()
    [reminder] = office.deliveries(lead_id, Role.REMINDER)
    assert reminder.state == State.PENDING
    office.passes(seconds=150)
    assert office.delivery(reminder.id).state == State.VOID
    assert office.posted(reminder.id) == 0


def test_what_was_owed_about_a_lead_that_is_contacted_meanwhile_is_not_said(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.ratelimit("chat.postMessage", channel=ALICE, retry_after=30)
    office.now = moment("Mon 10:02:30")
    office.steps_fall_due(lead_id)
    office.settles()
    office.is_contacted(lead_id)
    office.passes(seconds=60)
    [reminder] = office.deliveries(lead_id, Role.REMINDER)
    assert (reminder.state, office.posted(reminder.id)) == (State.VOID, 0)


def test_the_messages_of_one_lead_to_one_place_keep_their_order(office: Office) -> None:
    office.workspace.faults.ratelimit("chat.postMessage", channel=ALICE, retry_after=20)
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:00:05")
    office.record(OwnerNudged(lead_id=lead_id, at=office.now, by=EMAILS["mia"]))
    office.settles()
    assert office.visible(ALICE) == []
    office.passes(seconds=30)
    roles = [office.delivery(str(one.delivery_id)).role for one in office.visible(ALICE)]
    assert roles == [Role.OWNER_CARD, Role.NUDGE]


def test_a_lead_waits_for_no_other_place(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.workspace.faults.ratelimit("chat.postMessage", channel=ALICE, retry_after=600)
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    [passed] = office.deliveries(lead_id, Role.DEADLINE_PASSED)
    [managers] = office.deliveries(lead_id, Role.MANAGERS_CARD)
    assert (passed.state, managers.state) == (State.PENDING, State.SENT)


def test_a_lead_has_one_card_in_the_managers_channel(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    [card] = office.deliveries(lead_id, Role.MANAGERS_CARD)
    with office.database.begin() as connection:
        again = card.post._replace(key="once more")
        outbox.add(connection, [(lead_id, card.generation, again)], office.now)
    office.settles()
    _, second = office.deliveries(lead_id, Role.MANAGERS_CARD)
    assert second.state == State.VOID
    assert len(office.visible(MANAGERS)) == 1


def test_a_hand_over_reaches_the_queue_and_the_managers_thread(office: Office) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    office.now = moment("Mon 11:05")
    office.steps_fall_due(lead_id)
    office.settles()
    [queue] = office.visible(BACKUP)
    assert office.delivery(str(queue.delivery_id)).role is Role.QUEUE_CARD
    card, *lines = office.workspace.shown_in(MANAGERS)
    assert {line.thread_ts for line in lines} == {card.ts}
    holds(office.database, office.workspace)


def test_a_message_that_cannot_be_drawn_stops_nothing_else(office: Office) -> None:
    broken = office.owes(MANAGERS)
    with office.database.begin() as connection:
        connection.execute(update(tables.outbox).where(tables.outbox.c.id == broken).values(data="{}"))
    whole = office.owes(MANAGERS)
    office.settles()
    assert (office.stands_once(whole), office.posted(broken)) == (True, 0)
    assert office.delivery(broken).error == "cannot be drawn"
    assert office.delivery(broken).retry_at == office.now + timedelta(minutes=1)


def test_whatever_a_lead_says_is_taken_by_slack_and_mentions_nobody(office: Office) -> None:
    hostile = "<!channel> <@U0MIA> :tada: *x* & <https://evil.example|here> "
    lead_id = office.a_lead_arrives(
        first_name=hostile, last_name=hostile * 2_000, company=hostile * 2_000, message=hostile * 1_000
    )
    office.settles()
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    office.now = moment("Mon 11:05")
    office.steps_fall_due(lead_id)
    office.settles()
    states = {one.state for one in office.deliveries(lead_id)}
    assert states <= {State.SENT, State.VOID}
    texts = [
        message.text for place in (ALICE, MANAGERS, BACKUP) for message in office.workspace.shown_in(place)
    ]
    assert len(texts) >= 4
    assert [text for text in texts if "<!channel>" in text or "<@U0MIA>" in text or "<https" in text] == []


# Refusals


def test_a_deactivated_owner_is_told_to_the_managers_once_and_the_queue_has_the_lead(office: Office) -> None:
    office.workspace.deactivate("U0ALICE")
    lead_id = office.a_lead_arrives()
    office.settles()
    office.passes(minutes=1)
    assert office.card(lead_id).state == State.REFUSED
    [told] = office.visible(MANAGERS)
    assert office.delivery(str(told.delivery_id)).role is Role.ACCOUNT_CLOSED
    assert office.lead(lead_id).stage is Stage.IN_QUEUE
    holds(office.database, office.workspace)


def test_an_owner_who_is_deactivated_after_the_first_message_loses_both_leads_to_the_queue(
    office: Office,
) -> None:
    first = office.a_lead_arrives()
    office.settles()
    office.workspace.deactivate("U0ALICE")
    second = office.a_lead_arrives()
    office.settles()
    assert (office.card(second).state, office.card(second).error) == (State.REFUSED, "user_disabled")
    [told] = office.visible(MANAGERS)
    rows = office.delivery(str(told.delivery_id)).post.data["rows"]
    assert {first, second} == {row["lead_id"] for row in rows}


def test_an_owner_whom_slack_takes_no_message_for_keeps_the_lead_and_the_managers_are_told(
    office: Office,
) -> None:
    office.a_lead_arrives()
    office.settles()
    office.workspace.knobs.dm_to_deactivated = "cannot_dm_bot"
    office.workspace.deactivate("U0ALICE")
    second = office.a_lead_arrives()
    office.settles()
    [told] = office.visible(MANAGERS)
    delivery = office.delivery(str(told.delivery_id))
    assert (delivery.role, delivery.lead_id) == (Role.UNDELIVERED, second)
    clock = office.lead(second).clock
    assert clock is not None
    assert clock.unreachable_at is not None


@pytest.mark.parametrize("what", ["archived", "kicked", "unknown error"])
def test_a_managers_channel_that_refuses_is_told_to_lead_ops_once(office: Office, what: str) -> None:
    lead_id = office.a_lead_arrives()
    office.settles()
    if what == "archived":
        office.workspace.archive(MANAGERS)
    elif what == "kicked":
        office.workspace.kick_bot(MANAGERS)
    else:
        office.workspace.faults.fail(
            "error", "chat.postMessage", channel=MANAGERS, accept=False, error="new_in_2031", times=None
        )
    office.now = moment("Mon 10:05")
    office.steps_fall_due(lead_id)
    office.settles()
    office.passes(minutes=2)
    [managers] = office.deliveries(lead_id, Role.MANAGERS_CARD)
    assert managers.state == State.REFUSED
    [told] = office.visible(OPS)
    assert office.delivery(str(told.delivery_id)).role is Role.UNDELIVERED


def test_when_owner_and_managers_cannot_be_reached_lead_ops_are_told(office: Office) -> None:
    office.workspace.deactivate("U0ALICE")
    office.workspace.archive(MANAGERS)
    lead_id = office.a_lead_arrives()
    office.settles()
    states = {one.place: one.state for one in office.deliveries(lead_id)}
    assert states == {f"@{EMAILS['alice']}": State.REFUSED, BACKUP: State.SENT}
    assert office.visible(MANAGERS) == []
    [told] = office.visible(OPS)
    assert office.delivery(str(told.delivery_id)).role is Role.ACCOUNT_CLOSED
    holds(office.database, office.workspace)


def test_a_conversation_that_slack_does_not_know_any_more_is_opened_again(office: Office) -> None:
    office.a_lead_arrives()
    office.settles()
    with office.database.begin() as connection:
        known = people.get(connection, [EMAILS["alice"]])[EMAILS["alice"]]
        people.put(connection, replace(known, dm_channel="D0OFANOTHERTEAM"))
    second = office.a_lead_arrives()
    office.settles()
    assert office.stands_once(office.card(second).id)
    assert office.visible(MANAGERS) == []


def test_a_refused_summary_goes_to_lead_ops_instead(office: Office) -> None:
    office.workspace.archive(MANAGERS)
    id = office.owes(MANAGERS)
    office.settles()
    assert office.delivery(id).state == State.REFUSED
    [shown] = office.visible(OPS)
    assert office.delivery(str(shown.delivery_id)).role is Role.DOWNTIME_MANAGERS


def test_a_refused_place_is_tried_again_after_a_while(office: Office) -> None:
    office.workspace.deactivate("U0ALICE")
    office.a_lead_arrives()
    office.settles()
    office.workspace.users["U0ALICE"].deleted = False
    office.passes(minutes=10)
    second = office.a_lead_arrives()
    office.settles()
    assert office.stands_once(office.card(second).id)


def test_a_token_that_was_revoked_loses_nothing(office: Office) -> None:
    office.workspace.faults.fail("error", "*", accept=False, error="token_revoked", times=None)
    lead_id = office.a_lead_arrives(owner=EMAILS["bob"])
    office.settles()
    office.passes(hours=2)
    office.workspace.faults.clear()
    office.passes(minutes=1)
    office.passes(minutes=1)
    assert len(office.visible(BOB)) == 1
    assert office.stands_once(office.card(lead_id).id)
