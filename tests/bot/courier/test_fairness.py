"""Much that is owed in one place, or much that is urgent, holds up nobody else for long."""

from datetime import timedelta

from sla.effects import Urgency
from storage import outbox
from storage.delivery import State
from tests.bot.courier.office import BACKUP, EMAILS, MANAGERS, Office

MANY = 10_000
ALICE = f"@{EMAILS['alice']}"
PLACES = [MANAGERS, BACKUP, *(f"@{EMAILS[who]}" for who in ("bob", "carla", "dieter", "mia", "omar"))]


def test_ten_thousand_messages_of_one_channel_hold_up_nobody_else(office: Office) -> None:
    office.owes_all([office.a_post(MANAGERS, urgency=Urgency.BREACH) for _ in range(MANY)])
    office.settles()
    office.owes_all([office.a_post(ALICE, urgency=one) for one in (Urgency.REMINDER, Urgency.PAGE)])
    with office.database.read() as connection:
        owed = outbox.claimable(connection, office.now, 2, place=ALICE)

    office.passes(seconds=1)

    assert len(owed) == 2
    for delivery in (office.delivery(one.id) for one in owed):
        assert delivery.state == State.SENT
        assert delivery.sent_at is not None
        assert delivery.sent_at - delivery.created_at <= timedelta(seconds=5)


def test_what_is_not_urgent_leaves_at_last_however_much_is_more_urgent(office: Office) -> None:
    office.courier = office.new_courier(lane_waits=timedelta(seconds=8))
    office.owes_all([office.a_post(to, urgency=Urgency.BREACH) for _ in range(30) for to in PLACES])
    # Until Slack's pace for the whole workspace is what they wait for.
    office.settles()
    office.passes_in_steps(12, seconds=1)
    office.owes_all([office.a_post(ALICE, urgency=Urgency.REMINDER) for _ in range(2)])

    office.passes_in_steps(7, seconds=1)
    assert sent_to_alice(office) == 0
    office.passes_in_steps(2, seconds=1)
    assert sent_to_alice(office) == 1
    office.passes_in_steps(3, seconds=1)
    assert sent_to_alice(office) == 2
    assert office.owed_to(MANAGERS) > 0


def test_nothing_goes_before_a_page(office: Office) -> None:
    office.courier = office.new_courier(lane_waits=timedelta(0))
    office.owes_all([office.a_post(ALICE, urgency=Urgency.BREACH) for _ in range(6)])
    office.settles()
    low, page = (office.owes(ALICE, urgency=urgency) for urgency in (Urgency.REMINDER, Urgency.PAGE))

    office.passes(seconds=1)

    assert (office.delivery(page).state, office.delivery(low).state) == (State.SENT, State.PENDING)


def sent_to_alice(office: Office) -> int:
    return len(office.visible("D0ALICE"))
