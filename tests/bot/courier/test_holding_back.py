"""What is held back, given back or taken back, so that nothing else suffers by it."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from bot.courier.downtime import DowntimeDesk
from bot.policies import PolicyBox
from sla.effects import Post, Role, ToChannel, Urgency
from sla.facts import ContactLogged
from sla.lead import ContactId, LeadId
from storage import absences, leads, outbox
from storage.database import Database
from storage.delivery import State
from storage.tables import cards
from tests.bot.courier.office import ALICE, EMAILS, LIMIT, MANAGERS, Office, open_office
from tests.sla.play import EXAMPLE, moment

POLLS_MAX = 5_000


@pytest.fixture
def postgresql_office(postgresql_database: Database) -> Iterator[Office]:
    with open_office(postgresql_database) as office:
        yield office


def contacted(office: Office, lead_id: LeadId) -> None:
    office.record(
        ContactLogged(
            lead_id=lead_id,
            at=office.now,
            contact_id=ContactId(f"K{lead_id}"),
            by=EMAILS["alice"],
            logged_by=EMAILS["alice"],
            channel="call",
            outcome="connected",
        )
    )


def test_a_message_that_is_no_longer_true_takes_no_turn_from_the_next(office: Office) -> None:
    office.a_lead_arrives()
    office.settles()
    office.now += timedelta(minutes=1)
    for _ in range(6):
        contacted(office, office.a_lead_arrives())
    still_open = office.a_lead_arrives()
    office.settles()
    assert office.card(still_open).state is State.SENT


def test_after_messages_that_are_no_longer_true_the_next_leave_at_once(office: Office) -> None:
    for _ in range(9):
        contacted(office, office.a_lead_arrives())
    office.courier.round()
    office.courier.rest(LIMIT.total_seconds())
    assert office.courier.round() == 0.0


def test_a_few_people_are_asked_about_at_a_time(office: Office) -> None:
    office.workspace.faults.fail("stall", "users.info", accept=True, times=None, seconds=0.05)
    ids = [office.owes(f"@{email}") for email in EMAILS.values()]
    office.courier.round()
    assert office.courier.under_way == 4
    office.settles()
    assert [office.stands_once(id) for id in ids] == [True] * len(ids)


def late_answer_after_a_second_send(office: Office) -> tuple[str, str | None]:
    """A process is slow to take in Slack's answer; another one gave it up and sent again. Both messages stand."""
    office.workspace.faults.late_history()
    office.workspace.faults.fail("stall", "chat.postMessage", accept=True, seconds=0.3)
    id = office.owes(MANAGERS)
    slow = office.courier
    slow.round()
    assert office.slack.wait_until(lambda: office.calls("chat.postMessage") == 1)
    office.courier = office.new_courier()
    office.passes(seconds=91)
    office.passes(seconds=20)
    assert office.posted(id) == 2
    slow.rest(LIMIT.total_seconds())
    office.courier.stop(LIMIT)
    office.courier = slow
    return id, office.delivery(id).ts


def test_the_late_answer_of_a_process_that_was_given_up_is_taken_back(office: Office) -> None:
    id, kept = late_answer_after_a_second_send(office)
    office.settles()
    assert [kept] == [one.ts for one in office.visible(MANAGERS)]
    assert office.delivery(id).ts == kept


def test_a_copy_that_cannot_be_taken_back_now_is_taken_back_later(office: Office) -> None:
    _, kept = late_answer_after_a_second_send(office)
    office.workspace.faults.fail("status", "chat.delete", accept=False)
    office.settles()
    assert len(office.visible(MANAGERS)) == 2
    office.passes(seconds=30)
    assert [kept] == [one.ts for one in office.visible(MANAGERS)]


def test_a_lost_answer_is_looked_for_from_the_first_try_on(office: Office) -> None:
    office.workspace.faults.late_history(150)
    office.workspace.faults.fail("drop", "chat.postMessage", accept=True)
    id = office.owes(MANAGERS)
    office.settles()
    office.passes(seconds=10)
    office.workspace.faults.ratelimit("chat.postMessage", retry_after=120)
    office.passes(seconds=20)
    office.workspace.faults.fail("drop", "chat.postMessage", accept=False)
    office.passes(seconds=121)
    office.passes(seconds=10)
    assert (office.delivery(id).state, office.posted(id)) == (State.SENT, 1)


def test_a_channel_that_is_made_anew_under_its_name_is_found(office: Office) -> None:
    office.owes("#sales-managers")
    office.settles()
    office.workspace.archive(MANAGERS)
    office.workspace.add_channel("C0ANEW", name="sales-managers")
    refused = office.owes("#sales-managers")
    office.settles()
    assert office.delivery(refused).state is State.REFUSED
    anew = office.owes("#sales-managers")
    office.settles()
    assert office.delivery(anew).channel == "C0ANEW"


def test_what_is_gathered_later_of_one_absence_is_summed_up_too(office: Office) -> None:
    ids = [office.a_lead_arrives() for _ in range(14)]
    with office.database.begin() as connection:
        absences.add(connection, "bot", moment("Mon 10:03"), moment("Mon 10:20"))
    office.now = moment("Mon 10:20")
    for some in (ids[:7], ids[7:]):
        office.steps_fall_due(*some)
        office.catches_up()
    office.settles()
    assert len(office.visible(MANAGERS)) == 2


def test_a_card_that_was_deleted_while_its_lead_changes_locks_in_the_same_order(
    postgresql_office: Office,
) -> None:
    office = postgresql_office
    lead_id = office.a_lead_arrives()
    office.settles()
    card = office.card(lead_id)
    place = office.workspace.channels[ALICE]
    office.workspace.delete(place, office.workspace.message(place, str(card.ts)))
    wants_more = update(cards).where(cards.c.lead_id == lead_id).values(wanted_revision=2)
    with office.database.begin() as connection:
        connection.execute(wants_more)

    with office.database.begin() as connection:
        leads.load(connection, [lead_id], lock=True)
        courier = threading.Thread(target=office.settles)
        courier.start()
        for _ in range(POLLS_MAX):
            if connection.scalar(text("select count(*) from pg_locks where not granted")):
                break
            courier.join(0.002)
        connection.execute(wants_more)
    courier.join()

    assert [one.state for one in office.deliveries(lead_id, Role.OWNER_CARD)] == [State.SENT] * 2


@pytest.mark.slow
@pytest.mark.parametrize("is_announced", [False, True])
def test_more_than_a_database_takes_in_one_statement_is_let_go_or_summed_up(
    database: Database, is_announced: bool
) -> None:
    at = moment("Mon 10:00")
    posts = [
        (
            None,
            1,
            Post(
                role=Role.MANAGERS_CARD,
                to=ToChannel(channel=MANAGERS),
                key=str(number),
                urgency=Urgency.BREACH,
                gathered=True,
            ),
        )
        for number in range(66_000)
    ]
    with database.begin() as connection:
        outbox.add(connection, posts, at)
        if is_announced:
            absences.add(connection, "bot", at - timedelta(hours=1), at)

    desk = DowntimeDesk(PolicyBox.open(database, EXAMPLE, at))
    with database.begin() as connection:
        assert desk.gather(connection, at) == len(posts)

    with database.read() as connection:
        counted = outbox.counts(connection)
    assert (counted[State.GATHERING], counted[State.PENDING]) == (0, 1 if is_announced else len(posts))
