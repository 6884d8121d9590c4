"""A back-up is restored: what was sent in the hours that it lost is looked for, and not sent again."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.keeping import Keeping
from bot.restoring import mind_a_restore
from sla.effects import Role
from sla.lead import LeadId, Stage
from storage import absences, restored
from storage.database import Database
from storage.delivery import State
from storage.life_sign import LifeSign
from tests.bot.courier.office import ALICE, LIMIT, open_office
from tests.faults.backups import back_up_of
from tests.faults.rig import Rig


@pytest.fixture
def rig(database: Database) -> Iterator[Rig]:
    """Without a look at its end at what nobody owed: the lost hours posted what the database knows nothing of."""
    with open_office(database) as office:
        rig = Rig(office)
        rig.lives()
        yield rig


def starts_after_a_restore(rig: Rig) -> restored.Doubted:
    """What `lead-sla run --after-restore` does before it begins to work, and then its first round."""
    rig.office.courier.stop(LIMIT)
    with rig.database.begin() as connection:
        doubted = restored.begin(connection, rig.now)
    rig.starts()
    rig.ticker.tick()
    rig.office.settles()
    return doubted


def said(rig: Rig, lead_id: LeadId) -> Counter[tuple[str, bool, str]]:
    """How often Slack took what about the lead: where, in a thread or not, in which role."""
    found = [one for one in rig.deliveries() if one.lead_id == lead_id]
    return Counter(
        (one.channel or "", post.payload.get("thread_ts") is not None, one.role.value)
        for one in found
        for post in rig.workspace.ledger.posts(one.id)
    )


def test_nothing_that_was_sent_in_the_lost_hours_is_sent_again(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    first = rig.office.a_lead_arrives()
    rig.passes(seconds=30)
    waiting = rig.office.a_lead_arrives()
    put_back = back_up_of(rig.database, tmp_path)
    rig.it_is("Mon 11:12")
    assert [rig.office.lead(one).stage for one in (first, waiting)] == [Stage.IN_QUEUE] * 2
    before = [said(rig, one) for one in (first, waiting)]
    stood = Counter(one.channel for one in rig.workspace.ledger.visible())

    put_back()
    starts_after_a_restore(rig)
    assert Stage.WITH_OWNER is rig.office.lead(first).stage
    # Until the grace is over and the queue has the leads again, each before it asks for more.
    rig.it_is("Mon 11:35")

    assert [rig.office.lead(one).stage for one in (first, waiting)] == [Stage.IN_QUEUE] * 2
    after = [said(rig, one) for one in (first, waiting)]
    for was, now in zip(before, after, strict=True):
        # A reminder is stale by now: it is not owed again, and stands as it was left.
        assert {key for key in was if key[2] != Role.REMINDER} <= set(now)
    assert {1} == {number for one in after for number in one.values()}
    assert stood == Counter(one.channel for one in rig.workspace.ledger.visible())


def test_what_had_not_left_before_the_restore_leaves_after_one_look(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    lead_id = rig.office.a_lead_arrives()
    back_up_of(rig.database, tmp_path)()
    rig.office.now += timedelta(minutes=1)
    doubted = starts_after_a_restore(rig)

    assert (doubted.waiting, doubted.under_way) == (1, 0)
    card = rig.office.card(lead_id)
    assert (card.state, rig.office.posted(card.id)) == (State.SENT, 1)
    assert rig.office.calls("conversations.history") == 1


def test_a_call_that_was_under_way_is_looked_for_in_all_the_lost_hours(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    rig.workspace.faults.fail("drop", "chat.postMessage", accept=False)
    lead_id = rig.office.a_lead_arrives()
    rig.office.settles()
    assert State.UNCERTAIN is rig.office.card(lead_id).state
    put_back = back_up_of(rig.database, tmp_path)
    rig.passes(minutes=2)
    card = rig.office.card(lead_id)
    assert (card.state, rig.office.posted(card.id)) == (State.SENT, 1)

    put_back()
    rig.office.now += timedelta(minutes=1)
    doubted = starts_after_a_restore(rig)

    assert doubted.under_way == 1
    assert (card.ts, 1) == (rig.office.card(lead_id).ts, rig.office.posted(card.id))


def test_a_message_that_the_database_knows_nothing_of_is_left_alone_and_said_so(
    rig: Rig, tmp_path: Path
) -> None:
    rig.it_is("Mon 10:00")
    rig.office.a_lead_arrives()
    put_back = back_up_of(rig.database, tmp_path)
    lost = rig.office.a_lead_arrives()
    rig.passes(minutes=1)
    card = rig.office.card(lost)

    put_back()
    with capture_logs() as logs:
        starts_after_a_restore(rig)

    [line] = [one for one in logs if one["event"] == "messages_of_lost_hours"]
    assert ([card.id], ALICE) == (line["deliveries"], line["channel"])
    assert rig.office.stands_once(card.id)


def test_a_card_that_shows_what_was_lost_shows_again_what_is_known(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    lead_id = rig.office.a_lead_arrives()
    rig.passes(seconds=1)
    put_back = back_up_of(rig.database, tmp_path)
    rig.office.is_contacted(lead_id)
    rig.passes(seconds=1)
    assert rig.texts(ALICE)[0].startswith("Contacted:")

    put_back()
    starts_after_a_restore(rig)

    assert rig.texts(ALICE)[0].startswith("Hot lead:")


def test_leads_that_came_after_the_restore_are_sent_without_a_look(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    back_up_of(rig.database, tmp_path)()
    starts_after_a_restore(rig)
    rig.passes(seconds=1)

    lead_id = rig.office.a_lead_arrives()
    rig.office.settles()

    assert State.SENT is rig.office.card(lead_id).state
    assert rig.office.calls("conversations.history") == 0


def test_asked_for_twice_the_lost_hours_are_those_of_the_first_time(rig: Rig, tmp_path: Path) -> None:
    rig.it_is("Mon 10:00")
    rig.office.a_lead_arrives()
    put_back = back_up_of(rig.database, tmp_path)
    rig.it_is("Mon 10:02")
    put_back()
    first = starts_after_a_restore(rig)
    rig.passes(seconds=20)
    second = starts_after_a_restore(rig)
    rig.passes(seconds=20)

    assert first.restore.from_at == second.restore.from_at
    assert {1} == set(Counter(one.delivery_id for one in rig.workspace.ledger.visible()).values())


def test_a_bot_notices_by_itself_that_its_file_is_older_than_what_it_did(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with open_office(sqlite_database) as office:
        rig = Rig(office)
        sign = LifeSign(tmp_path / "lead-sla.db")
        rig.it_is("Mon 10:00")
        put_back = back_up_of(rig.database, tmp_path)
        rig.it_is("Mon 10:05")
        with rig.database.begin() as connection:
            Keeping(office.policies, sign)(connection, rig.now)
        with capture_logs() as before:
            mind_a_restore(rig.database, sign, rig.now, asked=False)
        put_back()
        with capture_logs() as after:
            mind_a_restore(rig.database, sign, rig.now, asked=False)

    assert before == []
    assert [one["event"] for one in after] == ["after_restore"]
    assert after[0]["noticed"]


def test_a_new_database_beside_an_old_sign_of_life_is_no_restore(
    sqlite_database: Database, tmp_path: Path
) -> None:
    sign = LifeSign(tmp_path / "lead-sla.db")
    with open_office(sqlite_database) as office:
        sign.write(office.now)
        with capture_logs() as logs:
            mind_a_restore(sqlite_database, sign, office.now, asked=False)
    assert logs == []
    with sqlite_database.read() as connection:
        assert absences.last_beat(connection, "bot") is None
